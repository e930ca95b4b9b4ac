"""A spare part, and how people call it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process
from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Record

_NEAR = 60
"""Of 100: one of a few characters is wrong or left out."""


class Part(Entity, Record):
    """``code`` is the company's own and unique; ``aliases`` are what people say instead.

    ``price_fen`` is what a customer out of warranty pays for one, tax included. Below ``least`` pieces in the main
    store the warehouse is warned; ``substitutes`` are codes of parts that do instead.
    """

    __tablename__ = "parts"

    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(128))
    aliases: Mapped[list[str]] = mapped_column(default_factory=list)
    unit: Mapped[str] = mapped_column(String(16), default="个")
    price_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    least: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    substitutes: Mapped[list[str]] = mapped_column(default_factory=list, server_default="[]")

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


def nearest(said: str, parts: Sequence[Part], *, limit: int = 3) -> list[str]:
    """Return the names nearest to something the catalogue does not know; nothing when nothing is near."""
    names = {word: part.name for part in parts for word in part.words}
    found = process.extract(_plain(said), names.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=limit * 2)
    return list(dict.fromkeys(names[word] for word, _, _ in found))[:limit]


def _plain(word: str) -> str:
    return re.sub(r"[\s\-_·]", "", unicodedata.normalize("NFKC", word)).casefold()


def _stands_in(code: str, word: str) -> bool:
    """Whole codes only: 6205 is not in 62051."""
    return re.search(rf"(?<![0-9a-z]){re.escape(code)}(?![0-9a-z])", word) is not None
