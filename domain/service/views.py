"""What is shown of jobs: to engineers and dispatchers on cards, to customers on the progress page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.service.states import JobState


class Stand(StrEnum):
    """How the viewer stands to the job."""

    ASKED = "asked"
    OWNER = "owner"
    OUT = "out"
    """Was asked, but said no, or somebody was faster."""
    KEEPER = "keeper"
    """Dispatches, or answers for service as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastService:
    """An earlier visit to the same machine."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """One job as one viewer may see it; ``phone`` is empty for whoever is out.

    ``said_no`` is about the viewer; ``declined`` pairs name and reason of everybody who did.
    """

    id: int
    no: str
    version: int
    state: JobState
    stand: Stand
    model: str
    serial: str
    customer: str
    site: str
    fault: str
    fault_code: str
    urgent: bool
    photos: int
    phone: str
    warranty: str
    opened_at: datetime
    history: tuple[PastService, ...]
    why: str
    said_no: bool
    asked: tuple[str, ...]
    declined: tuple[tuple[str, str], ...]
    engineer: str
    accepted_at: datetime | None
    eta: datetime | None
    arrived_at: datetime | None
    finished_at: datetime | None
    ended_at: datetime | None
    words: str
    parts: tuple[str, ...]
    token: str
    rating: int | None
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """An engineer a dispatcher may choose."""

    person_id: int
    name: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnassignedView:
    """A job and at most five engineers to give it to, the best first."""

    job: JobView
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A job in a list."""

    id: int
    no: str
    state: JobState
    customer: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A ticket as its reporter may see it: no names but the engineer's family name, no other customer's anything."""

    no: str
    state: JobState
    model: str
    tail: str
    urgent: bool
    opened_at: datetime
    dispatched_at: datetime | None
    accepted_at: datetime | None
    eta: datetime | None
    arrived_at: datetime | None
    finished_at: datetime | None
    ended_at: datetime | None
    engineer: str
    """``何师傅``."""
    parts: tuple[str, ...]
    rating: int | None
    signs: bool
    """Only the link of the first report may sign and rate; whoever scanned the code later looks on and urges."""
