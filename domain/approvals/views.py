"""What cards and lists show of an approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitLine:
    """One line of what is asked; ``net_fen`` after the discount."""

    code: str
    name: str
    unit: str
    quantity: int
    price_fen: int
    net_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's say. ``state`` as in SeatState."""

    name: str
    state: str
    at: datetime | None
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """An approval as its card shows it to one viewer; ``margin_ppm`` None: not for his eyes."""

    id: int
    version: int
    no: str
    state: str
    about_no: str
    revision: int
    requester: str
    customer: str
    amount_fen: int
    discount_ppm: int
    margin_ppm: int | None
    lines: tuple[ExhibitLine, ...]
    reason: str
    rule: str
    waiting_since: datetime
    waiting_for: tuple[str, ...]
    votes: tuple[Vote, ...]
    """Those who have spoken, in order."""
    my_turn: bool
    decided_by: str
    decided_at: datetime | None
    comment: str

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"approval:{self.id}"
