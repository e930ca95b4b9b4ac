"""Won and lost: guards, reasons, the leader's check, waking and opening again, all at once and too late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from domain.approvals.deciding import ApproveStep
from domain.errors import Invalid, NotAllowed, Refusal, Stale
from domain.files.commands import AttachFiles, Sent
from domain.opportunities.closing import (
    AskClosing,
    CloseLost,
    CloseWon,
    DropClosing,
    ReopenOpportunity,
    SetLossReason,
)
from domain.opportunities.creating import ConvertInquiry
from domain.opportunities.loss import LossReason, reason_said
from domain.opportunities.moves import MoveStage
from domain.opportunities.opportunity import Closing, MoveKind, Opportunity, OpportunityState, StageMove
from domain.opportunities.revaluing import ReviseOpportunity
from domain.opportunities.sleeping import SleepOpportunity, WakeOpportunity
from domain.quotes.drafting import DraftQuote
from domain.quotes.submitting import SubmitQuote
from tests.support.company import MONDAY, Company, open_company
from tests.support.deals import begin, lose, version, win


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        yield opened


def test_an_approved_quotation_opens_the_way_to_the_offer(company: Company) -> None:
    inquiry = company.log(company="苏州恒力机械有限公司")
    deal = company.act(ConvertInquiry(inquiry_id=inquiry), "陈静")
    for stage in ("方案报价", "商务谈判"):
        with pytest.raises(Invalid, match=f"还不能到“{stage}”，缺已同意的报价。请先发“报价”"):
            company.act(MoveStage(opportunity_id=deal, stage=stage), "陈静")
    quote = company.act(DraftQuote(inquiry_id=inquiry, discount_ppm=950_000), "陈静")
    approval = company.act(SubmitQuote(quote_id=quote), "陈静")
    company.act(ApproveStep(approval_id=approval, version=1), "周敏")
    company.act(MoveStage(opportunity_id=deal, stage="商务谈判"), "陈静")

    assert company.get(Opportunity, deal).stage == "商务谈判"


def test_won_needs_a_contract_number_or_a_picture_of_the_order(company: Company) -> None:
    first, second = begin(company), begin(company, product="RB-12")
    with pytest.raises(Invalid, match="还不能到“成交”，缺合同号或订单照片。请发合同号"):
        company.act(AskClosing(opportunity_id=first, won=True), "陈静")
    company.act(ReviseOpportunity(opportunity_id=first, contract_no="HT-001"), "陈静")
    company.act(AttachFiles(files=(Sent(file_id="f1", kind="image"),), subject=f"opportunity:{second}"), "陈静")

    assert win(company, first)
    assert win(company, second)
    assert company.get(Opportunity, second).stage == "成交"
    assert "这家客户已成交 2 次" in company.card("opportunities.deal", f"opportunity:{second}", "陈静").notes


def test_nothing_is_closed_without_a_tap_on_what_it_names(company: Company) -> None:
    deal = begin(company)
    company.act(AskClosing(opportunity_id=deal, won=False, reason=LossReason.PRICE), "陈静")
    assert company.get(Opportunity, deal).state is OpportunityState.OPEN
    card = company.card("opportunities.closing", f"opportunity:{deal}", "陈静")
    assert card.title == "确认流失：无锡锦腾模具有限公司"
    assert card.choices[0].selected == ("price",)
    company.act(DropClosing(opportunity_id=deal, version=version(company, deal)), "陈静")

    made = company.get(Opportunity, deal)
    assert (made.closing, made.loss_reason) == (Closing.NONE, None)
    with pytest.raises(Stale, match="没有等待确认"):
        company.act(DropClosing(opportunity_id=deal), "陈静")


def test_lost_says_why_and_to_whom(company: Company) -> None:
    deal = begin(company)
    with pytest.raises(Invalid, match="流失要写明原因"):
        company.act(CloseLost(opportunity_id=deal, version=version(company, deal)), "陈静")
    with pytest.raises(Invalid, match="请先说是哪家竞争对手"):
        lose(company, deal, reason=LossReason.COMPETITOR)
    with pytest.raises(Invalid, match="选“其他”要写明原因"):
        lose(company, deal, reason=LossReason.OTHER)
    lose(company, deal, reason=LossReason.COMPETITOR, competitor="沈阳机床")

    made = company.get(Opportunity, deal)
    assert (made.state, made.stage, made.competitor) == (OpportunityState.LOST, "流失", "沈阳机床")
    assert company.happened(f"opportunity:{deal}")[-2:] == ["StageMoved", "OpportunityLost"]
    with pytest.raises(Stale, match="已流失，要继续跟请发“重新打开 SJ-2611-0001”"):
        company.act(MoveStage(opportunity_id=deal, stage="已联系"), "陈静")
    company.act(SetLossReason(opportunity_id=deal, reason=LossReason.PRICE), "陈静")
    assert company.get(Opportunity, deal).loss_reason is LossReason.PRICE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("嫌贵", LossReason.PRICE),
        ("预算取消了", LossReason.NO_BUDGET),
        ("交期来不及", LossReason.DELIVERY),
        ("被沈阳机床抢了", LossReason.COMPETITOR),
        ("跟进太慢", LossReason.SLOW),
        ("老板换了", None),
    ],
)
def test_the_reason_in_a_sentence(text: str, reason: LossReason | None) -> None:
    assert reason_said(text) is reason


def test_a_lost_deal_goes_on_where_it_stood(company: Company) -> None:
    deal = begin(company)
    company.act(MoveStage(opportunity_id=deal, stage="意向明确"), "陈静")
    lose(company, deal)
    company.act(ReopenOpportunity(opportunity_id=deal), "陈静")

    made = company.get(Opportunity, deal)
    assert (made.state, made.stage, made.loss_reason, made.closed_at) == (OpportunityState.OPEN, "意向明确", None, None)
    with pytest.raises(Stale, match="没有关闭"):
        company.act(ReopenOpportunity(opportunity_id=deal), "陈静")


def test_a_won_deal_is_opened_again_by_the_leader(company: Company) -> None:
    deal = begin(company)
    company.act(ReviseOpportunity(opportunity_id=deal, contract_no="HT-1"), "陈静")
    win(company, deal)
    with pytest.raises(NotAllowed, match="要请上级重新打开"):
        company.act(ReopenOpportunity(opportunity_id=deal), "陈静")
    company.act(ReopenOpportunity(opportunity_id=deal), "周敏")
    assert company.get(Opportunity, deal).state is OpportunityState.OPEN


def test_a_sleeping_deal_wakes_on_its_day_once(company: Company) -> None:
    deal = begin(company)
    until = MONDAY + timedelta(days=100)
    company.act(SleepOpportunity(opportunity_id=deal, until=until), "陈静")
    assert company.pending()[f"opportunity:{deal}:wake"] == until
    company.clock.set(until - timedelta(minutes=1))
    company.fire()
    assert company.get(Opportunity, deal).state is OpportunityState.DORMANT
    company.clock.set(until)
    company.fire()

    assert company.get(Opportunity, deal).state is OpportunityState.OPEN
    assert "起休眠，今天到日子了，请联系客户接着跟" in company.told("陈静")[-2]
    assert [move.kind for move in company.all(StageMove)][1:] == [MoveKind.SLEPT, MoveKind.WOKE]
    company.act(WakeOpportunity(opportunity_id=deal))
    assert len(company.all(StageMove)) == 3


def test_work_on_a_sleeping_deal_wakes_it_and_its_timer_is_moot(company: Company) -> None:
    deal = begin(company)
    company.act(SleepOpportunity(opportunity_id=deal, until=MONDAY + timedelta(days=9)), "陈静")
    company.act(MoveStage(opportunity_id=deal, stage="意向明确"), "陈静")
    assert company.get(Opportunity, deal).state is OpportunityState.OPEN
    assert company.pending() == {}
    with pytest.raises(Invalid, match="今天以后"):
        company.act(SleepOpportunity(opportunity_id=deal, until=datetime(2026, 1, 1, tzinfo=UTC)), "陈静")


def test_won_and_lost_at_once_end_one_way(company: Company) -> None:
    deal = begin(company)
    company.act(ReviseOpportunity(opportunity_id=deal, contract_no="HT-1"), "陈静")
    now = version(company, deal)
    won = (CloseWon(opportunity_id=deal, version=now), "陈静")
    lost = (CloseLost(opportunity_id=deal, version=now, reason=LossReason.PRICE), "周敏")
    outcomes = company.race(won, lost, won, lost, won, lost, won, lost)

    assert outcomes.count(None) == 1
    assert all(outcome is None or isinstance(outcome, Refusal) for outcome in outcomes)
    assert [move.kind in (MoveKind.WON, MoveKind.LOST) for move in company.all(StageMove)] == [False, True]
