"""Finding approvals and their seats."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.approvals.approval import Seat, SeatState


class ApprovalFinder:
    """Seats by approval and by person."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def seats(self, approval_id: int, *, step: int | None = None) -> Sequence[Seat]:
        """Return the seats of an approval, or of one of its steps, in the order they were given."""
        query = select(Seat).where(Seat.approval_id == approval_id)
        if step is not None:
            query = query.where(Seat.step == step)
        return self._session.scalars(query.order_by(Seat.step, Seat.id)).all()

    def waiting_seats_of(self, person_id: int) -> Sequence[Seat]:
        """Return where somebody still has a say, by approval so that locks are taken in one order."""
        query = select(Seat).where(Seat.person_id == person_id, Seat.state == SeatState.WAITING)
        return self._session.scalars(query.order_by(Seat.approval_id, Seat.step)).all()
