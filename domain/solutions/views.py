"""What cards show of a technical solution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionView:
    """A solution as its owner or his leaders see it. ``waiting_for``: whose turn it is, empty when nobody decides."""

    id: int
    version: int
    no: str
    revision: int
    state: str
    owner: str
    mine: bool
    """Whether the viewer owns it."""
    customer: str
    title: str
    words: str
    files: tuple[str, ...]
    approval_no: str
    waiting_for: tuple[str, ...]
    decided_by: str
    decided_at: datetime | None
    comment: str

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"solution:{self.id}"
