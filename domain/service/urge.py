"""Asking for haste: the customer from the progress page, the dispatcher in the chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import NotFound, Stale
from domain.messages import Command, Event
from domain.service.states import TO_VISIT, WITH_ENGINEER, JobState
from domain.service.tell import keepers, machine_words, name_of
from domain.service.ticket import Ticket
from domain.service.work_order import OfferState, WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgeJob(Command):
    """Somebody who holds a link to the progress page asks for haste; counted each time, heard once an hour."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgeEngineer(Command):
    """``催一下何平``: whoever dispatches asks the engineer who has the job, or was asked to take it, to move."""

    work_order_id: int
    engineer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobUrged(Event):
    """The customer asked for haste."""

    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineerUrged(Event):
    """Whoever dispatches asked an engineer for haste."""

    no: str
    by: str
    engineer: str


def urge_job(command: UrgeJob, actor: Actor, work: Work) -> str:
    """Tell the engineer, before there is one the dispatchers; Stale when nobody has to come any more."""
    del actor
    ticket = work.find.service.by_token(command.token)
    if ticket is None:
        raise NotFound("没有找到这张报修单，请核对链接。")
    job = work.find.service.job_of(ticket.id)
    if not job.state.is_open or job.state is JobState.SIGNING:
        raise Stale("师傅已经修完，不用再催了。")
    ticket = work.lock(Ticket, ticket.id)
    ticket.urged += 1
    work.flush()
    if work.count(f"urged:{ticket.id}:{work.now:%Y%m%d%H}") == 1:
        hearers = [job.engineer_id] if job.engineer_id is not None else [person.id for person in keepers(work)]
        for person_id in hearers:
            work.say(person_id, f"{machine_words(work, job)}（{job.no}）客户在催，请联系客户说一声几点到。")
        work.record(JobUrged(subject=ticket.subject, no=ticket.no))
    return ticket.no


def urge_engineer(command: UrgeEngineer, actor: Actor, work: Work) -> str:
    """Return the job's number; Stale when it is not this engineer's to move any more."""
    job = work.lock(WorkOrder, command.work_order_id)
    offer = work.find.service.offer_to(job.id, command.engineer_id)
    asked = job.engineer_id is None and offer is not None and offer.state is OfferState.OPEN
    if not (asked or (job.engineer_id == command.engineer_id and job.state in WITH_ENGINEER)):
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，不用催他了。", subject=job.subject)
    answer = (
        "请发“接了”或“拒单”" if asked else "请回一声几点能到，发“三点半到”" if job.state in TO_VISIT else "请回一声进展"
    )
    work.say(
        command.engineer_id, f"{actor.name}催您：{machine_words(work, job)}（{job.no}，{job.state.label}），{answer}。"
    )
    work.tell(command.engineer_id, "service.dispatch", job.subject)
    work.record(
        EngineerUrged(subject=job.subject, no=job.no, by=actor.name, engineer=name_of(work, command.engineer_id))
    )
    return job.no
