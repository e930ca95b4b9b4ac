"""Yes or no to a request for parts: by whoever has to approve it, by the customer who pays (U29), by the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.messages import Command, Event
from domain.service.tell import KEEPERS, keepers, machine_words, name_of, tell_owner
from domain.service.work_order import WorkOrder
from domain.spares.part_request import Consent, PartRequest, RequestState
from domain.spares.requesting import pass_on
from domain.spares.waiting import still_missing, stop_waiting

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

_REASON_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRequest(Command):
    """The expense is agreed to. ``version`` is the request as it was seen, 0 when typed."""

    request_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseRequest(Command):
    """The expense is not agreed to."""

    request_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithholdPart(Command):
    """不发: the store does not give it out, for a reason the engineer is told."""

    request_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPrice(Command):
    """The customer says on the progress page whether he pays for the parts; ``token`` is the page's secret."""

    token: str
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestApproved(Event):
    """Somebody agreed to the expense."""

    by: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefused(Event):
    """Somebody said no."""

    by: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceAgreed(Event):
    """The customer pays for these parts."""

    no: str
    words: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRefused(Event):
    """The customer does not pay for these parts."""

    no: str
    words: str


def approve_request(command: ApproveRequest, actor: Actor, work: Work) -> str:
    """Return what was approved; the warehouse has it next, unless the customer still has to agree."""
    request = _theirs(command.request_id, actor, work)
    assert actor.person_id is not None, "leaders are people"
    request.approve(actor.person_id)
    work.flush()
    work.record(RequestApproved(subject=request.subject, by=actor.name, words=request.said))
    work.say(request.person_id, f"{actor.name}同意了您申请的 {request.said}。")
    pass_on(request, work)
    work.redraw(work.get(WorkOrder, request.job_id).subject)
    return request.said


def refuse_request(command: RefuseRequest, actor: Actor, work: Work) -> str:
    """Return what was refused; the engineer hears why."""
    job = _job_of(command.request_id, work)
    request = _theirs(command.request_id, actor, work)
    request.refuse(command.reason.strip()[:_REASON_MAX])
    _refused(request, job, f"{actor.name}没同意", "请联系主管再定", actor, work)
    return request.said


def withhold_part(command: WithholdPart, actor: Actor, work: Work) -> str:
    """Return what is not given out; the engineer and those who answer for service hear why."""
    reason = command.reason.strip()[:_REASON_MAX]
    if not reason:
        raise Invalid("不发要写原因，工程师好另想办法，例如：不发 留给无锡停机的那台。")
    job = _job_of(command.request_id, work)
    request = work.lock(PartRequest, command.request_id)
    if request.state not in (RequestState.WAITING, RequestState.ORDERED):
        raise Stale(f"{request.said}的申请现在是“{request.state.label}”，不能再拒发。", subject=request.subject)
    request.refuse(reason)
    _refused(request, job, f"仓库（{actor.name}）不发", "换别的件请重新申请，或联系主管", actor, work)
    whose = f"{machine_words(work, job)}（{job.no}），{name_of(work, job.engineer_id or request.person_id)}在等"
    for person in keepers(work):
        work.say(person.id, f"仓库不发 {request.said}：{reason}。{whose}。")
    return request.said


def answer_price(command: AnswerPrice, actor: Actor, work: Work) -> str:
    """Return the ticket's number. One answer counts for everything he was asked about."""
    del actor
    ticket = work.find.service.by_token(command.token)
    if ticket is None:
        raise NotFound("没有找到这张报修单，请核对链接。")
    if not work.find.service.may_sign(ticket.id, command.token):
        raise NotAllowed("这个链接只能看进度和催一下，备件费用请由最先报修的人确认。")
    job = work.lock(WorkOrder, work.find.service.job_of(ticket.id).id)
    asked = [
        work.lock(PartRequest, each.id)
        for each in work.find.spares.of_job(job.id)
        if each.consent is Consent.ASKED and each.state is RequestState.ASKED
    ]
    if not asked:
        raise Stale("现在没有等您确认的备件费用。")
    for each in asked:
        if command.agrees:
            each.agree()
        else:
            each.refuse("客户不同意收费")
    work.flush()
    words = "、".join(each.said for each in asked)
    amount = sum(each.price_fen * each.quantity for each in asked)
    if command.agrees:
        work.record(PriceAgreed(subject=ticket.subject, no=ticket.no, words=words, amount_fen=amount))
    else:
        work.record(PriceRefused(subject=ticket.subject, no=ticket.no, words=words))
    for each in asked:
        pass_on(each, work)
    stop_waiting(job, work)
    said = f"{machine_words(work, job)}（{job.no}）客户{'同意' if command.agrees else '不同意'}付费：{words}"
    for person_id in {job.engineer_id, *(person.id for person in keepers(work))} - {None}:
        if person_id is not None:
            work.say(person_id, f"{said}{'' if command.agrees else '，请联系客户商量'}。")
    tell_owner(work, job, f"{said}。")
    work.redraw(job.subject)
    return ticket.no


def _job_of(request_id: int, work: Work) -> WorkOrder:
    """Return the job of a request, locked in the order every deed locks them: the job first."""
    return work.lock(WorkOrder, work.get(PartRequest, request_id).job_id)


def _refused(request: PartRequest, job: WorkOrder, said_no: str, next_: str, actor: Actor, work: Work) -> None:
    """Tell the engineer; a job that waits for nothing else may be visited again."""
    work.flush()
    work.cancel(f"request:{request.id}:arrival")
    work.record(RequestRefused(subject=request.subject, by=actor.name, words=request.said, reason=request.reason))
    stop_waiting(job, work)
    others = [each.said for each in still_missing(job, work)]
    rest = f"还在等 {'、'.join(others)}。" if others else ""
    why = f"：{request.reason}" if request.reason else ""
    work.say(job.engineer_id or request.person_id, f"{said_no} {request.said}{why}（工单 {job.no}）。{next_}。{rest}")
    work.redraw(request.subject)
    work.redraw(job.subject)


def _theirs(request_id: int, actor: Actor, work: Work) -> PartRequest:
    """Return the request, locked; NotFound unless the actor leads the engineer or answers for service."""
    request = work.lock(PartRequest, request_id)
    leader = work.find.people.leader_of(request.person_id)
    if not (leader is not None and leader.id == actor.person_id) and not actor.has(*KEEPERS[1:]):
        raise NotFound("没有找到这条备件申请，或它不等您审批。")
    return request
