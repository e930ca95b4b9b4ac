"""All that happened with a customer, as somebody may see it: the facts behind the 360° card and its sections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.customers.views import CustomerView

PAGE = 6
"""Lines of a section: what a card of either platform draws."""


class Section(StrEnum):
    """What unfolds from the card; ``touches`` is everything in the order it happened."""

    TOUCHES = "touches"
    ACTIVITIES = "activities"
    DEALS = "deals"
    INQUIRIES = "inquiries"
    QUOTES = "quotes"
    MACHINES = "machines"
    TICKETS = "tickets"

    @property
    def label(self) -> str:
        """Return the word on its button."""
        return _LABELS[self]


_LABELS = {
    Section.TOUCHES: "往来记录",
    Section.ACTIVITIES: "跟进",
    Section.DEALS: "商机",
    Section.INQUIRIES: "询价",
    Section.QUOTES: "报价",
    Section.MACHINES: "设备",
    Section.TICKETS: "报修",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One thing that happened or stands there. ``kind`` is a Section; ``state`` its own word; amounts in fen."""

    kind: Section
    id: int
    no: str
    at: datetime | None
    words: str = ""
    state: str = ""
    amount_fen: int | None = None
    open: bool = False

    @property
    def mark(self) -> str:
        """Return its place in the order of what happened: newer marks are greater."""
        return "" if self.at is None else f"{round(self.at.timestamp() * 1_000_000):020d}.{self.kind.value}.{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseView:
    """What somebody still has to do for the customer."""

    title: str
    due: datetime | None
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewView:
    """A customer with what is open and how much there is of everything, all within the viewer's scope."""

    customer: CustomerView
    counts: dict[Section, int]
    open_counts: dict[Section, int]
    latest: tuple[LineView, ...]
    promises: tuple[PromiseView, ...]
    summary: str = ""
    """Somebody's own account of the past; empty when nobody wrote one."""
    sections: dict[Section, tuple[LineView, ...]]
    """Filled for the page, empty for the card, whose sections are folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """One section unfolded; ``next_before`` is where its next page begins, empty on the last."""

    customer: CustomerView
    section: Section
    total: int
    lines: tuple[LineView, ...]
    next_before: str = ""
