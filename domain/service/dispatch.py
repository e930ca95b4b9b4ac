"""Finding somebody for a job, and what happens while nobody answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.errors import Invalid, NotFound, Stale
from domain.messages import Command, Event
from domain.people.person import Person
from domain.service.choosing import roster
from domain.service.states import JobState
from domain.service.tell import KEEPERS, climb, keepers, leaders_of_keepers, machine_words, name_of
from domain.service.work_order import Offer, OfferState, WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignJob(Command):
    """A dispatcher picks the engineer. ``version`` is the job as the dispatcher saw it, 0 when typed."""

    work_order_id: int
    engineer_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOffer(Command):
    """Whoever was asked in this ``round`` and is silent is reminded."""

    work_order_id: int
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateOffer(Command):
    """Nobody answered this ``round``: the next one is asked, dispatcher and leaders are told."""

    work_order_id: int
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateUnassigned(Command):
    """Nobody could be asked, and since ``round`` no dispatcher has done anything about it: their leaders are told."""

    work_order_id: int
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOffered(Event):
    """Engineers were asked, for the reasons given."""

    no: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobUnassigned(Event):
    """Nobody fits, or nobody is left to ask."""

    no: str


def offer_next(job: WorkOrder, work: Work) -> bool:
    """Ask the best of those who are not thinking about it and did not say no; return whether there was anybody.

    Whoever was only slower than somebody else may be asked again. Nobody left: the dispatchers have it.
    """
    offers = work.find.service.offers(job.id)
    asked = {each.person_id for each in offers if each.state is not OfferState.WITHDRAWN}
    chosen = roster(job, work).ranked(asked)[: work.policies.service.offer_to]
    if chosen:
        _offer(job, [(each.person_id, each.why) for each in chosen], work)
    else:
        hand_over(job, work)
    return bool(chosen)


def hand_over(job: WorkOrder, work: Work) -> None:
    """Put the job before the dispatchers."""
    work.record(JobUnassigned(subject=job.subject, no=job.no))
    for person in keepers(work):
        work.tell(person.id, "service.unassigned", job.subject)
    work.promise(
        f"job:{job.id}:offer:unassigned",
        work.now + work.policies.service.acknowledge,
        EscalateUnassigned(work_order_id=job.id, round=job.round),
    )


def assign_job(command: AssignJob, actor: Actor, work: Work) -> str:
    """Ask exactly this engineer; whoever had it or was asked is told. Return the engineer's name."""
    job = work.lock(WorkOrder, command.work_order_id)
    engineer = work.get(Person, command.engineer_id)
    if not engineer.active or not engineer.has(*(KEEPERS if job.type.is_desk else (Role.ENGINEER,))):
        who = "服务主管，投诉和咨询由服务主管来办" if job.type.is_desk else "在岗的工程师"
        raise Invalid(f"{engineer.name} 不是{who}，请换一个人。")
    open_offers = [offer for offer in work.find.service.offers(job.id) if offer.state is OfferState.OPEN]
    if command.version and command.version != job.version and (job.engineer_id is not None or open_offers):
        holders = name_of(work, job.engineer_id) or "、".join(name_of(work, offer.person_id) for offer in open_offers)
        raise Stale(f"工单 {job.no} 已经派给{holders}，要改派请发“派给{engineer.name}”。", subject=job.subject)
    if job.engineer_id == engineer.id:
        raise Stale(f"工单 {job.no} 已经在{engineer.name}手上。", subject=job.subject)
    before = job.engineer_id
    withdraw_offers(job, work)
    offer_to(job, engineer.id, f"{actor.name}指派", work)
    if before is not None:
        work.say(before, f"工单 {job.no} 由{actor.name}改派给{engineer.name}，您不用去了。")
    return engineer.name


def offer_to(job: WorkOrder, person_id: int, by: str, work: Work) -> None:
    """Ask exactly this person, because ``by`` (``唐悦指派``)."""
    _offer(job, [(person_id, f"{by} · {roster(job, work, also=person_id).why(person_id)}"[:200])], work)


