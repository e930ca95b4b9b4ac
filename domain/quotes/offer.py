"""An approved quotation as it was handed to the customer: a secret link, what he said to it, and his one answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Invalid, Stale
from domain.record import Entity, Identity, Record, choice

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

WORDS_MAX = 500
"""Characters of a question, an answer or a reason."""
NAME_MAX = 32


class OfferState(StrEnum):
    """``open → accepted | declined``; whether it is still good is read from its quote and its last day."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class QuoteOffer(Entity, Record):
    """One version in the customer's hands: bound to ``revision`` and ``content_hash``, good up to and with ``until``.

    ``token`` is the secret of its page. ``views`` counts browsers, once an hour each; ``signature`` is the id of a
    kept PNG.
    """

    __tablename__ = "quote_offers"

    quote_id: Mapped[int] = mapped_column(Identity, ForeignKey("quotes.id"), index=True)
    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"))
    revision: Mapped[int] = mapped_column()
    content_hash: Mapped[str] = mapped_column(String(64))
    token: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column()
    until: Mapped[date] = mapped_column(Date)
    state: Mapped[OfferState] = mapped_column(choice(OfferState), default=OfferState.OPEN)
    views: Mapped[int] = mapped_column(default=0)
    viewed_at: Mapped[datetime | None] = mapped_column(default=None)
    """The first time."""
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    signer: Mapped[str] = mapped_column(String(NAME_MAX), default="")
    signature: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    def see(self, at: datetime) -> bool:
        """Count a view; return whether it was the first."""
        self.views += 1
        if self.viewed_at is None:
            self.viewed_at = at
            return True
        return False

    def accept(self, at: datetime, *, signer: str, signature: str) -> None:
        """Take the customer's yes, once."""
        self._answer(at)
        if not signer:
            raise Invalid("请写上您的姓名。")
        self.state, self.signer, self.signature = OfferState.ACCEPTED, signer, signature

    def decline(self, at: datetime, *, reason: str) -> None:
        """Take the customer's no, once."""
        self._answer(at)
        if not reason:
            raise Invalid("请写一句原因，方便我们改进，例如：价格偏高。")
        self.state, self.reason = OfferState.DECLINED, reason

    def _answer(self, at: datetime) -> None:
        if self.state is OfferState.ACCEPTED:
            raise Stale("这份报价已经接受过了，谢谢您。")
        if self.state is OfferState.DECLINED:
            raise Stale("这份报价您已经谢绝过了；想重新谈，请联系您的销售。")
        self.answered_at = at


class QuoteRemark(Entity, Record):
    """Something said on the page of an offer: by the customer (``by`` empty) or by one of us."""

    __tablename__ = "quote_remarks"

    offer_id: Mapped[int] = mapped_column(Identity, ForeignKey("quote_offers.id"), index=True)
    at: Mapped[datetime] = mapped_column()
    words: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64), default="")


def last_day(approved_at: datetime, valid_days: int, zone: ZoneInfo) -> date:
    """Return the last day on which a price approved then can be accepted."""
    return approved_at.astimezone(zone).date() + timedelta(days=valid_days)


def is_over(until: date, now: datetime, zone: ZoneInfo) -> bool:
    """Return whether the last day has passed where the company is."""
    return now >= datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC)
