"""A job in the field: who was asked, who took it, how far it is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import NotAllowed, Stale
from domain.record import Entity, Identity, Record, choice
from domain.service.states import NEXT, JobState


class WorkOrder(Entity, Record):
    """The job of one ticket. Verbs move it along ``states.NEXT``; any other jump is refused with where it stands.

    ``engineer_id`` is the one responsible, known from 接单 on. ``round`` counts how often it was offered.
    """

    __tablename__ = "work_orders"
    __table_args__ = (
        Index("ix_work_orders_engineer_id", "engineer_id"),
        Index("ix_work_orders_ticket_id", "ticket_id"),
    )

    no: Mapped[str] = mapped_column(String(32), unique=True)
    ticket_id: Mapped[int] = mapped_column(Identity, ForeignKey("tickets.id"))
    kind: Mapped[str] = mapped_column(String(32), default="")
    skill: Mapped[str] = mapped_column(String(32), default="")
    region: Mapped[str] = mapped_column(String(32), default="")
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.REPORTED)
    engineer_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
    round: Mapped[int] = mapped_column(Integer, default=0)
    dispatched_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    eta: Mapped[datetime | None] = mapped_column(default=None)
    arrived_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    words: Mapped[str] = mapped_column(Text, default="")
    outside: Mapped[list[str]] = mapped_column(default_factory=list)
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

    def accept(self, engineer_id: int, now: datetime, eta: datetime | None) -> None:
        """Give the job to one engineer."""
        self._move(JobState.ACCEPTED, "接单")
        self.engineer_id = engineer_id
        self.accepted_at = now
        self.eta = eta

    def unassign(self) -> None:
        """Take it from whoever has it: it goes back to the dispatcher."""
        self._move(JobState.REPORTED, "退回")
        self.engineer_id = None
        self.eta = None

    def arrive(self, now: datetime) -> None:
        """Note that the engineer stands before the machine (again, after waiting for parts)."""
        self._move(JobState.ON_SITE, "上门")
        self.arrived_at = self.arrived_at or now

    def wait_for_parts(self) -> None:
        """Interrupt it until parts come."""
        self._move(JobState.WAITING_PARTS, "等备件")

    def finish(self, now: datetime, words: str) -> None:
        """Wait for the customer's signature."""
        self._move(JobState.SIGNING, "完工", "请先发“到了”。" if self.state is not JobState.SIGNING else "")
        self.finished_at = now
        self.words = words

    def reopen(self) -> None:
        """Go back to the machine: it is not mended after all."""
        self._move(JobState.ON_SITE, "重新上门")
        self.finished_at = None

    def leave(self) -> None:
        """Take the arrival back: he is not there yet."""
        if self.state is not JobState.ON_SITE:
            raise Stale(f"工单 {self.no} 现在是“{self.state.label}”，不用撤销到场。", subject=self.subject)
        self._move(JobState.ACCEPTED, "撤销到场")
        self.arrived_at = None

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

    def owned_by(self, person_id: int | None) -> None:
        """Raise NotAllowed unless this person has the job."""
        if self.engineer_id is None or self.engineer_id != person_id:
            raise NotAllowed(f"工单 {self.no} 不在您手上，要先接单才能操作。")

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
