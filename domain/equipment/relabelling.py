"""A new code for a machine whose label is lost, torn or stuck to the wrong one: the old word is worth nothing then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.equipment.equipment import Equipment
from domain.errors import Invalid
from domain.messages import Command, Event

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class RelabelEquipment(Command):
    """Give a machine a fresh code."""

    equipment_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentRelabelled(Event):
    """A machine is reported under another code from now on."""

    serial: str
    reason: str


def relabel_equipment(command: RelabelEquipment, actor: Actor, work: Work) -> str:
    """Return the machine's serial."""
    del actor
    machine = work.lock(Equipment, command.equipment_id)
    if machine.retired:
        raise Invalid(f"设备 {machine.serial} 已停用，不用再贴码。")
    machine.slug = work.secret()
    work.flush()
    work.record(
        EquipmentRelabelled(subject=machine.subject, serial=machine.serial, reason=command.reason.strip()[:200])
    )
    return machine.serial
