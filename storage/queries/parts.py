"""Spare parts, for reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from domain.catalog.part import Part, nearest
from domain.catalog.stock import MAIN, MoveReason, Stock, StockMove, van
from domain.people.person import Person
from storage.finders.parts import PartsFinder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLine:
    """A part and where it lies: ``您车上 4 个，主库 40 个，林涛车上 2 个``."""

    name: str
    said: str


class PartQueries:
    """What a job has used, what lies where."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def used_by(self, subject: str) -> list[tuple[str, int]]:
        """Return (name, pieces) of the parts that ``subject`` used and did not give back."""
        return [(name, pieces) for name, pieces, _ in self._used(subject)]

    def priced(self, subject: str) -> list[tuple[str, int]]:
        """Return (``丝杠 ×1``, price in fen) of the parts that ``subject`` used and that have a price."""
        return [(f"{name} ×{pieces}", price * pieces) for name, pieces, price in self._used(subject) if price]

    def _used(self, subject: str) -> list[tuple[str, int, int]]:
        rows = self._session.execute(
            select(Part.name, -func.sum(StockMove.quantity), Part.price_fen)
            .join(Part, Part.id == StockMove.part_id)
            .where(StockMove.subject == subject, StockMove.reason.in_((MoveReason.USED, MoveReason.RETURNED)))
            .group_by(Part.id, Part.name, Part.price_fen)
            .order_by(Part.id)
        )
        return [(name, int(pieces), price) for name, pieces, price in rows if pieces > 0]

    def on_hand(self, code: str) -> dict[str, int]:
        """Return how many pieces of a part lie at each place."""
        rows = self._session.execute(
            select(Stock.place, Stock.on_hand)
            .join(Part, Part.id == Stock.part_id)
            .where(Part.code == code)
            .order_by(Stock.id)
        )
        return {place: pieces for place, pieces in rows}  # noqa: C416 - rows are not tuples to mypy

    def stock_of(self, said: str, person_id: int | None) -> list[StockLine]:
        """Return where the parts that ``said`` may mean lie, the asker's own van first; at most five of them."""
        names = {row.id: row.name for row in self._session.execute(select(Person.id, Person.name).where(Person.active))}
        return [
            StockLine(name=part.name, said=_where(self.on_hand(part.code), part, person_id, names))
            for part in PartsFinder(self._session).said(said)[:_SHOWN]
        ]

    def in_van(self, person_id: int) -> list[StockLine]:
        """Return what lies in somebody's own van, in the order of the catalogue."""
        rows = self._session.execute(
            select(Part.name, Part.unit, Stock.on_hand)
            .join(Part, Part.id == Stock.part_id)
            .where(Stock.place == van(person_id), Stock.on_hand > 0)
            .order_by(Part.id)
        )
        return [StockLine(name=name, said=f"{pieces} {unit}") for name, unit, pieces in rows]

    def in_store(self) -> list[StockLine]:
        """Return what the books say lies in the main store, in the order of the catalogue."""
        rows = self._session.execute(
            select(Part.name, Part.unit, Stock.on_hand)
            .join(Part, Part.id == Stock.part_id)
            .where(Stock.place == MAIN)
            .order_by(Part.id)
        )
        return [StockLine(name=name, said=f"{pieces} {unit}") for name, unit, pieces in rows]

    def low(self) -> list[StockLine]:
        """Return the parts of which the main store holds no more than it should have at least, the emptiest first."""
        there = func.coalesce(func.sum(Stock.on_hand), 0)
        rows = self._session.execute(
            select(Part.name, Part.unit, Part.least, there)
            .outerjoin(Stock, (Stock.part_id == Part.id) & (Stock.place == MAIN))
            .group_by(Part.id, Part.name, Part.unit, Part.least)
            .having(there <= Part.least)
            .order_by(there - Part.least, Part.name)
        )
        return [
            StockLine(name=name, said=f"主库 {pieces} {unit}{f'，最低 {least}' if least else ''}")
            for name, unit, least, pieces in rows
        ]

    def near(self, said: str) -> list[str]:
        """Return the names nearest to what the catalogue does not know."""
        return nearest(said, PartsFinder(self._session).all())

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


def _where(there: dict[str, int], part: Part, person_id: int | None, names: dict[int, str]) -> str:
    own = "" if person_id is None else van(person_id)
    words = [f"您车上 {there[own]} {part.unit}"] if there.get(own) else []
    words.append(f"主库 {there.get(MAIN, 0)} {part.unit}")
    for place, pieces in there.items():
        holder = names.get(int(place.removeprefix("van:"))) if place.startswith("van:") and place != own else None
        if holder and pieces:
            words.append(f"{holder}车上 {pieces} {part.unit}")
    return "，".join(words)
