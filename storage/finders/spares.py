"""Finding requests for spare parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.spares.part_request import PartRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class SparesFinder:
    """Requests by job."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_job(self, job_id: int) -> Sequence[PartRequest]:
        """Return what was asked for one job, in the order of asking: the order of locking."""
        query = select(PartRequest).where(PartRequest.job_id == job_id).order_by(PartRequest.id)
        return self._session.scalars(query).all()
