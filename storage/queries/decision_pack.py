"""What an approver wants to know beside the request: earlier prices, open trouble, what else waits (N4)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.approvals.views import Pack, PastPrice
from domain.quotes.quote import Quote, QuoteLine, QuoteState
from domain.service.ticket import Ticket

_PRICES = 3


def decision_pack(session: Session, approval: Approval, viewer_id: int | None) -> Pack:
    """Return the pack for somebody who decides."""
    kind, _, customer = approval.party.partition(":")
    customer_id = int(customer) if kind == "customer" else None
    overdue = approval.facts.get("overdue")
    return Pack(
        prices=() if customer_id is None else _prices(session, approval, customer_id),
        overdue_fen=overdue if isinstance(overdue, int) else None,
        open_tickets=0 if customer_id is None else _open_tickets(session, customer_id),
        recent_fen=int(approval.exhibit.get("recent_fen", 0)),
        queue=_queue(session, approval, viewer_id),
    )


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


def _open_tickets(session: Session, customer_id: int) -> int:
    query = select(func.count()).where(Ticket.customer_id == customer_id, Ticket.closed_at.is_(None))
    return session.scalar(query) or 0


def _queue(session: Session, approval: Approval, viewer_id: int | None) -> int:
    query = (
        select(func.count())
        .select_from(Approval)
        .join(Seat, (Seat.approval_id == Approval.id) & (Seat.step == Approval.step))
        .where(
            Approval.state == ApprovalState.PENDING,
            Approval.id != approval.id,
            Seat.person_id == viewer_id,
            Seat.state == SeatState.WAITING,
        )
    )
    return session.scalar(query) or 0
