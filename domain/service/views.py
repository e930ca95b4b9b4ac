"""What is shown of jobs: to engineers and dispatchers on cards, to customers on the progress page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.service.states import JobState
from domain.service.transfer import TransferState
from domain.service.types import ServiceType

if TYPE_CHECKING:
    from domain.spares.views import PartLine


class Stand(StrEnum):
    """How the viewer stands to the job."""

    ASKED = "asked"
    OWNER = "owner"
    OUT = "out"
    """Was asked, but said no, or somebody was faster."""
    KEEPER = "keeper"
    """Dispatches, or answers for service as a whole."""
    SELLER = "seller"
    """Looks after the customer: may see how it stands, does nothing about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastService:
    """An earlier visit to the same machine."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A fault like this one elsewhere, and what mended it."""

    model: str
    fault: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What an engineer should know before he goes: what was bought and when, what was promised, who awaits him."""

    bought: str = ""
    promises: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    similar: tuple[Similar, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """One job as one viewer may see it; ``phone`` is empty for whoever is out.

    ``said_no`` is about the viewer; ``declined`` pairs name and reason of everybody who did.
    """

    id: int
    no: str
    version: int
    type: ServiceType
    state: JobState
    stand: Stand
    model: str
    """Empty where no machine is known; then ``serial`` is as well."""
    serial: str
    customer: str
    level: str
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
    departed_at: datetime | None
    eta: datetime | None
    eta_end: datetime | None
    proposed_at: datetime | None
    arrived_at: datetime | None
    blocked: str
    finished_at: datetime | None
    ended_at: datetime | None
    resolve_due: datetime | None
    repeats: str
    """The number of the earlier ticket whose fault has come back."""
    windows: tuple[str, ...]
    """When somebody is there, in words."""
    words: str
    parts: tuple[str, ...]
    requests: tuple[PartLine, ...]
    minutes: int
    cause: str
    action: str
    asks_cause: bool
    """Its own engineer has finished it and the words did not tell why it broke."""
    background: Background
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
    is_desk: bool = False
    engineer: str = ""
    urgent: bool = False
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """A job on the dispatcher's board. ``late``: past the time promised. ``blocked`` says why nobody gets in."""

    id: int
    no: str
    version: int
    type: ServiceType
    state: JobState
    customer: str
    strategic: bool
    model: str
    region: str
    urgent: bool
    engineer: str
    opened_at: datetime
    eta: datetime | None
    resolve_due: datetime | None
    late: bool
    blocked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The open jobs of the company in the order they want attention; ``loads`` pairs engineers with jobs in hand.

    ``counts`` are of all open jobs, ``rows`` at most ``limit`` of them.
    """

    rows: tuple[BoardRow, ...]
    counts: Mapping[JobState, int]
    loads: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferView:
    """A job that one engineer wants to pass on to the viewer."""

    id: int
    version: int
    state: TransferState
    by: str
    to: str
    reason: str
    holder: str
    """Who has the job now."""
    job_id: int
    job_no: str
    customer: str
    model: str
    site: str
    fault: str
    urgent: bool
    eta: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A ticket as its reporter may see it: no names but the engineer's family name, no other customer's anything."""

    no: str
    type: ServiceType
    state: JobState
    model: str
    tail: str
    urgent: bool
    opened_at: datetime
    dispatched_at: datetime | None
    accepted_at: datetime | None
    departed_at: datetime | None
    eta: datetime | None
    eta_end: datetime | None
    proposed_at: datetime | None
    """A next visit that waits for the customer's word."""
    arrived_at: datetime | None
    blocked: bool
    finished_at: datetime | None
    ended_at: datetime | None
    engineer: str
    """``何师傅``."""
    hands: tuple[tuple[datetime, str], ...]
    """Who has had the job, each from when: what one of them did stays his when another takes over."""
    parts: tuple[str, ...]
    waits: tuple[PartLine, ...]
    """Parts that are still to come."""
    asked: tuple[str, ...]
    asked_fen: int
    """What the customer is asked to pay before it is fitted, and for which parts; 0 for nothing."""
    charges: tuple[tuple[str, int], ...]
    """Parts that were fitted and that he pays for, each with its price in fen."""
    urged: int
    repeats: bool
    reopens: bool
    """Done lately enough for the customer to say that it is broken again."""
    rating: int | None
    signs: bool
    """Only the link of the first report may sign and rate; whoever scanned the code later looks on and urges."""
