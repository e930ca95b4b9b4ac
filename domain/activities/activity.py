"""One thing that happened with a customer, as it was said in one sentence."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Stale
from domain.record import Entity, Identity, Record, choice


class ActivityKind(StrEnum):
    """The vocabulary of equipment sales (S-049, S-050)."""

    CALL = "call"
    VISIT = "visit"
    CHAT = "chat"
    EXCHANGE = "exchange"
    DEMO = "demo"
    QUOTE = "quote"
    BID = "bid"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the word people use."""
        return _LABELS[self]


_LABELS = {
    ActivityKind.CALL: "电话",
    ActivityKind.VISIT: "拜访",
    ActivityKind.CHAT: "微信",
    ActivityKind.EXCHANGE: "技术交流",
    ActivityKind.DEMO: "演示",
    ActivityKind.QUOTE: "报价",
    ActivityKind.BID: "投标",
    ActivityKind.OTHER: "其他",
}


class Outcome(StrEnum):
    """Whether the customer was spoken to; ``noted`` is what the system writes down by itself."""

    REACHED = "reached"
    MISSED = "missed"
    NOTED = "noted"


class BidResult(StrEnum):
    """How a bid ended."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


NEXT_MAX = 200
LED_TO = timedelta(hours=12)
"""A visit so shortly before an inquiry is what led to it, and counts as its first contact."""


class Activity(Entity, Record):
    """``company`` is the customer as it was said, until ``customer_id`` is known. ``text`` is the whole sentence.

    ``contacts`` says whether it counts as contact with the customer. ``told`` are those who have heard of it and
    hear of a correction. A bid has ``next_at`` as its deadline, ``deposit_fen`` and ``bid_result``.
    """

    __tablename__ = "activities"
    __table_args__ = (
        Index("ix_activities_customer_id_at", "customer_id", "at"),
        Index("ix_activities_author_id_at", "author_id", "at"),
    )

    author_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    kind: Mapped[ActivityKind] = mapped_column(choice(ActivityKind))
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    at: Mapped[datetime] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()
    text: Mapped[str] = mapped_column(Text)
    at_whole_day: Mapped[bool] = mapped_column(default=False)
    customer_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("customers.id"), default=None)
    inquiry_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("inquiries.id"), default=None, index=True)
    company: Mapped[str] = mapped_column(String(128), default="")
    contact: Mapped[str] = mapped_column(String(64), default="")
    people: Mapped[list[str]] = mapped_column(default_factory=list)
    """Colleagues who were there."""
    place: Mapped[str] = mapped_column(String(64), default="")
    next_step: Mapped[str] = mapped_column(String(NEXT_MAX), default="")
    next_at: Mapped[datetime | None] = mapped_column(default=None)
    next_whole_day: Mapped[bool] = mapped_column(default=False)
    deposit_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)
    bid_result: Mapped[BidResult] = mapped_column(choice(BidResult), default=BidResult.OPEN)
    told: Mapped[list[int]] = mapped_column(default_factory=list)
    made_customer: Mapped[bool] = mapped_column(default=False)
    undone: Mapped[bool] = mapped_column(default=False)

    @property
    def contacts(self) -> bool:
        """Whether the customer was spoken to."""
        return self.outcome is Outcome.REACHED

    def check_live(self, version: int = 0) -> None:
        """Raise Stale when it was taken back, or the button shows an earlier state; 0 stands for what was typed."""
        if self.undone:
            raise Stale("这条跟进已经撤销了。需要时请重新发一句。", subject=self.subject)
        if version not in (0, self.version):
            raise Stale("这条跟进刚刚改过，请看最新的卡片再操作。", subject=self.subject)
