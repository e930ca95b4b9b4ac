"""How many of a part lie where. Every change leaves a move behind; the sum of the moves is what is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Invalid
from domain.record import Entity, Identity, Record, choice

if TYPE_CHECKING:
    from domain.catalog.part import Part
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


def open_stock(work: Work, part: Part, place: str, quantity: int) -> None:
    """Book what lies at ``place`` when it is first heard of; later loads of the same file change nothing."""
    if quantity <= 0 or any(row.place == place for row in work.find.parts.stock(part.id)):
        return
    work.add(Stock(part_id=part.id, place=place))
    work.flush()
    _move(work, part.id, place, quantity, MoveReason.OPENING, "")


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
            _move(work, part.id, place, -taken, MoveReason.USED, subject)
        left -= taken


def give_back(work: Work, subject: str) -> None:
    """Return everything that ``subject`` has used to where it came from."""
    for part_id, place, quantity in work.find.parts.used_by(subject):
        _move(work, part_id, place, quantity, MoveReason.RETURNED, subject)


def _move(work: Work, part_id: int, place: str, quantity: int, reason: MoveReason, subject: str) -> None:
    row = next(row for row in work.find.parts.stock(part_id) if row.place == place)
    work.lock(Stock, row.id).on_hand += quantity
    work.add(StockMove(part_id=part_id, place=place, quantity=quantity, reason=reason, at=work.now, subject=subject))
    work.flush()


def _said(there: dict[str, int], unit: str) -> str:
    vans = sum(count for place, count in there.items() if place != MAIN)
    return f"您车上 {vans} {unit}，主库 {there.get(MAIN, 0)} {unit}"
