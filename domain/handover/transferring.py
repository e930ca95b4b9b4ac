"""One customer goes to another colleague, with all that is going on there."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor, Role
from domain.customers.editing import open_customer
from domain.errors import Invalid, NotFound
from domain.handover.commands import SAID
from domain.messages import Command, Event
from domain.people.person import Person
from domain.scope import line_above
from domain.work import Work

_SELLS = (Role.SALES, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCustomer(Command):
    """Give a customer to ``to``, a colleague's name; its inquiries, deals, quotations and tasks go along."""

    customer_id: int
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTransferred(Event):
    """Somebody else looks after the customer now; ``counts`` of what went along, by table."""

    giver: str
    taker: str
    counts: dict[str, int]


def transfer_customer(command: TransferCustomer, actor: Actor, work: Work) -> str:
    """Return who has it now; whoever had it, his leader and the new owner hear of it (U6)."""
    customer = open_customer(command.customer_id, actor, work)
    taker = work.find.people.called(command.to)
    if taker is None or not taker.has(*_SELLS):
        raise NotFound(f"没有叫“{command.to[:20]}”的销售，请写同事的全名，例如：{customer.name} 转给 张伟。")
    if customer.owner_id is None:
        raise Invalid(f"{customer.name} 在公海里，请让{taker.name}发：领取 {customer.name}。")
    if customer.owner_id == taker.id:
        raise Invalid(f"{customer.name} 已经由{taker.name}负责。")
    giver = work.get(Person, customer.owner_id)
    held = work.find.customers.registration(customer.id)
    if held is not None and held.owner_id == giver.id:
        held.owner_id = taker.id
    work.flush()
    moved = work.find.handover.give(giver.id, taker.id, taker.id, [customer.id])
    counts = {table: len(ids) for table, ids in moved.items() if table != "customers"}
    work.record(CustomerTransferred(subject=customer.subject, giver=giver.name, taker=taker.name, counts=counts))
    going_on = "、".join(f"{SAID[table]} {count}" for table, count in counts.items())
    along = f"，一起转来：{going_on}" if going_on else ""
    work.say(taker.id, f"{giver.name}的客户 {customer.name} 转给您了{along}。阶段、历史和待办都保持原样。")
    work.tell(taker.id, "customers.customer", customer.subject)
    leader = next(line_above(giver.id, work.find.people.leader_of), None)
    for person in (giver, leader):
        if person is not None and person.id not in (actor.person_id, taker.id):
            work.say(person.id, f"{actor.name}把 {customer.name} 从{giver.name}转给了{taker.name}。")
    work.redraw(customer.subject)
    return taker.name
