"""What happens to activities and to plans of calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.activities.activity import ActivityKind, BidResult, Outcome
from domain.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLogged(Event):
    """Something happened with a customer."""

    customer: str
    kind: ActivityKind
    outcome: Outcome
    at: datetime
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRevised(Event):
    """It was put right; ``changes`` maps each field to what it said before and says now."""

    changes: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityUndone(Event):
    """It was taken back, with all that followed from it."""

    customer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BidSettled(Event):
    """A bid was won or lost."""

    result: BidResult


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolProposed(Event):
    """Every try of the cadence was made and nobody took the call: the customer should go to the pool."""

    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsPlanned(Event):
    """Calls to silent customers were spread over the next days."""

    calls: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsUnplanned(Event):
    """The plan was taken back, as far as nobody had called yet."""

    calls: int
