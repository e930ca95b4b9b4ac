"""What the card of a change of many records shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkView:
    """``sample`` are the first records, each with its name and what the field holds now; words, as people read them."""

    id: int
    version: int
    state: str
    kind: str
    said: str
    field: str
    value: str
    adds: bool
    count: int
    sample: tuple[tuple[str, str], ...]
    changed: int
    refused: int
    may_undo: bool

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"bulkedit:{self.id}"
