"""A customer reports a fault: a ticket and its job come into being, dispatched at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.equipment.equipment import Equipment
from domain.errors import Invalid, NotFound
from domain.messages import Command, Event
from domain.service.opening import start
from domain.service.tell import keepers, machine_words
from domain.service.ticket import FaultReport, Ticket, fault_code
from domain.service.types import ServiceType

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

WORDS_MAX = 1000
_MISLABELLED = re.compile(r"(?:码|标签)(?:可能|好像)?(?:贴|打|弄|搞)?错|贴错")
_SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-_/]{3,62}[A-Za-z0-9]")
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
    windows: tuple[dict[str, Any], ...] = ()
    exclusions: tuple[dict[str, Any], ...] = ()


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
    repeats: str = ""
    """The number of the ticket whose fault has come back, empty for none."""


def report_fault(command: ReportFault, actor: Actor, work: Work) -> Reported:
    """Open or join the machine's ticket."""
    del actor
    words = command.words.strip()
    if not words:
        raise Invalid("请写一句哪里不对，工程师好带对备件。")
    if len(words) > WORDS_MAX:
        raise Invalid(f"说明请控制在 {WORDS_MAX} 个字以内。")
    scanned = work.lock(Equipment, command.equipment_id)
    if scanned.retired:
        raise NotFound("没有找到这台设备，请核对二维码或联系厂家。")
    machine = _meant(scanned, words, work)
    ticket = work.find.service.open_ticket(machine.id, ServiceType.REPAIR)
    joined = ticket is not None
    if ticket is None:
        ticket = _open(command, words, machine, work)
        work.flush()
    report = _keep(ticket, words, command, work)
    if _MISLABELLED.search(words):
        _warn_mislabelled(scanned, machine, ticket, work)
    if not joined:
        start(ticket, machine, work)
        return Reported(ticket_no=ticket.no, token=report.token, joined=False, repeats=_before(ticket, work))
    ticket.urgent = ticket.urgent or command.urgent
    ticket.fault_code = ticket.fault_code or fault_code(words, model=machine.model)
    if command.windows or command.exclusions:
        ticket.windows, ticket.exclusions = list(command.windows), list(command.exclusions)
    _joined(ticket, words, command.phone, work)
    return Reported(ticket_no=ticket.no, token=report.token, joined=True, repeats=_before(ticket, work))


def _meant(scanned: Equipment, words: str, work: Work) -> Equipment:
    """Return the machine that stands before the reporter: with a wrong label, the one whose serial he wrote.

    Only of the same customer: whoever scans a code may not report for anybody else.
    """
    for serial in _SERIAL.findall(words) if _MISLABELLED.search(words) else ():
        named = work.find.equipment.by_serial(serial.upper())
        if named is not None and named.customer_id == scanned.customer_id and not named.retired:
            return work.lock(Equipment, named.id)
    return scanned


def _warn_mislabelled(scanned: Equipment, machine: Equipment, ticket: Ticket, work: Work) -> None:
    """Let those who answer for service look at the label: the next report would be about the wrong machine again."""
    about = (
        f"报修 {ticket.no} 记在 {machine.model}（末四位 {machine.tail}）上"
        if machine is not scanned
        else (f"铭牌上的序列号没有对上，报修 {ticket.no} 先记在扫码的这台上")
    )
    for person in keepers(work):
        work.say(
            person.id,
            f"客户说码贴错了：扫的是 {scanned.model}（末四位 {scanned.tail}）的码，{about}。"
            f"请核对，换码发“换码 {scanned.serial}”。",
        )


def join(ticket: Ticket, words: str, photos: tuple[str, ...], work: Work, *, phone: str = "") -> Reported:
    """Add to a ticket that is open already."""
    added = ReportFault(equipment_id=ticket.equipment_id or 0, words=words, phone=phone, photos=photos)
    report = _keep(ticket, words, added, work)
    _joined(ticket, words, phone, work)
    return Reported(ticket_no=ticket.no, token=report.token, joined=True)


def _before(ticket: Ticket, work: Work) -> str:
    return "" if ticket.repeats_id is None else work.get(Ticket, ticket.repeats_id).no


def _keep(ticket: Ticket, words: str, command: ReportFault, work: Work) -> FaultReport:
    return work.add(
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
            windows=list(command.windows),
            exclusions=list(command.exclusions),
            opened_at=work.now,
        )
    )


def _joined(ticket: Ticket, words: str, phone: str, work: Work) -> None:
    ticket.phone = ticket.phone or phone
    work.flush()
    work.record(TicketJoined(subject=ticket.subject, no=ticket.no))
    job = work.find.service.job_of(ticket.id)
    hearers = [job.engineer_id] if job.engineer_id is not None else [person.id for person in keepers(work)]
    for person_id in hearers:
        work.say(person_id, f"{machine_words(work, job)}（{job.no}）客户又来催或补充：{words[:200]}")
    work.redraw(job.subject)
