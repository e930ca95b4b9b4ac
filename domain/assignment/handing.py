"""A leader acts on a late first contact: urge, hand it on, take it himself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.actor import Actor
from domain.assignment.assignment import Method
from domain.assignment.choosing import Chosen
from domain.assignment.events import FirstContactUrged
from domain.assignment.first_contact import FirstContact, restart
from domain.assignment.receiving import give
from domain.customers.customer import Customer
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.messages import Command
from domain.people.person import Person
from domain.scope import UNSEEN, within
from domain.work import Work

_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgeContact(Command):
    """催办: the owner hears of it from the actor."""

    first_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOn(Command):
    """改派 to ``person_id``; None: 我来跟."""

    first_id: int
    person_id: int | None = None


def urge_contact(command: UrgeContact, actor: Actor, work: Work) -> str:
    """Return whom was urged; once an hour."""
    first, inquiry = _late(command.first_id, actor, work)
    owner = work.get(Person, inquiry.owner_id)
    if first.urged_at is not None and work.now < first.urged_at + _AGAIN:
        raise Stale(f"一小时内已经催过{owner.name}了。可以改派或自己跟。", subject=first.subject)
    first.urged_at = work.now
    work.flush()
    work.say(owner.id, f"{actor.name}催您：{inquiry.no} 还没有首次联系。联系后发一句跟进即可。")
    work.record(FirstContactUrged(subject=inquiry.subject, no=inquiry.no, to=owner.name))
    work.redraw(first.subject)
    return owner.name


def hand_on(command: HandOn, actor: Actor, work: Work) -> str:
    """Return who has it now. Its tasks and a customer that came with it go along; the deadline begins anew."""
    first, inquiry = _late(command.first_id, actor, work)
    taker = command.person_id if command.person_id is not None else actor.person_id
    assert taker is not None
    if taker == inquiry.owner_id:
        raise Invalid("已经是他在跟了，请选别人。", subject=first.subject)
    person = next((each for each in work.find.assignment.on_duty(work.now) if each.id == taker), None)
    if person is None or not within(actor, person.id, work.find.people.leader_of):
        raise NotFound("这个人不在岗，或不在您的团队里，请选别人。", subject=first.subject)
    before = work.get(Person, inquiry.owner_id)
    for task in work.find.tasks.open_about(inquiry.subject):
        task.owner_id = person.id
    if inquiry.customer_id is not None and inquiry.made_customer:
        customer = work.get(Customer, inquiry.customer_id)
        customer.owner_id = person.id if customer.owner_id == before.id else customer.owner_id
    inquiry.owner_id = person.id
    work.flush()
    give(inquiry, Chosen(person=person, method=Method.HAND, name="改派", because=f"{actor.name}改派"), actor, work)
    work.say(before.id, f"{inquiry.no} 已由{actor.name}改给{person.name}跟进。")
    restart(first, inquiry, work)
    work.redraw(inquiry.subject)
    return person.name


def _late(first_id: int, actor: Actor, work: Work) -> tuple[FirstContact, Inquiry]:
    first = work.lock(FirstContact, first_id)
    inquiry = work.lock(Inquiry, first.inquiry_id)
    if not within(actor, inquiry.owner_id, work.find.people.leader_of):
        raise NotFound(UNSEEN)
    if actor.person_id == inquiry.owner_id:
        raise NotAllowed("这条就是您在跟的，联系后发一句跟进即可。", subject=first.subject)
    if inquiry.contacted_at is not None or inquiry.state is not InquiryState.OPEN:
        raise Stale(f"{inquiry.no} 已经联系过或已处理，不用再催。", subject=first.subject)
    return first, inquiry
