"""Finding spare parts and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from domain.catalog.part import Part, matching
from domain.catalog.stock import MoveReason, Stock, StockMove

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class PartsFinder:
    """Parts by code and by what people say, their stock, what a job has used."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_code(self, code: str) -> Part | None:
        """Return the part with exactly this code."""
        return self._session.scalars(select(Part).where(Part.code == code)).first()

    def said(self, words: str) -> list[Part]:
        """Return the parts that ``words`` may mean; more than one when the speaker has to choose."""
        return matching(words, self._session.scalars(select(Part).order_by(Part.id)).all())

    def all(self) -> Sequence[Part]:
        """Return the whole catalogue of parts."""
        return self._session.scalars(select(Part).order_by(Part.id)).all()

    def stock(self, part_id: int) -> Sequence[Stock]:
        """Return what lies where of a part, always in the same order: the order of locking."""
        return self._session.scalars(select(Stock).where(Stock.part_id == part_id).order_by(Stock.id)).all()

    def used_by(self, subject: str) -> list[tuple[int, str, int]]:
        """Return (part id, place, pieces) that ``subject`` has used and not given back."""
        rows = self._session.execute(
            select(StockMove.part_id, StockMove.place, -func.sum(StockMove.quantity))
            .where(StockMove.subject == subject, StockMove.reason.in_((MoveReason.USED, MoveReason.RETURNED)))
            .group_by(StockMove.part_id, StockMove.place)
            .order_by(StockMove.part_id, StockMove.place)
        )
        return [(part_id, place, int(pieces)) for part_id, place, pieces in rows if pieces > 0]
