"""An inquiry's customer was reached, or was not after all: 已联系 and back (S-053)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.actor import Actor
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.inquiries.silence import watch
from domain.messages import Event
from domain.tasks.events import TaskDone, TaskReopened
from domain.tasks.task import TaskKind
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryContacted(Event):
    """The customer was reached for the first time since he asked."""

    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryNotContacted(Event):
    """What told of the first contact was taken back."""

    no: str


def reached(inquiry: Inquiry, at: datetime, work: Work) -> None:
    """Note a contact; the first one makes the inquiry 已联系."""
    if inquiry.last_contact_at is None or at > inquiry.last_contact_at:
        inquiry.last_contact_at = at
        inquiry.at_risk = False
        watch(inquiry, work)
    if inquiry.contacted_at is None:
        inquiry.contacted_at = at
        work.flush()
        work.record(InquiryContacted(subject=inquiry.subject, no=inquiry.no))
        work.redraw(inquiry.subject)


def reached_no_more(inquiry: Inquiry, first: datetime | None, last: datetime | None, work: Work) -> None:
    """Go back to the contacts that are left: the first and the last one since he asked, None for none."""
    inquiry.last_contact_at = max(last, inquiry.created_at) if last is not None else inquiry.created_at
    was, inquiry.contacted_at = inquiry.contacted_at, first
    work.flush()
    watch(inquiry, work)
    if was is not None and first is None:
        work.record(InquiryNotContacted(subject=inquiry.subject, no=inquiry.no))
        work.redraw(inquiry.subject)


def note_done(event: TaskDone, actor: Actor, work: Work) -> None:
    """Reaction: the first contact was made."""
    del actor
    inquiry = _asked_about(event, work)
    if inquiry is not None:
        reached(inquiry, work.now, work)


def note_reopened(event: TaskReopened, actor: Actor, work: Work) -> None:
    """Reaction: it was not made after all, unless a follow-up tells of one."""
    del actor
    inquiry = _asked_about(event, work)
    if inquiry is not None:
        reached_no_more(inquiry, *work.find.activities.contacts_about(inquiry.id), work)


def _asked_about(event: TaskDone | TaskReopened, work: Work) -> Inquiry | None:
    if event.kind is not TaskKind.FIRST_CONTACT or not event.about.startswith("inquiry:"):
        return None
    inquiry = work.lock(Inquiry, int(event.about.partition(":")[2]))
    return None if inquiry.state is InquiryState.UNDONE else inquiry
