"""A word of the engineers' own for a cause or an action, learnt when somebody said which one it is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record, choice


class CodeKind(StrEnum):
    """What a code tells: why it broke, or what was done."""

    CAUSE = "cause"
    ACTION = "action"


class CodeWord(Entity, Record):
    """``word`` means ``code`` since somebody said so."""

    __tablename__ = "code_words"
    __table_args__ = (UniqueConstraint("kind", "word"),)

    kind: Mapped[CodeKind] = mapped_column(choice(CodeKind))
    word: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column()
