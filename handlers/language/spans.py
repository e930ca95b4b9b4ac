"""What the recognisers emit, and how the best non-overlapping cover is chosen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

TAGS: Final = {
    "company": "C",
    "contact": "P",
    "staff": "S",
    "product": "M",
    "part": "Q",
    "money": "Y",
    "quantity": "N",
    "time": "T",
    "no_date": "T",
    "size": "L",
    "duration": "U",
    "phone": "F",
    "order_no": "E",
    "quote_no": "J",
    "ticket_no": "W",
    "approval_no": "A",
    "stage": "G",
    "region": "R",
    "source": "O",
    "discount": "Z",
    "place": "B",
    "label": "K",
}
"""Kind of span → the capital that stands for it in masked text (masked text is otherwise lower case)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch ``text[start:end]`` read as ``kind`` with a canonical ``value``.

    ``weight`` decides between overlapping readings; ``fuzzy`` means a person should confirm it;
    ``candidates`` are canonical values when several are possible; ``rule`` and ``note`` explain it.
    """

    kind: str
    start: int
    end: int
    value: Any
    weight: float
    rule: str
    note: str = ""
    fuzzy: bool = False
    candidates: tuple[str, ...] = field(default=())

    @property
    def length(self) -> int:
        """Number of characters covered."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Masked:
    """Text with every span replaced by its capital, and the way back to the text."""

    text: str
    origin: tuple[int, ...]
    """Per masked character, where it starts in the text; one more entry for the end."""


def best_cover(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the non-overlapping spans of greatest total weight, in reading order."""
    ordered = sorted(spans, key=lambda span: (span.end, span.start, span.kind))
    ends = [span.end for span in ordered]
    best = [0.0]
    taken: list[int] = []
    for position, span in enumerate(ordered):
        before = bisect_right(ends, span.start, 0, position)
        with_it = best[before] + span.weight
        if with_it > best[-1]:
            best.append(with_it)
            taken.append(before)
        else:
            best.append(best[-1])
            taken.append(-1)
    cover: list[Span] = []
    position = len(ordered)
    while position:
        before = taken[position - 1]
        if before < 0:
            position -= 1
            continue
        cover.append(ordered[position - 1])
        position = before
    return tuple(reversed(cover))


def mask(text: str, spans: Sequence[Span]) -> Masked:
    """Return lower-case ``text`` in which each of ``spans`` (in order, apart) is one capital."""
    pieces: list[str] = []
    origin: list[int] = []
    position = 0
    for span in spans:
        tag = TAGS.get(span.value[0] if span.kind == "document" else span.kind)
        if tag is None:
            continue
        pieces.append(_lower(text[position : span.start]))
        origin.extend(range(position, span.start))
        pieces.append(tag)
        origin.append(span.start)
        position = span.end
    pieces.append(_lower(text[position:]))
    origin.extend(range(position, len(text) + 1))
    return Masked("".join(pieces), tuple(origin))


def _lower(text: str) -> str:
    """Lower-case sign by sign: a sign whose lower case is longer would shift every position."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(sign.lower()[:1] for sign in text)
