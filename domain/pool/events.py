"""What happens around the pool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerClaimed(Event):
    """Somebody took a customer out of the pool."""

    name: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReleased(Event):
    """Somebody gave a customer back."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecyclingAnnounced(Event):
    """Its keeper was warned that a customer goes to the pool on a day."""

    name: str
    on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecycled(Event):
    """A customer went to the pool after days without contact."""

    name: str
    rule: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceReported(Event):
    """A customer that is never recycled was silent: its keeper and his leader were told."""

    name: str
    days: int
