"""Reports that wait for a person, for reading."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.service.held import HeldReport, HeldState
from domain.service.held_views import HeldLine, HeldProgress
from domain.service.tell import called

_LIMIT = 50


class HeldQueries:
    """What waits, and how it stands with one of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def progress(self, token: str) -> HeldProgress | None:
        """Return what the holder of this secret may see while nobody has made it a ticket."""
        row = self._session.execute(
            select(HeldReport, Equipment)
            .join(Equipment, Equipment.id == HeldReport.equipment_id)
            .where(HeldReport.token == token, HeldReport.state != HeldState.RELEASED)
        ).first()
        if row is None:
            return None
        held, machine = row
        return HeldProgress(model=machine.model, tail=machine.tail, at=held.at, dropped=held.state is HeldState.DROPPED)

    def waiting(self) -> tuple[int, list[HeldLine]]:
        """Return how many wait, and the first fifty of them, the oldest first; for those who dispatch."""
        waits = HeldReport.state == HeldState.WAITING
        count = self._session.scalar(select(func.count()).select_from(HeldReport).where(waits)) or 0
        rows = self._session.execute(
            select(HeldReport, Equipment, Customer)
            .join(Equipment, Equipment.id == HeldReport.equipment_id)
            .join(Customer, Customer.id == Equipment.customer_id)
            .where(waits)
            .order_by(HeldReport.id)
            .limit(_LIMIT)
        )
        return count, [
            HeldLine(
                id=held.id,
                machine=f"{called(customer)} {machine.model}（末四位 {machine.tail}）",
                words=held.words,
                phone=held.phone,
                urgent=held.urgent,
                at=held.at,
            )
            for held, machine, customer in rows
        ]
