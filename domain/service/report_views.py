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
    handled_minutes: int | None
    """From the request to the customer's signature (S-148)."""
    first_fix_ppm: int | None
    on_time_ppm: int | None
    """Of the visits whose hour the customer was told, those that began in time."""
    revisits: int
    parts_fen: int
    rating_hundredths: int | None
    """Of five: 467 is 4.67."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRate:
    """How often a model, or a batch of it, was reported, and how many of it stand at customers."""

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
    complaint_before: int | None
    handled_before: int | None
    """Minutes it took before, by the company's own figure or in the period before; None where nobody knows."""
    scores: tuple[Score, ...]
    models: tuple[FaultRate, ...]
    batches: tuple[FaultRate, ...]
    """A batch is what the serials of machines made together begin with: X200-2024 of X200-2024-0317."""
    parts: tuple[tuple[str, int], ...]
    """Parts by pieces that were replaced."""
