"""The dispatcher's board: every open job, the most pressing first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from domain.actor import Role
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.errors import NotFound
from domain.people.person import Person
from domain.service.states import JobState
from domain.service.tell import KEEPERS, called
from domain.service.ticket import Ticket
from domain.service.views import Board, BoardRow
from domain.service.work_order import WorkOrder
from storage.finders.service import ServiceFinder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from domain.actor import Actor

_OPEN = tuple(state for state in JobState if state.is_open)
_UNTAKEN = (JobState.REPORTED, JobState.OFFERED)


class ServiceBoard:
    """All open jobs on one board, whatever kind they are (S-140)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def board(self, viewer: Actor, now: datetime, *, strategic: Sequence[str] = (), limit: int = 50) -> Board:
        """Return the board for whoever dispatches: jobs without anybody, then standstills, then by the time promised.

        Customers of a ``strategic`` level come before others of their kind (S-152).
        """
        if not viewer.has(*KEEPERS, Role.MANAGEMENT):
            raise NotFound("派单看板给调度和主管看，您的工单请发“待办”。")
        first = case((Customer.level.in_(strategic or [""]), 0), else_=1)
        untaken = case((WorkOrder.state.in_(_UNTAKEN), 0), else_=1)
        standstill = case((Ticket.urgent, 0), else_=1)
        rows = self._session.execute(
            select(WorkOrder, Ticket, Equipment.model, Customer, Person.name)
            .join(Ticket, Ticket.id == WorkOrder.ticket_id)
            .join(Customer, Customer.id == Ticket.customer_id)
            .outerjoin(Equipment, Equipment.id == Ticket.equipment_id)
            .outerjoin(Person, Person.id == WorkOrder.engineer_id)
            .where(WorkOrder.state.in_(_OPEN))
            .order_by(untaken, first, standstill, Ticket.resolve_due, WorkOrder.id)
            .limit(limit)
        )
        return Board(
            rows=tuple(
                BoardRow(
                    id=job.id,
                    no=job.no,
                    version=job.version,
                    type=job.type,
                    state=job.state,
                    customer=called(customer),
                    strategic=customer.level in strategic,
                    model=model or ticket.product,
                    region=job.region,
                    urgent=ticket.urgent,
                    engineer=engineer or "",
                    opened_at=ticket.opened_at,
                    eta=job.eta,
                    resolve_due=ticket.resolve_due,
                    late=_late(job, ticket, now),
                    blocked=job.blocked,
                )
                for job, ticket, model, customer, engineer in rows
            ),
            counts=self._counts(),
            loads=self._loads(),
        )

    def _counts(self) -> dict[JobState, int]:
        query = select(WorkOrder.state, func.count()).where(WorkOrder.state.in_(_OPEN)).group_by(WorkOrder.state)
        return {state: int(count) for state, count in self._session.execute(query)}

    def _loads(self) -> tuple[tuple[str, int], ...]:
        find = ServiceFinder(self._session)
        loads = find.loads()
        return tuple((person.name, loads.get(person.id, 0)) for person in find.holders(Role.ENGINEER))


def _late(job: WorkOrder, ticket: Ticket, now: datetime) -> bool:
    due = ticket.resolve_due
    return due is not None and due < now and job.finished_at is None and ticket.paused_at is None
