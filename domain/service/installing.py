"""An installation puts a new machine into the ledger: its serial is told on site, then its warranty begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from domain.customers.customer import Customer
from domain.equipment.commands import EnrolEquipment, enrol_equipment
from domain.equipment.equipment import Equipment
from domain.errors import Invalid, NotAllowed
from domain.messages import Command, Event
from domain.months import months_after
from domain.service.holding import mine
from domain.service.tell import KEEPERS
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.work_order import WorkOrder

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.service.finishing import JobFinished
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterMachine(Command):
    """``登记设备 X300 序列号 X300-2026-0009``: of the customer, or of the job that installs it (``work_order_id``)."""

    serial: str
    model: str = ""
    customer_id: int | None = None
    work_order_id: int | None = None
    site: str = ""
    warranty_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineInstalled(Event):
    """A machine stands at its customer's; its warranty has begun."""

    serial: str
    warranty_until: date


def register_machine(command: RegisterMachine, actor: Actor, work: Work) -> Equipment:
    """Return the machine. A serial that stands at another customer is refused: it was misread."""
    job = _job(command.work_order_id, actor, work)
    ticket = None if job is None else work.get(Ticket, job.ticket_id)
    customer_id = command.customer_id if ticket is None else ticket.customer_id
    if customer_id is None:
        raise Invalid("这台设备是哪家客户的？例如：登记设备 苏州恒力 X300 序列号 X300-2026-0009。")
    if job is None and not actor.has(*KEEPERS):
        raise NotAllowed("没有安装工单时，设备由服务主管或调度登记，请把客户、型号、序列号发给他。")
    customer = work.get(Customer, customer_id)
    serial = command.serial.strip().upper()
    known = work.find.equipment.by_serial(serial)
    if known is not None and known.customer_id != customer_id:
        raise Invalid(f"序列号 {serial} 已经登记在另一家客户名下，请核对铭牌后再发一次。")
    model = command.model or (ticket.product if ticket is not None else "") or (known.model if known else "")
    if not model:
        raise Invalid(f"{serial} 是什么型号？例如：登记设备 X300 序列号 {serial}。")
    enrol = EnrolEquipment(
        serial=serial, model=model, customer=customer.name, site=command.site, warranty_until=command.warranty_until
    )
    machine = work.get(Equipment, enrol_equipment(enrol, actor, work))
    if ticket is not None and job is not None:
        ticket.equipment_id, ticket.product = machine.id, ""
        work.flush()
        work.redraw(job.subject)
    return machine


def _job(work_order_id: int | None, actor: Actor, work: Work) -> WorkOrder | None:
    """Return the job, locked: the actor's own, or anybody's for who answers for service."""
    if work_order_id is None:
        return None
    return work.lock(WorkOrder, work_order_id) if actor.has(*KEEPERS) else mine(work_order_id, actor, work)


def note_installed(event: JobFinished, actor: Actor, work: Work) -> None:
    """Reaction: the day an installation is done the warranty begins, unless another end of it is known."""
    del actor
    job = work.get(WorkOrder, int(event.subject.partition(":")[2]))
    if job.type is not ServiceType.INSTALL:
        return
    ticket = work.get(Ticket, job.ticket_id)
    if ticket.equipment_id is None:
        if job.engineer_id is not None:
            work.say(
                job.engineer_id,
                f"工单 {job.no} 装好了，还差登记设备：发“登记设备 序列号 X300-2026-0009”，客户以后扫码就能报修。",
            )
        return
    machine = work.lock(Equipment, ticket.equipment_id)
    today = work.calendar.local(work.now).date()
    machine.installed_on = machine.installed_on or today
    months = work.policies.service.upkeep.warranty_months
    machine.warranty_until = machine.warranty_until or months_after(machine.installed_on, months)
    work.flush()
    work.record(MachineInstalled(subject=machine.subject, serial=machine.serial, warranty_until=machine.warranty_until))
