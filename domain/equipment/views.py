"""What is shown of a machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePlate:
    """All that somebody who scans the code may see (R-71): the model and the last four of the serial."""

    id: int
    slug: str
    model: str
    tail: str
