"""What happens to opportunities."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityCreated(Event):
    """A deal began; ``inquiry`` is the number of the inquiry it was made from, empty for none."""

    no: str
    customer: str
    pipeline: str
    stage: str
    inquiry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityRevised(Event):
    """Fields changed; ``changes`` maps each field to what it said before and says now."""

    changes: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityUndone(Event):
    """The deal was taken back before anything came of it."""

    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMoved(Event):
    """It stands elsewhere now; ``policy`` is the pipeline with its version."""

    from_stage: str
    to_stage: str
    because: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMoveUndone(Event):
    """The last move was taken back; it stands at ``stage`` again."""

    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingAsked(Event):
    """Somebody said that it was won or lost; nothing is closed before a tap."""

    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingDropped(Event):
    """It was not won or lost after all; ``reason`` is the leader's, when he said no."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityWon(Event):
    """The deal was won; it is the customer's ``nth``."""

    amount_fen: int | None
    nth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityLost(Event):
    """The deal was lost, and why."""

    reason: str
    competitor: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityReopened(Event):
    """A closed deal goes on at ``stage``."""

    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunitySlept(Event):
    """It rests until ``until``."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityWoke(Event):
    """Its day has come, or somebody works on it again."""

    no: str
