"""Deals: begun, converted, moved and taken back; in the wrong order, twice, by the wrong person, at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from domain.customers.customer import Customer
from domain.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from domain.inquiries.commands import UndoInquiry
from domain.opportunities.creating import ConvertInquiry, UndoOpportunity
from domain.opportunities.moves import MoveStage, UndoMove
from domain.opportunities.opportunity import MoveKind, Opportunity, OpportunityLine, OpportunityState, StageMove
from domain.pipelines import PipelinePolicy
from tests.support.company import Company, open_company
from tests.support.deals import begin


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        yield opened


def moves(company: Company) -> list[tuple[str, str, str, str]]:
    return [(move.kind.value, move.from_stage, move.to_stage, move.by) for move in company.all(StageMove)]


def test_a_deal_begins_at_the_first_stage_with_what_was_said(company: Company) -> None:
    made = company.get(Opportunity, begin(company))

    assert (made.no, made.stage, made.amount_fen) == ("SJ-2611-0001", "新线索", 50_000_000)
    assert made.expected_close == date(2026, 12, 31)
    assert company.get(Customer, made.customer_id).name == "无锡锦腾模具有限公司"
    assert [(line.said, line.quantity) for line in company.all(OpportunityLine)] == [("X200", 2)]
    assert moves(company) == [("created", "", "新线索", "陈静")]
    assert company.happened("opportunity:1") == ["OpportunityCreated"]


def test_an_inquiry_brings_everything_it_knows(company: Company) -> None:
    inquiry = company.log()
    made = company.get(Opportunity, company.act(ConvertInquiry(inquiry_id=inquiry), "陈静"))

    assert (made.stage, made.contact, made.amount_fen, made.source) == ("意向明确", "王总", 30_000_000, "展会")
    assert made.inquiry_id == inquiry
    assert [(line.said, line.quantity) for line in company.all(OpportunityLine)] == [("X200", 2)]
    with pytest.raises(Stale, match="已经转成商机 SJ-2611-0001"):
        company.act(ConvertInquiry(inquiry_id=inquiry), "陈静")
    with pytest.raises(Invalid, match="已转成商机 SJ-2611-0001，请先撤销商机"):
        company.act(UndoInquiry(inquiry_id=inquiry), "陈静")
    company.act(UndoOpportunity(opportunity_id=made.id), "陈静")
    company.act(UndoInquiry(inquiry_id=inquiry), "陈静")


def test_the_same_deal_is_not_begun_twice(company: Company) -> None:
    begin(company)
    with pytest.raises(Stale, match="已有商机 SJ-2611-0001（新线索），没有重复建"):
        begin(company)
    assert begin(company, product="RB-12") == 2


def test_a_colleagues_customer_has_no_deals_of_others(company: Company) -> None:
    with pytest.raises(NotAllowed, match="由同事负责"):
        begin(company, company="鑫宏")
    assert company.all(Opportunity) == []


def test_going_back_needs_a_reason_and_every_move_its_author(company: Company) -> None:
    made = begin(company)
    company.act(MoveStage(opportunity_id=made, stage="意向明确"), "陈静")
    with pytest.raises(Invalid, match="退回要说明原因"):
        company.act(MoveStage(opportunity_id=made, stage="已联系", because="  "), "陈静")
    company.act(MoveStage(opportunity_id=made, stage="已联系", because="客户要重新选型"), "周敏")

    assert moves(company)[1:] == [
        ("forward", "新线索", "意向明确", "陈静"),
        ("back", "意向明确", "已联系", "周敏"),
    ]
    assert "从“意向明确”到了“已联系”，因为客户要重新选型（周敏）" in company.told("陈静")[-1]
    with pytest.raises(Stale, match="已经在“已联系”了"):
        company.act(MoveStage(opportunity_id=made, stage="联系上"), "陈静")
    with pytest.raises(NotFound, match="可选：新线索、已联系、意向明确、方案报价、商务谈判、成交、流失"):
        company.act(MoveStage(opportunity_id=made, stage="验收"), "陈静")


def test_a_move_is_taken_back_once(company: Company) -> None:
    made = begin(company)
    company.act(MoveStage(opportunity_id=made, stage="意向明确"), "陈静")
    with pytest.raises(Invalid, match="已经有进展，不能撤销"):
        company.act(UndoOpportunity(opportunity_id=made), "陈静")
    company.act(UndoMove(opportunity_id=made), "陈静")

    assert company.get(Opportunity, made).stage == "新线索"
    with pytest.raises(Stale, match="没有可以撤销的阶段变化"):
        company.act(UndoMove(opportunity_id=made), "陈静")
    company.act(UndoOpportunity(opportunity_id=made), "陈静")
    assert company.get(Opportunity, made).state is OpportunityState.UNDONE
    with pytest.raises(Stale, match="已撤销"):
        company.act(MoveStage(opportunity_id=made, stage="意向明确"), "陈静")


def test_a_new_deal_takes_the_customer_it_made_back_with_it(company: Company) -> None:
    made = begin(company, company="常州新客户机械")
    assert company.all(Customer)[-1].active
    company.act(UndoOpportunity(opportunity_id=made), "陈静")
    assert not company.all(Customer)[-1].active


def test_nobody_moves_what_is_not_his(company: Company) -> None:
    made = begin(company)
    for command in (
        MoveStage(opportunity_id=made, stage="意向明确"),
        UndoMove(opportunity_id=made),
        UndoOpportunity(opportunity_id=made),
        MoveStage(opportunity_id=999, stage="意向明确"),
    ):
        with pytest.raises(NotFound, match="可能已经被撤销或不在您的范围内"):
            company.act(command, "何雨")
    assert len(company.all(StageMove)) == 1


def test_eight_presses_at_once_are_one_move(company: Company) -> None:
    made = begin(company)
    version = company.get(Opportunity, made).version
    outcomes = company.race(
        *[(MoveStage(opportunity_id=made, stage="意向明确", version=version), "陈静") for _ in range(8)]
    )

    assert outcomes.count(None) == 1
    assert all(outcome is None or isinstance(outcome, Refusal) for outcome in outcomes)
    assert [move.kind for move in company.all(StageMove)] == [MoveKind.CREATED, MoveKind.FORWARD]


def test_the_pipeline_follows_the_products() -> None:
    stages = [{"name": "新线索"}, {"name": "成交", "kind": "won"}, {"name": "流失", "kind": "lost"}]
    policy = PipelinePolicy.model_validate(
        {
            "pipelines": [
                {"name": "备件", "products": ["附件"], "exclusive": True, "stages": stages},
                {"name": "项目", "products": ["龙门", "H500"], "stages": stages},
                {"name": "标准", "stages": stages},
            ]
        }
    )

    def chosen(*wanted: tuple[str, ...]) -> str:
        return policy.for_products(wanted).name

    assert chosen(("AT-4", "附件")) == "备件"
    assert chosen(("AT-4", "附件"), ("X200", "加工中心")) == "标准"
    assert chosen(("AT-4", "附件"), ("H500", "卧式")) == "项目"
    assert chosen(("G2518", "龙门")) == "项目"
    assert chosen() == "标准"
