"""Not mended after all, or noted by mistake: a job goes back to where the engineer stands before the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import NotAllowed, NotFound
from domain.messages import Command, Event
from domain.service.deadlines import renew
from domain.service.holding import mine
from domain.service.tell import keepers, machine_words
from domain.service.work_order import WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

_WORDS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenJob(Command):
    """The engineer says that it is not mended yet, before the customer has signed."""

    work_order_id: int
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUnmended(Command):
    """The customer says on the progress page that it is not mended; ``token`` is the page's secret."""

    token: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoArrival(Command):
    """到了 was typed too early."""

    work_order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReopened(Event):
    """The machine still does not run; nobody has to sign."""

    no: str
    words: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalUndone(Event):
    """The engineer is not on site yet."""

    no: str


def reopen_job(command: ReopenJob, actor: Actor, work: Work) -> str:
    """Return the job's number. Parts that were booked stay booked: they are in the machine."""
    job = mine(command.work_order_id, actor, work)
    _reopen(job, command.words, actor.name, work)
    return job.no


def report_unmended(command: ReportUnmended, actor: Actor, work: Work) -> str:
    """Engineer and dispatchers hear of it at once. Return the ticket's number."""
    ticket = work.find.service.by_token(command.token)
    if ticket is None:
        raise NotFound("没有找到这张报修单，请核对链接。")
    if not work.find.service.may_sign(ticket.id, command.token):
        raise NotAllowed("这个链接只能看进度和催一下，没修好请由最先报修的人来说。")
    job = work.lock(WorkOrder, work.find.service.job_of(ticket.id).id)
    words = command.words.strip()[:_WORDS_MAX]
    _reopen(job, words, actor.name, work)
    said = f"客户说没修好：{machine_words(work, job)}（{job.no}）{f'，“{words}”' if words else ''}。"
    if job.engineer_id is not None:
        work.say(job.engineer_id, f"{said}请联系客户再去看一下。")
        work.tell(job.engineer_id, "service.dispatch", job.subject)
    for person in keepers(work):
        work.say(person.id, said)
    return ticket.no


def undo_arrival(command: UndoArrival, actor: Actor, work: Work) -> str:
    """Return the job's number."""
    job = mine(command.work_order_id, actor, work)
    job.leave()
    work.flush()
    work.record(ArrivalUndone(subject=job.subject, no=job.no))
    work.redraw(job.subject)
    return job.no


def _reopen(job: WorkOrder, words: str, by: str, work: Work) -> None:
    job.reopen()
    work.flush()
    work.cancel_like(f"job:{job.id}:sign")
    renew(job, work)
    work.record(JobReopened(subject=job.subject, no=job.no, words=words[:200], by=by))
    work.redraw(job.subject)
