"""An engineer asks for parts in words; whoever has to agree is asked, else the warehouse (S-149, S-150)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.catalog.part import nearest
from domain.errors import Invalid, Stale
from domain.messages import Command, Event
from domain.service.deadlines import pause
from domain.service.finishing import SaidPart
from domain.service.fitting import covered
from domain.service.holding import mine
from domain.service.states import JobState
from domain.service.tell import keepers, machine_words, tell_owner
from domain.service.work_order import WorkOrder
from domain.spares.part_request import Consent, PartRequest, RequestState

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.catalog.part import Part
    from domain.condition import Facts
    from domain.service.finishing import JobFinished
    from domain.service.sign import JobCancelled
    from domain.work import Work

_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestParts(Command):
    """``要2个6205轴承 明早用 客户停产``. Without parts, ``words`` are all that is known of what is missing."""

    work_order_id: int
    parts: tuple[SaidPart, ...] = ()
    words: str = ""
    need_by: datetime | None = None
    impact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRequest(Command):
    """The engineer does not need it after all."""

    request_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRequested(Event):
    """A part is missing."""

    no: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWithdrawn(Event):
    """A part is not needed any more."""

    no: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """What became of the wish: each request's id, and who is asked first; ``nearest`` may have been meant."""

    no: str
    ids: tuple[int, ...]
    waits_for_customer: bool
    waits_for_approval: bool
    nearest: tuple[str, ...]


def request_parts(command: RequestParts, actor: Actor, work: Work) -> Requested:
    """Keep a request for each part; a job on site waits, and our clock with it."""
    job = mine(command.work_order_id, actor, work)
    undated = job.state is JobState.REVISIT and job.eta is None and job.proposed_at is None
    if job.state is JobState.ON_SITE or undated:
        job.wait_for_parts()
        pause(job, work)
    elif job.state not in (JobState.ACCEPTED, JobState.WAITING_PARTS, JobState.REVISIT):
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，不用再申请备件。", subject=job.subject)
    if not work.policies.service.parts.on:
        return _only_told(job, command, actor, work)
    near: list[str] = []
    requests = [_keep(job, said, command, actor, near, work) for said in _said(command)]
    work.flush()
    for each in requests:
        work.record(PartRequested(subject=job.subject, no=job.no, words=each.said))
        pass_on(each, work)
    waits = any(each.consent is Consent.ASKED for each in requests)
    if waits:
        tell_owner(work, job, f"{machine_words(work, job)}（{job.no}）已过保，备件要收费，已请客户在进度页上确认价格。")
    work.redraw(job.subject)
    return Requested(
        no=job.no,
        ids=tuple(each.id for each in requests),
        waits_for_customer=waits,
        waits_for_approval=any(each.approver for each in requests),
        nearest=tuple(dict.fromkeys(near)),
    )


def withdraw_request(command: WithdrawRequest, actor: Actor, work: Work) -> str:
    """Return what is not needed any more."""
    request = work.lock(PartRequest, command.request_id)
    job = mine(request.job_id, actor, work)
    request.withdraw()
    work.flush()
    work.record(RequestWithdrawn(subject=job.subject, no=job.no, words=request.said))
    for person in work.find.people.with_role(Role.WAREHOUSE):
        work.say(person.id, f"{actor.name}不要 {request.said} 了（工单 {job.no}）。")
    work.redraw(request.subject)
    work.redraw(job.subject)
    return request.said


def drop_open(event: JobFinished | JobCancelled, actor: Actor, work: Work) -> None:
    """Reaction: a job that is done, or called off, waits for no parts; the store need not get them any more."""
    del actor
    job = work.get(WorkOrder, int(event.subject.partition(":")[2]))
    rest = [work.lock(PartRequest, each.id) for each in work.find.spares.of_job(job.id) if each.state.is_open]
    if not rest:
        return
    for each in rest:
        each.withdraw()
        work.cancel(f"request:{each.id}:arrival")
        work.redraw(each.subject)
    work.flush()
    words = "、".join(each.said for each in rest)
    work.record(RequestWithdrawn(subject=job.subject, no=job.no, words=words))
    for person in work.find.people.with_role(Role.WAREHOUSE):
        work.say(
            person.id, f"工单 {job.no} 已{'取消' if job.state is JobState.CANCELLED else '完工'}，不用再备 {words} 了。"
        )
    if job.engineer_id is not None:
        work.say(job.engineer_id, f"工单 {job.no} 没用上的备件申请已撤回：{words}。")


