"""What leaves the house of a quotation: its paper, and the customer's page. No cost and no margin has a place here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.quotes.views import DrawingView, QuoteLineView, TermView


class Standing(StrEnum):
    """How an offer stands for the customer."""

    OPEN = "open"
    EXPIRED = "expired"
    REPLACED = "replaced"
    """A newer version was handed to him."""
    CHANGING = "changing"
    """We are at work on it; a newer version may come."""
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotePaper:
    """One version of a quote, amounts in fen with tax.

    ``mark`` is what lies across it: empty only for what was approved and has not changed since.
    ``approved_at`` None: not decided yet. ``is_agreed``: the total was agreed for the whole.
    """

    no: str
    revision: int
    mark: str
    content_hash: str
    customer: str
    seller: str
    lines: tuple[QuoteLineView, ...]
    discount_ppm: int
    is_agreed: bool = False
    list_fen: int
    total_fen: int
    tax_fen: int
    terms: tuple[TermView, ...]
    valid_days: int
    approved_at: datetime | None

    @property
    def drawings(self) -> tuple[DrawingView, ...]:
        """Return the drawings of all lines, in their order."""
        return tuple(each for line in self.lines for each in line.drawings)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkView:
    """Something said on the page; ``by`` is empty for the customer."""

    at: datetime
    by: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    """The customer's page; ``newer`` is the address's secret of the version that took this one's place."""

    paper: QuotePaper
    standing: Standing
    until: date
    newer: str
    answered_at: datetime | None
    signer: str
    signature: str
    reason: str
    remarks: tuple[RemarkView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """What we see of an offer, whether its last day has passed aside.

    ``open_question`` is the customer's last word when nobody has answered it.
    """

    token: str
    revision: int
    standing: Standing
    until: date
    at: datetime
    views: int
    viewed_at: datetime | None
    answered_at: datetime | None
    signer: str
    reason: str
    open_question: str
