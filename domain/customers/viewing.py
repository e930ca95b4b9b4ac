"""Who looked at whose card: so many customers a day and no more, so that nobody carries them all away (U22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.actor import Actor, Role
from domain.customers.customer import Customer
from domain.messages import Command, Event
from domain.people.person import Person
from domain.record import Entity, Identity, Record
from domain.scope import SEE_ALL, require
from domain.work import Work


class CustomerLook(Entity, Record):
    """A customer's card was opened by somebody on a day of the company; several times a day is once."""

    __tablename__ = "customer_looks"
    __table_args__ = (UniqueConstraint("person_id", "day", "customer_id"),)

    person_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    day: Mapped[date] = mapped_column()
    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtCustomer(Command):
    """Open a customer's card."""

    customer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewingLimitReached(Event):
    """Somebody wanted to open more customers on one day than the company allows."""

    seen: int


def look_at_customer(command: LookAtCustomer, actor: Actor, work: Work) -> bool:
    """Return whether the card may be opened. Beyond the limit the administrators are told, once a day and person."""
    limit = work.policies.pool.daily_views
    if limit is None or actor.person_id is None or actor.has(*SEE_ALL):
        return True
    customer = work.get(Customer, command.customer_id)
    require(actor, customer.owner_id, work.find.people.leader_of, region=customer.region)
    person = work.lock(Person, actor.person_id)
    today = work.calendar.local(work.now).date()
    seen = work.find.customers.seen_on(person.id, today)
    if customer.id in seen:
        return True
    if len(seen) >= limit:
        _tell(person, len(seen), today, work)
        return False
    work.add(CustomerLook(person_id=person.id, day=today, customer_id=customer.id))
    work.flush()
    return True


def _tell(person: Person, seen: int, today: date, work: Work) -> None:
    if work.count(f"looks:{today}:{person.id}") > 1:
        return
    work.record(ViewingLimitReached(subject=person.subject, seen=seen))
    for admin in work.find.people.with_role(Role.ADMIN):
        work.say(admin.id, f"{person.name}今天已经查看了 {seen} 家客户的资料，到上限后还在继续查。请了解一下原因。")
