"""Complaints and questions: answered from the office. The first word to the customer stops the first clock (S-146)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Invalid
from domain.messages import Command, Event
from domain.service.deadlines import end, respond
from domain.service.holding import mine
from domain.service.sign import promise_signature
from domain.service.tell import KEEPERS, machine_words, tell_owner
from domain.service.ticket import Ticket
from domain.service.work_order import WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

_WORDS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondTicket(Command):
    """``已联系客户``: the customer has heard from us for the first time."""

    work_order_id: int
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTicket(Command):
    """A complaint or a question is settled, as ``words`` say; a complaint waits for the customer's own word."""

    work_order_id: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleJob(Command):
    """What waits for the customer's signature is closed without it, for a stated ``reason``."""

    work_order_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResponded(Event):
    """The customer was answered."""

    no: str
    by: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnswered(Event):
    """A complaint or a question was settled."""

    no: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettled(Event):
    """A job was closed without the customer's word."""

    no: str
    reason: str
    by: str


def respond_ticket(command: RespondTicket, actor: Actor, work: Work) -> str:
    """Return the ticket's number; who answers for it without having taken it takes nothing from anybody."""
    keeps = actor.has(*KEEPERS)
    job = work.lock(WorkOrder, command.work_order_id) if keeps else mine(command.work_order_id, actor, work)
    ticket = work.get(Ticket, job.ticket_id)
    respond(ticket, work)
    work.flush()
    words = command.words.strip()[:_WORDS_MAX]
    work.record(TicketResponded(subject=ticket.subject, no=ticket.no, by=actor.name, words=words[:200]))
    work.redraw(job.subject)
    return ticket.no


def answer_ticket(command: AnswerTicket, actor: Actor, work: Work) -> str:
    """Return the ticket's number; the sales owner hears of it."""
    job = mine(command.work_order_id, actor, work)
    words = command.words.strip()[:_WORDS_MAX]
    if not words:
        raise Invalid("请写一句怎么解决的，例如：答复 已约师傅明天上门，客户同意。")
    ticket = work.get(Ticket, job.ticket_id)
    rule = work.policies.service.visit(job.type)
    respond(ticket, work)
    job.answer(work.now, words, sign=rule.sign)
    if not rule.sign:
        end(ticket, work)
    work.flush()
    work.record(TicketAnswered(subject=ticket.subject, no=ticket.no, words=words[:200]))
    if rule.sign:
        promise_signature(job, work)
    tell_owner(work, job, f"{machine_words(work, job)}的{job.type.label}（{ticket.no}）已处理：{words[:100]}")
    work.redraw(job.subject)
    return ticket.no


def settle_job(command: SettleJob, actor: Actor, work: Work) -> str:
    """Return the job's number. The reason is kept: nothing is closed in silence."""
    job = work.lock(WorkOrder, command.work_order_id)
    reason = command.reason.strip()[:200]
    if not reason:
        raise Invalid(f"客户没签收就结案要写原因，例如：结案 {job.no} 客户电话里确认好了。", subject=job.subject)
    job.settle(work.now, reason)
    end(work.get(Ticket, job.ticket_id), work, reason)
    work.flush()
    work.cancel_like(f"job:{job.id}:")
    work.record(JobSettled(subject=job.subject, no=job.no, reason=reason, by=actor.name))
    if job.engineer_id is not None and job.engineer_id != actor.person_id:
        work.say(job.engineer_id, f"工单 {job.no}（{machine_words(work, job)}）由{actor.name}结案：{reason}")
    work.redraw(job.subject)
    return job.no
