"""Width and height of one piece: ``1米8乘2米4``, ``1800*2400``, ``高2米2``, ``180cm×240cm``; always millimetres."""

# ruff: noqa: E501  (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from handlers.language.numbers import read_number, tidy
from handlers.language.spans import Span

Size = dict[str, int | float]
"""``width_mm`` and ``height_mm``, or the one that was said."""

_N: Final = r"(?:\d{1,5}(?:\.\d{1,3})?|[一二两三四五六七八九十百]{1,5})"
_UNIT: Final = r"(?:毫米|mm|公分|厘米|cm|米|m(?![a-z\d²]))"
_ONE: Final = rf"{_N}\s?(?:{_UNIT}(?:\d{{1,2}}|[一二三四五六七八九半](?!个|平))?)?"
_BY: Final = r"\s?(?:乘以?|[*×xX])\s?"
_PAIR: Final = re.compile(
    rf"(?<![\dA-Za-z.-])(?P<first>宽|高)?(?:度|是|为|:)?(?P<a>{_ONE}){_BY}(?P<second>宽|高)?(?:度|是|为|:)?(?P<b>{_ONE})(?![\dA-Za-z])",
    re.IGNORECASE,
)
_SIDE: Final = re.compile(
    rf"(?P<side>宽|高)(?:度)?(?:是|为|改成|改为|改到|改|:|：| )?(?P<n>{_N}\s?{_UNIT}(?:\d{{1,2}}|[一二三四五六七八九半])?|\d{{3,5}}(?!\d|元|块|万|度))",
    re.IGNORECASE,
)
_LONG: Final = rf"{_N}\s?{_UNIT}(?:\d{{1,2}}|[一二三四五六七八九半])?"
_NAMED_AFTER: Final = re.compile(
    rf"(?<![\dA-Za-z.-])(?P<a>{_LONG})(?P<first>宽|高)[ ,，]?(?P<b>{_LONG})(?P<second>宽|高)", re.IGNORECASE
)
_PARTS: Final = re.compile(
    rf"(?P<n>{_N})\s?(?P<unit>{_UNIT})?(?P<rest>\d{{1,2}}|[一二三四五六七八九半])?", re.IGNORECASE
)
_SMALLEST, _LARGEST = 100, 30_000
"""Millimetres of anything that is ordered by width and height."""


def find_sizes(text: str) -> Iterator[Span]:
    """Yield sizes; of two sides without a name the first is the width, and a side without a unit is millimetres."""
    if not re.search(r"[乘*×xX宽高]", text):
        return
    for match in _PAIR.finditer(text):
        first, second = _millimetres(match["a"], match["b"]), _millimetres(match["b"], match["a"])
        if first is not None and second is not None:
            turned = match["first"] == "高" or match["second"] == "宽"
            width, height = (second, first) if turned else (first, second)
            yield _span(match, {"width_mm": width, "height_mm": height})
    for match in _NAMED_AFTER.finditer(text):
        sides = {match[side]: _millimetres(match[length], "") for side, length in (("first", "a"), ("second", "b"))}
        wide, high = sides.get("宽"), sides.get("高")
        if wide is not None and high is not None:
            yield _span(match, {"width_mm": wide, "height_mm": high})
    for match in _SIDE.finditer(text):
        length = _millimetres(match["n"], "")
        if length is not None:
            yield _span(match, {"width_mm" if match["side"] == "宽" else "height_mm": length})


def join(sizes: Iterable[Size]) -> Size:
    """Return one size of all that were said; the first of a side counts."""
    whole: Size = {}
    for size in sizes:
        whole = {**size, **whole}
    return whole


def _millimetres(said: str, other: str) -> int | float | None:
    """Return a length; without a unit it takes the unit of the ``other`` side, else what its magnitude allows."""
    match = _PARTS.fullmatch(said.strip())
    number = read_number(match["n"]) if match else None
    if match is None or number is None:
        return None
    partner = _PARTS.fullmatch(other.strip()) if other else None
    unit = (match["unit"] or (partner["unit"] if partner else None) or "").lower()
    if unit in {"米", "m"}:
        length = 1000 * number + _rest(match["rest"])
    elif unit in {"公分", "厘米", "cm"}:
        length = 10 * number
    elif unit or number >= _SMALLEST:
        length = number
    elif "." in match["n"]:
        length = 1000 * number  # 1.8*2.4
    else:
        return None
    return tidy(length) if _SMALLEST <= length <= _LARGEST else None


def _rest(said: str | None) -> float:
    """Return what follows 米: 1米8 and 一米八 are 1800, 1米85 is 1850, 两米半 is 2500."""
    if not said:
        return 0.0
    if said == "半":
        return 500.0
    number = read_number(said) or 0.0
    return number * (10 if len(said) == 2 else 100)


def _span(match: re.Match[str], size: Size) -> Span:
    start, end = match.span()
    said = " × ".join(f"{name}{size[key]}" for key, name in (("width_mm", "宽"), ("height_mm", "高")) if key in size)
    return Span(
        kind="size", start=start, end=end, value=size, weight=16.0 + end - start, rule="size", note=f"{said} 毫米"
    )
