"""What waits for one member of staff: the lists of the home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.approvals.views import ApprovalView
from domain.customers.customer import Customer
from domain.desk.views import HomeView, Waiting
from domain.errors import NotFound
from domain.inquiries.views import InquiryView
from domain.opportunities.opportunity import Opportunity, OpportunityState
from domain.quotes.quote import Quote, QuoteState
from domain.scope import UNSEEN
from domain.service.states import WITH_ENGINEER, JobState
from domain.service.tell import KEEPERS
from domain.service.views import JobLine
from domain.tasks.task import Task, TaskState
from storage.queries.approvals import ApprovalQueries
from storage.queries.inquiries import InquiryQueries
from storage.queries.service import ServiceQueries

_LIMIT = 20
_APPROVAL, _INQUIRY, _QUOTE = (
    ("approvals.decide", "approval"),
    ("inquiries.logged", "inquiry"),
    ("quotes.draft", "quote"),
)


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

    def home(self, person_id: int, viewer: Actor) -> HomeView:
        """Return the same for the home card, and how many customers, deals and tasks are his; his alone."""
        if person_id != viewer.person_id:
            raise NotFound(UNSEEN)
        desk = self.of(viewer)
        jobs = (
            ("等我接单", desk.offered, "service.dispatch"),
            ("我的工单", desk.jobs, "service.dispatch"),
            ("待派工单", desk.without_engineer, "service.unassigned"),
        )
        waiting = (
            _waiting("等我审批", [(f"{each.no} {each.customer}", each.id) for each in desk.approvals], _APPROVAL),
            *(
                _waiting(name, [(f"{each.no} {each.customer}", each.id) for each in lines], (card, "workorder"))
                for name, lines, card in jobs
            ),
            _waiting("待报价", [(f"{each.no} {each.customer}", each.id) for each in desk.inquiries], _INQUIRY),
            _waiting("我的报价", [(f"{each.no} {each.customer}", each.id) for each in desk.quotes], _QUOTE),
            *(Waiting(name=name, count=self._count(clauses)) for name, clauses in _owned(person_id).items()),
        )
        return HomeView(person_id=person_id, lists=tuple(each for each in waiting if each.count))

    def _count(self, clauses: Sequence[ColumnElement[bool]]) -> int:
        return self._session.execute(select(func.count()).where(*clauses)).scalar_one()

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


def _waiting(name: str, lines: Sequence[tuple[str, int]], opens: tuple[str, str]) -> Waiting:
    """Return a list by its first line; ``opens`` are the card and the kind of record."""
    if not lines:
        return Waiting(name=name, count=0)
    (words, id_), (card, record) = lines[0], opens
    return Waiting(name=name, count=len(lines), words=words.strip(), card=card, first=f"{record}:{id_}")


def _owned(person_id: int) -> dict[str, tuple[ColumnElement[bool], ...]]:
    running = (OpportunityState.OPEN, OpportunityState.DORMANT)
    return {
        "我的待办": (Task.owner_id == person_id, Task.state == TaskState.OPEN),
        "我的商机": (Opportunity.owner_id == person_id, Opportunity.state.in_(running)),
        "我的客户": (Customer.owner_id == person_id, Customer.active.is_(True)),
    }
