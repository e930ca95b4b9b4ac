"""Finding machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.equipment.equipment import Equipment
from domain.equipment.fitted_part import FittedPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class EquipmentFinder:
    """Machines by serial, and what is built into them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_serial(self, serial: str) -> Equipment | None:
        """Return the machine with this serial, also a retired one."""
        return self._session.scalars(select(Equipment).where(Equipment.serial == serial)).first()

    def fitted_by(self, subject: str) -> Sequence[FittedPart]:
        """Return what a job has built in."""
        return self._session.scalars(select(FittedPart).where(FittedPart.subject == subject)).all()

    def holding(self, serial: str) -> FittedPart | None:
        """Return the piece with this serial that sits in some machine now."""
        query = select(FittedPart).where(FittedPart.serial == serial, FittedPart.removed_on.is_(None))
        return self._session.scalars(query).first()
