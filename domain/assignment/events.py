"""What happens when inquiries find their owner and people go on leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.assignment.assignment import Method
from domain.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryAssigned(Event):
    """An inquiry was given to somebody, and he was told."""

    to: str
    method: Method
    rule: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryJoined(Event):
    """The same number asked again within days: added to the inquiry there is."""

    no: str
    requirement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContactReminded(Event):
    """The owner was reminded of the first contact before its deadline."""

    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContactOverdue(Event):
    """The deadline passed without a contact; ``to`` are all who have been told."""

    no: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContactUrged(Event):
    """A leader urged the owner."""

    no: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveTaken(Event):
    """Somebody is away for a while; he is on duty again at ``ends`` by himself."""

    name: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveEnded(Event):
    """Somebody is back before his day."""

    name: str
