"""What the card of a hand-over shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverView:
    """What somebody looks after and to whom it goes; ``counts`` are label and number."""

    id: int
    version: int
    state: str
    leaver: str
    taker: str
    counts: tuple[tuple[str, int], ...]

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"handover:{self.id}"
