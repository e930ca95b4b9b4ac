"""Deals that move by themselves: when, how far, and what is said about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from domain.activities.activity import ActivityKind, Outcome
from domain.activities.logging import LogActivity
from domain.approvals.deciding import ApproveStep
from domain.opportunities.creating import ConvertInquiry
from domain.opportunities.moves import MoveStage
from domain.opportunities.opportunity import Opportunity, StageMove
from domain.quotes.drafting import DraftQuote
from domain.quotes.submitting import SubmitQuote
from tests.support.company import Company, open_company
from tests.support.deals import begin, lose


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        yield opened


def approve(company: Company, quote: int) -> None:
    approval = company.act(SubmitQuote(quote_id=quote), "陈静")
    company.act(ApproveStep(approval_id=approval, version=1), "周敏")


def test_an_approved_quotation_brings_its_deal_to_the_offer_and_says_why(company: Company) -> None:
    inquiry = company.log(company="苏州恒力机械有限公司")
    deal = company.act(ConvertInquiry(inquiry_id=inquiry), "陈静")
    approve(company, company.act(DraftQuote(inquiry_id=inquiry, discount_ppm=950_000), "陈静"))

    assert company.get(Opportunity, deal).stage == "方案报价"
    last = company.all(StageMove)[-1]
    assert (last.by, last.because) == ("系统", "报价已获同意")
    assert "从“意向明确”到了“方案报价”，因为报价已获同意（系统）" in " ".join(company.told("陈静"))
    card = company.card("opportunities.deal", f"opportunity:{deal}", "陈静")
    assert "10:00 系统 从“意向明确”到“方案报价”，因为报价已获同意" in card.notes
    assert ("报价", "Q-2611-0001") in [(field.label, field.value) for field in card.fields]


def test_a_quotation_without_inquiry_belongs_to_the_customers_only_deal(company: Company) -> None:
    deal = begin(company)
    approve(company, company.quote())
    assert company.get(Opportunity, deal).stage == "方案报价"


def test_a_contact_moves_a_new_deal_and_refreshes_it(company: Company) -> None:
    deal = begin(company)
    company.clock.move(timedelta(days=3))

    def call(outcome: Outcome, at: datetime) -> None:
        kind = ActivityKind.CALL
        company.act(LogActivity(text="打电话", kind=kind, outcome=outcome, at=at, company="锦腾"), "陈静")

    call(Outcome.MISSED, company.clock.now())
    assert company.get(Opportunity, deal).stage == "新线索"
    at = company.clock.now() - timedelta(hours=1)
    call(Outcome.REACHED, at)
    made = company.get(Opportunity, deal)
    assert (made.stage, made.touched_by, made.touched_at) == ("已联系", "陈静", at)
    assert company.all(StageMove)[-1].because == "联系了客户"


def test_of_two_deals_none_is_guessed(company: Company) -> None:
    deals = [begin(company), begin(company, product="RB-12")]
    approve(company, company.quote())
    assert [company.get(Opportunity, deal).stage for deal in deals] == ["新线索", "新线索"]


def test_a_deal_further_on_or_closed_stays_where_it_is(company: Company) -> None:
    deal = begin(company)
    approve(company, company.quote())
    company.act(MoveStage(opportunity_id=deal, stage="商务谈判"), "陈静")
    approve(company, company.quote(quantity=3))
    assert company.get(Opportunity, deal).stage == "商务谈判"
    lose(company, deal)
    approve(company, company.quote(quantity=4))
    assert company.get(Opportunity, deal).stage == "流失"
