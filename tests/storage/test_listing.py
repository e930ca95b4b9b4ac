"""Lists of any record: what is in scope, in order, a page at a time, with when it was last worked on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from domain.condition import ALWAYS
from domain.customers.customer import Customer
from domain.dictionary.defining import EnrolField
from domain.dictionary.filling import FillFields
from domain.dictionary.listing import PAGE, OpenListing, TurnListing
from domain.dictionary.records import RECORDS
from domain.dictionary.views import ListingView
from domain.errors import Invalid, NotFound, Stale
from domain.fields import FieldType
from domain.inquiries.commands import UndoInquiry
from domain.inquiries.inquiry import Inquiry
from domain.quotes.quote import Quote
from storage.queries.listing import cursor
from storage.scope import in_scope
from tests.support.company import Company, open_company


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as company:
        yield company


def opened(company: Company, tree: dict[str, Any], name: str = "陈静", record: str = "inquiry") -> int:
    return int(company.act(OpenListing(record=record, tree=tree), name))


def page(company: Company, listing: int, name: str = "陈静") -> ListingView:
    return company.look(lambda queries: queries.listing.page(listing, company.actor(name)))


def ids(view: ListingView) -> list[int]:
    return [int(row.subject.partition(":")[2]) for row in view.rows]


def logged(company: Company, count: int, name: str = "陈静") -> list[int]:
    return [company.log(name, phone=f"139{number:08}", company="", contact=f"客户{number}") for number in range(count)]


def test_pages_go_through_everything_once(company: Company) -> None:
    made = logged(company, 2 * PAGE + 1)
    listing = opened(company, {})
    seen: list[int] = []
    for number in (1, 2, 3):
        view = page(company, listing)
        assert (view.page, view.count, view.first) == (number, 2 * PAGE + 1, (number - 1) * PAGE + 1)
        seen += ids(view)
        if view.next_after:
            company.act(TurnListing(listing_id=listing, after=dict(view.next_after), version=view.version), "陈静")
    assert seen == made[::-1]


def test_what_comes_meanwhile_does_not_shift_the_pages(company: Company) -> None:
    made = logged(company, PAGE + 2)
    listing = opened(company, {})
    first = page(company, listing)
    company.log(phone="13899999999")
    company.act(TurnListing(listing_id=listing, after=dict(first.next_after)), "陈静")
    assert ids(first) + ids(page(company, listing)) == made[::-1]


def test_a_page_is_turned_once_and_by_its_owner(company: Company) -> None:
    logged(company, PAGE + 1)
    listing = opened(company, {})
    turn = TurnListing(listing_id=listing, after={"id": 2}, version=1)
    with pytest.raises(NotFound):
        company.act(turn, "周敏")
    with pytest.raises(NotFound):
        page(company, listing, "周敏")
    company.act(turn, "陈静")
    with pytest.raises(Stale):
        company.act(turn, "陈静")


def test_everybody_lists_what_he_may_see(company: Company) -> None:
    (mine,), (other,) = logged(company, 1), [company.log("何雨", phone="13812340000", company="", contact="李工")]
    seen = {
        name: ids(page(company, opened(company, {}, name), name))
        for name in ("陈静", "何雨", "周敏", "罗成", "秦岚", "梁宁", "钱进")
    }
    assert seen == {
        "陈静": [mine], "周敏": [mine], "何雨": [other], "罗成": [other],
        "秦岚": [other, mine], "梁宁": [other, mine], "钱进": [],
    }  # fmt: skip


def test_scope_says_of_a_list_what_it_says_of_a_record(company: Company) -> None:
    quote = company.quote()
    company.quote("RB-12", name="何雨")
    assert ids(page(company, opened(company, {}, "周敏", "quote"), "周敏")) == [quote]
    contacts = {
        name: page(company, opened(company, {}, name, "contact"), name).count for name in ("陈静", "何雨", "秦岚")
    }
    assert contacts == {"陈静": 1, "何雨": 0, "秦岚": 1}


def test_what_was_taken_back_is_not_listed(company: Company) -> None:
    kept, gone = logged(company, 2)
    company.act(UndoInquiry(inquiry_id=gone), "陈静")
    assert ids(page(company, opened(company, {}))) == [kept]


def test_a_filter_over_what_one_may_not_read_is_refused(company: Company) -> None:
    """Else the number of rows would tell the cost."""
    company.quote()
    with pytest.raises(Invalid, match="没有“cost”这个事实"):
        opened(company, {"cost": {"over": "1万"}}, record="quote")
    assert page(company, opened(company, {"cost": {"over": "1万"}}, "周敏", "quote"), "周敏").count == 1


def test_rows_say_when_and_by_whom_they_were_last_worked_on(company: Company) -> None:
    company.act(EnrolField(record="inquiry", label="行业", type=FieldType.CHOICE, options=("食品", "化工")))
    one, two = logged(company, 2)
    company.clock.move(timedelta(days=3))
    company.act(FillFields(subject=f"inquiry:{one}", values=(("行业", "食品"),)), "周敏")
    company.clock.move(timedelta(days=9))
    shown = page(company, opened(company, {}))
    assert [row.touched_by for row in shown.rows] == ["陈静", "周敏"]
    listing = opened(company, {"行业": "食品"})
    card = company.card("dictionary.listing", f"listing:{listing}", "陈静")
    assert card.subtitle == "行业是食品"
    assert [(field.label, field.value.endswith("（9 天前 周敏）")) for field in card.fields] == [("1", True)]
    assert card.fields[0].url == f"https://gendan.example/m/inquiries/{one}"
    assert two not in ids(page(company, listing))


def test_days_are_fixed_when_the_list_is_opened(company: Company) -> None:
    made = logged(company, PAGE + 1)
    listing = opened(company, {"created_at": {"within": "1d"}})
    first = page(company, listing)
    company.clock.move(timedelta(days=5))
    company.act(TurnListing(listing_id=listing, after=dict(first.next_after)), "陈静")
    assert ids(page(company, listing)) == made[:1]
    assert page(company, opened(company, {"created_at": {"within": "1d"}})).count == 0


def test_an_ordered_list_has_missing_values_last_and_no_row_twice(company: Company) -> None:
    budgets = (5, None, 3, 5, None, 9, 3)
    made = [
        company.log(phone=f"139{index:08}", company="", contact=f"客户{index}", budget_fen=fen)
        for index, fen in enumerate(budgets)
    ]
    kind, viewer = RECORDS["inquiry"], company.actor("陈静")
    for descending, expected in ((True, [5, 3, 0, 6, 2, 4, 1]), (False, [6, 2, 3, 0, 5, 4, 1])):
        seen: list[int] = []
        after: dict[str, Any] = {}
        while True:
            found = company.look(
                lambda queries, after=after, descending=descending: queries.listing.records(
                    kind,
                    ALWAYS,
                    in_scope(kind, viewer),
                    after=after,
                    order=Inquiry.budget_fen,
                    descending=descending,
                    limit=2,
                )
            )
            if not found:
                break
            seen += [record.id for record in found]
            after = cursor(found[-1], Inquiry.budget_fen)
        assert seen == [made[index] for index in expected]


def test_an_empty_list_says_what_to_do(company: Company) -> None:
    listing = opened(company, {"level": "Z"}, record="customer")
    card = company.card("dictionary.listing", f"listing:{listing}", "陈静")
    assert (card.title, card.fields, card.buttons) == ("没有符合条件的客户", (), ())
    assert "字段说明 客户" in card.notes[0]
    assert len(company.all(Customer)) == 2
    assert company.all(Quote) == []
