"""Loading the machines that stand at customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.equipment.equipment import SLUG, Equipment
from domain.errors import Invalid
from domain.messages import Command, Event

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolEquipment(Command):
    """Add a machine or bring the known one (by serial) up to date.

    ``customer`` is a name that is enrolled already. An empty ``slug`` keeps the known one, or makes one.
    A ``retired`` machine's code is answered like an unknown one.
    """

    serial: str
    model: str
    customer: str
    slug: str = ""
    site: str = ""
    region: str = ""
    installed_on: date | None = None
    warranty_until: date | None = None
    retired: bool = False
    latitude: float | None = None
    longitude: float | None = None
    engineer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentEnrolled(Event):
    """A machine was added or changed."""

    serial: str


def enrol_equipment(command: EnrolEquipment, actor: Actor, work: Work) -> int:
    """Return the machine's id."""
    del actor
    if command.slug and not SLUG.fullmatch(command.slug):
        raise Invalid(
            f"设备 {command.serial} 的 slug 要 16 到 64 个字母、数字、- 或 _（至少 96 位随机数），不写就自动生成。"
        )
    customer = work.find.customers.by_name(command.customer)
    if customer is None:
        raise Invalid(f"设备 {command.serial} 的客户“{command.customer}”还不在名单里，请先加客户。")
    machine = work.find.equipment.by_serial(command.serial)
    if machine is None:
        machine = work.add(
            Equipment(
                serial=command.serial,
                model=command.model,
                customer_id=customer.id,
                slug=command.slug or work.secret(),
            )
        )
    machine.model = command.model
    machine.customer_id = customer.id
    machine.slug = command.slug or machine.slug
    machine.site = command.site or machine.site
    machine.region = command.region or machine.region
    machine.installed_on = command.installed_on or machine.installed_on
    machine.warranty_until = command.warranty_until or machine.warranty_until
    machine.retired = command.retired
    if command.latitude is not None and command.longitude is not None:
        machine.latitude, machine.longitude = command.latitude, command.longitude
    if command.engineer:
        machine.engineer_id = _engineer(command, work)
    work.flush()
    work.record(EquipmentEnrolled(subject=machine.subject, serial=machine.serial))
    return machine.id


def index_owner(event: EquipmentEnrolled, actor: Actor, work: Work) -> None:
    """Reaction: the customer is found by the serials of its machines."""
    del actor
    machine = work.get(Equipment, int(event.subject.partition(":")[2]))
    work.find.customers.index(machine.customer_id)


def _engineer(command: EnrolEquipment, work: Work) -> int:
    person = work.find.people.by_name(command.engineer)
    if person is None or not person.has(Role.ENGINEER):
        raise Invalid(f"设备 {command.serial} 写的工程师“{command.engineer}”不在名单里，请先加人。")
    return person.id
