"""What cards and lists show of an approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.approvals.log import CHANNELS, SAID, remark
from domain.policy_approvals import KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitLine:
    """One line of what is asked; ``net_fen`` after the discount."""

    code: str
    name: str
    unit: str
    quantity: int
    price_fen: int
    net_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's say. ``state`` as in SeatState."""

    name: str
    state: str
    at: datetime | None
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPrice:
    """What this customer was quoted before and got approved; ``goods`` are its lines in short."""

    no: str
    at: datetime
    total_fen: int
    discount_ppm: int
    goods: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One more request that waits for the same approver, and since when."""

    no: str
    requester: str
    amount_fen: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What helps to decide beside the request itself: as it is now, not as it was asked.

    ``overdue_fen`` None: not known; ``overdue_kept``: whether the company keeps such a figure at all. ``recent_fen``:
    what else the customer was quoted in the days the policy looks at together, frozen with the request.
    ``complaints`` are those of the open tickets that are complaints. ``queue``: how many other requests wait for the
    viewer, ``next_up`` the first of them. ``beside``: who has to decide this step besides the viewer.
    """

    prices: tuple[PastPrice, ...] = ()
    overdue_fen: int | None = None
    overdue_kept: bool = False
    open_tickets: int = 0
    complaints: int = 0
    recent_fen: int = 0
    queue: int = 0
    next_up: tuple[Queued, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of the way: what it is called, who is asked, and ``done``, ``now`` or ``later``."""

    node: str
    people: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of an approval's history."""

    at: datetime
    who: str
    platform: str
    event: str
    body: Mapping[str, Any]

    @property
    def said(self) -> str:
        """Return what the event is called."""
        return SAID.get(self.event, self.event)

    @property
    def channel(self) -> str:
        """Return where it was done, in words."""
        return CHANNELS.get(self.platform, self.platform)

    @property
    def remark(self) -> str:
        """Return what was said with it."""
        return remark(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyTrace:
    """What one rule that copies the viewer said; ``tests`` as ``domain.approvals.trace`` writes them."""

    rule: str
    said: str
    held: bool
    tests: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Why an approval takes its way: the rules that held, each with its tests, and the steps they made.

    ``changed``: the rules were changed since it was asked, so that only their names are known.
    """

    no: str
    about_no: str
    rule: str
    also: tuple[str, ...]
    tests: tuple[Mapping[str, Any], ...]
    nodes: tuple[str, ...]
    policy: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why the viewer was or was not given an approval to read; ``pending``: it has not been decided yet."""

    no: str
    about_no: str
    customer: str
    amount_fen: int
    policy: str
    pending: bool
    traces: tuple[CopyTrace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule made in the chat. ``hits`` of ``tried`` requests of the last 30 days would have met it."""

    id: int
    version: int
    name: str
    said: str
    words: str
    author: str
    hits: int
    tried: int
    state: str
    holds: bool
    """Whether it is the one published last, which can be taken back."""
    decided_by: str
    decided_at: datetime | None

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"ruleedition:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """An approval as its card shows it to one viewer; ``margin_ppm`` None: not for his eyes."""

    id: int
    version: int
    no: str
    state: str
    about: str
    """What is asked, by subject: ``quote:12``, ``solution:3``."""
    about_no: str
    revision: int
    requester: str
    customer: str
    amount_fen: int
    discount_ppm: int
    margin_ppm: int | None
    lines: tuple[ExhibitLine, ...]
    reason: str
    rule: str
    waiting_since: datetime
    waiting_for: tuple[str, ...]
    votes: tuple[Vote, ...]
    """Those who have spoken, in order."""
    my_turn: bool
    decided_by: str
    decided_at: datetime | None
    comment: str
    title: str = ""
    """Of a technical solution, which has no price; its ``files`` by name."""
    files: tuple[str, ...] = ()
    impact: str = "normal"
    also: tuple[str, ...] = ()
    """Rules that added somebody."""
    instead_of: str = ""
    """Whom the viewer decides for."""
    asked: bool = False
    """Whether the viewer asked, or it is about something of his."""
    counter: str = ""
    """The condition it was given back with."""
    stages: tuple[Stage, ...] = ()
    pack: Pack | None = None
    """For those who decide; lists come without it."""
    history: tuple[Happening, ...] = ()
    """Only on its page."""
    colleagues: tuple[tuple[int, str], ...] = ()
    """Whom the page offers for 转交 and 加签: id and name."""

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"approval:{self.id}"

    @property
    def kind(self) -> str:
        """Return what is asked: ``quote``, ``solution``."""
        return self.about.partition(":")[0]

    @property
    def kind_said(self) -> str:
        """Return what people call it."""
        return KINDS[self.kind]
