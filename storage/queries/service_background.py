"""What an engineer should know before he goes: earlier services, faults like this one, promises (S-036, S-143)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import Select, select

from domain.customers.customer import Contact
from domain.equipment.equipment import Equipment
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.views import Background, PastService, Similar, Stand
from domain.service.work_order import WorkOrder
from domain.tasks.task import Task, TaskSource, TaskState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from domain.customers.customer import Customer

_PAST = 3
_SIMILAR = 2
_LOOKED_AT = 200
_PROMISES = 2
_PEOPLE = 2
_FOUND = 5
_SEARCHED = 5_000
"""Repairs that are searched for words; alarms have an index."""
_ALARM = re.compile(r"[A-Za-z]{1,3}-?\d{2,4}")
_MENDED = (
    select(Equipment.model, Ticket.fault, WorkOrder.words)
    .join(Ticket, Ticket.id == WorkOrder.ticket_id)
    .join(Equipment, Equipment.id == Ticket.equipment_id)
    .where(Ticket.type == ServiceType.REPAIR, WorkOrder.finished_at.is_not(None), WorkOrder.words != "")
    .order_by(WorkOrder.id.desc())
)


class ServiceBackground:
    """Earlier services and the background of a visit."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def history(self, ticket: Ticket) -> tuple[PastService, ...]:
        """Return the last three services of the same machine."""
        if ticket.equipment_id is None:
            return ()
        rows = self._session.execute(
            select(WorkOrder.finished_at, WorkOrder.words, Ticket.fault)
            .join(Ticket, Ticket.id == WorkOrder.ticket_id)
            .where(
                Ticket.equipment_id == ticket.equipment_id, Ticket.id != ticket.id, WorkOrder.finished_at.is_not(None)
            )
            .order_by(WorkOrder.finished_at.desc())
            .limit(_PAST)
        )
        return tuple(PastService(at=at, words=words or fault) for at, words, fault in rows if at is not None)

    def of(self, job: WorkOrder, ticket: Ticket, customer: Customer, stand: Stand) -> Background:
        """Return the background of a visit that is still to come; nothing for whoever has nothing to do there."""
        if stand in (Stand.OUT, Stand.SELLER) or job.finished_at is not None:
            return Background()
        return Background(
            bought=self._bought(ticket),
            promises=self._promises(customer.id),
            people=self._people(customer.id),
            similar=self._similar(job, ticket),
        )

    def mended(self, fault: str) -> tuple[Similar, ...]:
        """Return the newest repairs of an alarm, or of a fault in words, with what mended them; at most five."""
        said = (
            Ticket.fault_code == fault.upper()
            if _ALARM.fullmatch(fault)
            else Ticket.fault.contains(fault, autoescape=True)
        )
        recent = (
            select(WorkOrder.id)
            .where(WorkOrder.finished_at.is_not(None))
            .order_by(WorkOrder.id.desc())
            .limit(_SEARCHED)
        )
        query = _MENDED.where(said).limit(_FOUND)
        if not _ALARM.fullmatch(fault):
            query = query.where(WorkOrder.id.in_(recent))
        return tuple(dict.fromkeys(self._read(query)))

    def _bought(self, ticket: Ticket) -> str:
        machine = None if ticket.equipment_id is None else self._session.get_one(Equipment, ticket.equipment_id)
        if machine is None or machine.installed_on is None:
            return ""
        return f"{machine.installed_on:%Y-%m-%d} 装机"

    def _promises(self, customer_id: int) -> tuple[str, ...]:
        """Return what sales told the customer and has not kept yet."""
        query = (
            select(Task.title)
            .where(Task.customer_id == customer_id, Task.source == TaskSource.PROMISE, Task.state == TaskState.OPEN)
            .order_by(Task.due)
            .limit(_PROMISES)
        )
        return tuple(self._session.scalars(query))

    def _people(self, customer_id: int) -> tuple[str, ...]:
        """Return who is met there, and how he takes things."""
        query = select(Contact).where(Contact.customer_id == customer_id, Contact.active).order_by(Contact.id)
        return tuple(_met(each) for each in self._session.scalars(query.limit(_PEOPLE)))

    def _similar(self, job: WorkOrder, ticket: Ticket) -> tuple[Similar, ...]:
        """Return faults like this one on other machines that were mended at the first visit, with what mended them.

        The same alarm first, then the same kind of fault of the same model; of the newest few hundred of them.
        """
        if ticket.type is not ServiceType.REPAIR or ticket.equipment_id is None:
            return ()
        machine = self._session.get_one(Equipment, ticket.equipment_id)
        base = _MENDED.where(Ticket.equipment_id != ticket.equipment_id).limit(_SIMILAR)
        found: list[Similar] = []
        if ticket.fault_code:
            found += self._read(base.where(Ticket.fault_code == ticket.fault_code))
        if len(found) < _SIMILAR and job.kind:
            newest = select(WorkOrder.id).where(WorkOrder.kind == job.kind).order_by(WorkOrder.id.desc())
            recent = newest.limit(_LOOKED_AT)
            found += self._read(base.where(Equipment.model == machine.model, WorkOrder.id.in_(recent)))
        return tuple(dict.fromkeys(found))[:_SIMILAR]

    def _read(self, query: Select[str, str, str]) -> list[Similar]:
        rows = self._session.execute(query)
        return [Similar(model=model, fault=fault[:40], words=words[:60]) for model, fault, words in rows]


def _met(contact: Contact) -> str:
    return " ".join(each for each in (contact.name, contact.title, contact.temperament) if each)
