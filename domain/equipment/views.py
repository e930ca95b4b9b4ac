"""What is shown of a machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineCode:
    """A machine in use and the word in its QR code, for whoever prints the codes."""

    serial: str
    model: str
    customer: str
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePlate:
    """All that somebody who scans the code may see (R-71): the model and the last four of the serial."""

    id: int
    slug: str
    model: str
    tail: str
