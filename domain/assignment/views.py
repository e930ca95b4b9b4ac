"""What cards and lists show of assignments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView:
    """What one person was given in the week and in the week before; ``amount_fen`` adds up the budgets said."""

    name: str
    count: int
    before: int
    amount_fen: int
    methods: dict[str, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessView:
    """One week of assignments, the viewer's people (or he himself), who got most first."""

    viewer_id: int
    since: datetime
    shares: tuple[ShareView, ...]
    contacts: int = 0
    late: int = 0
    """First contacts that were due in the week, and those made after the deadline or not at all (S-030)."""

    @property
    def subject(self) -> str:
        """Return how the card is named."""
        return f"person:{self.viewer_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueView:
    """A first contact as a leader sees it; ``others`` may take it: id and name."""

    id: int
    version: int
    no: str
    owner: str
    owner_id: int
    customer: str
    requirement: str
    rule: str
    due: datetime
    red: bool
    contacted: bool
    open: bool
    urged_at: datetime | None
    told: tuple[str, ...]
    others: tuple[tuple[int, str], ...]

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"firstcontact:{self.id}"
