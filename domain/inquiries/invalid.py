"""An inquiry that was none: a dead number, an advertisement, a test. Told apart from one taken back, and restored."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.customers.customer import Contact, Customer
from domain.customers.scope import require
from domain.errors import Invalid
from domain.inquiries.inquiry import Inquiry
from domain.inquiries.people import take_back_people
from domain.inquiries.promises import promise
from domain.inquiries.silence import watch
from domain.messages import Command, Event
from domain.tasks.commands import drop
from domain.work import Work

REASONS = ("空号", "广告", "测试")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkInvalid(Command):
    """It is none, for one of ``REASONS``; nobody is reminded of it any more."""

    inquiry_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreInquiry(Command):
    """It is one after all."""

    inquiry_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryInvalid(Event):
    """It was marked as none."""

    no: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryRestored(Event):
    """It counts again."""

    no: str


def mark_invalid(command: MarkInvalid, actor: Actor, work: Work) -> str:
    """Return its number. Its task ends; a customer that only it brought is no customer."""
    inquiry = work.lock(Inquiry, command.inquiry_id)
    require(actor, inquiry.owner_id, work.find.people.leader_of)
    if command.reason not in REASONS:
        raise Invalid(f"无效的原因请写其中一个：{'、'.join(REASONS)}，例如：无效 空号。", subject=inquiry.subject)
    inquiry.discard(command.reason)
    for task in work.find.tasks.open_about(inquiry.subject):
        drop(task, inquiry.subject, work)
    work.cancel(f"{inquiry.subject}:silence")
    take_back_people(inquiry, work)
    work.flush()
    work.record(InquiryInvalid(subject=inquiry.subject, no=inquiry.no, reason=command.reason))
    work.redraw(inquiry.subject)
    return inquiry.no


def restore_inquiry(command: RestoreInquiry, actor: Actor, work: Work) -> str:
    """Return its number. Its promise and the customer it brought are there again."""
    inquiry = work.lock(Inquiry, command.inquiry_id)
    require(actor, inquiry.owner_id, work.find.people.leader_of)
    inquiry.restore()
    customer = None if inquiry.customer_id is None else work.get(Customer, inquiry.customer_id)
    if customer is not None and inquiry.made_customer:
        customer.active = True
    if inquiry.contact_id is not None and inquiry.made_contact:
        work.get(Contact, inquiry.contact_id).active = True
    promise(inquiry, customer, work)
    watch(inquiry, work)
    work.flush()
    work.record(InquiryRestored(subject=inquiry.subject, no=inquiry.no))
    work.redraw(inquiry.subject)
    return inquiry.no
