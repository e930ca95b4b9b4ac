"""What an approver wants to know beside the request: earlier prices, open trouble, what else waits (N4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.approvals.owed import RECORD, overdue_field
from domain.approvals.views import Pack, PastPrice, Queued
from domain.fields import Field, RecordType
from domain.people.person import Person
from domain.quotes.quote import Quote, QuoteLine, QuoteState
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from storage import dictionary

_PRICES = 3
_NEXT = 2
"""How many of the other requests are named."""


def decision_pack(session: Session, approval: Approval, viewer_id: int | None) -> Pack:
    """Return the pack for somebody who decides."""
    kind, _, customer = approval.party.partition(":")
    customer_id = int(customer) if kind == "customer" else None
    customers = dictionary.record_type(session, RECORD)
    field = overdue_field(customers)
    open_ = {} if customer_id is None else _open_tickets(session, customer_id)
    queued = _queued(session, approval, viewer_id)
    return Pack(
        prices=() if customer_id is None else _prices(session, approval, customer_id),
        overdue_fen=None if customer_id is None or field is None else _overdue(session, customers, field, customer_id),
        overdue_kept=field is not None,
        open_tickets=open_.get(ServiceType.REPAIR, 0),
        complaints=open_.get(ServiceType.COMPLAINT, 0),
        recent_fen=int(approval.exhibit.get("recent_fen", 0)),
        queue=len(queued),
        next_up=tuple(_next_up(session, queued[:_NEXT])),
        beside=tuple(_beside(session, approval, viewer_id)),
    )


def _overdue(session: Session, customers: RecordType, field: Field, customer_id: int) -> int | None:
    kept = dictionary.kept_facts(session, customers, [customer_id]).get(customer_id, {}).get(field.name)
    return kept if isinstance(kept, int) else None


def _prices(session: Session, approval: Approval, customer_id: int) -> tuple[PastPrice, ...]:
    """Return the last prices this customer got, the newest first; not the one that is asked about."""
    query = (
        select(Quote)
        .where(Quote.customer_id == customer_id, Quote.state == QuoteState.APPROVED, Quote.decided_at.is_not(None))
        .order_by(Quote.decided_at.desc())
        .limit(_PRICES + 1)
    )
    before = [quote for quote in session.scalars(query) if quote.subject != approval.about][:_PRICES]
    return tuple(
        PastPrice(
            no=quote.no,
            at=quote.decided_at,
            total_fen=quote.total_fen,
            discount_ppm=quote.effective_discount_ppm,
            goods=_goods(session, quote),
        )
        for quote in before
        if quote.decided_at is not None
    )


def _goods(session: Session, quote: Quote) -> str:
    lines = session.execute(
        select(QuoteLine.code, QuoteLine.quantity)
        .where(QuoteLine.quote_id == quote.id, QuoteLine.revision == quote.revision)
        .order_by(QuoteLine.position)
        .limit(_PRICES)
    )
    return "、".join(f"{code}×{quantity}" for code, quantity in lines)


def _open_tickets(session: Session, customer_id: int) -> dict[ServiceType, int]:
    open_ = (Ticket.customer_id == customer_id, Ticket.closed_at.is_(None))
    rows = session.execute(select(Ticket.type, func.count().label("number")).where(*open_).group_by(Ticket.type))
    return {row.type: row.number for row in rows}


def _queued(session: Session, approval: Approval, viewer_id: int | None) -> Sequence[Approval]:
    """Return what else waits for the viewer, the longest waiting first."""
    query = (
        select(Approval)
        .join(Seat, (Seat.approval_id == Approval.id) & (Seat.step == Approval.step))
        .where(
            Approval.state == ApprovalState.PENDING,
            Approval.id != approval.id,
            Seat.person_id == viewer_id,
            Seat.state == SeatState.WAITING,
        )
    )
    return session.scalars(query.order_by(Approval.step_since, Approval.id)).all()


def _next_up(session: Session, queued: Sequence[Approval]) -> Iterator[Queued]:
    for each in queued:
        asker = session.get_one(Person, each.requester_id)
        yield Queued(no=each.no, requester=asker.name, amount_fen=each.amount_fen, since=each.step_since)


def _beside(session: Session, approval: Approval, viewer_id: int | None) -> Iterator[str]:
    """Yield who else has to agree to the step that waits; whoever only may decide instead is not needed."""
    if approval.state is not ApprovalState.PENDING or approval.modes[approval.step] != "all":
        return
    query = select(Seat).where(
        Seat.approval_id == approval.id,
        Seat.step == approval.step,
        Seat.state == SeatState.WAITING,
        Seat.stands_in.is_(False),
        Seat.person_id != viewer_id,
    )
    for seat in session.scalars(query.order_by(Seat.id)):
        yield session.get_one(Person, seat.person_id).name
