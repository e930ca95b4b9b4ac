"""Logging what happened with a customer: at once, with everything that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.activities.activity import NEXT_MAX, Activity, ActivityKind, Outcome
from domain.activities.consequences import Promised, follow
from domain.activities.events import ActivityLogged
from domain.actor import Actor
from domain.customers.commands import meet
from domain.customers.customer import Customer
from domain.customers.keys import phone_key
from domain.errors import Invalid, NotAllowed
from domain.messages import Command
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class LogActivity(Command):
    """Keep an activity as it was said. ``company`` must be known, unless ``create``; else it is asked about.

    ``next_at`` with ``next_whole_day`` is the end of that working day; ``promises`` are what was promised to the
    customer in the same breath. ``customer_id`` wins over ``company``.
    """

    text: str
    kind: ActivityKind
    outcome: Outcome
    at: datetime
    at_whole_day: bool = False
    company: str = ""
    customer_id: int | None = None
    create: bool = False
    contact: str = ""
    phone: str = ""
    people: tuple[str, ...] = ()
    place: str = ""
    next_step: str = ""
    next_at: datetime | None = None
    next_whole_day: bool = False
    deposit_fen: int | None = None
    promises: tuple[Promised, ...] = ()


def log_activity(command: LogActivity, actor: Actor, work: Work) -> int:
    """Return the activity's id. An unknown customer loses nothing: the card asks who it is."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能记录跟进。")
    if command.at > work.now:
        raise Invalid("这个时间还没到。要安排以后的事，请说提醒，例如：下周三提醒我拜访恒力。")
    customer, made = _customer(command, actor, work)
    activity = work.add(
        Activity(
            author_id=actor.person_id,
            kind=command.kind,
            outcome=command.outcome,
            at=command.at,
            at_whole_day=command.at_whole_day,
            created_at=work.now,
            text=command.text,
            customer_id=None if customer is None else customer.id,
            company=command.company if customer is None else "",
            contact=command.contact,
            people=list(command.people),
            place=command.place,
            next_step=_bare(command.next_step, customer)[:NEXT_MAX],
            next_at=command.next_at,
            next_whole_day=command.next_whole_day,
            deposit_fen=command.deposit_fen,
            made_customer=made,
        )
    )
    follow(activity, command.promises, work)
    work.record(
        ActivityLogged(
            subject=activity.subject,
            customer=command.company if customer is None else customer.name,
            kind=activity.kind,
            outcome=activity.outcome,
            at=activity.at,
            next_step=activity.next_step,
        )
    )
    return activity.id


def note(*, kind: ActivityKind, text: str, customer_id: int | None, inquiry_id: int | None, actor: Actor,
         owner_id: int, work: Work) -> None:  # fmt: skip
    """Write down by ourselves what our own records say: a quotation asked for, sent or decided."""
    work.add(
        Activity(
            author_id=actor.person_id if actor.person_id is not None else owner_id,
            kind=kind,
            outcome=Outcome.NOTED,
            at=work.now,
            created_at=work.now,
            text=text,
            customer_id=customer_id,
            inquiry_id=inquiry_id,
        )
    )


def _bare(step: str, customer: Customer | None) -> str:
    """Return a next step without the customer's name in front, which stands before it wherever it is shown."""
    called = () if customer is None else sorted((customer.name, *customer.aliases), key=len, reverse=True)
    name = next((each for each in called if each and step.startswith(each)), "")
    return step.removeprefix(name).lstrip(" 的，,：:")


def _customer(command: LogActivity, actor: Actor, work: Work) -> tuple[Customer | None, bool]:
    if command.customer_id is not None:
        return work.lock(Customer, command.customer_id), False
    phone = ""
    if command.phone:
        phone = phone_key(command.phone)
    found = work.find.customers.by_name(command.company) if command.company else None
    if found is None and phone and not command.company:
        known = work.find.customers.contact_by_phone(phone)
        found = None if known is None else work.get(Customer, known.customer_id)
    if found is not None:
        return work.lock(Customer, found.id), False
    if not (command.create and command.company):
        return None, False
    met = meet(
        company=command.company,
        contact=command.contact,
        phone=phone,
        region="",
        owner_id=actor.person_id,
        actor=actor,
        work=work,
    )
    work.flush()
    assert met.customer is not None
    return work.lock(Customer, met.customer.id), met.new_customer
