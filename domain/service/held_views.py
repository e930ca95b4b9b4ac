"""What is shown of reports that wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """One of them on the dispatchers' board."""

    id: int
    machine: str
    words: str
    phone: str
    urgent: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldProgress:
    """One of them as its sender may see it; ``dropped`` when somebody put it away."""

    model: str
    tail: str
    at: datetime
    dropped: bool
