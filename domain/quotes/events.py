"""What happens to quotes."""

from __future__ import annotations

from dataclasses import dataclass

from domain.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDrafted(Event):
    """A quote was put together."""

    no: str
    total_fen: int
    discount_ppm: int
    lines: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRevised(Event):
    """Its content changed; ``revision`` is the one it now is."""

    revision: int
    total_fen: int
    discount_ppm: int
    lines: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteSubmitted(Event):
    """It went for approval."""

    revision: int
    content_hash: str
    inquiry_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteApproved(Event):
    """This revision may go to the customer."""

    revision: int
    content_hash: str
    inquiry_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRejected(Event):
    """This revision may not go out."""

    revision: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteWithdrawn(Event):
    """Taken back from approval."""

    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteVoided(Event):
    """Thrown away."""

    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteVersionRestored(Event):
    """An earlier version counts again; ``was`` is the one that counted before.

    ``took_back``: because the change between them was taken back.
    """

    revision: int
    was: int
    total_fen: int
    state: str
    took_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteWarningsAccepted(Event):
    """The actor took responsibility for what the checks had found in this revision."""

    revision: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteOffered(Event):
    """The customer's page of this revision was made."""

    revision: int
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteViewed(Event):
    """The customer's page was opened for the first time."""

    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteQuestioned(Event):
    """The customer asked something on his page."""

    revision: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(Event):
    """One of us answered on the customer's page."""

    revision: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAccepted(Event):
    """The customer said yes to exactly this content, under his name."""

    revision: int
    content_hash: str
    signer: str
    inquiry_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDeclined(Event):
    """The customer said no."""

    revision: int
    reason: str
