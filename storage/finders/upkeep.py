"""Finding plans of maintenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.upkeep.plan import MaintenancePlan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from domain.service.types import ServiceType


class UpkeepFinder:
    """Plans by machine."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plan(self, equipment_id: int, type_: ServiceType) -> MaintenancePlan | None:
        """Return the machine's plan of this kind, also one that was stopped."""
        query = select(MaintenancePlan).where(
            MaintenancePlan.equipment_id == equipment_id, MaintenancePlan.type == type_
        )
        return self._session.scalars(query).first()

    def plans_of(self, equipment_id: int) -> Sequence[MaintenancePlan]:
        """Return the machine's plans in force, in the order of locking."""
        query = select(MaintenancePlan).where(MaintenancePlan.equipment_id == equipment_id, MaintenancePlan.active)
        return self._session.scalars(query.order_by(MaintenancePlan.id)).all()
