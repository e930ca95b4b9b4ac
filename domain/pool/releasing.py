"""Giving a customer back: said with a reason, shown with its name, done with one tap."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.customers.customer import Customer
from domain.customers.scope import require
from domain.errors import Invalid, NotFound, Stale
from domain.messages import Command
from domain.pool.entering import enter
from domain.pool.events import CustomerReleased
from domain.pool.stay import REASON_MAX, PoolStay, StayState
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRelease(Command):
    """``退回公海 恒力 没有预算``: shown first."""

    company: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmRelease(Command):
    """The tap on the card that names the customer."""

    stay_id: int
    version: int = 0


def propose_release(command: ProposeRelease, actor: Actor, work: Work) -> int:
    """Return the id of the proposed stay; nothing has changed yet."""
    customer = work.find.customers.by_name(command.company)
    if customer is None:
        raise NotFound("没有找到这个客户，可能不在您名下。请写客户全名，例如：退回公海 恒力 没有预算。")
    require(actor, customer.owner_id, work.find.people.leader_of)
    if not command.reason.strip():
        raise Invalid(f"为什么退回{customer.name}？请带上原因，例如：退回公海 {customer.name} 没有预算。")
    stay = work.add(
        PoolStay(
            customer_id=customer.id,
            state=StayState.PROPOSED,
            since=work.now,
            from_id=customer.owner_id,
            reason=command.reason.strip()[:REASON_MAX],
        )
    )
    work.flush()
    return stay.id


def confirm_release(command: ConfirmRelease, actor: Actor, work: Work) -> str:
    """Return the customer's name; Stale when somebody else looks after it meanwhile."""
    stay = work.get(PoolStay, command.stay_id)
    customer = work.lock(Customer, stay.customer_id)
    stay = work.lock(PoolStay, command.stay_id)
    require(actor, stay.from_id, work.find.people.leader_of)
    if customer.owner_id != stay.from_id and stay.state is StayState.PROPOSED:
        raise Stale(f"{customer.name}的负责人已经变了，没有退回。", subject=stay.subject)
    stay.begin(work.now)
    enter(customer, work)
    work.record(CustomerReleased(subject=customer.subject, name=customer.name, reason=stay.reason))
    work.redraw(stay.subject)
    return customer.name
