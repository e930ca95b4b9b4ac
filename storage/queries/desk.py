"""What waits for one member of staff: the lists of the home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.approvals.views import ApprovalView
from domain.customers.customer import Customer
from domain.inquiries.views import InquiryView
from domain.quotes.quote import Quote, QuoteState
from domain.service.states import WITH_ENGINEER, JobState
from domain.service.tell import KEEPERS
from domain.service.views import JobLine
from storage.queries.approvals import ApprovalQueries
from storage.queries.inquiries import InquiryQueries
from storage.queries.service import ServiceQueries

_LIMIT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """A quote in a list; the amount in fen with tax."""

    id: int
    no: str
    state: str
    customer: str
    total_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One person's work, each list with the longest waiting or most pressing first."""

    approvals: Sequence[ApprovalView]
    offered: Sequence[JobLine]
    jobs: Sequence[JobLine]
    without_engineer: Sequence[JobLine]
    """Only for those who dispatch."""
    inquiries: Sequence[InquiryView]
    quotes: Sequence[QuoteLine]


class DeskQueries:
    """The home page."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, viewer: Actor) -> Desk:
        """Return what waits for the viewer, at most twenty of each."""
        service = ServiceQueries(self._session)
        mine = (*WITH_ENGINEER, JobState.SIGNING)
        return Desk(
            approvals=ApprovalQueries(self._session).pending_for(viewer, _LIMIT),
            offered=service.offered_to(viewer.person_id)[:_LIMIT],
            jobs=service.jobs_of(viewer.person_id, mine)[:_LIMIT],
            without_engineer=service.without_engineer()[:_LIMIT] if viewer.has(*KEEPERS) else (),
            inquiries=InquiryQueries(self._session).mine(viewer, _LIMIT),
            quotes=self._quotes(viewer),
        )

    def _quotes(self, viewer: Actor) -> list[QuoteLine]:
        open_ = (QuoteState.DRAFT, QuoteState.SUBMITTED, QuoteState.REJECTED)
        rows = self._session.execute(
            select(Quote, Customer.name)
            .outerjoin(Customer, Customer.id == Quote.customer_id)
            .where(Quote.owner_id == viewer.person_id, Quote.state.in_(open_))
            .order_by(Quote.id.desc())
            .limit(_LIMIT)
        )
        return [
            QuoteLine(
                id=quote.id, no=quote.no, state=quote.state.value, customer=customer or "", total_fen=quote.total_fen
            )
            for quote, customer in rows
        ]
