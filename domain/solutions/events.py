"""What happens to technical solutions."""

from __future__ import annotations

from dataclasses import dataclass

from domain.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionDrafted(Event):
    """Somebody wrote one down."""

    no: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionRevised(Event):
    """Its words or drawings changed; what it had been asked or granted is void."""

    no: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionSubmitted(Event):
    """Its approval was asked."""

    revision: int
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionDecided(Event):
    """It was approved, rejected or given back."""

    revision: int
    state: str
    by: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionWithdrawn(Event):
    """Whoever asked took it back, or nobody decided in time."""

    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionVoided(Event):
    """It was thrown away."""

    revision: int
