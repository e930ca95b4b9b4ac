"""A customer at a glance: what is open, what happened, in pages, for those who may see it (S-034)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.activities.activity import ActivityKind, Outcome
from domain.activities.logging import LogActivity
from domain.customers.customer import Customer
from domain.customers.editing import WriteSummary
from domain.customers.overview import Section, SectionView
from domain.equipment.commands import EnrolEquipment
from domain.equipment.equipment import Equipment
from domain.errors import NotFound
from domain.opportunities.creating import CreateOpportunity
from domain.service.report import ReportFault
from domain.service.sign import CancelJob
from domain.service.work_order import WorkOrder
from tests.support.company import MONDAY, Company, open_company

NAME = "无锡锦腾模具有限公司"


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        yield opened


def customer_id(company: Company) -> int:
    return next(each.id for each in company.all(Customer) if each.name == NAME)


def rows(company: Company, name: str = "陈静") -> dict[str, str]:
    card = company.card("customers.customer", f"customer:{customer_id(company)}", name)
    return {row.label: row.value for row in card.fields}


def test_what_is_open_stands_first(company: Company) -> None:
    company.log(company=NAME, contact="", phone="")
    company.quote()
    company.act(EnrolEquipment(serial="JT-0031", model="X200", customer=NAME))
    company.act(ReportFault(equipment_id=company.all(Equipment)[0].id, words="主轴异响", phone="13912000002"))
    card = company.card("customers.customer", f"customer:{customer_id(company)}", "陈静")
    assert [(row.label, row.value) for row in card.fields][2:6] == [
        ("在修", "1 单"),
        ("待报价", "1 条"),
        ("报价", "1 份，1 份未定"),
        ("设备", "1 台"),
    ]
    assert card.headline.startswith("下一步：报价（XJ-2611-0001），12月2日")
    assert [button.text for button in card.buttons] == ["往来记录", "报价", "设备", "报修", "询价"]
    assert card.quote.startswith("询价 1 次，报价 1 份，报修 1 次。")


def test_ones_own_words_replace_the_made_summary(company: Company) -> None:
    """S-042."""
    company.log(company=NAME, contact="", phone="")
    company.act(WriteSummary(customer_id=customer_id(company), text="只认交期，价格好谈"), "陈静")
    subject = f"customer:{customer_id(company)}"
    assert company.card("customers.customer", subject, "陈静").quote == "只认交期，价格好谈"
    company.act(WriteSummary(customer_id=customer_id(company), text=""), "陈静")
    assert company.card("customers.customer", subject, "陈静").quote.startswith("询价 1 次")


def test_what_happened_turns_its_pages_without_a_gap(company: Company) -> None:
    """Eight of one moment and six later: every one once, the newest first."""
    for _ in range(8):
        company.log(company=NAME, contact="", phone="")
    for _ in range(6):
        company.clock.move(timedelta(minutes=1))
        company.quote()
    seen: list[str] = []
    before = ""
    while True:
        page = view(company, Section.TOUCHES, before)
        assert page.total == 14
        seen += [line.no for line in page.lines]
        before = page.next_before
        if not before:
            break
    assert len(seen) == len(set(seen)) == 14
    assert seen[:6] == [f"Q-2611-{number:04d}" for number in range(6, 0, -1)]


def test_follow_ups_deals_and_what_is_still_to_do(company: Company) -> None:
    said = "今天拜访了锦腾，俞海燕说年底要扩产"
    visit = LogActivity(text=said, kind=ActivityKind.VISIT, outcome=Outcome.REACHED, at=MONDAY, company=NAME)
    company.act(replace(visit, next_step="发扩产方案", next_at=MONDAY + timedelta(days=1)), "陈静")
    company.act(CreateOpportunity(said="锦腾扩产", company=NAME, amount_fen=50_000_000), "陈静")
    known = rows(company)
    assert (known["最近联系"], known["商机"]) == ("今天 陈静", "1 个进行中")
    card = company.card("customers.customer", f"customer:{customer_id(company)}", "陈静")
    assert card.headline.startswith("下一步：")
    assert [line.words for line in view(company, Section.ACTIVITIES, "").lines] == [f"拜访：{said}"]
    assert [line.kind for line in view(company, Section.TOUCHES, "").lines] == [Section.DEALS, Section.ACTIVITIES]


def test_another_reps_customer_is_unknown_on_every_surface(company: Company) -> None:
    for kind in ("customers.customer", "customers.page"):
        with pytest.raises(NotFound):
            company.card(kind, f"customer:{customer_id(company)}", "何雨")
    with pytest.raises(NotFound):
        view(company, Section.QUOTES, "", "何雨")
    with pytest.raises(NotFound):
        company.card("customers.customer", "customer:999999", "何雨")


def test_a_colleagues_inquiry_is_not_counted(company: Company) -> None:
    """R-53: 何雨 asks for 陈静's customer; 陈静 sees no more than before."""
    before = rows(company)
    assert before.pop("最近联系") == "从没联系过"
    company.log("何雨", company=NAME, contact="", phone="", requirement="CANARY")
    after = rows(company)
    assert after.pop("最近联系") == "今天 何雨", "its keeper was told so, too"
    assert after == before
    assert rows(company, "秦岚")["待报价"] == "1 条"


def test_the_page_shows_all_of_it(company: Company) -> None:
    company.log(company=NAME, contact="", phone="")
    card = company.card("customers.page", f"customer:{customer_id(company)}", "陈静")
    unfolded = {row.label: row.value for row in card.fields}
    assert unfolded["往来记录"] == unfolded["询价"]
    assert "XJ-2611-0001" in unfolded["询价"] and unfolded["询价"].endswith("（待报价）")
    assert card.buttons == ()


def view(company: Company, section: Section, before: str, name: str = "陈静") -> SectionView:
    def read(queries):
        return queries.overview.section(customer_id(company), company.actor(name), section=section.value, before=before)

    return company.look(read)


def test_nobody_sells_more_of_what_is_broken_without_knowing(company: Company) -> None:
    """S-039: of the same model, while it is open and a fortnight after; a quote for another model is silent."""
    company.act(EnrolEquipment(serial="JT-0031", model="X200", customer=NAME))
    company.act(ReportFault(equipment_id=company.all(Equipment)[0].id, words="主轴异响", phone="13912000002"))
    quote, other = company.quote(), company.quote(product="X300")

    def warned(id_: int) -> list[str]:
        fields = company.card("quotes.draft", f"quote:{id_}", "陈静").fields
        return [row.value for row in fields if row.label == "注意"]

    assert warned(quote) == ["客户的 X200 正在报修（BX-2611-0001），先问清情况再推销同款"]
    assert warned(other) == []
    company.act(CancelJob(work_order_id=company.all(WorkOrder)[0].id, reason="已好"), "梁宁")
    assert warned(quote) == ["刚修好：客户的 X200 的报修（BX-2611-0001），先问清情况再推销同款"]
    company.clock.move(timedelta(days=14, seconds=1))
    assert warned(quote) == []
