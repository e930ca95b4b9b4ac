"""报备: a customer is somebody's for a while, and whoever else asks learns by whom and until when, no more (S-028)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.actor import Actor
from domain.customers.commands import introduce
from domain.customers.customer import Customer
from domain.errors import Invalid, NotAllowed
from domain.messages import Command, Event
from domain.people.person import Person
from domain.record import Entity, Identity, Record
from domain.work import Work

PROTECTED = timedelta(days=30)
"""How long a registration holds."""


class Registration(Entity, Record):
    """``owner_id`` has the customer to himself until ``until``; a renewed one moves that on."""

    __tablename__ = "registrations"

    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), unique=True)
    owner_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    registered_at: Mapped[datetime] = mapped_column()
    until: Mapped[datetime] = mapped_column()
    project: Mapped[str] = mapped_column(String(128), default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCustomer(Command):
    """Claim a customer by its name, for a project where one was said."""

    company: str
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRegistration(Command):
    """Tell its owner that the time is over; nothing when it was renewed meanwhile."""

    registration_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRegistered(Event):
    """Somebody has the customer to himself for a while."""

    project: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationEnded(Event):
    """The time is over."""


def register_customer(command: RegisterCustomer, actor: Actor, work: Work) -> datetime:
    """Return until when it holds; Invalid names the colleague who has it and until when, and nothing else."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能报备客户。")
    customer = work.lock(Customer, introduce(command.company, actor.person_id, work).id)
    known = work.find.customers.registration(customer.id)
    if customer.owner_id not in (None, actor.person_id):
        raise Invalid(clash(work.get(Person, customer.owner_id), known, work))
    customer.owner_id = actor.person_id
    until = work.now + PROTECTED
    if known is None:
        known = work.add(
            Registration(customer_id=customer.id, owner_id=actor.person_id, registered_at=work.now, until=until)
        )
    known.owner_id, known.until, known.project = actor.person_id, until, command.project or known.project
    work.flush()
    work.promise(f"registration:{known.id}", until, EndRegistration(registration_id=known.id))
    work.record(CustomerRegistered(subject=customer.subject, project=known.project, until=until))
    work.redraw(customer.subject)
    return until


def end_registration(command: EndRegistration, actor: Actor, work: Work) -> None:
    """Once, at its end."""
    del actor
    registration = work.get(Registration, command.registration_id)
    if registration.until > work.now:
        return
    customer = work.get(Customer, registration.customer_id)
    work.record(RegistrationEnded(subject=customer.subject))
    work.say(registration.owner_id, f"{customer.name} 的报备保护期到了。还在跟就发：报备 {customer.name}。")


def clash(owner: Person, known: Registration | None, work: Work) -> str:
    """Return the one sentence that whoever clashes may know."""
    if known is None or known.owner_id != owner.id or known.until <= work.now:
        return f"撞单：这家客户由{owner.name}负责，请直接联系{owner.name}。"
    return f"撞单：这家客户由{owner.name}报备，保护期到 {work.calendar.local(known.until):%Y-%m-%d}。"
