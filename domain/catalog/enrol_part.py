"""Loading the parts of the catalogue with their opening stock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.catalog.part import Part
from domain.catalog.stock import MAIN, open_stock, van
from domain.errors import Invalid
from domain.messages import Command, Event

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolPart(Command):
    """Add a part or bring the known one (by code) up to date.

    ``stock`` pieces lie in the main store, ``vans`` in the cars of engineers by name; both are booked
    when a place is first heard of and never again, so loading twice changes no number.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    unit: str = "个"
    price_fen: int = 0
    least: int = 0
    substitutes: tuple[str, ...] = ()
    stock: int = 0
    vans: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEnrolled(Event):
    """A part was added or changed."""

    code: str


def enrol_part(command: EnrolPart, actor: Actor, work: Work) -> int:
    """Return the part's id."""
    del actor
    part = work.find.parts.by_code(command.code)
    if part is None:
        part = work.add(Part(code=command.code, name=command.name))
    part.name = command.name
    part.aliases = list(command.aliases)
    part.unit = command.unit
    part.price_fen = command.price_fen
    part.least = command.least
    part.substitutes = list(command.substitutes)
    work.flush()
    open_stock(work, part, MAIN, command.stock)
    for name, pieces in command.vans.items():
        engineer = work.find.people.by_name(name)
        if engineer is None:
            raise Invalid(f"备件 {command.code} 写着放在“{name}”车上，但名单里没有这个人，请先加人。")
        open_stock(work, part, van(engineer.id), pieces)
    work.record(PartEnrolled(subject=part.subject, code=part.code))
    return part.id
