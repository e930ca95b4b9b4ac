"""A channel that inquiries come by, its words, and the campaigns that cost money on it."""

from __future__ import annotations

import unicodedata
from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record, choice

WORD_MAX = 32


def word_key(word: str) -> str:
    """Return a word as it is compared: ``DY`` and ``ｄｙ`` are one."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())


class Channel(Entity, Record):
    """``code`` names it in addresses and calls; what comes by it needs no word for its source."""

    __tablename__ = "channels"

    code: Mapped[str] = mapped_column(String(WORD_MAX), unique=True)
    name: Mapped[str] = mapped_column(String(WORD_MAX), unique=True)


class ChannelWord(Entity, Record):
    """One word for a channel: its name, its code, a synonym. A word means one channel."""

    __tablename__ = "channel_words"

    key: Mapped[str] = mapped_column(String(WORD_MAX), unique=True)
    word: Mapped[str] = mapped_column(String(WORD_MAX))
    channel_id: Mapped[int] = mapped_column(Identity, ForeignKey("channels.id"), index=True)


class CampaignKind(StrEnum):
    """An exhibition, an advertisement, or a reward for referrals."""

    EXPO = "expo"
    AD = "ad"
    REFERRAL = "referral"


class Campaign(Entity, Record):
    """Something that costs money and brings inquiries, on both days and between (S-012)."""

    __tablename__ = "campaigns"

    name: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[CampaignKind] = mapped_column(choice(CampaignKind))
    channel_id: Mapped[int] = mapped_column(Identity, ForeignKey("channels.id"), index=True)
    begins: Mapped[date] = mapped_column()
    ends: Mapped[date] = mapped_column()
    cost_fen: Mapped[int] = mapped_column(BigInteger, default=0)
