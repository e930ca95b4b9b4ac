"""The versions of a quote: what each said and how it stood when another took its place. Their lines never change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.quotes.quote import Quote, QuoteState, content_hash
from domain.record import Entity, Identity, Record, choice
from domain.work import Work

_SNAPSHOT = (
    "customer_id", "discount_ppm", "agreed_fen", "list_fen", "total_fen", "tax_fen", "cost_fen", "valid_days", "terms",
    "warnings", "state", "content_hash", "approval_id", "decided_by", "decided_at", "comment",
)  # fmt: skip
_CONTENT = (
    "discount_ppm", "agreed_fen", "list_fen", "total_fen", "tax_fen", "cost_fen", "valid_days", "terms", "warnings",
)  # fmt: skip
_DECISION = ("state", "content_hash", "approval_id", "decided_by", "decided_at", "comment")


class QuoteVersion(Entity, Record):
    """The head of one revision, amounts in fen. ``base`` is the revision it was made from, 0 for the first."""

    __tablename__ = "quote_versions"
    __table_args__ = (Index("ix_quote_versions_revision", "quote_id", "revision", unique=True),)

    quote_id: Mapped[int] = mapped_column(Identity, ForeignKey("quotes.id"))
    revision: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column()
    base: Mapped[int] = mapped_column(default=0)
    customer_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("customers.id"), default=None)
    discount_ppm: Mapped[int] = mapped_column(default=0)
    agreed_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)
    list_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    total_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    tax_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    cost_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    valid_days: Mapped[int] = mapped_column(default=0)
    terms: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    warnings: Mapped[list[Any]] = mapped_column(default_factory=list)
    state: Mapped[QuoteState] = mapped_column(choice(QuoteState), default=QuoteState.DRAFT)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    approval_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("approvals.id"), default=None)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    comment: Mapped[str] = mapped_column(Text, default="")


def note_version(quote: Quote, work: Work, *, base: int | None = None) -> QuoteVersion:
    """Write down how the quote's revision stands; called after every change of it and before it is left."""
    version = work.find.quotes.version(quote.id, quote.revision) or work.add(
        QuoteVersion(
            quote_id=quote.id,
            revision=quote.revision,
            base=quote.revision - 1 if base is None else base,
            at=work.now,
        )
    )
    for name in _SNAPSHOT:
        setattr(version, name, getattr(quote, name))
    if version.state is QuoteState.SUBMITTED:
        # Left while it was being decided: that question is void, and it has to be asked again.
        version.state, version.approval_id = QuoteState.DRAFT, None
    return version


def restore(quote: Quote, version: QuoteVersion, work: Work) -> None:
    """Let the quote, opened at this revision, say again what the version says.

    A yes it had still counts when it was given for this very content and the offer has not run out since (R-107).
    """
    for name in _CONTENT:
        setattr(quote, name, getattr(version, name))
    valid = version.decided_at is not None and work.now <= version.decided_at + timedelta(days=version.valid_days)
    same = content_hash(quote, work.find.quotes.lines(quote)) == version.content_hash
    if version.state is QuoteState.APPROVED and valid and same:
        for name in _DECISION:
            setattr(quote, name, getattr(version, name))
