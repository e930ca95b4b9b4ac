"""What an author sees of his private notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """One note; ``customer`` is empty when it is about nobody we know, ``text`` when it was deleted."""

    id: int
    version: int
    text: str
    at: datetime
    customer: str
    in_group: bool
    dropped: bool

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"privatenote:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesView:
    """The author's notes, the newest first; ``total`` counts those beyond the ones shown, too."""

    author_id: int
    customer: str
    notes: tuple[NoteView, ...]
    total: int
