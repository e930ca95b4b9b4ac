"""What cards show of a quote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.customers.guard import FaultView


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLineView:
    """One line of the current revision, amounts in fen with tax."""

    code: str
    name: str
    unit: str
    quantity: int
    price_fen: int
    net_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """A quote as its card shows it to one viewer; ``margin_ppm`` None: not for his eyes."""

    id: int
    version: int
    no: str
    revision: int
    state: str
    owner: str
    customer: str
    lines: tuple[QuoteLineView, ...]
    discount_ppm: int
    list_fen: int
    total_fen: int
    tax_fen: int
    margin_ppm: int | None
    valid_days: int
    rule: str
    approval_no: str
    waiting_for: tuple[str, ...]
    decided_by: str
    decided_at: datetime | None
    comment: str
    faults: tuple[FaultView, ...] = ()

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"quote:{self.id}"
