"""What cards and lists show of a deal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.inquiries.views import WantedView


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """One transition; ``from_stage`` is empty for the beginning."""

    kind: str
    from_stage: str
    to_stage: str
    at: datetime
    by: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step of the playbook at the present stage; ``who`` is empty when nobody answers for it."""

    position: int
    title: str
    done: bool
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DealView:
    """A deal as its card shows it; amounts in fen. ``stages`` are the open ones of its pipeline, in order.

    ``moves`` is the history, the newest first. ``stale_days`` is how long nobody may be out of touch in this stage.
    ``wins`` counts the customer's won deals. ``may_check``: the viewer may confirm what waits for a leader.
    """

    id: int
    version: int
    no: str
    state: str
    owner: str
    customer: str
    contact: str
    pipeline: str
    stage: str
    stages: tuple[str, ...]
    won_stage: str
    lost_stage: str
    stage_since: datetime
    touched_at: datetime
    touched_by: str
    stale_days: int
    wanted: tuple[WantedView, ...]
    amount_fen: int | None
    expected_close: date | None
    contract_no: str
    quote_no: str
    inquiry_no: str
    files: int
    source: str
    moves: tuple[MoveView, ...]
    wins: int
    steps: tuple[StepView, ...]
    playbook: str
    closing: str
    may_check: bool
    loss_reason: str
    competitor: str
    loss_note: str
    wakes_at: datetime | None

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"opportunity:{self.id}"

    def stale(self, now: datetime) -> bool:
        """Return whether nobody was in touch for longer than the stage allows (S-061)."""
        return self.state == "open" and self.touched_at < now - timedelta(days=self.stale_days)

    @property
    def running(self) -> bool:
        """Whether it is under way, if only asleep."""
        return self.state in ("open", "dormant")
