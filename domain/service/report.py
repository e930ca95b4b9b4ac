"""A customer reports a fault: a ticket and its job come into being, dispatched at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.errors import Invalid, NotFound
from domain.messages import Command, Event
from domain.service.dispatch import offer_next
from domain.service.tell import keepers, machine_words, name_of, tell_owner
from domain.service.ticket import FaultReport, Ticket, fault_code
from domain.service.work_order import OfferState, WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

WORDS_MAX = 1000
PHOTOS_MAX = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFault(Command):
    """Something is wrong with a machine. An open ticket of the same machine is joined, never doubled.

    ``token`` is the secret of the progress page; empty: one is made. ``photos`` are ids of kept files.
    """

    equipment_id: int
    words: str
    urgent: bool = False
    phone: str = ""
    photos: tuple[str, ...] = ()
    token: str = ""
    consent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(Event):
    """A fault was reported."""

    no: str
    urgent: bool
    fault_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketJoined(Event):
    """Somebody reported the same machine again, or urged."""

    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What the reporter is given: the number to name, and the secret of the progress page."""

    ticket_no: str
    token: str
    joined: bool


def report_fault(command: ReportFault, actor: Actor, work: Work) -> Reported:
    """Open or join the machine's ticket."""
    del actor
    words = command.words.strip()
    if not words:
        raise Invalid("请写一句哪里不对，工程师好带对备件。")
    if len(words) > WORDS_MAX:
        raise Invalid(f"说明请控制在 {WORDS_MAX} 个字以内。")
    machine = work.lock(Equipment, command.equipment_id)
    if machine.retired:
        raise NotFound("没有找到这台设备，请核对二维码或联系厂家。")
    ticket = work.find.service.open_ticket(machine.id)
    joined = ticket is not None
    if ticket is None:
        ticket = _open(command, words, machine, work)
        work.flush()
    report = work.add(
        FaultReport(
            ticket_id=ticket.id,
            token=command.token or work.secret(),
            words=words,
            at=work.now,
            phone=command.phone,
            photos=list(command.photos[:PHOTOS_MAX]),
            consent=command.consent,
        )
    )
    if joined:
        _join(command, words, machine, ticket, work)
    else:
        _start(ticket, machine, work)
    return Reported(ticket_no=ticket.no, token=report.token, joined=joined)


def _open(command: ReportFault, words: str, machine: Equipment, work: Work) -> Ticket:
    return work.add(
        Ticket(
            no=work.number("BX"),
            equipment_id=machine.id,
            customer_id=machine.customer_id,
            fault=words,
            fault_code=fault_code(words, model=machine.model),
            urgent=command.urgent or any(word in words for word in work.policies.service.stopped_words),
            phone=command.phone,
            opened_at=work.now,
        )
    )


def _start(ticket: Ticket, machine: Equipment, work: Work) -> None:
    work.record(TicketOpened(subject=ticket.subject, no=ticket.no, urgent=ticket.urgent, fault_code=ticket.fault_code))
    kind = work.policies.service.kind(ticket.fault)
    job = work.add(
        WorkOrder(
            no=work.number("WO"),
            ticket_id=ticket.id,
            kind=kind.name if kind else "",
            skill=kind.skill if kind else work.policies.service.default_skill,
            region=machine.region or work.get(Customer, machine.customer_id).region,
        )
    )
    work.flush()
    offer_next(job, work)
    asked = [
        name_of(work, offer.person_id) for offer in work.find.service.offers(job.id) if offer.state is OfferState.OPEN
    ]
    tell_owner(
        work,
        job,
        f"{machine_words(work, job)}（末四位 {machine.tail}）报修：{ticket.fault[:60]}"
        f"{'，停机' if ticket.urgent and '停机' not in ticket.fault else ''}。工单 {job.no}，"
        f"{'已派给' + '、'.join(asked) if asked else '正在等调度派人'}。",
    )


def _join(command: ReportFault, words: str, machine: Equipment, ticket: Ticket, work: Work) -> None:
    ticket.urgent = ticket.urgent or command.urgent
    ticket.fault_code = ticket.fault_code or fault_code(words, model=machine.model)
    ticket.phone = ticket.phone or command.phone
    work.flush()
    work.record(TicketJoined(subject=ticket.subject, no=ticket.no))
    job = work.find.service.job_of(ticket.id)
    hearers = [job.engineer_id] if job.engineer_id is not None else [person.id for person in keepers(work)]
    for person_id in hearers:
        work.say(person_id, f"{machine_words(work, job)}（{job.no}）客户又来催或补充：{words[:200]}")
    work.redraw(job.subject)
