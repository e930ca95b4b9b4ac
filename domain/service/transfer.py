"""One engineer passes a job on to another: both have to want it. Until the other says yes it stays (S-155)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.actor import Role
from domain.errors import Invalid, NotFound, Stale
from domain.messages import Command, Event
from domain.people.person import Person
from domain.record import Entity, Identity, Record, choice
from domain.service.holding import mine
from domain.service.states import WITH_ENGINEER
from domain.service.tell import keepers, machine_words, name_of
from domain.service.work_order import Offer, OfferState, WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


class TransferState(StrEnum):
    """What became of the wish."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    LAPSED = "lapsed"


class JobTransfer(Entity, Record):
    """``from_id`` asks ``to_id`` to take a job over."""

    __tablename__ = "job_transfers"
    __table_args__ = (Index("ix_job_transfers_job_id", "job_id"), Index("ix_job_transfers_to_id", "to_id"))

    job_id: Mapped[int] = mapped_column(Identity, ForeignKey("work_orders.id"))
    from_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    to_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column()
    reason: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[TransferState] = mapped_column(choice(TransferState), default=TransferState.OPEN)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandJob(Command):
    """``这单转给林涛行不``: the other is asked; nothing moves yet."""

    work_order_id: int
    to_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTransfer(Command):
    """The other says yes: from this moment it is his."""

    transfer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseTransfer(Command):
    """The other says no: it stays with the first."""

    transfer_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseTransfer(Command):
    """The other has said nothing: it stays with the first, who hears of it."""

    transfer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAsked(Event):
    """An engineer asked another to take his job over."""

    no: str
    by: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobHandedOver(Event):
    """A job went from one engineer to another; both had agreed."""

    no: str
    by: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRefused(Event):
    """The job stays where it is."""

    no: str
    by: str
    reason: str


def hand_job(command: HandJob, actor: Actor, work: Work) -> str:
    """Return the name of the one who is asked."""
    job = mine(command.work_order_id, actor, work)
    other = work.get(Person, command.to_id)
    if not other.active or not other.has(Role.ENGINEER) or other.id == actor.person_id:
        raise Invalid(f"{other.name} 不能接这单，请换一位在岗的工程师，或让调度改派。")
    if job.state not in WITH_ENGINEER:
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，不能转给别人。", subject=job.subject)
    waiting = work.find.service.open_transfer(job.id)
    if waiting is not None:
        raise Stale(
            f"工单 {job.no} 已经在问{name_of(work, waiting.to_id)}，等他答复或过一会儿再转。", subject=job.subject
        )
    wish = JobTransfer(
        job_id=job.id, from_id=job.engineer_id or 0, to_id=other.id, at=work.now, reason=command.reason.strip()[:200]
    )
    work.add(wish)
    work.flush()
    work.record(TransferAsked(subject=job.subject, no=job.no, by=actor.name, to=other.name, reason=wish.reason))
    work.tell(other.id, "service.transfer", wish.subject)
    work.promise(
        f"job:{job.id}:transfer",
        work.now + work.policies.service.accept.escalate_after,
        LapseTransfer(transfer_id=wish.id),
    )
    work.redraw(job.subject)
    return other.name


def take_transfer(command: TakeTransfer, actor: Actor, work: Work) -> str:
    """Return the job's number; whoever gave it away and the dispatchers hear of it."""
    wish, job = _asked(command.transfer_id, actor, work)
    giver = name_of(work, wish.from_id)
    wish.state, wish.answered_at = TransferState.TAKEN, work.now
    job.hand_to(wish.to_id, work.now)
    _remember(job, wish, giver, work)
    work.flush()
    work.cancel(f"job:{job.id}:transfer")
    work.record(JobHandedOver(subject=job.subject, no=job.no, by=giver, to=actor.name))
    words = f"工单 {job.no}（{machine_words(work, job)}）{actor.name}接过去了"
    work.say(wish.from_id, f"{words}，您不用去了。")
    for person in keepers(work):
        work.say(person.id, f"{words}，原来在{giver}手上{f'：{wish.reason}' if wish.reason else '。'}")
    work.redraw(job.subject)
    work.redraw(wish.subject)
    return job.no


def refuse_transfer(command: RefuseTransfer, actor: Actor, work: Work) -> str:
    """Return the job's number."""
    wish, job = _asked(command.transfer_id, actor, work)
    wish.state, wish.answered_at = TransferState.DECLINED, work.now
    work.flush()
    work.cancel(f"job:{job.id}:transfer")
    reason = command.reason.strip()[:200]
    work.record(TransferRefused(subject=job.subject, no=job.no, by=actor.name, reason=reason))
    work.say(
        wish.from_id,
        f"{actor.name}不能接工单 {job.no}{f'：{reason}' if reason else ''}，还是您的单。"
        "去不了请转给别人，或发“拒单”加原因。",
    )
    work.redraw(wish.subject)
    return job.no


def lapse_transfer(command: LapseTransfer, actor: Actor, work: Work) -> None:
    """Moot once it was answered (R-41)."""
    del actor
    wish = work.lock(JobTransfer, command.transfer_id)
    if wish.state is not TransferState.OPEN:
        return
    wish.state = TransferState.LAPSED
    work.flush()
    job = work.get(WorkOrder, wish.job_id)
    if job.engineer_id == wish.from_id:
        work.say(
            wish.from_id,
            f"{name_of(work, wish.to_id)}没有答复工单 {job.no}，还是您的单。去不了请转给别人，或让调度改派。",
        )
    work.redraw(wish.subject)


def _asked(transfer_id: int, actor: Actor, work: Work) -> tuple[JobTransfer, WorkOrder]:
    """Return the wish and its job, locked in the order every deed locks them: the job first."""
    wish = work.get(JobTransfer, transfer_id)
    if wish.to_id != actor.person_id:
        raise NotFound("没有找到要转给您的工单，可能已经转给别人。")
    job = work.lock(WorkOrder, wish.job_id)
    wish = work.lock(JobTransfer, transfer_id)
    if wish.state is not TransferState.OPEN or job.engineer_id != wish.from_id:
        holder = name_of(work, job.engineer_id)
        now = f"现在在{holder}手上" if holder else f"现在是“{job.state.label}”"
        raise Stale(f"工单 {job.no} 不用您接了，{now}。", subject=wish.subject)
    return wish, job


def _remember(job: WorkOrder, wish: JobTransfer, giver: str, work: Work) -> None:
    """Let the offers say who has the job and why, as after any other way of getting it."""
    for offer in work.find.service.offers(job.id):
        if offer.person_id != wish.to_id and offer.state is OfferState.TAKEN:
            offer.state = OfferState.WITHDRAWN
    mine = work.find.service.offer_to(job.id, wish.to_id)
    why = f"{giver}转过来的{f'：{wish.reason}' if wish.reason else ''}"[:200]
    if mine is None:
        work.add(Offer(job_id=job.id, person_id=wish.to_id, at=work.now, why=why, state=OfferState.TAKEN))
    else:
        mine.why, mine.state, mine.reason = why, OfferState.TAKEN, ""
