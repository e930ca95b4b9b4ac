"""What is learnt about a customer bit by bit: its code, the people there and how they are, what happened so far."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.customers.commands import give_credit_code
from domain.customers.customer import Contact, Customer
from domain.customers.keys import phone_key
from domain.customers.words import level_of, temperament_of
from domain.errors import Invalid, NotFound
from domain.messages import Command, Event
from domain.scope import require
from domain.work import Work

SUMMARY_MAX = 500
PHONES_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveCreditCode(Command):
    """Note a customer's 统一社会信用代码."""

    customer_id: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeContact(Command):
    """Say something about somebody at a customer's, who is added when not known; empty values leave what is known."""

    customer_id: int
    name: str
    title: str = ""
    phone: str = ""
    temperament: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPhone(Command):
    """Note a further number of somebody at a customer's."""

    customer_id: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteSummary(Command):
    """Put one's own words in place of the account of the past; empty words bring the made one back."""

    customer_id: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLevel(Command):
    """Say how much a customer matters, by any word for it; empty says nothing of it any more."""

    customer_id: int
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditCodeGiven(Event):
    """The code was noted."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDescribed(Event):
    """Something is known about a contact; how somebody is does not go on the timeline."""

    contact_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryWritten(Event):
    """The account of the past was replaced; ``before`` is what it said."""

    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSet(Event):
    """A customer matters more, or less, than ``before``."""

    before: str
    level: str


def give_code(command: GiveCreditCode, actor: Actor, work: Work) -> str:
    """Return the code as it is kept."""
    customer = open_customer(command.customer_id, actor, work)
    give_credit_code(customer, command.code, work)
    work.flush()
    assert customer.credit_code is not None
    work.record(CreditCodeGiven(subject=customer.subject, code=customer.credit_code))
    work.redraw(customer.subject)
    return customer.credit_code


def describe_contact(command: DescribeContact, actor: Actor, work: Work) -> int:
    """Return the contact's id; a number that belongs to somebody at another customer's is refused."""
    customer = open_customer(command.customer_id, actor, work)
    phone = phone_key(command.phone) if command.phone else ""
    temperament = temperament_of(command.temperament) if command.temperament else ""
    contact = _contact(customer, command.name, phone, work)
    contact.name = command.name or contact.name
    contact.title = command.title or contact.title
    contact.temperament = temperament or contact.temperament
    work.flush()
    work.record(ContactDescribed(subject=customer.subject, contact_id=contact.id, name=contact.name))
    work.redraw(customer.subject)
    return contact.id


def add_phone(command: AddPhone, actor: Actor, work: Work) -> str:
    """Return the number as it is kept. Invalid when it is somebody's already, or he has ``PHONES_MAX``."""
    customer = open_customer(command.customer_id, actor, work)
    phone = phone_key(command.phone)
    contact = work.find.customers.contact_called(customer.id, command.name)
    if contact is None or contact.phone is None:
        describe_contact(DescribeContact(customer_id=customer.id, name=command.name, phone=command.phone), actor, work)
        return phone
    if work.find.customers.contact_by_phone(phone) is not None:
        raise Invalid("这个号码已经登记过了，请核对号码。", subject=customer.subject)
    if len(work.find.customers.numbers(customer.id).get(contact.id, ())) + 1 >= PHONES_MAX:
        raise Invalid(f"{contact.name} 已经有 {PHONES_MAX} 个号码，请先改掉不用的那个。", subject=customer.subject)
    work.find.customers.add_number(contact, phone)
    work.flush()
    work.record(ContactDescribed(subject=customer.subject, contact_id=contact.id, name=contact.name))
    work.redraw(customer.subject)
    return phone


def write_summary(command: WriteSummary, actor: Actor, work: Work) -> None:
    """Only within the actor's scope, at most ``SUMMARY_MAX`` signs."""
    customer = open_customer(command.customer_id, actor, work)
    if len(command.text) > SUMMARY_MAX:
        raise Invalid(f"摘要最多 {SUMMARY_MAX} 个字，现在有 {len(command.text)} 个，请改短后重发。")
    before, customer.history_summary = customer.history_summary, command.text.strip()
    work.flush()
    work.record(SummaryWritten(subject=customer.subject, before=before))
    work.redraw(customer.subject)


def set_level(command: SetLevel, actor: Actor, work: Work) -> str:
    """Return the level's own name; Invalid lists those there are."""
    customer = open_customer(command.customer_id, actor, work)
    before, customer.level = customer.level, level_of(command.level) if command.level else ""
    work.flush()
    work.record(LevelSet(subject=customer.subject, before=before, level=customer.level))
    work.redraw(customer.subject)
    return customer.level


def open_customer(customer_id: int, actor: Actor, work: Work) -> Customer:
    """Return the customer, locked; NotFound when unknown, gone, or not within the actor's scope."""
    customer = work.lock(Customer, customer_id)
    require(actor, customer.owner_id, work.find.people.leader_of, region=customer.region)
    if not customer.active:
        raise NotFound("这个客户已经撤销或合并到别家了，请重新查一次。")
    return customer


def _contact(customer: Customer, name: str, phone: str, work: Work) -> Contact:
    taken = work.find.customers.contact_by_phone(phone) if phone else None
    known = work.find.customers.contact_called(customer.id, name)
    free = taken is None or (taken.customer_id == customer.id and not taken.name and known is None)
    if not free and taken is not known:
        raise Invalid("这个号码已登记在另一位联系人名下，请核对号码。", subject=customer.subject)
    contact = taken or known
    if contact is None:
        return work.find.customers.ensure_contact(customer.id, name, phone)[0]
    contact.active = True
    if taken is None:  # else it is one of his numbers already
        contact.phone = phone or contact.phone
    return contact
