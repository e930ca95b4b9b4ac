"""What service sees becomes a suggestion to the one who sells: once, as a task that says why (S-074, N7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.messages import Command, Event
from domain.service.tell import called, keepers
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.work_order import WorkOrder
from domain.tasks.commands import keep
from domain.tasks.task import Task, TaskSource

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.service.opening import TicketOpened
    from domain.service.sign import JobConfirmed
    from domain.work import Work

_OFTEN = 3
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWarranty(Command):
    """A warranty ends soon: its sales owner is asked to offer more of it."""

    equipment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAfter(Command):
    """Some days after a visit somebody calls the customer."""

    work_order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleSuggested(Event):
    """Service saw a reason to sell."""

    why: str


def suggest_from_ticket(event: TicketOpened, actor: Actor, work: Work) -> None:
    """Reaction: out of warranty, broken again and again, or the customer says it is too slow for him."""
    del actor
    ticket = work.get(Ticket, int(event.subject.partition(":")[2]))
    customer = work.get(Customer, ticket.customer_id)
    if any(word in ticket.fault for word in work.policies.service.upkeep.capacity_words):
        _suggest("capacity", ticket.customer_id, customer, f"客户说“{ticket.fault[:40]}”，可能要增购", "聊聊增购", work)
    if ticket.type is not ServiceType.REPAIR or ticket.equipment_id is None:
        return
    machine = work.get(Equipment, ticket.equipment_id)
    today = work.calendar.local(work.now).date()
    if machine.warranty_until is not None and machine.warranty_until < today:
        why = f"{machine.model}（{machine.tail}）已过保又报修（{ticket.no}）"
        _suggest("expired", machine.id, customer, why, "谈维保合同", work)
    times = work.find.service.repairs_since(machine.id, work.now - _YEAR)
    if times >= _OFTEN:
        why = f"{machine.model}（{machine.tail}）一年里报修 {times} 次"
        _suggest("often", machine.id, customer, why, "谈大修或换新", work)


def watch_warranty(event: Event, actor: Actor, work: Work) -> None:
    """Reaction: the end of a warranty is a promise to its sales owner."""
    del actor
    machine = work.get(Equipment, int(event.subject.partition(":")[2]))
    if machine.warranty_until is None or machine.retired:
        work.cancel(f"warranty:{machine.id}")
        return
    days = (machine.warranty_until - work.calendar.local(work.now).date()).days
    if days >= 0:
        due = max(work.now + timedelta(days=days) - work.policies.service.upkeep.warranty_ahead, work.now)
        work.promise(f"warranty:{machine.id}", due, OfferWarranty(equipment_id=machine.id))


def offer_warranty(command: OfferWarranty, actor: Actor, work: Work) -> None:
    """Suggest it; moot when the warranty was prolonged meanwhile (R-41)."""
    del actor
    machine = work.get(Equipment, command.equipment_id)
    today = work.calendar.local(work.now).date()
    ahead = work.calendar.local(work.now + work.policies.service.upkeep.warranty_ahead).date()
    if machine.retired or machine.warranty_until is None or not today <= machine.warranty_until <= ahead:
        return
    why = f"{machine.model}（{machine.tail}）{machine.warranty_until:%Y-%m-%d} 到保"
    _suggest("warranty", machine.id, work.get(Customer, machine.customer_id), why, "谈延保", work)


def promise_call(event: JobConfirmed, actor: Actor, work: Work) -> None:
    """Reaction: a visit that was signed for is asked after some days later (S-151)."""
    del actor
    job = work.get(WorkOrder, int(event.subject.partition(":")[2]))
    after = work.policies.service.upkeep.survey_after
    if not job.type.is_desk and after:
        work.promise(f"survey:{job.id}", work.now + after, CallAfter(work_order_id=job.id))


def call_after(command: CallAfter, actor: Actor, work: Work) -> None:
    """Give whoever answers for service the task to call; moot when the machine is out of order again (R-41)."""
    del actor
    job = work.get(WorkOrder, command.work_order_id)
    ticket = work.get(Ticket, job.ticket_id)
    if ticket.equipment_id is not None and work.find.service.open_ticket(ticket.equipment_id, ServiceType.REPAIR):
        return
    customer = work.get(Customer, ticket.customer_id)
    callers = work.find.people.with_role(Role.SERVICE) or keepers(work)
    if callers:
        title = f"回访{called(customer)}：{ticket.type.label}后用得怎么样"
        _give(callers[0].id, title, f"{ticket.no} 已签收，评分 {job.rating or '未打'}", ticket.customer_id, work)


def _suggest(kind: str, id_: int, customer: Customer, why: str, deed: str, work: Work) -> None:
    """Suggest once a quarter for each machine and reason."""
    if customer.owner_id is None:
        return
    local = work.calendar.local(work.now)
    if work.count(f"suggested:{kind}:{id_}:{local.year}q{(local.month + 2) // 3}") > 1:
        return
    task = _give(customer.owner_id, f"{called(customer)}：{deed}", why, customer.id, work)
    work.record(SaleSuggested(subject=f"customer:{customer.id}", why=why))
    work.tell(customer.owner_id, "tasks.task", task.subject)


def _give(owner_id: int, title: str, why: str, customer_id: int, work: Work) -> Task:
    return keep(
        Task(
            title=title,
            owner_id=owner_id,
            created_at=work.now,
            about=f"customer:{customer_id}",
            customer_id=customer_id,
            due=work.calendar.add(work.now, timedelta(hours=16)),
            source=TaskSource.RULE,
            why=why,
        ),
        work,
    )
