"""Taking a customer out of the pool: the first tap wins, within the limits (S-016)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from domain.actor import Actor
from domain.customers.customer import Customer
from domain.errors import NotAllowed, NotFound, Stale
from domain.inquiries.inquiry import Inquiry
from domain.inquiries.promises import promise
from domain.inquiries.silence import watch as watch_silence
from domain.messages import Command
from domain.people.person import Person
from domain.pool.entering import LIST
from domain.pool.events import CustomerClaimed
from domain.pool.recycling import watch
from domain.pool.stay import PoolStay, StayState
from domain.scope import UNSEEN, within
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCustomer(Command):
    """Look after a customer of the pool from now on."""

    customer_id: int


def claim_customer(command: ClaimCustomer, actor: Actor, work: Work) -> str:
    """Return the customer's name. The person's row is locked before the customer's: his limits hold at once."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能领取客户。")
    person = work.lock(Person, actor.person_id)
    customer = work.lock(Customer, command.customer_id)
    _check_free(customer, actor, work)
    _check_limits(customer, person, work)
    customer.owner_id = person.id
    stay = work.find.pool.waiting(customer.id)
    if stay is None:
        stay = work.add(PoolStay(customer_id=customer.id, state=StayState.WAITING, since=work.now))
    stay.claim(person.id, work.now)
    work.flush()
    _take_over(customer, person, work)
    watch(customer, work)
    work.record(CustomerClaimed(subject=customer.subject, name=customer.name, to=person.name))
    work.redraw(customer.subject)
    work.redraw(LIST)
    return customer.name


def _check_free(customer: Customer, actor: Actor, work: Work) -> None:
    """Whoever comes too late is told who took it; of a customer that never lay in the pool nobody is told (R-52)."""
    taken = customer.owner_id is not None
    if not customer.active or (taken and not _may_know(customer, actor, work)):
        raise NotFound(UNSEEN)
    if customer.owner_id is not None:
        name = work.get(Person, customer.owner_id).name
        raise Stale(f"{customer.name}已由{name}领取。发“公海有什么”看还有哪些。", subject=customer.subject)


def _may_know(customer: Customer, actor: Actor, work: Work) -> bool:
    return work.find.pool.left_last(customer.id) is not None or within(
        actor, customer.owner_id, work.find.people.leader_of
    )


def _check_limits(customer: Customer, person: Person, work: Work) -> None:
    policy = work.policies.pool
    left = work.find.pool.left_last(customer.id)
    if left is not None and left.from_id == person.id:
        until = left.since + timedelta(days=policy.ban_days)
        if until > work.now:
            day = work.calendar.local(until)
            raise NotAllowed(f"{customer.name}是您放回公海的，{day.month}月{day.day}日后才能再领。请先领别的客户。")
    local = work.calendar.local(work.now)
    midnight = datetime.combine(local.date(), time(), work.calendar.zone).astimezone(UTC)
    if work.find.pool.claimed_since(person.id, midnight) >= policy.daily_claims:
        raise NotAllowed(f"今天已经领了 {policy.daily_claims} 个客户，请明天再来，先联系手上的。")
    if policy.holding_limit is not None and work.find.pool.holds(person.id) >= policy.holding_limit:
        raise NotAllowed(f"您名下已有 {policy.holding_limit} 个客户，到上限了。请先退回不跟的：退回公海 客户名 原因。")


def _take_over(customer: Customer, person: Person, work: Work) -> None:
    """Its open inquiries come along, each with its promise to quote."""
    for found in work.find.pool.open_inquiries(customer.id):
        inquiry = work.lock(Inquiry, found.id)
        inquiry.owner_id = person.id
        work.flush()
        promise(inquiry, customer, work)
        watch_silence(inquiry, work)
        work.redraw(inquiry.subject)
