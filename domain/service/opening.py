"""A ticket and its job come into being: deadlines, the earlier ticket it may repeat, and somebody who is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.customers.customer import Customer
from domain.messages import Event
from domain.service.deadlines import promise_times
from domain.service.dispatch import offer_next
from domain.service.tell import keepers, machine_words, name_of, tell_owner
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.work_order import OfferState, WorkOrder

if TYPE_CHECKING:
    from domain.equipment.equipment import Equipment
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(Event):
    """A service was asked for."""

    no: str
    urgent: bool
    fault_code: str
    type: str = ServiceType.REPAIR.value


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRepeated(Event):
    """A machine that was mended lately is out of order again; ``before`` is the number of the earlier ticket."""

    no: str
    before: str


def start(ticket: Ticket, machine: Equipment | None, work: Work) -> WorkOrder:
    """Make the job of a new ticket, ask somebody, and tell the customer's sales owner."""
    _link(ticket, work)
    promise_times(ticket, machine, work)
    opened = TicketOpened(
        subject=ticket.subject,
        no=ticket.no,
        urgent=ticket.urgent,
        fault_code=ticket.fault_code,
        type=ticket.type.value,
    )
    work.record(opened)
    job = work.add(_job(ticket, machine, work))
    work.flush()
    offer_next(job, work)
    _announce(ticket, machine, job, work)
    return job


def _link(ticket: Ticket, work: Work) -> None:
    """Link a repair to the one that did not last (first-fix rate); those who answer for service hear of it."""
    if ticket.type is not ServiceType.REPAIR or ticket.equipment_id is None:
        return
    since = work.now - work.policies.service.upkeep.repeat_within
    before = work.find.service.mended_since(ticket.equipment_id, since)
    if before is None:
        return
    ticket.repeats_id = before.id
    work.record(FaultRepeated(subject=ticket.subject, no=ticket.no, before=before.no))


def _job(ticket: Ticket, machine: Equipment | None, work: Work) -> WorkOrder:
    kind, skill = _trade(ticket, work)
    return WorkOrder(
        no=work.number("WO"),
        ticket_id=ticket.id,
        type=ticket.type,
        kind=kind,
        skill=skill,
        region="" if ticket.type.is_desk else _region(ticket, machine, work),
    )


def _trade(ticket: Ticket, work: Work) -> tuple[str, str]:
    """Return the kind of fault and the skill for it; 又坏了，一样的毛病 is of the kind it was before."""
    if ticket.type is not ServiceType.REPAIR:
        return "", ""
    policy = work.policies.service
    found = policy.kind(ticket.fault)
    if found is not None:
        return found.name, found.skill
    if ticket.repeats_id is not None:
        before = work.find.service.job_of(ticket.repeats_id)
        return before.kind, before.skill
    return "", policy.default_skill


def _region(ticket: Ticket, machine: Equipment | None, work: Work) -> str:
    there = machine.region if machine is not None else ""
    return there or work.get(Customer, ticket.customer_id).region


def _announce(ticket: Ticket, machine: Equipment | None, job: WorkOrder, work: Work) -> None:
    asked = [
        name_of(work, offer.person_id) for offer in work.find.service.offers(job.id) if offer.state is OfferState.OPEN
    ]
    tail = f"（末四位 {machine.tail}）" if machine is not None else ""
    tell_owner(
        work,
        job,
        f"{machine_words(work, job)}{tail}{ticket.type.label}：{ticket.fault[:60]}"
        f"{'，停机' if ticket.urgent and '停机' not in ticket.fault else ''}。工单 {job.no}，"
        f"{'已派给' + '、'.join(asked) if asked else '正在等调度派人'}。",
    )
    if ticket.repeats_id is not None:
        before = work.get(Ticket, ticket.repeats_id)
        for person in keepers(work):
            work.say(
                person.id,
                f"重复故障：{machine_words(work, job)}（{job.no}），上一单 {before.no} 刚修过又报修。"
                "请关注这次是否修彻底，必要时联系客户致歉。",
            )
