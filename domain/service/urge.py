"""The customer asks, from the progress page, where the engineer stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import NotFound, Stale
from domain.messages import Command, Event
from domain.service.states import JobState
from domain.service.tell import keepers, machine_words
from domain.service.ticket import Ticket

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgeJob(Command):
    """Somebody who holds a link to the progress page asks for haste; counted each time, heard once an hour."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobUrged(Event):
    """The customer asked for haste."""

    no: str


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
