"""An approval: what exactly is asked, who has to agree step by step, and how it ended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.clock import WorkCalendar, said_clock
from domain.errors import Stale
from domain.policy_approvals import IMPACTS
from domain.record import Entity, Identity, Record, choice

CARD = "approvals.decide"
COPY = "approvals.copy"
"""The cards about an approval: for those who decide and ask, and for those who only read."""


class ApprovalState(StrEnum):
    """``pending →`` one of the others, which are final. Superseded: the content changed, a new approval decides."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Impact(StrEnum):
    """How badly the asker's work is hit while he waits (S-100)."""

    STOPPED = "stopped"
    DELIVERY = "delivery"
    NORMAL = "normal"

    @property
    def label(self) -> str:
        """Return the word people use, which is also the fact ``impact`` of the rules."""
        return next(option.name for option in IMPACTS if option.code == self.value)


class SeatState(StrEnum):
    """``waiting → approved | rejected | gone``; gone: left the company, or handed his say on, before deciding."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    GONE = "gone"


_ENDED = {
    ApprovalState.APPROVED: "同意",
    ApprovalState.REJECTED: "驳回",
    ApprovalState.WITHDRAWN: "撤回",
    ApprovalState.SUPERSEDED: "修改（内容已变，旧审批作废）",
}


class Approval(Entity, Record):
    """``about`` and ``revision`` name the content (``quote:12``, 2), ``content_hash`` is its SHA-256 as it was asked.

    ``exhibit`` is what approvers are shown, frozen with the hash: customer, amount_fen, discount_ppm,
    margin_ppm, lines. ``barred`` are the people who may never decide it (asker, owner, editors; R-108).
    ``modes`` has one ``any`` or ``all`` per step, ``nodes`` what each is called; rules, policy, ladder and
    the ``facts`` the rules were asked with stay as they were (R-111). ``also`` names the rules that added
    something, ``trace`` is what every rule that copies somebody said to the facts, ``copied`` are those who get it
    to read once it is approved.
    ``party`` is the customer (``customer:3``) whose quotations of some weeks are looked at together (R-110).
    ``counter`` is what an approver offered instead: words, discount_ppm, total_fen, terms.
    The version grows with each step, each added step and the end, and with nothing else: a button of this version
    means this step.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        Index("ix_approvals_party", "party", "asked_at"),
        Index(
            "uq_approvals_live",
            "about",
            "revision",
            unique=True,
            sqlite_where=text("state IN ('pending', 'approved')"),
            postgresql_where=text("state IN ('pending', 'approved')"),
        ),
    )

    no: Mapped[str] = mapped_column(String(32), unique=True)
    about: Mapped[str] = mapped_column(String(80))
    about_no: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int] = mapped_column()
    content_hash: Mapped[str] = mapped_column(String(64))
    exhibit: Mapped[dict[str, Any]] = mapped_column()
    requester_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    barred: Mapped[list[Any]] = mapped_column()
    rule: Mapped[str] = mapped_column(String(64))
    policy: Mapped[str] = mapped_column(String(8))
    modes: Mapped[list[str]] = mapped_column()
    ladder: Mapped[dict[str, Any]] = mapped_column()
    asked_at: Mapped[datetime] = mapped_column()
    step_since: Mapped[datetime] = mapped_column()
    reason: Mapped[str] = mapped_column(Text, default="")
    impact: Mapped[Impact] = mapped_column(choice(Impact), default=Impact.NORMAL, server_default="normal")
    party: Mapped[str] = mapped_column(String(80), default="", server_default="")
    amount_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    facts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict, server_default="{}")
    also: Mapped[list[str]] = mapped_column(default_factory=list, server_default="[]")
    nodes: Mapped[list[str]] = mapped_column(default_factory=list, server_default="[]")
    trace: Mapped[list[Any]] = mapped_column(default_factory=list, server_default="[]")
    copied: Mapped[list[Any]] = mapped_column(default_factory=list, server_default="[]")
    counter: Mapped[dict[str, Any]] = mapped_column(default_factory=dict, server_default="{}")
    step: Mapped[int] = mapped_column(default=0)
    state: Mapped[ApprovalState] = mapped_column(choice(ApprovalState), default=ApprovalState.PENDING)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    comment: Mapped[str] = mapped_column(Text, default="")

    @property
    def node(self) -> str:
        """Return what the step that waits is called."""
        return self.nodes[self.step] if self.step < len(self.nodes) else ""

    def check_open(self, calendar: WorkCalendar, now: datetime) -> None:
        """Raise Stale with who ended it and when."""
        if self.state is not ApprovalState.PENDING:
            raise Stale(f"{self.no}（{self.about_no}）{self.said_end(calendar, now)}。", subject=self.subject)

    def said_end(self, calendar: WorkCalendar, now: datetime) -> str:
        """Return ``已由周敏于 14:32 同意``."""
        assert self.decided_at is not None
        at = said_clock(self.decided_at, calendar.zone, now=now)
        how = f"附条件退回（{self.counter['words']}）" if self.counter else _ENDED[self.state]
        return f"已由{self.decided_by}于 {at} {how}"

    def next_step(self, now: datetime) -> bool:
        """Go on to the next step; return False when this was the last one."""
        if self.step + 1 >= len(self.modes):
            return False
        self.step += 1
        self.step_since = now
        return True

    def end(self, state: ApprovalState, by: str, now: datetime, comment: str = "") -> None:
        """Decide for good. Only a pending approval can end; a final state never changes."""
        assert self.state is ApprovalState.PENDING
        self.state = state
        self.decided_by = by
        self.decided_at = now
        self.comment = comment

    def add_step(self, node: str, mode: str) -> int:
        """Put a step right behind the one that waits; return its place."""
        place = self.step + 1
        self.modes = [*self.modes[:place], mode, *self.modes[place:]]
        self.nodes = [*self.nodes[:place], node, *self.nodes[place:]]
        return place


class Seat(Entity, Record):
    """One person's say in one step. ``since``: when his turn came. ``for_id``: whom he decides for who is away.

    ``stands_in``: added when those asked stayed silent; his yes counts for those in ``covers``, for all when
    that is empty.
    """

    __tablename__ = "approval_seats"
    __table_args__ = (UniqueConstraint("approval_id", "step", "person_id"),)

    approval_id: Mapped[int] = mapped_column(Identity, ForeignKey("approvals.id"))
    step: Mapped[int] = mapped_column()
    person_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    stands_in: Mapped[bool] = mapped_column(default=False)
    state: Mapped[SeatState] = mapped_column(choice(SeatState), default=SeatState.WAITING)
    covers: Mapped[list[Any]] = mapped_column(default_factory=list, server_default="[]")
    for_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
    since: Mapped[datetime | None] = mapped_column(default=None)
    at: Mapped[datetime | None] = mapped_column(default=None)
    comment: Mapped[str] = mapped_column(Text, default="")

    def decide(self, state: SeatState, now: datetime, comment: str) -> None:
        """Say yes or no."""
        self.state = state
        self.at = now
        self.comment = comment

    def give_up(self, now: datetime, why: str) -> None:
        """Have no say any more: he left, handed it on, or decides no longer for another."""
        self.decide(SeatState.GONE, now, why)

    def wait_again(self, now: datetime) -> None:
        """Have the say back that another had for a while."""
        self.state, self.since, self.at, self.comment = SeatState.WAITING, now, None, ""
