"""An engineer answers: takes the job, or says no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.errors import Invalid, NotFound, Stale
from domain.messages import Command, Event
from domain.people.person import Person
from domain.service.deadlines import respond
from domain.service.dispatch import offer_next, offer_to, withdraw_offers
from domain.service.states import TO_VISIT, JobState
from domain.service.tell import name_of
from domain.service.ticket import Ticket
from domain.service.work_order import OfferState, WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

DECLINE_REASONS: Mapping[str, str] = {
    "busy": "手上排不开",
    "far": "太远赶不过去",
    "skill": "不是我的专长",
    "off": "休假或请假",
}
"""The reasons a card offers; typed ones are free."""

UNKNOWN = "没有找到这条记录，可能已经被撤销或不在您的范围内。"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptJob(Command):
    """The engineer takes it; ``eta`` may come with it, or later in a second acceptance.

    No version: whether the press still means something is decided by the engineer's own offer.
    """

    work_order_id: int
    eta: datetime | None = None
    eta_end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineJob(Command):
    """The engineer cannot; also after having accepted, as long as he is not on site."""

    work_order_id: int
    reason: str = ""
    propose: int | None = None
    """Whom to ask instead: ``我不去了 让林涛去``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAccepted(Event):
    """One engineer has the job now."""

    no: str
    engineer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPlanned(Event):
    """The engineer said when he will be there."""

    no: str
    eta: datetime
    eta_end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDeclined(Event):
    """An engineer said no."""

    no: str
    engineer: str
    reason: str


def accept_job(command: AcceptJob, actor: Actor, work: Work) -> str:
    """Make the actor the one responsible; whoever is second is told who was first. Return the job's number."""
    job = work.lock(WorkOrder, command.work_order_id)
    mine = work.find.service.offer_to(job.id, actor.person_id)
    if mine is None:
        raise NotFound(UNKNOWN)
    if job.engineer_id == actor.person_id:
        return _plan(job, command, work)
    if job.engineer_id is not None:
        raise Stale(f"工单 {job.no} 已由{name_of(work, job.engineer_id)}接单。", subject=job.subject)
    if mine.state is not OfferState.OPEN and job.state.is_open:
        raise Stale(f"工单 {job.no} 已经转给别人，不再等您答复。", subject=job.subject)
    job.accept(mine.person_id, work.now, command.eta, command.eta_end)
    if not job.type.is_desk:
        respond(work.get(Ticket, job.ticket_id), work)
    withdraw_offers(job, work, keep=mine.person_id)
    work.flush()
    work.record(JobAccepted(subject=job.subject, no=job.no, engineer=actor.name))
    work.redraw(job.subject)
    return job.no


def _plan(job: WorkOrder, command: AcceptJob, work: Work) -> str:
    if command.eta is None or job.state not in TO_VISIT:
        raise Stale(f"工单 {job.no} 已经在您手上，现在是“{job.state.label}”。", subject=job.subject)
    job.plan(command.eta, command.eta_end)
    work.flush()
    work.record(JobPlanned(subject=job.subject, no=job.no, eta=command.eta, eta_end=job.eta_end))
    work.redraw(job.subject)
    return job.no


def decline_job(command: DeclineJob, actor: Actor, work: Work) -> str:
    """Ask the one who was proposed, else the next one when nobody else is thinking about it.

    Return the sentence that answers the engineer.
    """
    job = work.lock(WorkOrder, command.work_order_id)
    mine = work.find.service.offer_to(job.id, actor.person_id)
    if mine is None:
        raise NotFound(UNKNOWN)
    if job.engineer_id == actor.person_id:
        job.unassign()
    elif mine.state is not OfferState.OPEN:
        holder = name_of(work, job.engineer_id)
        raise Stale(
            f"工单 {job.no} {f'已由{holder}接单' if holder else '已经不等您答复'}，不用再拒。", subject=job.subject
        )
    mine.state = OfferState.DECLINED
    mine.reason = command.reason[:200]
    work.flush()
    work.record(JobDeclined(subject=job.subject, no=job.no, engineer=actor.name, reason=mine.reason))
    work.redraw(job.subject)
    if command.propose is not None:
        return f"工单 {job.no} 已拒，正在问{_propose(job, command.propose, actor, work)}。"
    others = [offer for offer in work.find.service.offers(job.id) if offer.state is OfferState.OPEN]
    if others:
        return f"工单 {job.no} 已拒，{'、'.join(name_of(work, offer.person_id) for offer in others)}还在考虑。"
    work.cancel_like(f"job:{job.id}:offer:")
    if offer_next(job, work):
        return f"工单 {job.no} 已拒，转给了下一位工程师。"
    if job.state is JobState.OFFERED:
        job.unassign()
        work.flush()
    return f"工单 {job.no} 已拒，转给了调度。"


def _propose(job: WorkOrder, person_id: int, actor: Actor, work: Work) -> str:
    proposed = work.get(Person, person_id)
    declined = work.find.service.offer_to(job.id, proposed.id)
    if not proposed.active or not proposed.has(Role.ENGINEER) or proposed.id == actor.person_id:
        raise Invalid(f"{proposed.name} 不能接这单，请换一位在岗的工程师。")
    if declined is not None and declined.state is OfferState.DECLINED:
        raise Invalid(f"{proposed.name} 已经说过去不了，请换一位，或只发“拒单”让系统找下一位。")
    offer_to(job, proposed.id, f"{actor.name}推荐", work)
    return proposed.name
