"""Two records of one customer become one, with everything that belongs to them, and two again (S-045, U20)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.customers.cleaning import Fix, FixRecords, SendCleaning
from domain.customers.commands import ContactEntry, EnrolCustomer
from domain.customers.customer import Contact, Customer
from domain.customers.editing import GiveCreditCode
from domain.customers.merging import DropMerge, MergeCustomers, ProposeMerge, UndoMerge
from domain.equipment.commands import EnrolEquipment
from domain.equipment.equipment import Equipment
from domain.errors import Invalid, NotFound, Stale
from domain.inquiries.inquiry import Inquiry
from domain.people.commands import PersonLeave
from domain.quotes.quote import Quote
from domain.service.report import ReportFault
from domain.service.ticket import Ticket
from domain.tags.commands import TagCustomer
from storage.uow import UnitOfWork
from tests.support.company import Company, open_company

LEFT, RIGHT = "无锡锦腾模具有限公司", "锦腾精密模具厂"


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        opened.act(
            EnrolCustomer(
                name=RIGHT,
                aliases=("锦腾厂",),
                owner="陈静",
                industry="模具",
                level="重点",
                contacts=(ContactEntry(name="祝工", phone="13912000088"),),
            )
        )
        opened.log(company=RIGHT, contact="", phone="")
        opened.act(EnrolEquipment(serial="JT-0031", model="X200", customer=RIGHT))
        opened.act(ReportFault(equipment_id=opened.all(Equipment)[0].id, words="异响", phone="13912000088"))
        opened.act(TagCustomer(customer_id=id_of(opened, RIGHT), tag="价格敏感"), "陈静")
        opened.act(GiveCreditCode(customer_id=id_of(opened, RIGHT), code="91350100M000100Y43"), "陈静")
        yield opened


def id_of(company: Company, name: str) -> int:
    return next(each.id for each in company.all(Customer) if each.name == name)


def belongings(company: Company, customer_id: int) -> dict[str, int]:
    kinds = (Contact, Inquiry, Quote, Equipment, Ticket)
    return {kind.__name__: sum(each.customer_id == customer_id for each in company.all(kind)) for kind in kinds}  # type: ignore[attr-defined]


def state(company: Company) -> list[tuple[object, ...]]:
    rows = company.all(Customer)
    return [(c.name, c.level, c.industry, c.credit_code, c.active, sorted(c.aliases), c.owner_id) for c in rows]


def hits(company: Company, said: str) -> list[str]:
    return [hit.name for hit in company.look(lambda queries: queries.customers.hits(said, company.actor("陈静")))]


def test_everything_follows_and_comes_back(company: Company) -> None:
    left, right = id_of(company, LEFT), id_of(company, RIGHT)
    before, theirs, his = state(company), belongings(company, right), belongings(company, left)
    merge = company.act(ProposeMerge(left_id=left, right_id=right), "陈静")
    company.act(MergeCustomers(merge_id=merge, chosen={"level": "right"}), "陈静")
    kept = company.get(Customer, left)
    assert (kept.name, kept.level, kept.industry, kept.credit_code) == (LEFT, "重点", "模具", "91350100M000100Y43")
    assert belongings(company, right) == dict.fromkeys(theirs, 0)
    assert belongings(company, left) == {kind: his[kind] + theirs[kind] for kind in his}
    for said in (RIGHT, "锦腾厂", "0088", "0031", "jingmi"):
        assert hits(company, said) == [LEFT], said
    card = company.card("customers.customer", f"customer:{left}", "陈静")
    assert ("标签", "价格敏感") in [(row.label, row.value) for row in card.fields]
    assert company.act(EnrolCustomer(name=RIGHT)) == left, "a file that still says the old name means the one"

    company.act(UndoMerge(merge_id=merge), "陈静")
    assert state(company) == before
    assert (belongings(company, right), belongings(company, left)) == (theirs, his)
    assert hits(company, "0088") == [RIGHT]
    assert company.happened(f"merge:{merge}") == ["MergeProposed", "CustomersMerged", "MergeUndone"]


def test_what_changed_since_stays_when_it_is_undone(company: Company) -> None:
    left, right = id_of(company, LEFT), id_of(company, RIGHT)
    merge = company.act(ProposeMerge(left_id=left, right_id=right), "陈静")
    company.act(MergeCustomers(merge_id=merge), "陈静")
    company.act(EnrolCustomer(name=LEFT, level="普通"))
    company.act(UndoMerge(merge_id=merge), "陈静")
    assert company.get(Customer, left).level == "普通"


def test_a_merge_is_decided_once_and_undone_within_a_day(company: Company) -> None:
    left, right = id_of(company, LEFT), id_of(company, RIGHT)
    merge = company.act(ProposeMerge(left_id=left, right_id=right), "陈静")
    with pytest.raises(Invalid, match="没有“version”这一项"):
        company.act(MergeCustomers(merge_id=merge, chosen={"version": "right"}), "陈静")
    company.act(MergeCustomers(merge_id=merge), "陈静")
    with pytest.raises(NotFound):
        company.act(DropMerge(merge_id=merge), "陈静")
    company.clock.move(timedelta(hours=24, seconds=1))
    with pytest.raises(Invalid, match="超过 24 小时"):
        company.act(UndoMerge(merge_id=merge), "陈静")


def test_dropped_is_dropped(company: Company) -> None:
    merge = company.act(ProposeMerge(left_id=id_of(company, LEFT), right_id=id_of(company, RIGHT)), "陈静")
    company.act(DropMerge(merge_id=merge), "陈静")
    with pytest.raises(Stale):
        company.act(MergeCustomers(merge_id=merge), "陈静")


def test_nobody_merges_what_he_does_not_see(company: Company) -> None:
    left, others = id_of(company, LEFT), id_of(company, "东莞市鑫宏五金制品有限公司")
    for name in ("陈静", "何雨", "周敏"):
        with pytest.raises(NotFound):
            company.act(ProposeMerge(left_id=left, right_id=others), name)
    with pytest.raises(Invalid, match="同一家"):
        company.act(ProposeMerge(left_id=left, right_id=left), "陈静")


def test_two_who_merge_at_once_merge_once(company: Company) -> None:
    merge = company.act(ProposeMerge(left_id=id_of(company, LEFT), right_id=id_of(company, RIGHT)), "陈静")
    outcomes = company.race(*[(MergeCustomers(merge_id=merge, version=1), "陈静")] * 4)
    assert [outcome is None for outcome in outcomes].count(True) == 1


def test_a_name_that_sounds_the_same_is_noted(company: Company) -> None:
    """R-105."""
    inquiry = company.log(company="无锡锦藤模具有限公司", contact="", phone="")
    notes = company.get(Inquiry, inquiry).notes
    assert [note for note in notes if "读音一样" in note] == [
        "和已有的“无锡锦腾模具有限公司”读音一样，是同一家就发：合并 无锡锦藤模具有限公司 和 无锡锦腾模具有限公司"
    ]


def test_a_name_in_look_alike_letters_is_the_same_customer(company: Company) -> None:
    first = company.act(EnrolCustomer(name="ABC机械有限公司"))
    assert company.act(EnrolCustomer(name="АВС机械有限公司")) == first


def test_the_week_s_card_comes_once_and_only_where_something_is_wrong(company: Company) -> None:
    """S-046: what is his own, with the pair that one tap puts side by side."""
    company.log(company="无锡锦藤模具有限公司", contact="", phone="")
    chen, qian = (company.actor(name).person_id or 0 for name in ("陈静", "钱进"))
    told = len(company.told("陈静"))
    assert company.act(SendCleaning(person_id=chen, week="2026-W48")) is True
    assert company.act(SendCleaning(person_id=chen, week="2026-W48")) is False
    assert company.act(SendCleaning(person_id=qian, week="2026-W48")) is False
    assert company.told("陈静")[told:] == [f"customers.cleaning person:{chen}"]
    card = company.card("customers.cleaning", f"person:{chen}", "陈静")
    assert [(row.label, row.value) for row in card.fields] == [
        ("读音一样", "1 对，例如 无锡锦腾模具有限公司 和 无锡锦藤模具有限公司"),
        ("没有电话", "1 家：无锡锦藤模具有限公司"),
    ]
    assert [button.text for button in card.buttons] == ["看看是不是一家", "补电话"]


def test_one_tap_puts_right_what_can_be_put_right(company: Company) -> None:
    """An old code that fails its check digit, and a registered name nobody noted as one."""

    def spoil(work: UnitOfWork) -> None:
        customer = work.get(Customer, id_of(company, LEFT))
        customer.credit_code, customer.legal_name = "91350100M000100Y44", ""
        work.flush()

    company.run(spoil)
    chen = company.actor("陈静").person_id or 0
    card = company.card("customers.cleaning", f"person:{chen}", "陈静")
    rows = {row.label: row.value for row in card.fields}
    assert (rows["信用代码不对"], rows["没有全称"]) == ("1 家，校验位对不上", "1 家，报价前要补上")
    assert [button.text for button in card.buttons] == ["清掉错的代码", "客户名就是全称"]
    assert company.act(FixRecords(fix=Fix.CODES), "何雨") == 0, "one's own only"
    assert [company.act(FixRecords(fix=fix), "陈静") for fix in Fix] == [1, 1]
    assert [company.act(FixRecords(fix=fix), "陈静") for fix in Fix] == [0, 0]
    left = company.get(Customer, id_of(company, LEFT))
    assert (left.credit_code, left.legal_name) == (None, LEFT)
    assert company.card("customers.cleaning", f"person:{chen}", "陈静").fields == ()


def test_the_customers_of_who_left_are_handed_over_from_the_card(company: Company) -> None:
    company.act(PersonLeave(platform="wecom", account="chenjing"))
    zhou = company.actor("周敏").person_id or 0
    card = company.card("customers.cleaning", f"person:{zhou}", "周敏")
    assert [(row.label, row.value) for row in card.fields] == [("负责人已离职", "2 家，发“离职交接 姓名”转给别人")]
    assert [button.text for button in card.buttons] == ["交接陈静的客户"]
