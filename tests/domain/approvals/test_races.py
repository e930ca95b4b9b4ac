"""Eight people at once: exactly one decides, the others are told who."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.approvals.conferring import AddApprover, HandStepOn
from domain.approvals.deciding import ApproveStep, RejectStep
from domain.approvals.edition import EditionState, RuleEdition
from domain.approvals.rules import ProposeRule, PublishRule
from domain.approvals.timers import EscalateApproval
from domain.errors import Refusal, Stale
from domain.messages import Command
from domain.quotes.drafting import ReviseQuote
from domain.quotes.quote import Quote, QuoteState
from domain.quotes.submitting import SubmitQuote, WithdrawQuote
from tests.support.company import Company, open_company

ROUNDS = int(os.environ.get("ROUNDS", "5"))
"""``ROUNDS=200`` for R-43's whole count."""


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as company:
        yield company


def submitted(company: Company) -> tuple[int, int]:
    """Return a quote in approval, which 周敏 and 秦岚 may decide."""
    quote = company.quote()
    approval = company.act(SubmitQuote(quote_id=quote), "陈静")
    company.act(EscalateApproval(approval_id=approval, step=0))
    return quote, approval


ENDS = {
    ApprovalState.APPROVED: (QuoteState.APPROVED, "同意"),
    ApprovalState.REJECTED: (QuoteState.REJECTED, "驳回"),
    ApprovalState.WITHDRAWN: (QuoteState.DRAFT, "撤回"),
}


def test_approve_reject_and_withdraw(company: Company) -> None:
    """R-43, R-44: one effect wins, seven are told who and when, quote and approval agree."""
    for _ in range(ROUNDS):
        quote_id, approval_id = submitted(company)
        yes: Command = ApproveStep(approval_id=approval_id, version=1)
        no: Command = RejectStep(approval_id=approval_id, version=1, reason="毛利不足")
        back: Command = WithdrawQuote(quote_id=quote_id)
        outcomes = company.race(
            (yes, "周敏"),
            (no, "秦岚"),
            (back, "陈静"),
            (yes, "秦岚"),
            (no, "周敏"),
            (yes, "周敏"),
            (back, "陈静"),
            (no, "秦岚"),
        )
        losers = [error for error in outcomes if error is not None]
        assert len(losers) == 7
        approval, quote = company.get(Approval, approval_id), company.get(Quote, quote_id)
        state, word = ENDS[approval.state]
        assert quote.state is state
        told = re.compile(rf"{approval.no}（{quote.no}）已由{approval.decided_by}于 10:00 {word}。")
        untold = f"报价 {quote.no} 没有在审批，不需要撤回。"
        for error in losers:
            assert isinstance(error, Stale)
            assert told.fullmatch(error.message) or error.message == untold
        decided = [seat for seat in company.all(Seat) if seat.approval_id == approval_id and seat.at is not None]
        assert len(decided) == (0 if approval.state is ApprovalState.WITHDRAWN else 1)


def test_approve_and_edit(company: Company) -> None:
    """R-44, R-107: either the yes came first and the change made V2, or the change voided the question."""
    for _ in range(ROUNDS):
        quote_id, approval_id = submitted(company)
        outcomes = company.race(
            (ApproveStep(approval_id=approval_id, version=1), "周敏"),
            (ReviseQuote(quote_id=quote_id, discount_ppm=920_000), "陈静"),
        )
        approval, quote = company.get(Approval, approval_id), company.get(Quote, quote_id)
        assert outcomes[1] is None
        assert (quote.state, quote.revision) == (QuoteState.DRAFT, 2)
        if outcomes[0] is None:
            assert approval.state is ApprovalState.APPROVED
        else:
            assert isinstance(outcomes[0], Stale)
            assert approval.state is ApprovalState.SUPERSEDED


def test_submitting_twice_asks_once(company: Company) -> None:
    """R-43: one live approval per revision."""
    quote_id = company.quote()
    outcomes = company.race(*[(SubmitQuote(quote_id=quote_id), "陈静")] * 8)
    assert [type(error) for error in outcomes if error is not None] == [Stale] * 7
    assert [approval.state for approval in company.all(Approval)] == [ApprovalState.PENDING]


