"""Everything about one customer for reading: narrowed record by record to what the viewer may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, literal, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.activities.activity import Activity
from domain.actor import Actor
from domain.customers.overview import PAGE, LineView, OverviewView, PromiseView, Section, SectionView
from domain.equipment.equipment import Equipment
from domain.errors import NotFound
from domain.inquiries.fields import INQUIRY, TASK
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.opportunities.fields import OPPORTUNITY
from domain.opportunities.opportunity import Opportunity, OpportunityState
from domain.people.person import Person
from domain.quotes.fields import QUOTE
from domain.quotes.quote import Quote, QuoteState
from domain.service.ticket import Ticket
from domain.tasks.task import Task, TaskState
from storage.queries.customers import CustomerQueries
from storage.scope import in_scope

_PROMISES = 3
_LATEST = 3


@dataclass(frozen=True)
class _Source:
    """Where a section's lines come from. Follow-ups, machines and tickets belong to the customer, seen with it."""

    entity: type[Any]
    at: InstrumentedAttribute[Any] | None
    shown: ColumnElement[bool]
    open: ColumnElement[bool]
    line: Callable[[Any], LineView]
    scope: Callable[[Actor], ColumnElement[bool]] = lambda _viewer: true()


class OverviewQueries:
    """The 360° view, its sections, and what happened in its order."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, customer_id: int, viewer: Actor, *, whole: bool = False) -> OverviewView:
        """Return a customer with its counts, and with ``whole`` the first page of each section."""
        customer = CustomerQueries(self._session).card(customer_id, viewer)
        counted = self._counts(tuple(_SOURCES), customer_id, viewer)
        touched = self._touches(customer_id, viewer, "", PAGE if whole else _LATEST)
        unfolded = {section: self._lines(section, customer_id, viewer, "", PAGE) for section in _SOURCES if whole}
        return OverviewView(
            customer=customer,
            counts={section: total for section, (total, _) in counted.items()},
            open_counts={section: still for section, (_, still) in counted.items()},
            latest=tuple(touched[:_LATEST]),
            promises=self._promises(customer_id, viewer),
            summary=customer.summary,
            sections={Section.TOUCHES: tuple(touched), **unfolded} if whole else {},
        )

    def section(self, customer_id: int, viewer: Actor, *, section: str, before: str = "") -> SectionView:
        """Return one page of a section; ``before`` is ``SectionView.next_before`` of the page it follows."""
        if section not in set(Section):
            raise NotFound("没有这一栏，请重新查一次客户。")
        customer, which = CustomerQueries(self._session).card(customer_id, viewer), Section(section)
        if which is Section.TOUCHES:
            lines = self._touches(customer_id, viewer, before, PAGE + 1)
            total = sum(total for total, _ in self._counts(_TOUCHING, customer_id, viewer).values())
        else:
            lines = list(self._lines(which, customer_id, viewer, before, PAGE + 1))
            total = self._counts((which,), customer_id, viewer)[which][0]
        shown = lines[:PAGE]
        more = shown[-1].mark or str(shown[-1].id) if len(lines) > PAGE else ""
        return SectionView(customer=customer, section=which, total=total, lines=tuple(shown), next_before=more)

    def _counts(self, asked: Sequence[Section], customer_id: int, viewer: Actor) -> dict[Section, tuple[int, int]]:
        """Return of each section how many there are and how many are open, all in one statement."""
        counting = []
        for section in asked:
            source = _SOURCES[section]
            of_it = (source.entity.customer_id == customer_id, source.shown, source.scope(viewer))
            columns = (literal(section.value).label("section"), func.count(), func.count().filter(source.open))
            counting.append(select(*columns).select_from(source.entity).where(*of_it))
        return {Section(name): (total, still) for name, total, still in self._session.execute(union_all(*counting))}

    def _touches(self, customer_id: int, viewer: Actor, before: str, limit: int) -> list[LineView]:
        lines = [line for each in _TOUCHING for line in self._lines(each, customer_id, viewer, before, limit)]
        return sorted(lines, key=lambda line: line.mark, reverse=True)[:limit]

    def _lines(
        self, section: Section, customer_id: int, viewer: Actor, before: str, limit: int
    ) -> tuple[LineView, ...]:
        source = _SOURCES[section]
        query = select(source.entity).where(
            source.entity.customer_id == customer_id, source.shown, source.scope(viewer)
        )
        if source.at is None:
            if before:
                query = query.where(source.entity.id < int(before))
            rows = self._session.scalars(query.order_by(source.entity.id.desc()).limit(limit))
            return tuple(source.line(row) for row in rows)
        if before:
            # Of the same moment too: which of those came on the page before, the marks tell.
            moment = datetime.fromtimestamp(int(before.partition(".")[0]) / 1_000_000, tz=UTC)
            query = query.where(source.at <= moment)
        rows = self._session.scalars(
            query.order_by(source.at.desc(), source.entity.id.desc()).limit(limit + PAGE if before else limit)
        )
        lines = [source.line(row) for row in rows]
        return tuple(line for line in lines if not before or line.mark < before)[:limit]

    def _promises(self, customer_id: int, viewer: Actor) -> tuple[PromiseView, ...]:
        query = (
            select(Task, Person.name)
            .join(Person, Person.id == Task.owner_id)
            .where(Task.customer_id == customer_id, Task.state == TaskState.OPEN, in_scope(TASK, viewer))
            .order_by(Task.due.is_(None), Task.due, Task.id)
            .limit(_PROMISES)
        )
        return tuple(
            PromiseView(title=task.title, due=task.due, owner=owner) for task, owner in self._session.execute(query)
        )


def _activity(activity: Activity) -> LineView:
    words = f"{activity.kind.label}：{activity.text}"
    return LineView(kind=Section.ACTIVITIES, id=activity.id, no="", at=activity.at, words=words)


def _deal(deal: Opportunity) -> LineView:
    return LineView(
        kind=Section.DEALS,
        id=deal.id,
        no=deal.no,
        at=deal.created_at,
        words=deal.stage,
        state=deal.state.value,
        amount_fen=deal.amount_fen,
        open=deal.state in _DEALS_OPEN,
    )


def _inquiry(inquiry: Inquiry) -> LineView:
    return LineView(
        kind=Section.INQUIRIES,
        id=inquiry.id,
        no=inquiry.no,
        at=inquiry.created_at,
        words=inquiry.requirement,
        state=inquiry.state.value,
        amount_fen=inquiry.budget_fen,
        open=inquiry.state is InquiryState.OPEN,
    )


def _quote(quote: Quote) -> LineView:
    return LineView(
        kind=Section.QUOTES,
        id=quote.id,
        no=quote.no,
        at=quote.created_at,
        state=quote.state.value,
        amount_fen=quote.total_fen,
        open=quote.state in _QUOTES_OPEN,
    )


def _machine(machine: Equipment) -> LineView:
    until = machine.warranty_until
    said = "" if until is None else f"{until:%Y-%m-%d}"
    return LineView(kind=Section.MACHINES, id=machine.id, no=machine.serial, at=None, words=machine.model, state=said)


def _ticket(ticket: Ticket) -> LineView:
    return LineView(
        kind=Section.TICKETS,
        id=ticket.id,
        no=ticket.no,
        at=ticket.opened_at,
        words=ticket.fault,
        state="open" if ticket.closed_at is None else "closed",
        open=ticket.closed_at is None,
    )


_QUOTES_OPEN = (QuoteState.DRAFT, QuoteState.SUBMITTED, QuoteState.REJECTED)
_DEALS_OPEN = (OpportunityState.OPEN, OpportunityState.DORMANT)
_SOURCES: Mapping[Section, _Source] = {
    Section.ACTIVITIES: _Source(Activity, Activity.at, ~Activity.undone, false(), _activity),
    Section.DEALS: _Source(
        Opportunity,
        Opportunity.created_at,
        Opportunity.state != OpportunityState.UNDONE,
        Opportunity.state.in_(_DEALS_OPEN),
        _deal,
        lambda viewer: in_scope(OPPORTUNITY, viewer),
    ),
    Section.INQUIRIES: _Source(
        Inquiry,
        Inquiry.created_at,
        Inquiry.state != InquiryState.UNDONE,
        Inquiry.state == InquiryState.OPEN,
        _inquiry,
        lambda viewer: in_scope(INQUIRY, viewer),
    ),
    Section.QUOTES: _Source(
        Quote,
        Quote.created_at,
        Quote.state != QuoteState.VOID,
        Quote.state.in_(_QUOTES_OPEN),
        _quote,
        lambda viewer: in_scope(QUOTE, viewer),
    ),
    Section.MACHINES: _Source(Equipment, None, ~Equipment.retired, true(), _machine),
    Section.TICKETS: _Source(Ticket, Ticket.opened_at, true(), Ticket.closed_at.is_(None), _ticket),
}
_TOUCHING = (Section.ACTIVITIES, Section.DEALS, Section.INQUIRIES, Section.QUOTES, Section.TICKETS)
