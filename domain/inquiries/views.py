"""What cards and lists show of an inquiry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.filled import NOTHING_FILLED, FilledView


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedView:
    """One line: a catalogue code or the word as said; ``unit`` is empty for what is not in the catalogue."""

    said: str
    name: str
    quantity: int | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedView:
    """Why an inquiry is whose it is: ``because`` is ``华东+官网``, ``method`` how he was chosen."""

    to: str
    rule: str
    method: str
    because: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryView:
    """An inquiry as its card shows it; amounts in fen."""

    id: int
    version: int
    no: str
    state: str
    owner: str
    customer: str
    contact: str
    phone: str
    wanted: tuple[WantedView, ...]
    budget_fen: int | None
    budget_max_fen: int | None
    budget_approx: bool
    source: str
    region: str
    due: datetime | None
    due_whole_day: bool
    requirement: str
    notes: tuple[str, ...]
    created_at: datetime
    filled: FilledView = NOTHING_FILLED
    contacted: bool = False
    at_risk: bool = False
    last_contact_at: datetime | None = None
    assigned: AssignedView | None = None
    contact_due: datetime | None = None
    """Until when its customer must be reached for the first time."""
    contact_late: bool = False
    invalid: str = ""
    campaign: str = ""

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"inquiry:{self.id}"
