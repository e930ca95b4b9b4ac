"""Quotes for reading."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.customers.customer import Customer
from domain.customers.guard import FaultView
from domain.equipment.equipment import Equipment
from domain.errors import NotFound
from domain.people.person import Person
from domain.quotes.quote import Quote, QuoteState, content_hash
from domain.quotes.views import QuoteLineView, QuoteView
from domain.scope import require, within
from domain.service.ticket import Ticket
from storage.finders.people import PeopleFinder
from storage.finders.quotes import QuoteFinder

_ENTITLED = (Role.MANAGER, Role.MANAGEMENT, Role.FINANCE, Role.ADMIN)
"""Who sees margins without the policy saying so (R-57)."""
_FAULTS = 3


class QuoteQueries:
    """What a viewer may see of quotes: his own, his people's, or all."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, quote_id: int, viewer: Actor) -> QuoteView:
        """Return one quote; NotFound when unknown or not for this viewer."""
        quote = self._session.get(Quote, quote_id)
        if quote is None:
            raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
        require(viewer, quote.owner_id, PeopleFinder(self._session).leader_of)
        return self._view(quote, viewer)

    def by_no(self, no: str, viewer: Actor) -> QuoteView:
        """Return one quote by its number."""
        quote = self._session.scalars(select(Quote).where(Quote.no == no.strip().upper())).first()
        if quote is None or not within(viewer, quote.owner_id, PeopleFinder(self._session).leader_of):
            raise NotFound(f"没有找到报价 {no}，可能不在您的范围内。")
        return self._view(quote, viewer)

    def latest_of(self, viewer: Actor, *, inquiry_id: int | None = None) -> QuoteView | None:
        """Return the viewer's own newest quote that is not void, or the newest for an inquiry."""
        mine = Quote.owner_id == viewer.person_id if inquiry_id is None else Quote.inquiry_id == inquiry_id
        query = select(Quote).where(mine, Quote.state != QuoteState.VOID).order_by(Quote.id.desc()).limit(1)
        quote = self._session.scalars(query).first()
        if quote is None or not within(viewer, quote.owner_id, PeopleFinder(self._session).leader_of):
            return None
        return self._view(quote, viewer)

    def changed_after_approval(self) -> Iterator[str]:
        """Yield the numbers of quotes whose content is not what their approval was given for (R-107)."""
        query = select(Quote, Approval).join(Approval, Approval.id == Quote.approval_id)
        for quote, approval in self._session.execute(query):
            now = content_hash(quote, QuoteFinder(self._session).lines(quote))
            if not now == quote.content_hash == approval.content_hash:
                yield quote.no

    def _view(self, quote: Quote, viewer: Actor) -> QuoteView:
        customer = None if quote.customer_id is None else self._session.get(Customer, quote.customer_id)
        owner = self._session.get(Person, quote.owner_id)
        approval = None if quote.approval_id is None else self._session.get(Approval, quote.approval_id)
        entitled = viewer.has(*_ENTITLED) or (quote.margin_to_sales and viewer.person_id == quote.owner_id)
        return QuoteView(
            id=quote.id,
            version=quote.version,
            no=quote.no,
            revision=quote.revision,
            state=quote.state.value,
            owner="" if owner is None else owner.name,
            customer="" if customer is None else customer.name,
            lines=tuple(
                QuoteLineView(
                    code=line.code,
                    name=line.name,
                    unit=line.unit,
                    quantity=line.quantity,
                    price_fen=line.price_fen,
                    net_fen=line.net_fen,
                )
                for line in QuoteFinder(self._session).lines(quote)
            ),
            discount_ppm=quote.discount_ppm,
            list_fen=quote.list_fen,
            total_fen=quote.total_fen,
            tax_fen=quote.tax_fen,
            margin_ppm=quote.margin_ppm if entitled else None,
            valid_days=quote.valid_days,
            rule=quote.rule,
            approval_no="" if approval is None else approval.no,
            waiting_for=() if approval is None else self._waiting_for(approval),
            decided_by=quote.decided_by,
            decided_at=quote.decided_at,
            comment=quote.comment,
            faults=self._faults(quote),
        )

    def _faults(self, quote: Quote) -> tuple[FaultView, ...]:
        """Return the newest fault reported of each machine at the customer's of a model that is quoted."""
        codes = [line.code for line in QuoteFinder(self._session).lines(quote)]
        query = (
            select(Ticket.no, Equipment.model, Ticket.closed_at)
            .join(Equipment, Equipment.id == Ticket.equipment_id)
            .where(Ticket.customer_id == quote.customer_id, Equipment.model.in_(codes))
            .order_by(Ticket.closed_at.is_not(None), Ticket.closed_at.desc(), Ticket.id.desc())
            .limit(_FAULTS)
        )
        rows = self._session.execute(query) if quote.customer_id is not None else ()
        return tuple(FaultView(no=no, model=model, closed_at=closed_at) for no, model, closed_at in rows)

    def _waiting_for(self, approval: Approval) -> tuple[str, ...]:
        if approval.state is not ApprovalState.PENDING:
            return ()
        query = (
            select(Person.name)
            .join(Seat, Seat.person_id == Person.id)
            .where(Seat.approval_id == approval.id, Seat.step == approval.step, Seat.state == SeatState.WAITING)
            .order_by(Seat.id)
        )
        return tuple(self._session.scalars(query))
