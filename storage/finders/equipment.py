"""Finding machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.equipment.equipment import Equipment

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class EquipmentFinder:
    """Machines by serial."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_serial(self, serial: str) -> Equipment | None:
        """Return the machine with this serial, also a retired one."""
        return self._session.scalars(select(Equipment).where(Equipment.serial == serial)).first()
