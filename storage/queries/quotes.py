"""Quotes for reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.catalog.design import Design
from domain.catalog.product_design import ProductDesign
from domain.customers.customer import Customer
from domain.customers.guard import FaultView
from domain.equipment.equipment import Equipment
from domain.errors import NotFound
from domain.files.kept_file import KeptFile
from domain.people.person import Person
from domain.quotes.figures import QuoteFigures
from domain.quotes.quote import Quote, QuoteLine, QuoteState
from domain.quotes.terms import terms_of
from domain.quotes.views import OpenOption, QuoteView, StepBack, TermView, WarningView
from domain.scope import require, within
from domain.service.ticket import Ticket
from storage.finders.people import PeopleFinder
from storage.finders.quotes import QuoteFinder
from storage.queries.quote_content import at_odds_with_approval, changed_after_approval
from storage.queries.quote_figures import quote_figures
from storage.queries.quote_offers import OfferQueries
from storage.queries.quote_versions import line_views, versions_of
from storage.tables import timeline

_ENTITLED = (Role.MANAGER, Role.MANAGEMENT, Role.FINANCE, Role.ADMIN)
"""Who sees margins without the policy saying so (R-57)."""
_FAULTS = 3
_STEPS = (
    "QuoteDrafted", "QuoteRevised", "QuoteVersionRestored", "QuoteWithdrawn", "QuoteWarningsAccepted", "QuoteRejected",
)  # fmt: skip


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

    def designs(self, quote_id: int, viewer: Actor) -> list[Design | None]:
        """Return what each line of the current revision was worked out by, in their order."""
        quote = self._session.get(Quote, quote_id)
        if quote is None or not within(viewer, quote.owner_id, PeopleFinder(self._session).leader_of):
            return []
        return [
            None if line.design_id is None else self._session.get_one(ProductDesign, line.design_id).design
            for line in QuoteFinder(self._session).lines(quote)
        ]

    def papers_of(self, subject: str) -> tuple[int, ...]:
        """Return the pictures and documents that were sent to a record: what may be a drawing."""
        query = select(KeptFile.id).where(KeptFile.subject == subject, KeptFile.kind.in_(("image", "file")))
        return tuple(self._session.scalars(query.order_by(KeptFile.id)))

    def last_steps(self, quote_id: int) -> list[StepBack]:
        """Return the last two changes of a quote, the newest first."""
        query = (
            select(timeline.c.event, timeline.c.body)
            .where(timeline.c.subject == f"quote:{quote_id}", timeline.c.event.in_(_STEPS))
            .order_by(timeline.c.seq.desc())
            .limit(2)
        )
        return [
            StepBack(
                event=event,
                revision=int(body.get("revision", 1)),
                was=int(body.get("was", 0)),
                took_back=bool(body.get("took_back", False)),
            )
            for event, body in self._session.execute(query)
        ]

    def figures(self, viewer: Actor, *, since: date, until: date, zone: ZoneInfo) -> QuoteFigures:
        """Return how fast and how well was quoted in these days, of all the viewer may see."""
        return quote_figures(self._session, viewer, since=since, until=until, zone=zone)

    def changed_after_approval(self) -> Iterator[str]:
        """Yield the numbers of quotes whose content is not what their approval was given for (R-107)."""
        yield from (quote.no for quote in changed_after_approval(self._session))

    def at_odds_with_approval(self) -> Iterator[str]:
        """Yield the numbers of quotes that say something else than their approval (R-112)."""
        yield from at_odds_with_approval(self._session)

    def _view(self, quote: Quote, viewer: Actor) -> QuoteView:
        customer = None if quote.customer_id is None else self._session.get(Customer, quote.customer_id)
        owner = self._session.get(Person, quote.owner_id)
        approval = None if quote.approval_id is None else self._session.get(Approval, quote.approval_id)
        lines = QuoteFinder(self._session).lines(quote)
        entitled = viewer.has(*_ENTITLED) or (quote.margin_to_sales and viewer.person_id == quote.owner_id)
        return QuoteView(
            id=quote.id,
            version=quote.version,
            no=quote.no,
            revision=quote.revision,
            state=quote.state.value,
            owner="" if owner is None else owner.name,
            customer="" if customer is None else customer.name,
            lines=line_views(self._session, lines),
            discount_ppm=quote.discount_ppm,
            is_agreed=quote.agreed_fen is not None,
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
            open_option=self._open_option(lines),
            terms=tuple(
                TermView(kind=term.kind, name=term.name, text=term.text, is_standard=term.is_standard)
                for term in terms_of(quote.terms)
            ),
            warnings=tuple(
                WarningView(name=each["name"], said=each["said"], accepted_by=each["by"]) for each in quote.warnings
            ),
            versions=versions_of(self._session, quote),
            offer=OfferQueries(self._session).of_quote(quote.id),
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

    def _open_option(self, lines: Sequence[QuoteLine]) -> OpenOption | None:
        """Return the first option taken by default that its design wants asked for."""
        for number, line in enumerate(lines, start=1):
            if line.design_id is None or not line.assumed:
                continue
            for group in self._session.get_one(ProductDesign, line.design_id).design.options:
                if group.ask and group.group in line.assumed:
                    return OpenOption(
                        line=number,
                        group=group.group,
                        chosen=str(line.options[group.group]),
                        choices=tuple(option.name for option in group.choices),
                    )
        return None

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
