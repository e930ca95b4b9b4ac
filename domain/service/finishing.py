"""At the machine: the parts that were used, the hours, what it was, and being done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.catalog.part import nearest
from domain.catalog.stock import MAIN, give_back, use, van
from domain.errors import Invalid, Stale
from domain.messages import Command, Event
from domain.service.codes import read_codes
from domain.service.deadlines import end, respond
from domain.service.fitting import covered, fit_into, take_out
from domain.service.holding import mine
from domain.service.sign import promise_signature
from domain.service.states import JobState
from domain.service.ticket import Ticket

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.catalog.part import Part
    from domain.service.work_order import WorkOrder
    from domain.work import Work

_LONGEST = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidPart:
    """A part as the engineer called it, and how many pieces.

    None: as many as the part it takes the place of, else one.
    """

    name: str
    quantity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseParts(Command):
    """``换了2个6205轴承``, before the machine runs again."""

    work_order_id: int
    parts: tuple[SaidPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishJob(Command):
    """换了2个6205轴承，修好了: parts leave the van first, then the main store; the customer has to sign.

    ``sign_later`` is when to remind of a signature that could not be had at once. ``minutes`` were worked.
    """

    work_order_id: int
    parts: tuple[SaidPart, ...] = ()
    words: str = ""
    minutes: int = 0
    sign_later: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectParts(Command):
    """The parts said before the signature were wrong: all go back, these leave instead."""

    work_order_id: int
    parts: tuple[SaidPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHours(Command):
    """``干了三个小时``."""

    work_order_id: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsUsed(Event):
    """Parts went into a machine that does not run yet."""

    no: str
    parts: tuple[str, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFinished(Event):
    """The engineer is done, with these parts."""

    no: str
    parts: tuple[str, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsCorrected(Event):
    """The parts of a job were said anew."""

    no: str
    parts: tuple[str, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursNoted(Event):
    """How long the engineer worked."""

    no: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """``used`` left the stock; ``outside`` is not in the catalogue and only written down. Both as ``6205轴承 ×2``.

    ``nearest`` are names of the catalogue that may have been meant instead. ``signs``: the customer has to sign.
    ``charged_fen`` is what the customer pays for these parts, 0 under warranty.
    """

    no: str
    used: tuple[str, ...]
    outside: tuple[str, ...]
    nearest: tuple[str, ...] = ()
    signs: bool = True
    charged_fen: int = 0


def use_parts(command: UseParts, actor: Actor, work: Work) -> Fitted:
    """Book parts on the way, or what was forgotten before the signature; too little stock changes nothing."""
    job = mine(command.work_order_id, actor, work)
    if job.state not in (JobState.ON_SITE, JobState.SIGNING):
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，到现场再记备件。", subject=job.subject)
    fitted = _fit(job, command.parts, actor, work)
    work.record(PartsUsed(subject=job.subject, no=job.no, parts=fitted.used, outside=fitted.outside))
    return fitted


def finish_job(command: FinishJob, actor: Actor, work: Work) -> Fitted:
    """Book the parts and wait for the signature where the kind of job asks for one."""
    job = mine(command.work_order_id, actor, work)
    signs = work.policies.service.visit(job.type).sign
    words = command.words.strip()
    job.finish(work.now, words, sign=signs)
    cause, action = read_codes(words, work)
    job.cause, job.action = job.cause or cause, action or job.action
    job.minutes = command.minutes or job.minutes
    ticket = work.get(Ticket, job.ticket_id)
    respond(ticket, work)
    work.cancel(f"ticket:{ticket.id}:resolve")
    if not signs:
        end(ticket, work)
    fitted = _fit(job, command.parts, actor, work, signs=signs)
    work.record(JobFinished(subject=job.subject, no=job.no, parts=fitted.used, outside=fitted.outside))
    if signs:
        promise_signature(job, work, remind_at=command.sign_later)
    return fitted


def correct_parts(command: CorrectParts, actor: Actor, work: Work) -> Fitted:
    """Give back what was booked and book anew; only while the customer has not signed. Both movements are kept."""
    job = mine(command.work_order_id, actor, work)
    if job.state not in (JobState.ON_SITE, JobState.SIGNING):
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，备件不能再改。", subject=job.subject)
    used = work.find.parts.used_by(job.subject)
    before = sum(pieces for _, _, pieces in used) if len({part_id for part_id, _, _ in used}) == 1 else 1
    give_back(work, job.subject)
    take_out(job, work)
    job.outside = []
    said = tuple(
        SaidPart(name=each.name, quantity=before if each.quantity is None else each.quantity) for each in command.parts
    )
    fitted = _fit(job, said, actor, work)
    work.record(PartsCorrected(subject=job.subject, no=job.no, parts=fitted.used, outside=fitted.outside))
    return fitted


def note_hours(command: NoteHours, actor: Actor, work: Work) -> str:
    """Return the job's number."""
    job = mine(command.work_order_id, actor, work)
    if not 0 < command.minutes <= _LONGEST:
        raise Invalid("工时要在 24 小时以内，例如：干了三个小时。")
    if job.state not in (JobState.ON_SITE, JobState.SIGNING):
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，到现场干完再记工时。", subject=job.subject)
    job.minutes = command.minutes
    work.flush()
    work.record(HoursNoted(subject=job.subject, no=job.no, minutes=command.minutes))
    work.redraw(job.subject)
    return job.no


def _fit(job: WorkOrder, said: tuple[SaidPart, ...], actor: Actor, work: Work, *, signs: bool = True) -> Fitted:
    assert actor.person_id is not None, "the job is this person's"
    known, outside = _sort_out(said, work)
    for part, pieces in known:
        use(work, part, pieces, places=(van(actor.person_id), MAIN), subject=job.subject)
        fit_into(job, part, pieces, work)
    job.outside = [*job.outside, *(f"{each.name} ×{each.quantity or 1}" for each in outside)]
    work.flush()
    work.redraw(job.subject)
    return Fitted(
        no=job.no,
        used=tuple(f"{part.name} ×{pieces}" for part, pieces in known),
        outside=tuple(f"{each.name} ×{each.quantity or 1}" for each in outside),
        nearest=tuple(dict.fromkeys(name for each in outside for name in nearest(each.name, work.find.parts.all()))),
        signs=signs,
        charged_fen=0 if covered(job, work) else sum(part.price_fen * pieces for part, pieces in known),
    )


def _sort_out(said: tuple[SaidPart, ...], work: Work) -> tuple[list[tuple[Part, int]], list[SaidPart]]:
    """Return the catalogue's parts with their pieces, in the order of locking, and what it does not know."""
    pieces: dict[int, tuple[Part, int]] = {}
    outside: list[SaidPart] = []
    for each in said:
        found = work.find.parts.said(each.name)
        if len(found) > 1:
            names = "、".join(f"{part.name}（{part.code}）" for part in found[:5])
            raise Invalid(f"“{each.name}”可能是 {names}，请写清型号再发一次，库存和工单都没有变。")
        if not found:
            outside.append(each)
            continue
        part = found[0]
        pieces[part.id] = (part, pieces.get(part.id, (part, 0))[1] + (1 if each.quantity is None else each.quantity))
    return [pieces[part_id] for part_id in sorted(pieces)], outside
