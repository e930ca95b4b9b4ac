"""What the home card shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One list: how much there is, and what comes first; ``card`` and ``first`` open it, empty for a mere number."""

    name: str
    count: int
    words: str = ""
    card: str = ""
    first: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """The lists of one person that have something in them, what waits for others on him first."""

    person_id: int
    lists: tuple[Waiting, ...]

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"desk:{self.person_id}"
