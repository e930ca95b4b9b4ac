"""The funnel and what deals are lost for, as cards show them; and what of it is out of the ordinary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.money import ratio_ppm

LEAST_USUAL = 5
"""Deals that must have left a stage before, until there is a "usual"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leavings:
    """How deals left a stage: onward (``advanced``, won ones included) or ``lost``."""

    advanced: int = 0
    lost: int = 0

    @property
    def total(self) -> int:
        """All that left."""
        return self.advanced + self.lost

    @property
    def rate_ppm(self) -> int | None:
        """Which part went onward; None when none left."""
        return ratio_ppm(self.advanced, self.total) if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """One stage now, and how deals left it in the period and in the three before (``usual``); amounts in fen.

    ``stale`` deals are counted apart and not in ``count`` and ``amount_fen`` (S-061).
    """

    pipeline: str
    name: str
    count: int
    amount_fen: int
    stale: int
    stale_fen: int
    left: Leavings
    usual: Leavings


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A stage that loses more than it used to; where most of it happens, and what for (label, deals)."""

    pipeline: str
    stage: str
    lost: int
    lost_ppm: int
    usual_ppm: int
    segment: str
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelView:
    """The funnel of ``whose`` deals; ``since`` and ``until`` are days, both in the period. Amounts in fen."""

    whose: str
    since: date
    until: date
    stages: tuple[StageView, ...]
    won: int
    won_fen: int
    lost: int
    alarm: Alarm | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRow:
    """A reason with its deals and what they were worth; ``so_far_ppm`` is its share and that of all before it."""

    reason: str
    count: int
    amount_fen: int
    so_far_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LossesView:
    """What deals were lost for, the most frequent first; and to whom, of which products, by whom (label, deals)."""

    whose: str
    since: date
    until: date
    rows: tuple[LossRow, ...]
    competitors: tuple[tuple[str, int], ...]
    products: tuple[tuple[str, int], ...]
    owners: tuple[tuple[str, int], ...]


def pareto(reasons: Sequence[tuple[str, int, int]]) -> tuple[LossRow, ...]:
    """Return (label, deals, fen) as rows, the most frequent first, each with its share so far."""
    ordered = sorted(reasons, key=lambda row: (-row[1], -row[2], row[0]))
    total, so_far = sum(count for _, count, _ in ordered), 0
    rows = []
    for label, count, fen in ordered:
        so_far += count
        rows.append(LossRow(reason=label, count=count, amount_fen=fen, so_far_ppm=ratio_ppm(so_far, total)))
    return tuple(rows)


def worst(stages: Sequence[StageView], *, at_least: int, over_points: int) -> StageView | None:
    """Return the stage whose share of losses rose most, if by that many points of percent and deals (S-072)."""

    def rise(stage: StageView) -> int:
        return ratio_ppm(stage.left.lost, stage.left.total) - ratio_ppm(stage.usual.lost, stage.usual.total)

    loud = [
        stage
        for stage in stages
        if stage.left.lost >= at_least and stage.usual.total >= LEAST_USUAL and rise(stage) >= over_points * 10_000
    ]
    return max(loud, key=rise, default=None)
