"""The customer signs and rates, or the company calls it off: a job ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.messages import Command, Event
from domain.service.deadlines import end
from domain.service.dispatch import withdraw_offers
from domain.service.states import JobState
from domain.service.tell import climb, keepers, machine_words, tell_owner
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.work_order import WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

_NOT_LEFT = (JobState.REPORTED, JobState.OFFERED, JobState.ACCEPTED)
"""The states in which nobody stands before the machine or has been there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff(Command):
    """``signature`` is the id of a kept PNG; where nothing can be drawn, ``signer`` is the name written instead."""

    token: str
    rating: int
    words: str = ""
    signature: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelJob(Command):
    """The job is not needed; its ticket is closed."""

    work_order_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelVisit(Command):
    """``算了 自己弄好了 不用来了``, from the progress page; ``token`` is the page's secret."""

    token: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindSignature(Command):
    """The customer has not signed yet: the engineer is reminded."""

    nags: ClassVar[bool] = True

    work_order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateSignature(Command):
    """The customer still has not signed: dispatchers and sales owner are told."""

    nags: ClassVar[bool] = True

    work_order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobConfirmed(Event):
    """The customer signed and rated."""

    no: str
    rating: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCancelled(Event):
    """The job was called off."""

    no: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelWished(Event):
    """The customer does not need the visit any more, and the engineer is on his way."""

    no: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitCancelled:
    """``cancelled`` is False while the engineer is on his way: he is called first."""

    ticket_no: str
    cancelled: bool


def promise_signature(job: WorkOrder, work: Work, *, remind_at: datetime | None = None) -> None:
    """Remind of the signature (at ``remind_at`` where it was agreed to wait), then tell those above."""
    climb(
        work,
        f"job:{job.id}:sign",
        work.policies.service.sign,
        RemindSignature(work_order_id=job.id),
        EscalateSignature(work_order_id=job.id),
    )
    if remind_at is not None:
        work.promise(f"job:{job.id}:sign:remind", remind_at, RemindSignature(work_order_id=job.id))


def sign_off(command: SignOff, actor: Actor, work: Work) -> str:
    """Close job and ticket; engineer and sales owner hear of it. Return the ticket's number."""
    del actor
    ticket = work.find.service.by_token(command.token)
    if ticket is None:
        raise NotFound("没有找到这张报修单，请核对链接。")
    if not work.find.service.may_sign(ticket.id, command.token):
        raise NotAllowed("这个链接只能看进度和催一下，请由最先报修的人签收。")
    scale = work.policies.service.rating.scale
    if not 1 <= command.rating <= scale:
        raise Invalid(f"请点 1 到 {scale} 颗星。")
    if not command.signature and not command.signer.strip():
        raise Invalid("请在签名框里签字。")
    job = work.lock(WorkOrder, work.find.service.job_of(ticket.id).id)
    if job.state is JobState.CONFIRMED:
        raise Stale("这张报修单已经签收过了，谢谢您。")
    job.confirm(
        work.now,
        rating=command.rating,
        comment=command.words.strip()[:500],
        signature=command.signature,
        signer=command.signer.strip()[:32],
    )
    end(ticket, work)
    work.flush()
    work.record(JobConfirmed(subject=job.subject, no=job.no, rating=command.rating))
    work.cancel_like(f"job:{job.id}:")
    _thank(job, work)
    work.redraw(job.subject)
    return ticket.no


def _thank(job: WorkOrder, work: Work) -> None:
    machine = machine_words(work, job)
    words = f"：“{job.comment}”" if job.comment else ""
    if job.engineer_id is not None:
        work.say(job.engineer_id, f"{machine}（{job.no}）客户已签收，给您打了 {job.rating} 分{words}。")
    tell_owner(work, job, f"{machine} 报修已修好，客户签收并打了 {job.rating} 分{words}。工单 {job.no}。")
    if job.rating is not None and job.rating <= work.policies.service.rating.poor:
        for person in keepers(work):
            work.say(person.id, f"{machine}（{job.no}）客户只打了 {job.rating} 分{words}，请回访。")


