"""A machine is scrapped or leaves its customer: its code is answered like one that never was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.equipment.equipment import Equipment
from domain.errors import Stale
from domain.messages import Command, Event

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireEquipment(Command):
    """``报废 X200-2024-0317``; its history stays."""

    equipment_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentRetired(Event):
    """A machine is reported under no code any more."""

    serial: str
    reason: str


def retire_equipment(command: RetireEquipment, actor: Actor, work: Work) -> str:
    """Return the machine's serial."""
    del actor
    machine = work.lock(Equipment, command.equipment_id)
    if machine.retired:
        raise Stale(f"设备 {machine.serial} 已经停用了。")
    machine.retired = True
    work.flush()
    work.record(EquipmentRetired(subject=machine.subject, serial=machine.serial, reason=command.reason.strip()[:200]))
    return machine.serial
