"""Eight people press at once on PostgreSQL: nobody waits for somebody who waits for him."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from domain.approvals.approval import Approval, ApprovalState
from domain.approvals.deciding import ApproveStep, CounterApproval, RejectStep
from domain.errors import Refusal
from domain.messages import Command
from domain.quotes.drafting import DraftQuote, ReviseQuote
from domain.quotes.offering import OfferQuote
from domain.quotes.quote import Quote, QuoteState
from domain.quotes.returning import ReturnToVersion
from domain.quotes.submitting import SubmitQuote, WithdrawQuote
from domain.quotes.whole import Total
from domain.record import Entity
from storage.uow import UnitOfWork
from tests.support.company import Company, open_company

ROUNDS = 3
_DEADLOCK = "40P01"


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as company:
        yield company


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_what_is_asked_anew_while_one_waits_is_locked_in_the_same_order(company: Company) -> None:
    """The approval first, also when it came only after the quotation was looked at."""
    quote_id = company.quote()
    tries: list[list[str]] = []

    def revise(work: UnitOfWork) -> None:
        lock, order = work.lock, list[str]()
        tries.append(order)

        def meddled(kind: type[Entity], id_: int) -> Entity:
            if kind is Quote and len(tries) == 1:
                company.act(SubmitQuote(quote_id=quote_id), "陈静")
            order.append(kind.__name__)
            return lock(kind, id_)

        work.lock = meddled  # type: ignore[assignment, method-assign]
        work.act(ReviseQuote(quote_id=quote_id, discount_ppm=900_000))

    company.run(revise, "陈静")
    assert [order[:2] for order in tries] == [["Quote"], ["Approval", "Quote"]]
    (approval,) = company.all(Approval)
    assert approval.state is ApprovalState.SUPERSEDED


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_deciding_changing_and_asking_anew_never_lock_each_other_out(company: Company) -> None:
    """Two quotations of one inquiry: what locks the approval, the quotation, its customer, its inquiry."""
    victims: list[str] = []

    @event.listens_for(company.database.engine, "handle_error")
    def _note(context: Any) -> None:
        if getattr(context.original_exception, "sqlstate", "") == _DEADLOCK:
            victims.append(str(context.statement))

    inquiry = company.log(company="锦腾")
    for turn in range(ROUNDS):
        first, second = (company.act(DraftQuote(inquiry_id=inquiry, discount_ppm=950_000), "陈静") for _ in range(2))
        approval = company.act(SubmitQuote(quote_id=first), "陈静")
        deeds: tuple[tuple[Command, str], ...] = (
            (ApproveStep(approval_id=approval), "周敏"),
            (ReviseQuote(quote_id=first, total=Total(less_fen=10_000 * (turn + 1))), "陈静"),
            (SubmitQuote(quote_id=second), "陈静"),
            (WithdrawQuote(quote_id=first), "陈静"),
            (SubmitQuote(quote_id=first), "陈静"),
            (RejectStep(approval_id=approval, reason="毛利太低"), "周敏")
            if turn % 2
            else (CounterApproval(approval_id=approval, words="付款改四四二", terms={"付款": "四四二"}), "周敏"),
            (OfferQuote(quote_id=first), "陈静"),
            (ReturnToVersion(quote_id=first, revision=1), "周敏"),
        )
        outcomes = company.race(*deeds)
        assert all(each is None or isinstance(each, Refusal) for each in outcomes), outcomes
        for quote_id in (first, second):
            quote = company.get(Quote, quote_id)
            open_ = [
                each.id
                for each in company.all(Approval)
                if each.about == quote.subject and each.state is ApprovalState.PENDING
            ]
            assert open_ == ([quote.approval_id] if quote.state is QuoteState.SUBMITTED else [])
    assert victims == []
