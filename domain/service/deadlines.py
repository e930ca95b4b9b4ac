"""The times a company promises: until somebody answers, until it is settled. Working time, with pauses (S-142).

Waiting for parts and standing before a shut door is not our time: the deadline moves by what was waited for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.errors import NotFound
from domain.messages import Command, Event
from domain.service.tell import leaders_of_keepers, machine_words, name_of
from domain.service.ticket import Ticket

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.condition import Facts
    from domain.service.work_order import WorkOrder
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResponse(Command):
    """By now somebody should have answered the customer; else those above hear of it."""

    nags: ClassVar[bool] = True

    ticket_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResolution(Command):
    """By now it should be settled; else those above hear of it."""

    nags: ClassVar[bool] = True

    ticket_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseMissed(Event):
    """Nobody answered in the time promised."""

    no: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionMissed(Event):
    """It was not settled in the time promised."""

    no: str
    rule: str


def promise_times(ticket: Ticket, machine: Equipment | None, work: Work) -> None:
    """Set both deadlines of a new ticket by the first rule that holds."""
    rule = work.policies.service.promised(facts(ticket, machine, work))
    ticket.sla = rule.name
    ticket.respond_due = work.calendar.add(work.now, rule.respond)
    ticket.resolve_due = work.calendar.add(work.now, rule.resolve)
    work.promise(f"ticket:{ticket.id}:respond", ticket.respond_due, CheckResponse(ticket_id=ticket.id))
    work.promise(f"ticket:{ticket.id}:resolve", ticket.resolve_due, CheckResolution(ticket_id=ticket.id))


def facts(ticket: Ticket, machine: Equipment | None, work: Work) -> Facts:
    """Return the values of ``domain.policy_service.SERVICE_FACTS``."""
    customer = work.get(Customer, ticket.customer_id)
    today = work.calendar.local(work.now).date()
    return {
        "type": ticket.type.label,
        "level": customer.level,
        "urgent": ticket.urgent,
        "region": (machine.region if machine is not None else "") or customer.region,
        "model": machine.model if machine is not None else ticket.product,
        "warranty": machine is not None and machine.is_under_warranty(today),
    }


def respond(ticket: Ticket, work: Work) -> None:
    """Note that somebody has answered; only the first time counts."""
    if ticket.responded_at is None:
        ticket.responded_at = work.now
        work.cancel(f"ticket:{ticket.id}:respond")


def pause(job: WorkOrder, work: Work) -> None:
    """Stop the clock: what is waited for now is not ours to give."""
    ticket = work.get(Ticket, job.ticket_id)
    if ticket.paused_at is None and ticket.resolve_due is not None:
        ticket.paused_at = work.now
        work.cancel(f"ticket:{ticket.id}:resolve")


def resume(job: WorkOrder, work: Work) -> None:
    """Let the clock go on; the deadline moves by the working time that was waited."""
    ticket = work.get(Ticket, job.ticket_id)
    if ticket.paused_at is None or ticket.resolve_due is None:
        return
    begun, ticket.paused_at = ticket.paused_at, None
    ticket.resolve_due = _later(ticket.resolve_due, begun, work)
    if ticket.resolve_due > work.now:
        work.promise(f"ticket:{ticket.id}:resolve", ticket.resolve_due, CheckResolution(ticket_id=ticket.id))


def renew(job: WorkOrder, work: Work) -> None:
    """Let the clock of a job that seemed to be mended go on; the deadline stays where it was."""
    ticket = work.get(Ticket, job.ticket_id)
    if ticket.resolve_due is not None and ticket.resolve_due > work.now and ticket.paused_at is None:
        work.promise(f"ticket:{ticket.id}:resolve", ticket.resolve_due, CheckResolution(ticket_id=ticket.id))


def end(ticket: Ticket, work: Work, reason: str = "") -> None:
    """Close a ticket; nothing more is promised about it."""
    ticket.closed_at = work.now
    ticket.close_reason = reason[:200]
    ticket.paused_at = None
    work.cancel_like(f"ticket:{ticket.id}:")


def check_response(command: CheckResponse, actor: Actor, work: Work) -> None:
    """Tell those above; moot once somebody has answered or the ticket is closed (R-41)."""
    del actor
    ticket = _open(command.ticket_id, work)
    if ticket is None or ticket.responded_at is not None:
        return
    job = work.find.service.job_of(ticket.id)
    work.record(ResponseMissed(subject=ticket.subject, no=ticket.no, rule=ticket.sla))
    _tell_above(job, f"{ticket.type.label} {ticket.no}（{machine_words(work, job)}）到时限还没人答复客户", work)


def check_resolution(command: CheckResolution, actor: Actor, work: Work) -> None:
    """Tell those above; moot once it is mended, waits for something, or the deadline has moved (R-41)."""
    del actor
    ticket = _open(command.ticket_id, work)
    if ticket is None or ticket.paused_at is not None or ticket.resolve_due is None or ticket.resolve_due > work.now:
        return
    job = work.find.service.job_of(ticket.id)
    if job.finished_at is not None:
        return
    work.record(ResolutionMissed(subject=ticket.subject, no=ticket.no, rule=ticket.sla))
    _tell_above(job, f"{ticket.type.label} {ticket.no}（{machine_words(work, job)}）超过承诺时间还没解决", work)


def _tell_above(job: WorkOrder, sentence: str, work: Work) -> None:
    holder = name_of(work, job.engineer_id)
    where = f"现在在{holder}手上" if holder else "现在还没有人接"
    for person in leaders_of_keepers(work, job.engineer_id):
        work.say(person.id, f"{sentence}，{where}（{job.state.label}，工单 {job.no}）。请过问一下。")


def _later(due: datetime, begun: datetime, work: Work) -> datetime:
    return work.calendar.add(due, work.calendar.between(begun, work.now)) if due > begun else due


def _open(ticket_id: int, work: Work) -> Ticket | None:
    try:
        ticket = work.lock(Ticket, ticket_id)
    except NotFound:
        return None
    return ticket if ticket.closed_at is None else None
