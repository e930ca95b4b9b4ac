"""A spare part, and how people call it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Record


class Part(Entity, Record):
    """``code`` is the company's own and unique; ``aliases`` are what people say instead."""

    __tablename__ = "parts"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(128))
    aliases: Mapped[list[str]] = mapped_column(default_factory=list)
    unit: Mapped[str] = mapped_column(String(16), default="个")

    @property
    def words(self) -> tuple[str, ...]:
        """Return everything this part answers to, in the form ``matching`` compares."""
        return tuple(_plain(word) for word in (self.code, self.name, *self.aliases))


def matching(said: str, parts: Sequence[Part]) -> list[Part]:
    """Return the parts that ``said`` may mean, by the strictest reading that finds any.

    Exactly a code, name or alias; else a code inside what was said (``两个6205的轴承``); else a name
    that contains it (``轴承``). More than one: the speaker has to choose.
    """
    word = _plain(said)
    readings: tuple[Callable[[Part], bool], ...] = (
        lambda part: word in part.words,
        lambda part: _stands_in(_plain(part.code), word),
        lambda part: any(word in each for each in part.words),
    )
    if word:
        for reading in readings:
            found = [part for part in parts if reading(part)]
            if found:
                return found
    return []


def _plain(word: str) -> str:
    return re.sub(r"[\s\-_·]", "", unicodedata.normalize("NFKC", word)).casefold()


def _stands_in(code: str, word: str) -> bool:
    """Whole codes only: 6205 is not in 62051."""
    return re.search(rf"(?<![0-9a-z]){re.escape(code)}(?![0-9a-z])", word) is not None
