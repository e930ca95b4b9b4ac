"""A word that means one of our records because somebody said so: data, with its author, and revocable."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.catalog.product import code_key
from domain.customers.keys import name_key
from domain.errors import Stale
from domain.record import Entity, Identity, Record, choice

WORDS_MAX = 32
"""Characters; what is longer is a sentence, not a name."""
SHORTEST = 2


_LIVING = text("revoked_at IS NULL")


class AliasKind(StrEnum):
    """What a word stands for; a person is a colleague or somebody at a customer's."""

    COMPANY = "company"
    PRODUCT = "product"
    PART = "part"
    PERSON = "person"
    SOURCE = "source"


class LearntAlias(Entity, Record):
    """``words`` means ``target`` (``customer:12``, ``contact:7``, ``source:抖音``); ``key`` is how words are compared.

    ``message_key`` is the inbox key of the message the word was said in and ``said`` its beginning, numbers masked.
    Two living ones of one key with different targets make the reader ask.
    """

    __tablename__ = "learnt_aliases"
    __table_args__ = (
        Index(
            "uq_learnt_aliases_living",
            "kind",
            "key",
            "target",
            unique=True,
            sqlite_where=_LIVING,
            postgresql_where=_LIVING,
        ),
    )

    kind: Mapped[AliasKind] = mapped_column(choice(AliasKind))
    words: Mapped[str] = mapped_column(String(WORDS_MAX))
    key: Mapped[str] = mapped_column(String(WORDS_MAX))
    target: Mapped[str] = mapped_column(String(80), index=True)
    learnt_by: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    learnt_at: Mapped[datetime] = mapped_column()
    message_key: Mapped[str] = mapped_column(String(200))
    said: Mapped[str] = mapped_column(String(80), default="")
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_by: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)

    def revoke(self, at: datetime, by: int | None) -> None:
        """Let the word mean nothing again."""
        if self.revoked_at is not None:
            raise Stale(f"“{self.words}”已经忘掉了。", subject=self.subject)
        self.revoked_at, self.revoked_by = at, by


class HeardWord(Entity, Record):
    """The words by which an act named something nobody was sure of: what a correction of that act teaches."""

    __tablename__ = "heard_words"
    __table_args__ = (UniqueConstraint("subject", "kind"),)

    subject: Mapped[str] = mapped_column(String(80))
    kind: Mapped[AliasKind] = mapped_column(choice(AliasKind))
    words: Mapped[str] = mapped_column(String(WORDS_MAX))
    message_key: Mapped[str] = mapped_column(String(200))
    said: Mapped[str] = mapped_column(String(80), default="")


def alias_key(kind: AliasKind, words: str) -> str:
    """Return words as they are compared, the way the names of that kind are."""
    return name_key(words) if kind is AliasKind.COMPANY else code_key(words)


def usable(words: str) -> bool:
    """Whether words can be a name at all: two signs or more, not figures alone."""
    return SHORTEST <= len(words) <= WORDS_MAX and any(sign.isalpha() for sign in words)
