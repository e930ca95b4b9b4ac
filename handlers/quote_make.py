"""How a piece is made, as it is said: options of its design, its measures, and how many of it.

Options are a company's own words, so they are looked for in the text by the design that is meant. Everything comes as
stretches of the text: whoever reads a sentence has to know what of it was not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from domain.catalog.configuring import said_number
from handlers.language.numbers import read_number
from handlers.language.quantity import find_quantities
from handlers.language.sizes import find_sizes

if TYPE_CHECKING:
    from domain.catalog.design import Design, Input

_DENIED: Final = re.compile(r"(?:不要|不用|不是|不选|别用|非|去掉|不)(?:的|了)?$")
_DENIED_AFTER: Final = re.compile(r"(?:的|了)?(?:不要|不用|不行|去掉|取消)")
_EDGE: Final = r"(\d{1,5}(?:\.\d{1,3})?)\s*(mm|毫米|cm|厘米|公分)?"
_BY: Final = r"\s*[*×xX乘]\s*"
_EDGES: Final = re.compile(rf"(?<![\d.A-Za-z]){_EDGE}{_BY}{_EDGE}(?:{_BY}{_EDGE})?(?![\d.]|[米m])", re.IGNORECASE)
_SIDES: Final = {"width_mm": "宽", "height_mm": "高"}
_MILLIMETRES: Final = {"米": 1000, "m": 1000, "公分": 10, "厘米": 10, "cm": 10, "毫米": 1, "mm": 1, "": 1}
_NUMBER: Final = r"[0-9]{1,9}(?:\.[0-9]{1,6})?"
_BECOMES: Final = r"(?:度|应该|要|得|是|为|改|换|变|成|到|做|调|:|\s)*"
_PIECES: Final = frozenset("台套樘件组部个只支根条把块片张付副扇份次批")
_LISTED: Final = "".join(sorted(_PIECES))
_NO_COUNT: Final = re.compile(rf"(?<![\dA-Za-z.*×xX-])(?:[-负]\s?\d[\d,]*(?:\.\d+)?|\d{{9,}}|0)\s?(?=[{_LISTED}])")
"""What stands where a count would, and is none: refused by name instead of passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """``text[start:end]`` names an option of a group; ``denied``: 不要灰色."""

    start: int
    end: int
    group: str
    name: str
    denied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """``text[start:end]`` says these measures, as decimal text in the unit of each."""

    start: int
    end: int
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """``text[start:end]`` says how many; 0 where no number of pieces can be meant (-3樘, 1.5樘)."""

    start: int
    end: int
    pieces: int
    measure: str


def find_options(text: str, design: Design) -> list[Option]:
    """Return the options in the order of the text; of two words over each other the longer counts."""
    found = []
    for group in design.options:
        for option in group.choices:
            for word in (option.name, *option.synonyms):
                # One sign alone stands inside too many other words.
                found += [
                    (match.start(), match.end(), group.group, option.name)
                    for match in (re.finditer(re.escape(word), text, re.IGNORECASE) if len(word) > 1 else ())
                ]
    kept: list[Option] = []
    for start, end, group_name, name in sorted(found, key=lambda each: (each[0] - each[1], each)):
        if all(end <= other.start or other.end <= start for other in kept):
            kept.append(Option(start=start, end=end, group=group_name, name=name, denied=_is_denied(text, start, end)))
    return sorted(kept, key=lambda each: each.start)


def chosen(options: Iterable[Option]) -> dict[str, str]:
    """Return group → option; the last of a group counts, a denied one does not."""
    return {each.group: each.name for each in options if not each.denied}


def find_measures(text: str, design: Design) -> list[Measures]:
    """Return the measures in the order of the text: sizes as the reader knows them, 100*80*20, and 厚20."""
    found = [*_sizes(text, design), *_edges(text, design), *_named(text, design)]
    kept: list[Measures] = []
    for each in sorted(found, key=lambda each: (-len(each.inputs), each.start - each.end)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)


