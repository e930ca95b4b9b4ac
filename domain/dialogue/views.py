"""What cards and answers show of a dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.dialogue.draft import DraftState
from domain.dialogue.wish import Reason, Wish, WishState


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft as its author sees it."""

    id: int
    version: int
    place: str
    state: DraftState
    wishes: tuple[Wish, ...]
    opened_at: datetime
    expires_at: datetime
    files: int

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"draft:{self.id}"

    @property
    def open(self) -> tuple[int, ...]:
        """Return the places of what waits for a yes."""
        return tuple(index for index, each in enumerate(self.wishes) if each.state is WishState.OPEN)

    def answerable(self, now: datetime) -> bool:
        """Return whether a yes still counts."""
        return self.state is DraftState.OPEN and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ActView:
    """Why something was done, as it was written down then."""

    at: datetime
    by: str
    intent: str
    subjects: tuple[str, ...]
    slots: Mapping[str, Any]
    notes: tuple[str, ...]
    reasons: tuple[Reason, ...]
    tapped: bool
