"""Which of many patterns can fit a text at all: one look at its signs instead of a search for each.

Of every pattern sets of signs are worked out, of each of which any match must contain one. A text opens the gate
of those patterns whose sets it touches; for the others searching would be in vain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

# The standard library's own parser of patterns; Hypothesis reads patterns the same way.
from re import _constants as _ops  # type: ignore[attr-defined]  # isort: skip
from re import _parser  # type: ignore[attr-defined]  # isort: skip

_COMMON: Final = frozenset("的了是不在有个我来去给上下到这那一要也都还过就好没人单客户,， 。")
_MOST: Final = 60
"""A set of more signs than this says nothing of a text."""
_DEPTH: Final = 3
"""Sets looked at of every pattern."""


class Gate:
    """Built once over the patterns in their order; immutable afterwards."""

    __slots__ = ("_masks",)

    def __init__(self, patterns: Iterable[re.Pattern[str] | str]) -> None:
        needs = [needed_signs(pattern) for pattern in patterns]
        self._masks = tuple(
            _mask([need[depth] if depth < len(need) else None for need in needs]) for depth in range(_DEPTH)
        )

    def open_to(self, text: str) -> Iterator[int]:
        """Yield the positions of the patterns that may match somewhere in ``text``, in order."""
        signs = set(text)
        found = -1
        for always, by_sign in self._masks:
            touched = always
            for sign in signs & by_sign.keys():
                touched |= by_sign[sign]
            found &= touched
        bits = bin(found)[:1:-1]
        position = bits.find("1")
        while position >= 0:
            yield position
            position = bits.find("1", position + 1)


def _mask(needs: Sequence[frozenset[str] | None]) -> tuple[int, dict[str, int]]:
    """Return the patterns that need nothing, and sign → the patterns it is enough for, one bit each."""
    always = 0
    by_sign: dict[str, int] = {}
    for position, signs in enumerate(needs):
        if signs is None:
            always |= 1 << position
            continue
        for sign in signs:
            by_sign[sign] = by_sign.get(sign, 0) | 1 << position
    return always, by_sign


def needed_signs(pattern: re.Pattern[str] | str) -> list[frozenset[str]]:
    """Return sets of signs, the most telling first: any match, with what it looks at beside itself, has one of each."""
    written, flags = (pattern, 0) if isinstance(pattern, str) else (pattern.pattern, pattern.flags & ~re.UNICODE)
    parts = _parts(_parser.parse(written, flags))
    sets = sorted({signs for signs in parts if len(signs) <= _MOST}, key=lambda signs: (_cost(signs), sorted(signs)))
    if flags & re.IGNORECASE:
        sets = [frozenset(each for sign in signs for each in (sign.lower(), sign.upper())) for signs in sets]
    return sets[:_DEPTH]


def alternatives(phrase: str) -> list[str]:
    """Return the alternatives of a phrase at its top level: ``a|(?:b|c)d`` → ``a``, ``(?:b|c)d``."""
    pieces, depth, start, position, in_class = [], 0, 0, 0, False
    while position < len(phrase):
        sign = phrase[position]
        if sign == "\\":
            position += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
            position += phrase[position + 1 : position + 2] == "^"
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and depth == 0:
            pieces.append(phrase[start:position])
            start = position + 1
        position += 1
    return [*pieces, phrase[start:]]


def _parts(items: Sequence[Any]) -> Iterator[frozenset[str]]:
    """Yield a set for every part that must be there."""
    for op, value in items:
        if op is _ops.LITERAL:
            yield frozenset(chr(value))
        elif op is _ops.IN:
            signs = _of_class(tuple(value))
            if signs is not None:
                yield signs
        elif op is _ops.BRANCH:
            either = [min(_parts(branch), key=_cost, default=None) for branch in value[1]]
            known = [signs for signs in either if signs is not None]
            if len(known) == len(either):
                yield frozenset().union(*known)
        elif op is _ops.SUBPATTERN:
            yield from _parts(value[3])
        elif op in (_ops.MAX_REPEAT, _ops.MIN_REPEAT) and value[0]:
            yield from _parts(value[2])
        elif op is _ops.ASSERT:
            yield from _parts(value[1])


def _of_class(members: tuple[Any, ...]) -> frozenset[str] | None:
    signs: set[str] = set()
    for op, value in members:
        if op is _ops.LITERAL:
            signs.add(chr(value))
        elif op is _ops.RANGE and value[1] - value[0] < _MOST:
            signs.update(map(chr, range(value[0], value[1] + 1)))
        elif op is _ops.CATEGORY and value is _ops.CATEGORY_DIGIT:
            signs.update("0123456789")
        else:
            return None
    return frozenset(signs)


def _cost(signs: frozenset[str]) -> int:
    """How likely a text is to have one of them by chance."""
    return sum(6 if sign in _COMMON else 1 for sign in signs)
