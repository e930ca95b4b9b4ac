"""Members of staff ask for service: an installation, a maintenance, a complaint or a question told by phone or chat."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.actor import Role
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.errors import Invalid, NotFound
from domain.messages import Command
from domain.scope import within
from domain.service.opening import start
from domain.service.report import WORDS_MAX, Reported, join
from domain.service.tell import KEEPERS
from domain.service.ticket import FaultReport, Ticket, fault_code
from domain.service.types import ServiceType

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

_PREFIXES = {ServiceType.COMPLAINT: "TS", ServiceType.CONSULT: "ZX"}
"""Complaints and questions have numbers of their own; everything with a machine is a BX."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestService(Command):
    """``type`` of service for a customer: about ``equipment_id``, or about ``product`` where no machine of ours is.

    An open ticket of the same kind for the same machine is joined. ``planned_for`` is the day it is meant for;
    ``origin`` the record it comes from (``maintenanceplan:3``, an order), with which it is asked for only once.
    """

    type: ServiceType
    customer_id: int
    words: str
    equipment_id: int | None = None
    product: str = ""
    urgent: bool = False
    phone: str = ""
    photos: tuple[str, ...] = ()
    windows: tuple[dict[str, Any], ...] = ()
    exclusions: tuple[dict[str, Any], ...] = ()
    planned_for: datetime | None = None
    origin: str = ""


def request_service(command: RequestService, actor: Actor, work: Work) -> Reported:
    """Open or join the ticket."""
    words = command.words.strip()[:WORDS_MAX]
    if not words:
        raise Invalid("请写一句要做什么，例如：苏州恒力的X200下周三安装调试。")
    # Whoever picks up the phone may say that a machine stands still; anything else is the owner's to ask for.
    told = command.type is ServiceType.REPAIR
    if not told and not actor.is_system and not actor.has(*KEEPERS, Role.ENGINEER):
        _check_owned(command.customer_id, actor, work)
    customer = work.get(Customer, command.customer_id)
    machine = None if command.equipment_id is None else work.lock(Equipment, command.equipment_id)
    if machine is not None and (machine.retired or machine.customer_id != customer.id):
        raise Invalid("这台设备已停用，或不在这家客户名下，请核对序列号。")
    known = _known(command, work)
    if known is not None:
        return join(known, words, command.photos, work, phone=command.phone)
    ticket = work.add(
        Ticket(
            no=work.number(_PREFIXES.get(command.type, "BX")),
            type=command.type,
            customer_id=customer.id,
            equipment_id=None if machine is None else machine.id,
            product=command.product,
            fault=words,
            fault_code=fault_code(words, model=machine.model if machine is not None else command.product),
            urgent=command.urgent,
            phone=command.phone,
            windows=list(command.windows),
            exclusions=list(command.exclusions),
            origin=command.origin,
            opened_at=work.now,
        )
    )
    report = FaultReport(
        ticket_id=ticket.id,
        token=work.secret(),
        words=words,
        at=work.now,
        phone=command.phone,
        photos=list(command.photos),
    )
    work.add(report)
    work.flush()
    job = start(ticket, machine, work)
    job.proposed_at = command.planned_for
    work.flush()
    return Reported(ticket_no=ticket.no, token=report.token, joined=False)


def _check_owned(customer_id: int, actor: Actor, work: Work) -> None:
    """Raise NotFound unless the customer is the actor's: unknown and forbidden are told alike, and who may is said."""
    with suppress(NotFound):
        if within(actor, work.get(Customer, customer_id).owner_id, work.find.people.leader_of):
            return
    raise NotFound("没有找到这家客户，或不归您负责。请把这句话发给调度，由他登记。")


def _known(command: RequestService, work: Work) -> Ticket | None:
    if command.origin:
        return work.find.service.open_of(command.origin)
    if command.equipment_id is None or command.type.is_desk:
        return None
    return work.find.service.open_ticket(command.equipment_id, command.type)
