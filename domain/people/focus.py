"""What a person is in the middle of: the dialogue, kept in the database, not in memory."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record

FORGETS_AFTER = timedelta(minutes=30)


class Focus(Entity, Record):
    """One row per person and ``place``: what is said in one chat never means something of another (R-17).

    ``subject`` is what the last act was about; bare words refer to it. ``listed`` are the subjects of
    the last list shown, in order, for ordinals. ``question`` is what the bot asked last, empty when
    nothing is open. ``draft_id`` is what waits here for a yes, or did; ``act_key`` the arrival that was
    carried out last, whose explanation is on the timeline.
    """

    __tablename__ = "focus"
    __table_args__ = (UniqueConstraint("person_id", "place"),)

    person_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column()
    place: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(80), default="")
    listed: Mapped[list[str]] = mapped_column(default_factory=list)
    question: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    draft_id: Mapped[int | None] = mapped_column(Identity, default=None)
    act_key: Mapped[str] = mapped_column(String(240), default="")

    def fresh(self, now: datetime) -> bool:
        """Return whether what was said last still counts."""
        return now - self.at <= FORGETS_AFTER

    def turn(self, now: datetime, *, subject: str) -> None:
        """Look at ``subject`` from now on."""
        self.at = now
        self.subject = subject
        self.question = {}

    def ask(self, now: datetime, question: dict[str, Any]) -> None:
        """Remember what was asked; the next plain answer belongs to it."""
        self.at = now
        self.question = question

    def acted(self, now: datetime, key: str) -> None:
        """Remember which arrival was carried out last."""
        self.at = now
        self.act_key = key

    def show(self, now: datetime, subjects: list[str]) -> None:
        """Remember a list as it was shown, for ``2和3过``."""
        self.at = now
        self.listed = subjects
