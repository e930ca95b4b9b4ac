"""Who got an inquiry, by which rule; where a rule's turn stands; who is away."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record, choice


class Method(StrEnum):
    """How somebody was chosen; ``vacancy``: nobody was on duty, a leader stands in."""

    KEEPER = "keeper"
    PERSON = "person"
    TURN = "turn"
    SENIOR = "senior"
    REGION = "region"
    VACANCY = "vacancy"
    HAND = "hand"

    @property
    def label(self) -> str:
        """Return the word people use."""
        return _LABELS[self]


_LABELS = {
    Method.KEEPER: "老客户",
    Method.PERSON: "指定",
    Method.TURN: "轮流",
    Method.SENIOR: "资深优先",
    Method.REGION: "按区域",
    Method.VACANCY: "没人在岗",
    Method.HAND: "改派",
}


class Assignment(Entity, Record):
    """One inquiry given to one person; the last one of an inquiry holds. ``because``: ``华东+官网``."""

    __tablename__ = "assignments"
    __table_args__ = (Index("ix_assignments_person_id_at", "person_id", "at"),)

    inquiry_id: Mapped[int] = mapped_column(Identity, ForeignKey("inquiries.id"), index=True)
    person_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    method: Mapped[Method] = mapped_column(choice(Method))
    rule: Mapped[str] = mapped_column(String(64))
    because: Mapped[str] = mapped_column(String(128))
    policy: Mapped[str] = mapped_column(String(8))
    """The policy's version: eight hex digits of its content."""
    at: Mapped[datetime] = mapped_column()


class Rotation(Entity, Record):
    """Whose turn was last under a rule; the row is locked while the next one is chosen."""

    __tablename__ = "rotations"

    name: Mapped[str] = mapped_column(String(64), unique=True)
    last_id: Mapped[int] = mapped_column(Identity, default=0)


class Leave(Entity, Record):
    """Somebody is away from ``begins`` until ``ends`` (UTC, half open): nothing new is given to him."""

    __tablename__ = "leaves"

    person_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    begins: Mapped[datetime] = mapped_column()
    ends: Mapped[datetime] = mapped_column()
