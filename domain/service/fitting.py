"""What a job has built into its machine, kept in the machine's own ledger; with both serials where there are two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.equipment.equipment import Equipment
from domain.equipment.fitted_part import FittedPart
from domain.errors import Invalid, Stale
from domain.messages import Command, Event
from domain.service.holding import mine
from domain.service.states import JobState
from domain.service.ticket import Ticket

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.catalog.part import Part
    from domain.service.work_order import WorkOrder
    from domain.work import Work

_SERIAL_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapSerial(Command):
    """``旧板 A1001 换成 B2002``: a piece with a serial left the machine, another went in. ``part`` as it was called."""

    work_order_id: int
    old_serial: str
    new_serial: str
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialSwapped(Event):
    """A piece with a serial was exchanged."""

    no: str
    part: str
    old_serial: str
    new_serial: str


def fit_into(job: WorkOrder, part: Part, pieces: int, work: Work) -> None:
    """Note parts from the catalogue in the machine's ledger."""
    equipment_id = work.get(Ticket, job.ticket_id).equipment_id
    if equipment_id is not None:
        work.add(
            FittedPart(
                equipment_id=equipment_id,
                name=part.name,
                part_id=part.id,
                quantity=pieces,
                fitted_on=work.calendar.local(work.now).date(),
                subject=job.subject,
            )
        )


def covered(job: WorkOrder, work: Work) -> bool:
    """Return whether parts are free: of what broke under warranty, also when it is mended after its end.

    Where no warranty is known, no customer is asked to pay by a machine.
    """
    ticket = work.get(Ticket, job.ticket_id)
    machine = None if ticket.equipment_id is None else work.get(Equipment, ticket.equipment_id)
    return machine is None or not machine.charges_on(work.calendar.local(ticket.opened_at).date())


def take_out(job: WorkOrder, work: Work) -> None:
    """Note that what this job had fitted without a serial was a slip of the tongue."""
    work.flush()
    for fitted in work.find.equipment.fitted_by(job.subject):
        if not fitted.serial and fitted.removed_on is None:
            fitted.removed_on = work.calendar.local(work.now).date()
            fitted.removed_by = job.subject


def swap_serial(command: SwapSerial, actor: Actor, work: Work) -> str:
    """Return the name of the part. A new serial that sits in another machine is refused: one of the two was misread."""
    job = mine(command.work_order_id, actor, work)
    if job.state not in (JobState.ON_SITE, JobState.SIGNING):
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，到现场换件时再记序列号。", subject=job.subject)
    equipment_id = work.get(Ticket, job.ticket_id).equipment_id
    if equipment_id is None:
        raise Invalid("这张工单没有对应的设备，请先登记设备，例如：登记设备 X200 序列号 X200-2026-0001。")
    old, new = _plain(command.old_serial), _plain(command.new_serial)
    if not old or not new or old == new:
        raise Invalid("请写清旧的和新的序列号，例如：旧驱动器 A1001 换成 B2002。")
    elsewhere = work.find.equipment.holding(new)
    if elsewhere is not None and elsewhere.equipment_id != equipment_id:
        raise Invalid(f"序列号 {new} 已经记在另一台设备上，请核对铭牌后再发一次。")
    today = work.calendar.local(work.now).date()
    before = work.find.equipment.holding(old)
    name = command.part or (before.name if before is not None else "") or "部件"
    if before is not None and before.equipment_id == equipment_id:
        before.removed_on, before.removed_by = today, job.subject
    else:
        work.add(FittedPart(equipment_id=equipment_id, name=name, serial=old, removed_on=today, removed_by=job.subject))
    if elsewhere is None:
        work.add(FittedPart(equipment_id=equipment_id, name=name, serial=new, fitted_on=today, subject=job.subject))
    work.flush()
    work.record(SerialSwapped(subject=job.subject, no=job.no, part=name, old_serial=old, new_serial=new))
    work.redraw(job.subject)
    return name


def _plain(serial: str) -> str:
    return serial.strip().upper()[:_SERIAL_MAX]
