"""Logging what somebody wants, correcting it, taking it back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.actor import Actor
from domain.clock import said_day
from domain.customers.commands import Met, meet
from domain.customers.customer import Customer
from domain.errors import Invalid, NotAllowed
from domain.inquiries.inquiry import Inquiry, InquiryLine
from domain.inquiries.lines import Wanted, change, keep, look_up, said_lines
from domain.inquiries.origins import campaign_of, channel_of, region_said
from domain.inquiries.people import attach, revise_people, take_back_people, tell_their_keeper, usable_phone
from domain.inquiries.promises import promise, promised_elsewhere, whom
from domain.inquiries.silence import watch
from domain.messages import Command, Event
from domain.money import said_roughly
from domain.scope import line_above, require, within
from domain.tasks.commands import drop, finish
from domain.tasks.task import TaskKind
from domain.tasks.timers import promise_timers
from domain.work import Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.quotes.events import QuoteApproved, QuoteSubmitted

CARD = "inquiries.logged"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInquiry(Command):
    """Keep an inquiry as it was said. Money in fen; ``budget_max_fen`` for a range or an upper limit alone.

    ``due`` with ``due_whole_day`` is the end of that working day. ``notes`` are the reader's assumptions.
    """

    requirement: str
    company: str = ""
    contact: str = ""
    phone: str = ""
    wanted: tuple[Wanted, ...] = ()
    budget_fen: int | None = None
    budget_max_fen: int | None = None
    budget_approx: bool = False
    source: str = ""
    region: str = ""
    due: datetime | None = None
    due_whole_day: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Whom a sentence is about, the number the inquiry is kept with, and what has to be said about it."""

    met: Met
    phone: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseInquiry(Command):
    """Change what is named, keep the rest: empty and None leave a field as it is."""

    inquiry_id: int
    company: str = ""
    contact: str = ""
    phone: str = ""
    wanted: tuple[Wanted, ...] = ()
    budget_fen: int | None = None
    budget_max_fen: int | None = None
    budget_approx: bool = False
    source: str = ""
    region: str = ""
    due: datetime | None = None
    due_whole_day: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoInquiry(Command):
    """Take the whole act back: the inquiry, its task and timers, the customer it created."""

    inquiry_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryLogged(Event):
    """An inquiry was kept."""

    no: str
    customer: str
    wanted: str
    budget: str
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryRevised(Event):
    """Fields changed; ``changes`` maps each field to what it said before and says now."""

    changes: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryUndone(Event):
    """The inquiry was taken back by its author or his leader."""

    no: str


