"""What cards show of a quote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.quotes.paper_views import OfferView

from domain.customers.guard import FaultView


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step of the working: ``窗体``, ``4.32 ㎡ × 980 元``, and the fen it makes of a piece; ``once``: of the line."""

    name: str
    said: str
    fen: int
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingView:
    """A drawing of a line: the id and the name of the kept file, and where its bytes are."""

    id: int
    name: str
    mime: str
    file_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLineView:
    """One line of the current revision, amounts in fen with tax.

    ``measure`` is that of all pieces (``77.76㎡``), ``size`` that of one (``1800×2400mm``); ``assumed`` groups of
    ``options`` were taken by default.
    """

    code: str
    name: str
    unit: str
    quantity: int
    price_fen: int
    net_fen: int
    fixed_fen: int = 0
    tax_ppm: int = 0
    size: str = ""
    piece_measure: str = ""
    measure: str = ""
    options: tuple[tuple[str, str], ...] = ()
    assumed: tuple[str, ...] = ()
    steps: tuple[StepView, ...] = ()
    book: str = ""
    drawings: tuple[DrawingView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOption:
    """A group whose default waits to be confirmed or changed: the line counted from 1, and what there is to choose."""

    line: int
    group: str
    chosen: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermView:
    """A clause: ``付款``, its wording, and whether it is an approved variant."""

    kind: str
    name: str
    text: str
    is_standard: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningView:
    """What the checks found; ``accepted_by`` empty: it waits."""

    name: str
    said: str
    accepted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """One version in the list of them; ``changes`` are against the version it was made from."""

    revision: int
    at: datetime
    state: str
    total_fen: int
    base: int
    changes: tuple[str, ...]
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBack:
    """A change of a quote by its event, the revision it led to, and the one ``was`` before where it went back.

    ``took_back``: it went back because somebody took the change before it back.
    """

    event: str
    revision: int
    was: int
    took_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """A quote as its card shows it to one viewer; ``margin_ppm`` None: not for his eyes.

    ``is_agreed``: the total was agreed for the whole, and ``discount_ppm`` is what it comes to.
    """

    id: int
    version: int
    no: str
    revision: int
    state: str
    owner: str
    customer: str
    lines: tuple[QuoteLineView, ...]
    discount_ppm: int
    is_agreed: bool = False
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
    open_option: OpenOption | None = None
    """The one option that is asked for next."""
    terms: tuple[TermView, ...] = ()
    warnings: tuple[WarningView, ...] = ()
    versions: tuple[VersionView, ...] = ()
    """All of them, the newest first; empty where there is only one."""
    offer: OfferView | None = None
    """What the customer was handed last."""

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"quote:{self.id}"

    @property
    def waiting_warnings(self) -> tuple[WarningView, ...]:
        """Return the warnings nobody has accepted."""
        return tuple(each for each in self.warnings if not each.accepted_by)

    @property
    def current(self) -> VersionView | None:
        """Return the version that counts, where there are several."""
        return next((each for each in self.versions if each.is_current), None)
