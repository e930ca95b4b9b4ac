"""Customers nobody has been in contact with go back to the pool: warned of first, never silently when big (S-016, U22).

One timer looks after each customer. It looks at the last contact when it fires, by whatever way that came, so
nothing has to move it. It fires in working hours only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actor import Actor
from domain.clock import said_day
from domain.customers.commands import CustomerEnrolled
from domain.customers.customer import Customer
from domain.customers.scope import line_above
from domain.inquiries.commands import InquiryLogged
from domain.inquiries.inquiry import Inquiry
from domain.messages import Command
from domain.people.person import Person
from domain.policy_pool import PoolRule
from domain.pool.entering import enter
from domain.pool.events import CustomerRecycled, RecyclingAnnounced, SilenceReported
from domain.pool.stay import PoolStay, StayState
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContact(Command):
    """A timer: see how long nobody was in contact.

    ``since`` is when the watch began, ``warned`` the contact its keeper was warned about.
    """

    customer_id: int
    since: datetime
    warned: datetime | None = None


def watch(customer: Customer, work: Work) -> None:
    """Begin to look after a customer that has a keeper; nothing happens without a rule for it."""
    rule = _rule(customer, work)
    if rule is not None and customer.owner_id is not None:
        _look_again(
            customer, work.now + _quiet(rule, work), CheckContact(customer_id=customer.id, since=work.now), work
        )


def watch_enrolled(event: CustomerEnrolled, actor: Actor, work: Work) -> None:
    """Reaction: a customer from a file is watched from its first loading on; loading it again is no contact."""
    del actor
    if work.count(f"pool.watched:{event.subject}") == 1:
        watch(work.get(Customer, int(event.subject.partition(":")[2])), work)


def watch_met(event: InquiryLogged, actor: Actor, work: Work) -> None:
    """Reaction: a customer that came with an inquiry is watched; one that is known has its timer."""
    del actor
    inquiry = work.get(Inquiry, int(event.subject.partition(":")[2]))
    if inquiry.made_customer and inquiry.customer_id is not None:
        watch(work.get(Customer, inquiry.customer_id), work)


def check_contact(command: CheckContact, actor: Actor, work: Work) -> None:
    """Warn, or let go, or tell a leader; moot when nobody looks after it, later when somebody was in contact."""
    del actor
    customer = work.lock(Customer, command.customer_id)
    rule = _rule(customer, work)
    if customer.owner_id is None or not customer.active or rule is None:
        return
    moments = (command.since, customer.last_contact_at, work.find.pool.last_taken(customer.id))
    last = max(moment for moment in moments if moment is not None)
    due = last + timedelta(days=rule.after_days)
    if work.now < last + _quiet(rule, work):
        _look_again(
            customer, last + _quiet(rule, work), CheckContact(customer_id=customer.id, since=command.since), work
        )
    elif rule.keep:
        _report(customer, rule, last, work)
        again = CheckContact(customer_id=customer.id, since=work.now)
        _look_again(customer, work.now + timedelta(days=rule.after_days), again, work)
    elif command.warned != last:
        _warn(customer, max(due, work.now + timedelta(days=work.policies.pool.warn_days)), last, command.since, work)
    else:
        _recycle(customer, rule, last, work)


def _quiet(rule: PoolRule, work: Work) -> timedelta:
    """Return how long after a contact nothing happens."""
    return timedelta(days=rule.after_days if rule.keep else max(rule.after_days - work.policies.pool.warn_days, 0))


def _warn(customer: Customer, due: datetime, last: datetime, since: datetime, work: Work) -> None:
    assert customer.owner_id is not None
    due = work.calendar.add(due, timedelta())
    day = said_day(due, work.calendar.zone, today=work.calendar.local(work.now).date())
    work.say(
        customer.owner_id,
        f"{customer.name}已经 {(work.now - last).days} 天没有联系，{day}会自动放回公海。联系后记一条跟进就不会了。",
    )
    work.record(RecyclingAnnounced(subject=customer.subject, name=customer.name, on=due))
    _look_again(customer, due, CheckContact(customer_id=customer.id, since=since, warned=last), work)


def _recycle(customer: Customer, rule: PoolRule, last: datetime, work: Work) -> None:
    keeper, days = customer.owner_id, (work.now - last).days
    assert keeper is not None
    work.add(
        PoolStay(
            customer_id=customer.id,
            state=StayState.WAITING,
            since=work.now,
            from_id=keeper,
            reason=f"{days} 天没有联系",
            by_rule=rule.name,
        )
    )
    enter(customer, work)
    work.say(keeper, f"{customer.name}已经 {days} 天没有联系，按规则“{rule.name}”放回公海了。")
    work.record(CustomerRecycled(subject=customer.subject, name=customer.name, rule=rule.name, days=days))


def _report(customer: Customer, rule: PoolRule, last: datetime, work: Work) -> None:
    assert customer.owner_id is not None
    days, keeper = (work.now - last).days, work.get(Person, customer.owner_id)
    work.say(keeper.id, f"{customer.name}已经 {days} 天没有联系。它按规则“{rule.name}”不进公海，请尽快联系。")
    leader = next(line_above(keeper.id, work.find.people.leader_of), None)
    if leader is not None:
        work.say(leader.id, f"{keeper.name}的客户{customer.name}（{rule.name}）已经 {days} 天没有联系，请过问一下。")
    work.record(SilenceReported(subject=customer.subject, name=customer.name, days=days))


def _rule(customer: Customer, work: Work) -> PoolRule | None:
    facts = {"level": customer.level or None, "region": customer.region or None, "name": customer.name}
    return work.policies.pool.rule(facts)


def _look_again(customer: Customer, at: datetime, command: CheckContact, work: Work) -> None:
    """Look at it in working hours, so that nobody hears of it at night or on a day off (U14)."""
    work.promise(f"{customer.subject}:pool", work.calendar.add(at, timedelta()), command)
