"""At the customer's: arriving, waiting for parts, being done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.catalog.stock import MAIN, give_back, use, van
from domain.errors import Invalid, Stale
from domain.messages import Command, Event
from domain.service.sign import EscalateSignature, RemindSignature
from domain.service.states import JobState
from domain.service.tell import climb, machine_words
from domain.service.work_order import WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.catalog.part import Part
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidPart:
    """A part as the engineer called it, and how many pieces."""

    name: str
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ArriveJob(Command):
    """到了."""

    work_order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPart(Command):
    """A part is missing: the warehouse is told, a job on site waits."""

    work_order_id: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishJob(Command):
    """换了2个6205轴承，修好了: parts leave the van first, then the main store; the customer has to sign."""

    work_order_id: int
    parts: tuple[SaidPart, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectParts(Command):
    """The parts said before the signature were wrong: all go back, these leave instead."""

    work_order_id: int
    parts: tuple[SaidPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobArrived(Event):
    """The engineer is on site."""

    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRequested(Event):
    """A part is missing."""

    no: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFinished(Event):
    """The engineer is done, with these parts."""

    no: str
    parts: tuple[str, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsCorrected(Event):
    """The parts of a finished job were said anew."""

    no: str
    parts: tuple[str, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """``used`` left the stock; ``outside`` is not in the catalogue and only written down. Both as ``6205轴承 ×2``."""

    no: str
    used: tuple[str, ...]
    outside: tuple[str, ...]


def arrive_job(command: ArriveJob, actor: Actor, work: Work) -> str:
    """Return the job's number."""
    job = _mine(command.work_order_id, actor, work)
    job.arrive(work.now)
    work.flush()
    work.record(JobArrived(subject=job.subject, no=job.no))
    work.redraw(job.subject)
    return job.no


def request_part(command: RequestPart, actor: Actor, work: Work) -> str:
    """Return the job's number."""
    job = _mine(command.work_order_id, actor, work)
    if job.state is JobState.ON_SITE:
        job.wait_for_parts()
    elif job.state not in (JobState.ACCEPTED, JobState.WAITING_PARTS):
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，不用再申请备件。", subject=job.subject)
    work.flush()
    work.record(PartRequested(subject=job.subject, no=job.no, words=command.words[:200]))
    for person in work.find.people.with_role(Role.WAREHOUSE):
        work.say(
            person.id, f"{actor.name} 为工单 {job.no}（{machine_words(work, job)}）申请备件：{command.words[:200]}"
        )
    work.redraw(job.subject)
    return job.no


def finish_job(command: FinishJob, actor: Actor, work: Work) -> Fitted:
    """Book the parts and wait for the signature; too little stock leaves everything as it was."""
    job = _mine(command.work_order_id, actor, work)
    job.finish(work.now, command.words.strip())
    fitted = _fit(job, command.parts, actor, work)
    work.record(JobFinished(subject=job.subject, no=job.no, parts=fitted.used, outside=fitted.outside))
    climb(
        work,
        f"job:{job.id}:sign",
        work.policies.service.sign,
        RemindSignature(work_order_id=job.id),
        EscalateSignature(work_order_id=job.id),
    )
    return fitted


def correct_parts(command: CorrectParts, actor: Actor, work: Work) -> Fitted:
    """Give back what was booked and book anew; only while the customer has not signed."""
    job = _mine(command.work_order_id, actor, work)
    if job.state is not JobState.SIGNING:
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，备件不能再改。", subject=job.subject)
    give_back(work, job.subject)
    fitted = _fit(job, command.parts, actor, work)
    work.record(PartsCorrected(subject=job.subject, no=job.no, parts=fitted.used, outside=fitted.outside))
    return fitted


def _mine(work_order_id: int, actor: Actor, work: Work) -> WorkOrder:
    job = work.lock(WorkOrder, work_order_id)
    job.owned_by(actor.person_id)
    return job


def _fit(job: WorkOrder, said: tuple[SaidPart, ...], actor: Actor, work: Work) -> Fitted:
    assert actor.person_id is not None, "the job is this person's"
    known, outside = _sort_out(said, work)
    for part, pieces in known:
        use(work, part, pieces, places=(van(actor.person_id), MAIN), subject=job.subject)
    job.outside = outside
    work.flush()
    work.redraw(job.subject)
    return Fitted(no=job.no, used=tuple(f"{part.name} ×{pieces}" for part, pieces in known), outside=tuple(outside))


def _sort_out(said: tuple[SaidPart, ...], work: Work) -> tuple[list[tuple[Part, int]], list[str]]:
    """Return the catalogue's parts with their pieces, in the order of locking, and what it does not know."""
    pieces: dict[int, tuple[Part, int]] = {}
    outside: list[str] = []
    for each in said:
        found = work.find.parts.said(each.name)
        if len(found) > 1:
            names = "、".join(f"{part.name}（{part.code}）" for part in found[:5])
            raise Invalid(f"“{each.name}”可能是 {names}，请写清型号再发一次，库存和工单都没有变。")
        if not found:
            outside.append(f"{each.name} ×{each.quantity}")
            continue
        part = found[0]
        pieces[part.id] = (part, pieces.get(part.id, (part, 0))[1] + each.quantity)
    return [pieces[part_id] for part_id in sorted(pieces)], outside
