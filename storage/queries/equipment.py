"""Machines, for reading."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from domain.actor import Role
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.equipment.fitted_part import FittedPart
from domain.equipment.views import MachineCode, MachinePlate, MachineWithPart
from domain.scope import within
from domain.service.tell import KEEPERS
from domain.service.ticket import Ticket
from domain.service.work_order import WorkOrder
from storage.finders.people import PeopleFinder

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from domain.actor import Actor


class EquipmentQueries:
    """Machines by their code, their serial, their owner."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plate(self, slug: str) -> MachinePlate | None:
        """Return what a scan may show; None for an unknown and for a retired code alike (R-70)."""
        query = select(Equipment, Customer.level).join(Customer, Customer.id == Equipment.customer_id)
        row = self._session.execute(query.where(Equipment.slug == slug)).first()
        if row is None or row[0].retired:
            return None
        return replace(_plate(row[0]), level=row[1])

    def serial(self, equipment_id: int) -> str:
        """Return a machine's serial."""
        return self._session.get_one(Equipment, equipment_id).serial

    def of_job(self, job_id: int) -> MachinePlate | None:
        """Return the machine a job is about, None for one that is in no ledger."""
        query = (
            select(Equipment)
            .join(Ticket, Ticket.equipment_id == Equipment.id)
            .join(WorkOrder, WorkOrder.ticket_id == Ticket.id)
            .where(WorkOrder.id == job_id)
        )
        machine = self._session.scalars(query).first()
        return None if machine is None else _plate(machine)

    def customer(self, equipment_id: int) -> int:
        """Return whose machine it is."""
        return self._session.get_one(Equipment, equipment_id).customer_id

    def visible(self, viewer: Actor, model: str) -> list[MachinePlate]:
        """Return the machines of a model that the viewer may mean without naming a customer: those of his open jobs."""
        query = (
            select(Equipment)
            .join(Ticket, Ticket.equipment_id == Equipment.id)
            .join(WorkOrder, WorkOrder.ticket_id == Ticket.id)
            .where(WorkOrder.engineer_id == viewer.person_id, Ticket.closed_at.is_(None))
            .order_by(Equipment.id)
            .distinct()
        )
        found = list(self._session.scalars(query.where(Equipment.model == model) if model else query))
        if not found and model and viewer.has(*KEEPERS, Role.MANAGEMENT, Role.ENGINEER):
            found = list(
                self._session.scalars(select(Equipment).where(Equipment.model == model, ~Equipment.retired).limit(6))
            )
        return [_plate(each) for each in found]

    def warranty(self, equipment_id: int, day: date) -> str:
        """Return how a machine's warranty stands, in words."""
        return self._session.get_one(Equipment, equipment_id).warranty_on(day)

    def may_see(self, equipment_id: int, viewer: Actor) -> bool:
        """Return whether a machine is the viewer's business: everybody's in service, else by its customer's owner."""
        if viewer.has(*KEEPERS, Role.MANAGEMENT, Role.ENGINEER):
            return True
        owner = select(Customer.owner_id).join(Equipment, Equipment.customer_id == Customer.id)
        owner_id = self._session.scalar(owner.where(Equipment.id == equipment_id))
        return within(viewer, owner_id, PeopleFinder(self._session).leader_of)

    def fitted(self, equipment_id: int) -> list[FittedPart]:
        """Return what is built into a machine, then what has been taken out of it, the newest first."""
        query = (
            select(FittedPart)
            .where(FittedPart.equipment_id == equipment_id)
            .order_by(FittedPart.removed_on.is_not(None), FittedPart.id.desc())
        )
        return list(self._session.scalars(query))

    def with_part(self, name: str) -> list[MachineWithPart]:
        """Return the machines that the part called so was built into, the newest first."""
        query = (
            select(
                Equipment,
                Customer.name,
                func.sum(FittedPart.quantity),
                func.max(FittedPart.fitted_on),
                func.count().filter(FittedPart.removed_on.is_(None)),
            )
            .join(Equipment, Equipment.id == FittedPart.equipment_id)
            .join(Customer, Customer.id == Equipment.customer_id)
            .where(FittedPart.name == name)
            .group_by(Equipment.id, Customer.name)
            .order_by(func.max(FittedPart.id).desc())
        )
        return [
            MachineWithPart(
                id=machine.id,
                customer=customer,
                model=machine.model,
                tail=machine.tail,
                pieces=int(pieces),
                on=on,
                gone=not still,
            )
            for machine, customer, pieces, on, still in self._session.execute(query)
        ]

    def codes(self, customer: str = "") -> list[MachineCode]:
        """Return the machines in use with their codes, of customers whose name has ``customer`` in it."""
        query = (
            select(Equipment, Customer.name)
            .join(Customer, Customer.id == Equipment.customer_id)
            .where(~Equipment.retired, Customer.name.contains(customer, autoescape=True))
            .order_by(Customer.name, Equipment.id)
        )
        return [
            MachineCode(serial=machine.serial, model=machine.model, customer=name, slug=machine.slug)
            for machine, name in self._session.execute(query)
        ]

    def said(self, *, company: str = "", model: str = "", serial: str = "") -> list[MachinePlate]:
        """Return the machines in use that a member of staff may mean: by serial, else by customer and model.

        With a customer the end of a serial is enough.
        """
        query = select(Equipment).where(~Equipment.retired).order_by(Equipment.id)
        if serial and not company:
            return [_plate(each) for each in self._session.scalars(query.where(Equipment.serial == serial))]
        if not company:
            return []
        query = query.join(Customer, Customer.id == Equipment.customer_id).where(Customer.name == company)
        if model:
            query = query.where(Equipment.model == model)
        if serial:
            query = query.where(Equipment.serial.endswith(serial, autoescape=True))
        return [_plate(each) for each in self._session.scalars(query)]


def _plate(machine: Equipment) -> MachinePlate:
    return MachinePlate(id=machine.id, slug=machine.slug, model=machine.model, tail=machine.tail)