def of_slot(slot: Mapping[str, Any], design: Design) -> dict[str, str]:
    """Return the measures of the reader's slot ``size``."""
    return {each.name: _said(slot[each.slot]) for each in design.inputs if each.slot and each.slot in slot}


def find_counts(text: str, unit: str) -> list[Count]:
    """Return how many were said of a product sold by ``unit``, in the order of the text."""
    found = [Count(start=match.start(), end=match.end(), pieces=0, measure="") for match in _NO_COUNT.finditer(text)]
    for span in find_quantities(text):
        value, measure = span.value.value, span.value.measure
        value = span.value.low if value is None else value
        if measure == unit or measure in _PIECES:
            pieces = int(value) if value == int(value) else 0
            found.append(Count(start=span.start, end=span.end, pieces=pieces, measure=measure))
    kept: list[Count] = []
    for each in found:
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return the text with every span of it blank, all places unmoved."""
    signs = list(text)
    for start, end in spans:
        signs[start:end] = " " * (end - start)
    return "".join(signs)


def _is_denied(text: str, start: int, end: int) -> bool:
    return bool(_DENIED.search(text[max(0, start - 4) : start]) or _DENIED_AFTER.match(text, end))


def _sizes(text: str, design: Design) -> Iterator[Measures]:
    names = {each.name for each in design.inputs}
    for span in find_sizes(text):
        inputs = of_slot(span.value, design)
        if len(span.value) == 1:
            # 宽80 of a part that has a width is that, whatever the reader calls the first side of a size.
            ((slot, number),) = span.value.items()
            side = _SIDES[slot]
            inputs = {side: _said(number)} if side in names else inputs
        if inputs:
            yield Measures(start=span.start, end=span.end, inputs=inputs)


def _edges(text: str, design: Design) -> Iterator[Measures]:
    """Yield ``100*80*20`` in the order of the design: small parts are no sizes to the reader."""
    edges = [each for each in design.inputs if each.unit == "mm"]
    for match in _EDGES.finditer(text):
        said = [
            (number, unit) for number, unit in zip(match.groups()[::2], match.groups()[1::2], strict=True) if number
        ]
        last = next((unit for _, unit in reversed(said) if unit), "mm")
        if len(said) <= len(edges):
            lengths = [Decimal(number) * _MILLIMETRES[(unit or last).lower()] for number, unit in said]
            inputs = {each.name: said_number(length) for each, length in zip(edges, lengths, strict=False)}
            yield Measures(start=match.start(), end=match.end(), inputs=inputs)


def _named(text: str, design: Design) -> Iterator[Measures]:
    for each in design.inputs:
        for match in _pattern(each).finditer(text):
            number = _length(match) if each.unit == "mm" else Decimal(match["n"])
            if number is not None:
                yield Measures(start=match.start(), end=match.end(), inputs={each.name: said_number(number)})


def _pattern(each: Input) -> re.Pattern[str]:
    if each.unit != "mm":
        return re.compile(rf"{re.escape(each.name)}{_BECOMES}(?P<n>{_NUMBER})\s*(?:{re.escape(each.unit)})?")
    return re.compile(
        rf"{re.escape(each.name)}{_BECOMES}(?P<n>{_NUMBER}|[一二两三四五六七八九十]{{1,3}}(?=米|公分|厘米))\s*"
        r"(?P<unit>毫米|mm|公分|厘米|cm|米|m(?![a-z]))?(?P<rest>(?<=[米m])(?:[0-9]{1,2}|半|[一二三四五六七八九]))?",
        re.IGNORECASE,
    )


def _length(match: re.Match[str]) -> Decimal | None:
    """Return millimetres of ``1米2``, ``160公分``, ``1600``."""
    said = match["n"]
    number = Decimal(said) if said[0].isdigit() else Decimal(str(read_number(said) or 0))
    length = number * _MILLIMETRES[(match["unit"] or "").lower()]
    rest = match["rest"] or ""
    if rest == "半":
        return length + 500
    if rest:
        length += Decimal(int(read_number(rest) or 0)) * (100 if len(rest) == 1 else 10)
    return length or None


def _said(number: Any) -> str:
    return said_number(Decimal(str(number)))
