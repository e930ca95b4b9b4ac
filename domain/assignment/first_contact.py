"""The first contact is due: told of before, red at the deadline, up the line until somebody acts (S-021…S-026, S-056).

One row keeps the deadline, one timer looks at it. What it looks at is the inquiry itself, so a call, a visit, a
task ticked off or a quotation stops it, by whatever way that came (U16).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.actor import Actor
from domain.assignment.events import FirstContactOverdue, FirstContactReminded
from domain.assignment.telling import listeners
from domain.clock import said_moment
from domain.customers.scope import line_above
from domain.inquiries.contact import InquiryContacted, InquiryNotContacted
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.inquiries.promises import first_contact_task
from domain.messages import Command
from domain.people.person import Person
from domain.policy_assignment import ContactRule
from domain.record import Entity, Identity, Record
from domain.tasks.quiet import hours_of, out_loud
from domain.work import Work

if TYPE_CHECKING:
    from domain.condition import Facts
    from domain.quotes.events import QuoteSubmitted

CARD = "assignment.overdue"


class FirstContact(Entity, Record):
    """Until when an inquiry's customer must have been reached. ``red``: the deadline has passed without it."""

    __tablename__ = "first_contacts"

    inquiry_id: Mapped[int] = mapped_column(Identity, ForeignKey("inquiries.id"), unique=True)
    rule: Mapped[str] = mapped_column(String(64))
    due: Mapped[datetime] = mapped_column(index=True)
    red: Mapped[bool] = mapped_column(default=False)
    urged_at: Mapped[datetime | None] = mapped_column(default=None)
    told: Mapped[list[str]] = mapped_column(default_factory=list)
    """Names of those who were told that it is late, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFirstContact(Command):
    """A timer: 0 reminds the owner, 1 tells his leader at the deadline, 2 and on those above."""

    nags: ClassVar[bool] = True

    first_id: int
    step: int


def require_contact(inquiry: Inquiry, facts: Facts, work: Work) -> None:
    """Set the deadline by the first rule that holds, with the task for it; nothing happens without a rule."""
    rule = next((rule for rule in work.policies.assignment.first_contact if rule.holds(facts)), None)
    if rule is None:
        return
    first = work.add(FirstContact(inquiry_id=inquiry.id, rule=rule.name, due=rule.after(work.now, work.calendar)))
    work.flush()
    first_contact_task(inquiry, first.due, f"{rule.name}要在规定时间内首次联系", work)
    _promise(first, rule, 0, work)


def restart(first: FirstContact, inquiry: Inquiry, work: Work) -> None:
    """Begin anew for a new owner, or because it was no contact after all."""
    rule = _rule(first, work)
    if rule is None:
        return
    first.red, first.told, first.urged_at = False, [], None
    first.due = rule.after(work.now, work.calendar)
    work.flush()
    first_contact_task(inquiry, first.due, f"{rule.name}要在规定时间内首次联系", work)
    _promise(first, rule, 0, work)
    work.redraw(first.subject)


def check_first_contact(command: CheckFirstContact, actor: Actor, work: Work) -> None:
    """Remind or climb; moot when the customer was reached or quoted to, later in the quiet hours (U14)."""
    del actor
    first = work.lock(FirstContact, command.first_id)
    inquiry = work.get(Inquiry, first.inquiry_id)
    rule = _rule(first, work)
    if rule is None or inquiry.contacted_at is not None or inquiry.state is not InquiryState.OPEN:
        return
    quiet = work.policies.tasks.quiet
    if command.step == 0:  # only he hears of it; further up the line the company's hours count
        quiet = hours_of(work.get(Person, inquiry.owner_id), quiet)
    later = out_loud(work.now, quiet, work.calendar)
    if later > work.now:
        work.promise(_name(first), later, command)
        return
    if command.step == 0 and work.now < first.due:
        today = work.calendar.local(work.now).date()
        until = said_moment(first.due, work.calendar.zone, today=today)
        work.say(inquiry.owner_id, f"{inquiry.no} 还没有首次联系，{until} 到期。联系后发一句跟进即可。")
        work.redraw(inquiry.subject)
        work.record(FirstContactReminded(subject=inquiry.subject, no=inquiry.no))
        _promise(first, rule, 1, work)
        return
    _climb(first, inquiry, rule, max(command.step, 1), work)


def note_contacted(event: InquiryContacted, actor: Actor, work: Work) -> None:
    """Reaction: the ladder ends, whoever holds its card sees so."""
    del actor
    _end(int(event.subject.partition(":")[2]), work)


def note_quoted(event: QuoteSubmitted, actor: Actor, work: Work) -> None:
    """Reaction: whoever quotes has answered."""
    del actor
    if event.inquiry_id is not None:
        _end(event.inquiry_id, work)


def note_not_contacted(event: InquiryNotContacted, actor: Actor, work: Work) -> None:
    """Reaction: it was no contact after all."""
    del actor
    inquiry_id = int(event.subject.partition(":")[2])
    first = work.find.assignment.first_contact(inquiry_id)
    if first is not None:
        restart(first, work.get(Inquiry, inquiry_id), work)


def _climb(first: FirstContact, inquiry: Inquiry, rule: ContactRule, step: int, work: Work) -> None:
    """Tell the next one up, once each: his card is drawn anew afterwards, never sent again (N6)."""
    line = list(line_above(inquiry.owner_id, work.find.people.leader_of))
    owner = work.get(Person, inquiry.owner_id)
    asked = line[step - 1 : step] + (listeners(rule.tell, owner, work) if step == 1 else [])
    first.red = True
    for person in asked:
        if person.name not in first.told and person.id != owner.id:
            work.tell(person.id, CARD, first.subject)
            first.told = [*first.told, person.name]
    if step == 1:
        told = f"，已告知{'、'.join(first.told)}" if first.told else ""
        work.say(owner.id, f"{inquiry.no} 首次联系已超时{told}。请马上联系，联系后发一句跟进。")
    work.flush()
    work.record(FirstContactOverdue(subject=inquiry.subject, no=inquiry.no, to=tuple(first.told)))
    work.redraw(inquiry.subject)
    work.redraw(first.subject)
    if step < len(line):
        _promise(first, rule, step + 1, work)


def _promise(first: FirstContact, rule: ContactRule, step: int, work: Work) -> None:
    if step == 0:
        at = max(
            work.now,
            work.calendar.back(first.due, rule.remind_before) if rule.working else first.due - rule.remind_before,
        )
    elif step == 1:
        at = first.due
    else:
        at = work.calendar.add(work.now, rule.again_after) if rule.working else work.now + rule.again_after
    work.promise(_name(first), at, CheckFirstContact(first_id=first.id, step=step))


def _end(inquiry_id: int, work: Work) -> None:
    first = work.find.assignment.first_contact(inquiry_id)
    if first is not None:
        work.cancel(_name(first))
        work.redraw(first.subject)


def _rule(first: FirstContact, work: Work) -> ContactRule | None:
    return next((rule for rule in work.policies.assignment.first_contact if rule.name == first.rule), None)


def _name(first: FirstContact) -> str:
    return f"{first.subject}:step"
