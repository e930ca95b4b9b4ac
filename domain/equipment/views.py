"""What is shown of a machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.equipment.fitted_part import FittedPart


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineCode:
    """A machine in use and the word in its QR code, for whoever prints the codes."""

    serial: str
    model: str
    customer: str
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePlate:
    """All that somebody who scans the code may see (R-71): the model and the last four of the serial.

    ``level`` is the customer's own and is not shown: it decides which phone number is.
    """

    id: int
    slug: str
    model: str
    tail: str
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineWithPart:
    """A machine that ``pieces`` of a part were built into, last on the day ``on``; ``gone``: none is in it now."""

    id: int
    customer: str
    model: str
    tail: str
    pieces: int
    on: date | None
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineService:
    """A finished service of a machine."""

    no: str
    at: datetime
    fault: str
    words: str
    engineer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineHistory:
    """The newest services of a machine out of ``count``, and the parts that sit in it now."""

    services: tuple[MachineService, ...]
    fitted: tuple[FittedPart, ...]
    count: int