def test_all_of_a_step_at_once(company: Company) -> None:
    """Both of finance press at the same moment: both count, the approval ends once."""
    for _ in range(ROUNDS):
        approval_id = company.act(SubmitQuote(quote_id=company.quote(quantity=4)), "陈静")
        company.act(ApproveStep(approval_id=approval_id, version=1), "周敏")
        version = company.get(Approval, approval_id).version
        yes = ApproveStep(approval_id=approval_id, version=version)
        assert company.race((yes, "钱进"), (yes, "孔方")) == [None, None]
        assert company.get(Approval, approval_id).state is ApprovalState.APPROVED
        seats = [seat for seat in company.all(Seat) if seat.approval_id == approval_id]
        assert {seat.state for seat in seats} == {SeatState.APPROVED}


def looks_back(company: Company) -> None:
    """Let the company look at a customer's quotations of 30 days together."""
    policies = company.business.policies
    split = policies.approvals.model_copy(update={"split_days": 30})
    company.business = replace(company.business, policies=policies.model_copy(update={"approvals": split}))


def test_a_large_quote_split_in_eight_at_once(company: Company) -> None:
    """R-47, R-110: whichever order they come in, each sees those before it; the sum climbs, never one by one."""
    looks_back(company)
    quotes = [company.quote(product="RB-12", quantity=1, discount_ppm=1_000_000) for _ in range(8)]
    assert company.race(*[(SubmitQuote(quote_id=quote), "陈静") for quote in quotes]) == [None] * 8
    seen = sorted(approval.facts["amount"] for approval in company.all(Approval))
    assert seen == [8_000_000 * count for count in range(1, 9)]


def test_two_rules_published_at_once(company: Company) -> None:
    """The second was tried on rules that are not these any more: it is refused, nothing is lost."""
    for fen in ("60万", "70万"):
        company.act(ProposeRule(words=fen, when={"amount": {"over": fen}}, cc=("person:秦岚",)), "秦岚")
    outcomes = company.race((PublishRule(edition_id=1), "秦岚"), (PublishRule(edition_id=2), "梁宁"))
    refused = [error for error in outcomes if error is not None]
    assert len(refused) == 1
    assert "重新说一遍" in str(refused[0])
    published = [edition for edition in company.all(RuleEdition) if edition.state is EditionState.PUBLISHED]
    assert [len(edition.rules) for edition in published] == [1]


def test_deciding_handing_on_and_asking_one_more(company: Company) -> None:
    """R-43: one of eight deeds of the same say wins; what is left can be decided by somebody."""
    for _ in range(2):
        approval_id = company.act(SubmitQuote(quote_id=company.quote()), "陈静")
        outcomes = company.race(
            (ApproveStep(approval_id=approval_id, version=1), "周敏"),
            (HandStepOn(approval_id=approval_id, version=1, to="罗成"), "周敏"),
            (HandStepOn(approval_id=approval_id, version=1, to="秦岚"), "周敏"),
            (RejectStep(approval_id=approval_id, version=1, reason="不"), "周敏"),
            (AddApprover(approval_id=approval_id, version=1, to="钱进"), "周敏"),
            (AddApprover(approval_id=approval_id, version=1, to="钱进"), "周敏"),
            (ApproveStep(approval_id=approval_id, version=1), "周敏"),
            (ApproveStep(approval_id=approval_id, version=1), "罗成"),
        )
        assert None in outcomes
        assert all(error is None or isinstance(error, Refusal) for error in outcomes)
        approval = company.get(Approval, approval_id)
        seats = [seat for seat in company.all(Seat) if seat.approval_id == approval_id]
        said = [seat for seat in seats if seat.state in (SeatState.APPROVED, SeatState.REJECTED)]
        assert len(said) <= 2
        if approval.state is ApprovalState.PENDING:
            assert [seat for seat in seats if seat.step == approval.step and seat.state is SeatState.WAITING]
