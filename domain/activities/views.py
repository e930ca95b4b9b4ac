"""What cards, lists and pictures show of follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NearView:
    """A customer that may be meant."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityView:
    """A follow-up as its card shows it; ``company`` is what was said while nobody knows who it is."""

    id: int
    version: int
    kind: str
    outcome: str
    author: str
    customer: str
    company: str
    contact: str
    inquiry: str
    at: datetime
    at_whole_day: bool
    people: tuple[str, ...]
    place: str
    text: str
    next_step: str
    next_at: datetime | None
    next_whole_day: bool
    deposit_fen: int | None
    bid_result: str
    undone: bool
    tasks: tuple[tuple[str, datetime | None, bool, bool], ...]
    """What it brought about and is still open: title, due, whether only the day was named, whether promised."""
    done: tuple[str, ...]
    """Titles of the tasks it completed."""
    near: tuple[NearView, ...]

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"activity:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentView:
    """A customer in a list, with who was last in contact and when; None: never."""

    id: int
    name: str
    last_at: datetime | None
    last_by: str
    planned: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceView:
    """How many of somebody's customers have been silent for how long, and the longest silent of them."""

    owner: str
    total: int
    counts: tuple[tuple[int, int], ...]
    """(days, customers silent for at least so many)."""
    longest: tuple[SilentView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan of calls: (day, customers)."""

    id: int
    version: int
    state: str
    days: int
    per_day: int
    calls: tuple[tuple[date, tuple[str, ...]], ...]

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"callplan:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """One line of the map: contacts in each week, the oldest first."""

    name: str
    counts: tuple[int, ...]
    lost: int | None = None
    """The place of the week in which a deal there was lost, and to whom (S-060)."""
    lost_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatView:
    """Contacts by customer (or, for a leader, by person) and week. ``weeks`` are their Mondays."""

    title: str
    weeks: tuple[date, ...]
    rows: tuple[HeatRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One of a leader's people: customers touched this week, tasks overdue, inquiries at risk or without a plan."""

    person_id: int
    name: str
    touched: int
    overdue: int
    red: int
    no_next: int
    last_week: int
    """Customers touched last week, to compare with."""