def withdraw_offers(job: WorkOrder, work: Work, *, keep: int | None = None) -> None:
    """Close every open offer of the job (``keep`` is the person who took it)."""
    for offer in work.find.service.offers(job.id):
        if offer.person_id == keep and offer.state is OfferState.OPEN:
            offer.state = OfferState.TAKEN
        elif offer.state in (OfferState.OPEN, OfferState.TAKEN):
            offer.state = OfferState.WITHDRAWN
    work.cancel_like(f"job:{job.id}:offer:")


def remind_offer(command: RemindOffer, actor: Actor, work: Work) -> None:
    """Remind the silent ones; moot when the round is over (R-41)."""
    del actor
    job = _waiting(command.work_order_id, command.round, work)
    if job is None:
        return
    for offer in work.find.service.offers(job.id):
        if offer.state is OfferState.OPEN:
            work.say(offer.person_id, f"工单 {job.no}（{machine_words(work, job)}）还在等您答复，发“接了”或“拒单”。")


def escalate_offer(command: EscalateOffer, actor: Actor, work: Work) -> None:
    """Ask the next one; the silent ones may still accept. Moot when the round is over (R-41)."""
    del actor
    job = _waiting(command.work_order_id, command.round, work)
    if job is None:
        return
    silent = [offer.person_id for offer in work.find.service.offers(job.id) if offer.state is OfferState.OPEN]
    asked = offer_next(job, work)
    leaders = [work.find.people.leader_of(person_id) for person_id in silent]
    told = {person.id for person in keepers(work)} | {leader.id for leader in leaders if leader is not None}
    names = "、".join(name_of(work, person_id) for person_id in silent)
    outcome = "已再问下一位" if asked else "没有别的人选了，请指派"
    for person_id in sorted(told):
        work.say(person_id, f"工单 {job.no}（{machine_words(work, job)}）{names}没有答复，{outcome}。")


def escalate_unassigned(command: EscalateUnassigned, actor: Actor, work: Work) -> None:
    """Tell the dispatchers' leaders; moot once somebody has been asked or has it (S-145)."""
    del actor
    try:
        job = work.lock(WorkOrder, command.work_order_id)
    except NotFound:
        return
    if job.engineer_id is not None or job.round != command.round or not job.state.is_open:
        return
    minutes = int(work.policies.service.acknowledge.total_seconds()) // 60
    for person in leaders_of_keepers(work):
        work.say(
            person.id,
            f"工单 {job.no}（{machine_words(work, job)}）{minutes} 分钟没有人处理：没有合适的工程师，调度也没有派人。"
            f"发“派给”加名字就能派，例如：{job.no} 派给老何。",
        )


def _offer(job: WorkOrder, to: list[tuple[int, str]], work: Work) -> None:
    job.offer(work.now)
    work.flush()
    for person_id, why in to:
        offer = work.find.service.offer_to(job.id, person_id)
        if offer is None:
            work.add(Offer(job_id=job.id, person_id=person_id, at=work.now, why=why))
        else:
            offer.at, offer.why, offer.state, offer.reason = work.now, why, OfferState.OPEN, ""
        work.tell(person_id, "service.dispatch", job.subject)
    work.flush()
    work.record(JobOffered(subject=job.subject, no=job.no, to=tuple(name_of(work, person_id) for person_id, _ in to)))
    climb(
        work,
        f"job:{job.id}:offer",
        work.policies.service.accept,
        RemindOffer(work_order_id=job.id, round=job.round),
        EscalateOffer(work_order_id=job.id, round=job.round),
    )
    work.redraw(job.subject)


def _waiting(work_order_id: int, round_: int, work: Work) -> WorkOrder | None:
    try:
        job = work.lock(WorkOrder, work_order_id)
    except NotFound:
        return None
    return job if job.state is JobState.OFFERED and job.round == round_ else None