def log_inquiry(command: LogInquiry, actor: Actor, work: Work) -> int:
    """Return the inquiry's id. A bad number is not kept; everything else is, and the card says so."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能记录询价。")
    meeting = meet_said(command, actor.person_id, actor, work)
    known = replace(meeting, phone=meeting.phone or _known_number(meeting.met, actor, work))
    inquiry = keep_inquiry(command, known, actor.person_id, work)
    tell_their_keeper(inquiry, meeting.met.others, actor.name, work)
    return inquiry.id


def meet_said(command: LogInquiry, owner_id: int | None, actor: Actor, work: Work) -> Meeting:
    """Find or create whom an inquiry is about; a new customer is looked after by ``owner_id``."""
    phone, notes = usable_phone(command.phone)
    met = meet(
        company=command.company,
        contact=command.contact,
        phone=phone,
        region=region_said(command.region, command.company, phone),
        owner_id=owner_id,
        actor=actor,
        work=work,
    )
    return Meeting(met=met, phone=phone, notes=tuple(notes))


def keep_inquiry(command: LogInquiry, meeting: Meeting, owner_id: int, work: Work) -> Inquiry:
    """Keep the inquiry with its lines and its promised quotation."""
    met = meeting.met
    found = look_up(command.wanted, work)
    source, channel, asked = channel_of(command.source, work)
    campaign = campaign_of(channel, command.requirement, work)
    inquiry = work.add(
        Inquiry(
            no=work.number("XJ"),
            owner_id=owner_id,
            requirement=command.requirement,
            created_at=work.now,
            budget_fen=command.budget_fen,
            budget_max_fen=command.budget_max_fen,
            budget_approx=command.budget_approx,
            source=source,
            region=region_said(command.region, command.company, meeting.phone),
            campaign_id=None if campaign is None else campaign.id,
            due=command.due,
            due_whole_day=command.due_whole_day,
            notes=[*asked, *meeting.notes, *met.notes, *command.notes, *(each.note for each in found if each.note)],
            last_contact_at=work.now,
        )
    )
    attach(inquiry, met, command.contact, meeting.phone)
    lines = keep(inquiry, found, work)
    promise(inquiry, met.customer, work)
    if met.customer is not None:
        work.find.customers.touch(met.customer.id, work.now, owner_id)
    watch(inquiry, work)
    said = _said(inquiry, met.customer, lines, work)
    work.record(
        InquiryLogged(
            subject=inquiry.subject,
            no=inquiry.no,
            customer=said["customer"],
            wanted=said["wanted"],
            budget=said["budget"],
            due=inquiry.due,
        )
    )
    return inquiry


def revise_inquiry(command: ReviseInquiry, actor: Actor, work: Work) -> None:
    """Change the named fields, move the reminder, redraw the card. A bad number is refused, nothing changes."""
    inquiry = work.lock(Inquiry, command.inquiry_id)
    require(actor, inquiry.owner_id, work.find.people.leader_of)
    inquiry.check_not_undone()
    was = _customer(inquiry, work)
    before, called = _said(inquiry, was, work.find.inquiries.lines(inquiry.id), work), whom(inquiry, was)
    revise_people(
        inquiry, company=command.company, contact=command.contact, phone=command.phone, actor=actor, work=work
    )
    if inquiry.customer_id != (was and was.id):
        promised_elsewhere(inquiry, called, _customer(inquiry, work), work)
    if command.budget_fen is not None or command.budget_max_fen is not None:
        inquiry.budget_fen, inquiry.budget_max_fen = command.budget_fen, command.budget_max_fen
        inquiry.budget_approx = command.budget_approx
    if command.source:
        inquiry.source, _, asked = channel_of(command.source, work)
        inquiry.notes = [*asked, *inquiry.notes]
    inquiry.region = command.region or inquiry.region
    if command.wanted:
        inquiry.notes = [*inquiry.notes, *change(inquiry, command.wanted, work)]
    if command.due is not None:
        stale = "" if inquiry.due is None else f"{work.calendar.local(inquiry.due):%Y-%m-%d}"
        inquiry.notes = [note for note in inquiry.notes if not stale or stale not in note]
        inquiry.due, inquiry.due_whole_day = command.due, command.due_whole_day
        for task in work.find.tasks.open_about(inquiry.subject):
            if task.kind is TaskKind.QUOTE:
                task.move(command.due, whole_day=command.due_whole_day)
                promise_timers(task, work)
    inquiry.notes = [*inquiry.notes, *(note for note in command.notes if note not in inquiry.notes)]
    work.flush()
    after = _said(inquiry, _customer(inquiry, work), work.find.inquiries.lines(inquiry.id), work)
    changes = {name: (before[name], after[name]) for name in after if after[name] != before[name]}
    if not changes:
        raise Invalid("没有看到要改的内容。直接发要改的内容，例如：数量改成3台、预算改成35万、下周五前报。")
    work.record(InquiryRevised(subject=inquiry.subject, changes=changes))
    work.redraw(inquiry.subject)


def undo_inquiry(command: UndoInquiry, actor: Actor, work: Work) -> None:
    """Only the author or somebody above him in the line, and only before a quote was submitted."""
    inquiry = work.lock(Inquiry, command.inquiry_id)
    require(actor, inquiry.owner_id, work.find.people.leader_of)
    above = [leader.id for leader in line_above(inquiry.owner_id, work.find.people.leader_of)]
    if actor.person_id not in [inquiry.owner_id, *above]:
        raise NotAllowed("只有记录人本人或他的上级可以撤销这条询价。")
    inquiry.check_version(command.version)
    inquiry.undo()
    for task in work.find.tasks.open_about(inquiry.subject):
        drop(task, inquiry.subject, work)
    work.cancel(f"{inquiry.subject}:silence")
    take_back_people(inquiry, work)
    work.flush()
    work.record(InquiryUndone(subject=inquiry.subject, no=inquiry.no))
    work.redraw(inquiry.subject)


def note_submitted(event: QuoteSubmitted, actor: Actor, work: Work) -> None:
    """Reaction: from now on the inquiry cannot be undone; Stale when it was undone meanwhile."""
    del actor
    if event.inquiry_id is not None:
        inquiry = work.lock(Inquiry, event.inquiry_id)
        inquiry.check_not_undone()
        inquiry.quoted()
        work.flush()
        work.redraw(inquiry.subject)


def note_approved(event: QuoteApproved, actor: Actor, work: Work) -> None:
    """Reaction: the promised quote exists, its reminders are over."""
    del actor
    if event.inquiry_id is not None:
        inquiry = work.get(Inquiry, event.inquiry_id)
        promised = work.find.tasks.open_about(inquiry.subject)
        if inquiry.customer_id is not None:
            promised = work.find.tasks.open_of(inquiry.customer_id, TaskKind.QUOTE, owner_id=inquiry.owner_id)
        for task in promised:
            if task.kind is TaskKind.QUOTE:
                finish(task, event.subject, work)


def _known_number(met: Met, actor: Actor, work: Work) -> str:
    """Return the contact's number that was not said, empty for whom it may not be shown (R-52)."""
    if met.contact is None or not met.contact.phone:
        return ""
    owner_id = None if met.customer is None else met.customer.owner_id
    return met.contact.phone if within(actor, owner_id, work.find.people.leader_of) else ""


def _customer(inquiry: Inquiry, work: Work) -> Customer | None:
    return None if inquiry.customer_id is None else work.get(Customer, inquiry.customer_id)


def _said(inquiry: Inquiry, customer: Customer | None, lines: Sequence[InquiryLine], work: Work) -> dict[str, str]:
    """Return every field in words, for the history of versions."""
    due = ""
    if inquiry.due is not None:
        day = said_day(inquiry.due, work.calendar.zone, today=work.calendar.local(work.now).date())
        due = day if inquiry.due_whole_day else f"{day}{work.calendar.local(inquiry.due):%H:%M}"
    budget = "～".join(
        said_roughly(fen, approximate=inquiry.budget_approx)
        for fen in (inquiry.budget_fen, inquiry.budget_max_fen)
        if fen is not None
    )
    return {
        "customer": customer.name if customer is not None else "",
        "contact": inquiry.contact,
        "phone": inquiry.phone,
        "wanted": said_lines(lines),
        "budget": budget,
        "source": inquiry.source,
        "region": inquiry.region,
        "due": due,
    }
