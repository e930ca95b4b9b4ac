"""How many of a part lie where. Every change leaves a move behind; the sum of the moves is what is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.catalog.part import Part
from domain.errors import Invalid
from domain.messages import Event
from domain.record import Entity, Identity, Record, choice

if TYPE_CHECKING:
    from domain.work import Work

MAIN = "main"
"""The main store."""


def van(person_id: int) -> str:
    """Return the place that an engineer carries with him."""
    return f"van:{person_id}"


class MoveReason(StrEnum):
    """Why stock changed."""

    OPENING = "opening"
    USED = "used"
    RETURNED = "returned"
    ISSUED = "issued"
    MOVED = "moved"
    RECEIVED = "received"
    COUNTED = "counted"
    """The books were put right by what really lies there."""


class Stock(Entity, Record):
    """The pieces of one part at one place; the database itself refuses a negative number (R-46)."""

    __tablename__ = "stock"
    __table_args__ = (
        UniqueConstraint("part_id", "place"),
        CheckConstraint("on_hand >= 0", name="not_negative"),
    )

    part_id: Mapped[int] = mapped_column(Identity, ForeignKey("parts.id"))
    place: Mapped[str] = mapped_column(String(32))
    on_hand: Mapped[int] = mapped_column(Integer, default=0)


class StockMove(Entity, Record):
    """``quantity`` pieces came to (or, negative, left) ``place``; ``subject`` is the job they went into."""

    __tablename__ = "stock_moves"
    __table_args__ = (Index("ix_stock_moves_subject", "subject"), Index("ix_stock_moves_part_id", "part_id"))

    part_id: Mapped[int] = mapped_column(Identity, ForeignKey("parts.id"))
    place: Mapped[str] = mapped_column(String(32))
    quantity: Mapped[int] = mapped_column(Integer)
    reason: Mapped[MoveReason] = mapped_column(choice(MoveReason))
    at: Mapped[datetime] = mapped_column()
    subject: Mapped[str] = mapped_column(String(80), default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLow(Event):
    """The main store holds fewer pieces than it should."""

    name: str
    left: int
    least: int
    unit: str


def open_stock(work: Work, part: Part, place: str, quantity: int) -> None:
    """Book what lies at ``place`` when it is first heard of; later loads of the same file change nothing."""
    if quantity <= 0 or any(row.place == place for row in work.find.parts.stock(part.id)):
        return
    _ensure(work, part, place)
    _move(work, part, place, quantity, MoveReason.OPENING, "")


def use(work: Work, part: Part, quantity: int, *, places: Sequence[str], subject: str) -> None:
    """Take ``quantity`` pieces for ``subject``, from ``places`` in their order; Invalid says how many there are.

    The rows are locked in one fixed order, so two takers wait for each other instead of both taking.
    """
    if quantity <= 0:
        raise Invalid(f"{part.name}的数量要大于 0。")
    rows = {row.place: work.lock(Stock, row.id) for row in work.find.parts.stock(part.id) if row.place in places}
    there = {place: rows[place].on_hand for place in places if place in rows}
    if sum(there.values()) < quantity:
        raise Invalid(
            f"{part.name}不够 {quantity} {part.unit}：{_said(there, part.unit)}。"
            "库存和工单都没有变，请改数量，或发“申请备件”让仓库补。"
        )
    left = quantity
    for place, on_hand in there.items():
        taken = min(left, on_hand)
        if taken:
            _move(work, part, place, -taken, MoveReason.USED, subject)
        left -= taken


def move_over(
    work: Work, part: Part, quantity: int, from_: str, to: str, reason: MoveReason, subject: str
) -> str | None:
    """Move pieces from one place to another; return what is lacking in words, None when all is well.

    Nothing is changed when anything is lacking.
    """
    _ensure(work, part, to)
    rows = {row.place: work.lock(Stock, row.id) for row in work.find.parts.stock(part.id) if row.place in (from_, to)}
    there = rows[from_].on_hand if from_ in rows else 0
    if there < quantity:
        where = "主库" if from_ == MAIN else "您车上"
        return f"{part.name}不够 {quantity} {part.unit}：{where}只有 {there} {part.unit}。"
    _move(work, part, from_, -quantity, reason, subject)
    _move(work, part, to, quantity, reason, subject)
    return None


def bring_in(work: Work, part: Part, place: str, quantity: int) -> None:
    """Book pieces that were not ours before."""
    _ensure(work, part, place)
    _move(work, part, place, quantity, MoveReason.RECEIVED, "")


def count(work: Work, part: Part, place: str, there: int) -> int:
    """Put the books right by what was counted at ``place``; return how many it should have been."""
    _ensure(work, part, place)
    row = next(row for row in work.find.parts.stock(part.id) if row.place == place)
    before = work.lock(Stock, row.id).on_hand
    if there != before:
        _move(work, part, place, there - before, MoveReason.COUNTED, "")
    return before


def said_stock(work: Work, part: Part) -> int:
    """Return how many pieces lie in the main store."""
    return sum(row.on_hand for row in work.find.parts.stock(part.id) if row.place == MAIN)


def _ensure(work: Work, part: Part, place: str) -> None:
    if not any(row.place == place for row in work.find.parts.stock(part.id)):
        work.add(Stock(part_id=part.id, place=place))
        work.flush()


def give_back(work: Work, subject: str) -> None:
    """Return everything that ``subject`` has used to where it came from."""
    for part_id, place, quantity in work.find.parts.used_by(subject):
        _move(work, work.get(Part, part_id), place, quantity, MoveReason.RETURNED, subject)


def _move(work: Work, part: Part, place: str, quantity: int, reason: MoveReason, subject: str) -> None:
    row = next(row for row in work.find.parts.stock(part.id) if row.place == place)
    row = work.lock(Stock, row.id)
    before = row.on_hand
    row.on_hand += quantity
    work.add(StockMove(part_id=part.id, place=place, quantity=quantity, reason=reason, at=work.now, subject=subject))
    work.flush()
    if place == MAIN and row.on_hand < part.least <= before:
        low = StockLow(subject=part.subject, name=part.name, left=row.on_hand, least=part.least, unit=part.unit)
        work.record(low)


def _said(there: dict[str, int], unit: str) -> str:
    vans = sum(count for place, count in there.items() if place != MAIN)
    return f"您车上 {vans} {unit}，主库 {there.get(MAIN, 0)} {unit}"