def cancel_job(command: CancelJob, actor: Actor, work: Work) -> str:
    """Close job and ticket unrepaired; the engineer hears of it. Return the job's number."""
    job = work.lock(WorkOrder, command.work_order_id)
    if job.type is ServiceType.COMPLAINT and not command.reason.strip():
        raise Invalid(f"投诉不能没有原因就关掉，请写原因，例如：取消 {job.no} 客户电话里撤回了。", subject=job.subject)
    _call_off(job, command.reason, actor.name, work)
    return job.no


def cancel_visit(command: CancelVisit, actor: Actor, work: Work) -> VisitCancelled:
    """Call it off while nobody has left; whoever is on his way is told to call the customer first (C9)."""
    ticket = work.find.service.by_token(command.token)
    if ticket is None:
        raise NotFound("没有找到这张报修单，请核对链接。")
    if not work.find.service.may_sign(ticket.id, command.token):
        raise NotAllowed("这个链接只能看进度和催一下，不用来了请由最先报修的人来说。")
    job = work.lock(WorkOrder, work.find.service.job_of(ticket.id).id)
    words = command.words.strip()[:200] or "客户说不用来了"
    if not job.state.is_open or job.state is JobState.SIGNING:
        raise Stale("师傅已经修完或这单已经结束，不用再取消。")
    engineer_id = job.engineer_id
    if engineer_id is not None and (job.departed_at is not None or job.state not in _NOT_LEFT):
        work.record(CancelWished(subject=ticket.subject, no=ticket.no, words=words))
        told = f"客户说不用来了：{machine_words(work, job)}（{job.no}），“{words}”。"
        call = f"，电话 {ticket.phone}" if ticket.phone else ""
        work.say(engineer_id, f"{told}您已在路上，请先给客户打个电话{call}。")
        work.tell(engineer_id, "service.dispatch", job.subject)
        for person in keepers(work):
            work.say(person.id, f"{told}师傅已出发，等他和客户确认后再取消。")
        return VisitCancelled(ticket_no=ticket.no, cancelled=False)
    _call_off(job, words, actor.name, work)
    return VisitCancelled(ticket_no=ticket.no, cancelled=True)


def _call_off(job: WorkOrder, reason: str, by: str, work: Work) -> None:
    job.cancel(work.now)
    end(work.get(Ticket, job.ticket_id), work, reason)
    withdraw_offers(job, work)
    work.flush()
    work.record(JobCancelled(subject=job.subject, no=job.no, reason=reason[:200]))
    work.cancel_like(f"job:{job.id}:")
    if job.engineer_id is not None:
        work.say(job.engineer_id, f"工单 {job.no}（{machine_words(work, job)}）由{by}取消，您不用去了。")
    work.redraw(job.subject)


def remind_signature(command: RemindSignature, actor: Actor, work: Work) -> None:
    """Remind the engineer; moot once signed (R-41)."""
    del actor
    job = _unsigned(command.work_order_id, work)
    if job is not None and job.engineer_id is not None:
        work.say(job.engineer_id, f"工单 {job.no}（{machine_words(work, job)}）客户还没签收，请把签收链接发给客户。")
        work.tell(job.engineer_id, "service.dispatch", job.subject)


def escalate_signature(command: EscalateSignature, actor: Actor, work: Work) -> None:
    """Tell dispatchers and sales owner; moot once signed (R-41)."""
    del actor
    job = _unsigned(command.work_order_id, work)
    if job is None:
        return
    sentence = f"工单 {job.no}（{machine_words(work, job)}）修好后客户一直没签收，请联系客户。"
    for person in keepers(work):
        work.say(person.id, sentence)
    tell_owner(work, job, sentence)


def _unsigned(work_order_id: int, work: Work) -> WorkOrder | None:
    try:
        job = work.lock(WorkOrder, work_order_id)
    except NotFound:
        return None
    return job if job.state is JobState.SIGNING else None
