"""Spare parts, for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from domain.catalog.part import Part
from domain.catalog.stock import MoveReason, Stock, StockMove

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class PartQueries:
    """What a job has used, what lies where."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def used_by(self, subject: str) -> list[tuple[str, int]]:
        """Return (name, pieces) of the parts that ``subject`` used and did not give back."""
        rows = self._session.execute(
            select(Part.name, -func.sum(StockMove.quantity))
            .join(Part, Part.id == StockMove.part_id)
            .where(StockMove.subject == subject, StockMove.reason.in_((MoveReason.USED, MoveReason.RETURNED)))
            .group_by(Part.id, Part.name)
            .order_by(Part.id)
        )
        return [(name, int(pieces)) for name, pieces in rows if pieces > 0]

    def on_hand(self, code: str) -> dict[str, int]:
        """Return how many pieces of a part lie at each place."""
        rows = self._session.execute(
            select(Stock.place, Stock.on_hand)
            .join(Part, Part.id == Stock.part_id)
            .where(Part.code == code)
            .order_by(Stock.id)
        )
        return {place: pieces for place, pieces in rows}  # noqa: C416 - rows are not tuples to mypy

    def unbalanced(self) -> list[tuple[int, str, int]]:
        """Return (part id, place, difference) wherever the moves do not add up to what lies there: never any."""
        moved = func.coalesce(func.sum(StockMove.quantity), 0)
        rows = self._session.execute(
            select(Stock.part_id, Stock.place, Stock.on_hand - moved)
            .outerjoin(StockMove, (StockMove.part_id == Stock.part_id) & (StockMove.place == Stock.place))
            .group_by(Stock.id, Stock.part_id, Stock.place, Stock.on_hand)
            .having(Stock.on_hand != moved)
        )
        return [(part_id, place, int(difference)) for part_id, place, difference in rows]
