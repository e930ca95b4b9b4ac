"""What is shown of how service is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Figures of one engineer, or of all (``name`` empty); times in minutes, rates in ppm, money in fen.

    None where nothing of the period can tell.
    """

    name: str
    jobs: int
    response_minutes: int | None
    repair_minutes: int | None
    first_fix_ppm: int | None
    revisits: int
    parts_fen: int
    rating_hundredths: int | None
    """Of five: 467 is 4.67."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRate:
    """How often a model was reported, and how many of it stand at customers."""

    model: str
    faults: int
    machines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReport:
    """A period of service. ``scores`` are the engineers the viewer may see: all, or himself."""

    since: date
    until: date
    total: Score
    complaint_minutes: int | None
    """Mean time to the first answer to a complaint (S-147)."""
    scores: tuple[Score, ...]
    models: tuple[FaultRate, ...]
    parts: tuple[tuple[str, int], ...]
    """Parts by pieces that were replaced."""
