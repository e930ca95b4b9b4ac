"""Finding reports that wait for a person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.service.held import HeldReport, HeldState


class HeldFinder:
    """Held reports by their machine."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting_of(self, equipment_id: int) -> Sequence[HeldReport]:
        """Return what waits about a machine, in the order it came."""
        query = select(HeldReport).where(HeldReport.equipment_id == equipment_id, HeldReport.state == HeldState.WAITING)
        return self._session.scalars(query.order_by(HeldReport.id)).all()
