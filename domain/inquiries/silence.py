"""An inquiry nobody follows up: its owner hears of it, then his leader, then it is at risk (U1, U2).

One timer looks after each inquiry. It looks at the last contact when it fires, by whatever way that came, so
nothing has to move it when somebody calls, and a customer who was answered is never escalated (U16).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from domain.actor import Actor
from domain.clock import said_ago
from domain.customers.customer import Customer
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.messages import Command, Event
from domain.people.person import Person
from domain.scope import line_above
from domain.tasks.quiet import morning_of, out_loud
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSilence(Command):
    """A timer: see whether anybody has been in contact; ``rung`` is the next step of the ladder, from 0."""

    nags: ClassVar[bool] = True

    inquiry_id: int
    rung: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InquirySilent(Event):
    """Nobody has been in contact for ``days``; ``to`` are those who were told."""

    days: int
    to: tuple[str, ...]
    at_risk: bool


def watch(inquiry: Inquiry, work: Work) -> None:
    """Look again when the first step is due, counted from the last contact."""
    at = max(_due(inquiry, 0, work), work.now)
    work.promise(_name(inquiry), at, CheckSilence(inquiry_id=inquiry.id, rung=0))


def check_silence(command: CheckSilence, actor: Actor, work: Work) -> None:
    """Tell whoever this step is for; moot when it was taken back, later when a contact or a plan came between."""
    del actor
    inquiry = work.lock(Inquiry, command.inquiry_id)
    if inquiry.state is InquiryState.UNDONE:
        return
    if _due(inquiry, command.rung, work) > work.now:
        # Somebody was in contact meanwhile: the ladder begins anew.
        watch(inquiry, work)
        return
    later = out_loud(work.now, work.policies.tasks.quiet, work.calendar)
    if later > work.now:
        work.promise(_name(inquiry), later, command)
        return
    planned = [task.due for task in work.find.tasks.open_about(inquiry.subject) if task.due is not None]
    if planned and max(planned) > work.now:
        work.promise(_name(inquiry), _morning_after(max(planned), work), command)
        return
    _tell(inquiry, command.rung, work)
    if command.rung + 1 < len(work.policies.tasks.untouched):
        # After a long stop several steps are due: still one a day.
        at = max(_due(inquiry, command.rung + 1, work), _morning_after(work.now, work))
        work.promise(_name(inquiry), at, CheckSilence(inquiry_id=inquiry.id, rung=command.rung + 1))


def _tell(inquiry: Inquiry, rung: int, work: Work) -> None:
    last = inquiry.last_contact_at or inquiry.created_at
    days = (work.calendar.local(work.now).date() - work.calendar.local(last).date()).days
    customer = "客户" if inquiry.customer_id is None else work.get(Customer, inquiry.customer_id).name
    ago = said_ago(last, work.calendar.zone, now=work.now)
    why = f"最近一次联系是{ago}" if inquiry.contacted_at is not None else f"{ago}来询价，还没有联系过"
    told = [work.get(Person, inquiry.owner_id)]
    work.say(inquiry.owner_id, f"{customer}（{inquiry.no}）{why}。请联系后发一句跟进，例如：给{customer}打了电话。")
    leader = next(line_above(inquiry.owner_id, work.find.people.leader_of), None)
    inquiry.at_risk = rung + 1 == len(work.policies.tasks.untouched)
    if rung > 0 and leader is not None:
        risk = "，已标为高风险，请考虑换人跟进" if inquiry.at_risk else ""
        work.say(leader.id, f"{told[0].name}的{customer}（{inquiry.no}）{why}{risk}。")
        told.append(leader)
    work.flush()
    work.record(
        InquirySilent(
            subject=inquiry.subject, days=days, to=tuple(person.name for person in told), at_risk=inquiry.at_risk
        )
    )
    work.redraw(inquiry.subject)


def _due(inquiry: Inquiry, rung: int, work: Work) -> datetime:
    days = work.policies.tasks.untouched[rung]
    last = inquiry.last_contact_at or inquiry.created_at
    return out_loud(morning_of(last + timedelta(days=days), work.calendar), work.policies.tasks.quiet, work.calendar)


def _morning_after(at: datetime, work: Work) -> datetime:
    return out_loud(morning_of(at + timedelta(days=1), work.calendar), work.policies.tasks.quiet, work.calendar)


def _name(inquiry: Inquiry) -> str:
    return f"inquiry:{inquiry.id}:silence"
