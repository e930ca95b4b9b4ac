"""What has been done to a machine, newest first: the digital record in place of paper slips (S-144)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from domain.equipment.fitted_part import FittedPart
from domain.equipment.views import MachineHistory, MachineService
from domain.people.person import Person
from domain.service.ticket import Ticket
from domain.service.work_order import WorkOrder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_SHOWN = 10


class EquipmentHistory:
    """Services and parts of one machine."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, equipment_id: int) -> MachineHistory:
        """Return the newest services that are finished, how many there are, and what sits in the machine now."""
        finished = (Ticket.equipment_id == equipment_id, WorkOrder.finished_at.is_not(None))
        rows = self._session.execute(
            select(WorkOrder.no, WorkOrder.finished_at, Ticket.fault, WorkOrder.words, Person.name)
            .join(Ticket, Ticket.id == WorkOrder.ticket_id)
            .outerjoin(Person, Person.id == WorkOrder.engineer_id)
            .where(*finished)
            .order_by(WorkOrder.finished_at.desc())
            .limit(_SHOWN)
        )
        fitted = self._session.scalars(
            select(FittedPart)
            .where(FittedPart.equipment_id == equipment_id, FittedPart.removed_on.is_(None))
            .order_by(FittedPart.id.desc())
        )
        count = select(func.count()).join(Ticket, Ticket.id == WorkOrder.ticket_id).select_from(WorkOrder)
        return MachineHistory(
            services=tuple(
                MachineService(no=no, at=at, fault=fault, words=words, engineer=engineer or "")
                for no, at, fault, words, engineer in rows
                if at is not None
            ),
            fitted=tuple(fitted),
            count=self._session.scalar(count.where(*finished)) or 0,
        )
