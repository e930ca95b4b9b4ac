"""The way to a machine: setting out, arriving, standing before a shut door, coming again another day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.customers.customer import Customer
from domain.errors import Invalid, NotFound, Stale
from domain.messages import Command, Event
from domain.service.deadlines import pause, resume
from domain.service.holding import mine
from domain.service.states import JobState
from domain.service.tell import keepers, machine_words
from domain.service.ticket import Ticket
from domain.service.work_order import WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartJob(Command):
    """出发了; the hour may come with it."""

    work_order_id: int
    eta: datetime | None = None
    eta_end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArriveJob(Command):
    """到了."""

    work_order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockVisit(Command):
    """``到了 门卫不让进 客户电话打不通``: there, and not at the machine."""

    work_order_id: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeVisit(Command):
    """``今天修不完 下周二再来``: not done; ``at`` is proposed to the customer, not booked."""

    work_order_id: int
    at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeVisit(Command):
    """The customer agrees on the progress page to the visit that was proposed; ``token`` is the page's secret."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDeparted(Event):
    """The engineer is on his way."""

    no: str
    eta: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobArrived(Event):
    """The engineer is on site."""

    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitBlocked(Event):
    """The engineer is there and cannot get at the machine."""

    no: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitProposed(Event):
    """The job needs another visit."""

    no: str
    at: datetime | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAgreed(Event):
    """The customer agreed to the day."""

    no: str
    at: datetime


def depart_job(command: DepartJob, actor: Actor, work: Work) -> str:
    """Return the job's number."""
    job = mine(command.work_order_id, actor, work)
    job.depart(work.now)
    if command.eta is not None:
        job.plan(command.eta, command.eta_end)
    work.flush()
    work.record(JobDeparted(subject=job.subject, no=job.no, eta=job.eta))
    work.redraw(job.subject)
    return job.no


def arrive_job(command: ArriveJob, actor: Actor, work: Work) -> str:
    """Return the job's number."""
    job = mine(command.work_order_id, actor, work)
    job.arrive(work.now)
    resume(job, work)
    work.flush()
    work.record(JobArrived(subject=job.subject, no=job.no))
    work.redraw(job.subject)
    return job.no


def block_visit(command: BlockVisit, actor: Actor, work: Work) -> str:
    """Give dispatchers and the sales owner a card with one tap to call; our clock stands. Return the job's number."""
    job = mine(command.work_order_id, actor, work)
    if job.state is not JobState.ON_SITE:
        job.arrive(work.now)
        work.record(JobArrived(subject=job.subject, no=job.no))
    words = command.words.strip()[:200] or "进不去"
    job.block(words)
    pause(job, work)
    work.flush()
    work.record(VisitBlocked(subject=job.subject, no=job.no, words=words))
    for person_id in _callers(job, work):
        work.tell(person_id, "service.blocked", job.subject)
    work.redraw(job.subject)
    return job.no


def propose_visit(command: ProposeVisit, actor: Actor, work: Work) -> str:
    """Leave the machine undone; the customer sees the day on his page and may agree. Return the job's number."""
    job = mine(command.work_order_id, actor, work)
    if command.at is not None and command.at <= work.now:
        raise Invalid("这个时间已经过去了，请写以后的日子，例如：下周二再来一趟。")
    job.revisit(command.at)
    resume(job, work)
    work.flush()
    work.record(VisitProposed(subject=job.subject, no=job.no, at=command.at, words=command.words.strip()[:200]))
    work.redraw(job.subject)
    return job.no


def agree_visit(command: AgreeVisit, actor: Actor, work: Work) -> str:
    """Book the day that was proposed; the engineer hears of it. Return the ticket's number."""
    del actor
    ticket = work.find.service.by_token(command.token)
    if ticket is None:
        raise NotFound("没有找到这张报修单，请核对链接。")
    job = work.lock(WorkOrder, work.find.service.job_of(ticket.id).id)
    at = job.proposed_at
    if at is None or not job.state.is_open:
        raise Stale("现在没有等您确认的上门时间。")
    job.plan(at)
    work.flush()
    work.record(VisitAgreed(subject=job.subject, no=job.no, at=at))
    if job.engineer_id is not None:
        local = work.calendar.local(at)
        said = f"{local:%m月%d日 %H:%M}"
        work.say(job.engineer_id, f"客户同意了：{machine_words(work, job)}（{job.no}）{said} 上门。")
    work.redraw(job.subject)
    return ticket.no


def _callers(job: WorkOrder, work: Work) -> list[int]:
    """Return who may get the door opened: the dispatchers and the customer's sales owner."""
    owner = work.get(Customer, work.get(Ticket, job.ticket_id).customer_id).owner_id
    people = [person.id for person in keepers(work)] + ([owner] if owner is not None else [])
    return [person_id for person_id in dict.fromkeys(people) if person_id != job.engineer_id]
