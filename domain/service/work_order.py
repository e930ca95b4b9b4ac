"""A job in the field: who was asked, who took it, how far it is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Stale
from domain.record import Entity, Identity, Record, choice
from domain.service.states import NEXT, TO_VISIT, WITH_ENGINEER, JobState
from domain.service.types import ServiceType


class WorkOrder(Entity, Record):
    """The job of one ticket. Verbs move it along ``states.NEXT``; any other jump is refused with where it stands.

    ``engineer_id`` is the one responsible, known from 接单 on. ``round`` counts how often it was offered.
    ``eta`` to ``eta_end`` is the window the customer was told. ``blocked`` says why he stands before a shut door:
    on site and yet not. ``proposed_at`` is a next visit nobody has agreed to. ``minutes`` were worked.
    """

    __tablename__ = "work_orders"
    __table_args__ = (
        Index("ix_work_orders_engineer_id_state", "engineer_id", "state"),
        Index("ix_work_orders_ticket_id", "ticket_id"),
        Index("ix_work_orders_state", "state"),
        Index("ix_work_orders_finished_at", "finished_at"),
    )

    no: Mapped[str] = mapped_column(String(32), unique=True)
    ticket_id: Mapped[int] = mapped_column(Identity, ForeignKey("tickets.id"))
    type: Mapped[ServiceType] = mapped_column(
        choice(ServiceType), default=ServiceType.REPAIR, server_default=ServiceType.REPAIR.value
    )
    kind: Mapped[str] = mapped_column(String(32), default="")
    skill: Mapped[str] = mapped_column(String(32), default="")
    region: Mapped[str] = mapped_column(String(32), default="")
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.REPORTED)
    engineer_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
    round: Mapped[int] = mapped_column(Integer, default=0)
    dispatched_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    eta: Mapped[datetime | None] = mapped_column(default=None)
    eta_end: Mapped[datetime | None] = mapped_column(default=None)
    departed_at: Mapped[datetime | None] = mapped_column(default=None)
    blocked: Mapped[str] = mapped_column(String(200), default="", server_default="")
    proposed_at: Mapped[datetime | None] = mapped_column(default=None)
    visits: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    arrived_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    words: Mapped[str] = mapped_column(Text, default="")
    outside: Mapped[list[str]] = mapped_column(default_factory=list)
    minutes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    cause: Mapped[str] = mapped_column(String(16), default="", server_default="")
    action: Mapped[str] = mapped_column(String(16), default="", server_default="")
    checklist: Mapped[dict[str, Any]] = mapped_column(default_factory=dict, server_default="{}")
    """Item of the checklist → ``ok`` or what was found."""
    rating: Mapped[int | None] = mapped_column(Integer, default=None)
    comment: Mapped[str] = mapped_column(Text, default="")
    signature: Mapped[str] = mapped_column(String(200), default="")
    signer: Mapped[str] = mapped_column(String(64), default="")

    def offer(self, now: datetime) -> None:
        """Ask (further) engineers."""
        self._move(JobState.OFFERED, "派单")
        self.engineer_id = None
        self.dispatched_at = self.dispatched_at or now
        self.round += 1

    def accept(self, engineer_id: int, now: datetime, eta: datetime | None, eta_end: datetime | None = None) -> None:
        """Give the job to one engineer."""
        self._move(JobState.ACCEPTED, "接单")
        self.engineer_id = engineer_id
        self.accepted_at = now
        if eta is not None or not self.is_booked(now):
            self.plan(eta, eta_end)

    def is_booked(self, now: datetime) -> bool:
        """Return whether the customer counts on an hour that is still to come, whoever is sent."""
        return self.eta is not None and self.eta > now

    def plan(self, eta: datetime | None, eta_end: datetime | None = None) -> None:
        """Note when the engineer will be there: from ``eta`` until ``eta_end`` at the latest."""
        self.eta, self.eta_end = eta, eta_end if eta and eta_end and eta_end > eta else None
        self.proposed_at = None

    def hand_to(self, engineer_id: int, now: datetime) -> None:
        """Make somebody else responsible, in the middle of it: at no moment is it nobody's.

        The hour the customer was told stays when it is still to come.
        """
        if self.state not in WITH_ENGINEER:
            raise Stale(f"工单 {self.no} 现在是“{self.state.label}”，不能转给别人。", subject=self.subject)
        self.engineer_id = engineer_id
        self.departed_at = None
        if not self.is_booked(now):
            self.plan(None)
        if self.state is JobState.ON_SITE:
            self._move(JobState.ACCEPTED, "转单")
            self.arrived_at = None

    def depart(self, now: datetime) -> None:
        """Note that the engineer is on his way."""
        if self.state not in TO_VISIT:
            raise Stale(f"工单 {self.no} 现在是“{self.state.label}”，不用再记出发。", subject=self.subject)
        self.departed_at = now

    def unassign(self) -> None:
        """Take it from whoever has it: it goes back to the dispatcher."""
        self._move(JobState.REPORTED, "退回")
        self.engineer_id = None
        self.departed_at = None
        self.plan(None)

    def arrive(self, now: datetime) -> None:
        """Note that the engineer stands before the machine (again, after waiting for parts or another visit).

        Of somebody before a shut door it says that he was let in.
        """
        if self.state is JobState.ON_SITE and self.blocked:
            self.blocked = ""
            return
        self._move(JobState.ON_SITE, "上门")
        self.arrived_at = self.arrived_at or now
        self.visits += 1
        self.blocked = ""

    def block(self, why: str) -> None:
        """Note that he is there and cannot get at the machine."""
        if self.state is not JobState.ON_SITE:
            raise Stale(f"工单 {self.no} 现在是“{self.state.label}”，请先发“到了”。", subject=self.subject)
        self.blocked = why

    def revisit(self, proposed_at: datetime | None) -> None:
        """Leave undone, to come again; ``proposed_at`` waits for the customer's word."""
        if self.state is not JobState.REVISIT:
            self._move(JobState.REVISIT, "改日再来")
        self.plan(None)
        self.departed_at = None
        self.blocked = ""
        self.proposed_at = proposed_at

    def wait_for_parts(self) -> None:
        """Interrupt it until parts come."""
        self._move(JobState.WAITING_PARTS, "等备件")

    def finish(self, now: datetime, words: str, *, sign: bool = True) -> None:
        """Wait for the customer's signature, or be done where the kind of job asks for none."""
        hint = "请先发“到了”。" if self.state in TO_VISIT else ""
        self._move(JobState.SIGNING, "完工", hint)
        self.blocked = ""
        self._done(now, words, sign=sign)

    def answer(self, now: datetime, words: str, *, sign: bool) -> None:
        """End what is settled from the office: nobody goes there."""
        if not self.type.is_desk or self.state is not JobState.ACCEPTED:
            raise Stale(f"工单 {self.no} 现在是“{self.state.label}”，不能直接答复。", subject=self.subject)
        self.state = JobState.SIGNING
        self._done(now, words, sign=sign)

    def settle(self, now: datetime, reason: str) -> None:
        """End it without the customer's word, for a stated reason."""
        if self.state is not JobState.SIGNING:
            raise Stale(f"工单 {self.no} 现在是“{self.state.label}”，还不能结案。", subject=self.subject)
        self._move(JobState.CONFIRMED, "结案")
        self.ended_at = now
        self.comment = reason

    def reopen(self) -> None:
        """Go back to the machine, or to the desk: it is not settled after all."""
        if self.type.is_desk and self.state is JobState.SIGNING:
            self.state = JobState.ACCEPTED
        else:
            self._move(JobState.ON_SITE, "重新上门")
        self.finished_at = None

    def leave(self) -> None:
        """Take the arrival back: he is not there yet."""
        if self.state is not JobState.ON_SITE:
            raise Stale(f"工单 {self.no} 现在是“{self.state.label}”，不用撤销到场。", subject=self.subject)
        self._move(JobState.ACCEPTED, "撤销到场")
        self.arrived_at = None
        self.blocked = ""
        self.visits = max(self.visits - 1, 0)

    def confirm(self, now: datetime, *, rating: int, comment: str, signature: str, signer: str) -> None:
        """Close it with what the customer signed and said."""
        self._move(JobState.CONFIRMED, "签收")
        self.ended_at = now
        self.rating = rating
        self.comment = comment
        self.signature = signature
        self.signer = signer

    def cancel(self, now: datetime) -> None:
        """Call it off."""
        self._move(JobState.CANCELLED, "取消")
        self.ended_at = now

    def _done(self, now: datetime, words: str, *, sign: bool) -> None:
        self.finished_at = now
        self.words = words
        if not sign:
            self._move(JobState.CONFIRMED, "完工")
            self.ended_at = now

    def _move(self, state: JobState, deed: str, hint: str = "") -> None:
        if state not in NEXT[self.state]:
            raise Stale(f"工单 {self.no} 现在是“{self.state.label}”，不能{deed}。{hint}", subject=self.subject)
        self.state = state


class OfferState(StrEnum):
    """What became of asking one engineer."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Offer(Entity, Record):
    """An engineer was asked; ``why`` is the sentence that explains the choice."""

    __tablename__ = "job_offers"
    __table_args__ = (Index("ix_job_offers_job_id", "job_id"), Index("ix_job_offers_person_id", "person_id"))

    job_id: Mapped[int] = mapped_column(Identity, ForeignKey("work_orders.id"))
    person_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column()
    why: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[OfferState] = mapped_column(choice(OfferState), default=OfferState.OPEN)
    reason: Mapped[str] = mapped_column(String(200), default="")