def pass_on(request: PartRequest, work: Work) -> None:
    """Put a request before whoever has to act on it now."""
    if request.state is RequestState.WAITING:
        for person in work.find.people.with_role(Role.WAREHOUSE) or keepers(work):
            work.tell(person.id, "spares.request", request.subject)
    elif request.approver:
        leader = work.find.people.leader_of(request.person_id)
        for person in [leader] if leader is not None else keepers(work):
            work.tell(person.id, "spares.request", request.subject)
    work.redraw(request.subject)


def _only_told(job: WorkOrder, command: RequestParts, actor: Actor, work: Work) -> Requested:
    """Without the step 申请→出库 (S-138) the warehouse hears of it and parts are booked when they are fitted."""
    said = "、".join(f"{each.name} ×{each.quantity or 1}" for each in command.parts) or command.words.strip()[:200]
    work.flush()
    work.record(PartRequested(subject=job.subject, no=job.no, words=said))
    for person in work.find.people.with_role(Role.WAREHOUSE):
        work.say(person.id, f"{actor.name} 为工单 {job.no}（{machine_words(work, job)}）要备件：{said}")
    work.redraw(job.subject)
    return Requested(no=job.no, ids=(), waits_for_customer=False, waits_for_approval=False, nearest=())


def _said(command: RequestParts) -> tuple[SaidPart, ...]:
    for each in command.parts:
        if each.quantity is not None and not 0 < each.quantity <= _MOST:
            raise Invalid(f"{each.name}的数量要大于 0，请改好再发一次。")
    if command.parts:
        return command.parts
    words = command.words.strip()
    if not words:
        raise Invalid("请写要什么备件、几个、什么时候要，例如：要2个6205轴承，明早用。")
    return (SaidPart(name=words[:128], quantity=1),)


def _keep(
    job: WorkOrder, said: SaidPart, command: RequestParts, actor: Actor, near: list[str], work: Work
) -> PartRequest:
    assert actor.person_id is not None, "the job is this person's"
    found = work.find.parts.said(said.name)
    if len(found) > 1:
        names = "、".join(f"{part.name}（{part.code}）" for part in found[:5])
        raise Invalid(f"“{said.name}”可能是 {names}，请写清型号再发一次。")
    part = found[0] if found else None
    if part is None:
        near += nearest(said.name, work.find.parts.all())
    request = PartRequest(
        job_id=job.id,
        person_id=actor.person_id,
        name=part.name if part is not None else said.name[:128],
        part_id=part.id if part is not None else None,
        quantity=said.quantity or 1,
        need_by=command.need_by,
        impact=command.impact.strip()[:200],
        at=work.now,
    )
    _judge(request, part, job, work)
    return work.add(request)


def _judge(request: PartRequest, part: Part | None, job: WorkOrder, work: Work) -> None:
    """Find out whether the customer pays, and whether somebody has to approve."""
    policy = work.policies.service.parts
    price = part.price_fen if part is not None else 0
    free = covered(job, work)
    facts: Facts = {
        "amount": price * request.quantity,
        "quantity": request.quantity,
        "warranty": free,
        "part": request.name,
    }
    rule = next((each for each in policy.rules if each.holds(facts)), None)
    request.price_fen = price
    request.approver = rule.name if rule is not None and rule.approve else ""
    if price and not free and price * request.quantity >= policy.consent_from:
        request.consent = Consent.ASKED
    if request.approver or request.consent is Consent.ASKED:
        request.state = RequestState.ASKED
