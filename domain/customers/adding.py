"""A customer is added by whoever met it, in a sentence of its own, and taken back while nothing hangs on it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.customers.commands import meet
from domain.customers.editing import open_customer
from domain.customers.keys import phone_key
from domain.customers.registration import clash
from domain.errors import Invalid, NotAllowed, Stale
from domain.messages import Command, Event
from domain.people.person import Person
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCustomer(Command):
    """Add a customer by its name, with somebody there and what it makes where that was said."""

    company: str
    contact: str = ""
    title: str = ""
    phone: str = ""
    industry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCustomer(Command):
    """Take back a customer that was just added."""

    customer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAdded(Event):
    """Somebody added the customer, who is its owner's from now on."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWithdrawn(Event):
    """It was a mistake."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The customer; ``new`` unless it was the caller's already. ``notes`` are for him to read."""

    customer_id: int
    new: bool
    new_contact: bool
    notes: tuple[str, ...]


def add_customer(command: AddCustomer, actor: Actor, work: Work) -> Added:
    """Return the customer. Invalid when it is a colleague's (whose, and no more: S-028) or waits in the pool."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能建客户。")
    met = meet(
        company=command.company,
        contact=command.contact,
        phone=phone_key(command.phone) if command.phone else "",
        region="",
        owner_id=actor.person_id,
        actor=actor,
        work=work,
    )
    customer = met.customer
    assert customer is not None
    if met.others is not None and met.others.owner_id is not None:
        known = work.find.customers.registration(met.others.id)
        raise Invalid(clash(work.get(Person, met.others.owner_id), known, work))
    if customer.owner_id is None:
        raise Invalid(
            f"“{customer.name}”已经有了，在公海里。要跟就发：领取 {customer.name}。", subject=customer.subject
        )
    customer.industry = command.industry or customer.industry
    if met.contact is not None and command.title:
        met.contact.title = command.title
    work.flush()
    if met.new_customer:
        work.record(CustomerAdded(subject=customer.subject, name=customer.name))
    work.redraw(customer.subject)
    return Added(customer_id=customer.id, new=met.new_customer, new_contact=met.new_contact, notes=met.notes)


def withdraw_customer(command: WithdrawCustomer, actor: Actor, work: Work) -> None:
    """Put the customer away. Stale when something was filed under it meanwhile."""
    customer = open_customer(command.customer_id, actor, work)
    if work.find.customers.has_children(customer.id):
        raise Stale(f"“{customer.name}”名下已经有记录了，不能撤销。建重了请发：合并 {customer.name} 和 另一家的名字。")
    customer.active = False
    for contact in work.find.customers.contacts(customer.id):
        contact.active = False
    work.flush()
    work.record(CustomerWithdrawn(subject=customer.subject, name=customer.name))
    work.redraw(customer.subject)
