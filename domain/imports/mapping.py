"""Guessing what a table is: which row is its header, what kind it is, which column is which field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.imports.kinds import SheetKind, SheetName

LOOKED_AT = 12
"""Rows from the top among which the header must be."""
REPORT_COLUMNS = ("行号", "有问题的列", "原值", "原因", "怎么改")
"""What the table of bad rows adds in front; sent back corrected, these columns are passed over."""
_PASSED_OVER = frozenset({"序号", "编码", "no", "行", *REPORT_COLUMNS})
_PRIVATE = re.compile(r"私密|私人|保密")
"""A column nobody else should read is not brought in at all."""
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]|必填|选填|[*＊:：\s/]|\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """``row`` is the header's place (from 0), ``names`` what stands in it, ``columns`` place → field name."""

    kind: SheetName
    row: int
    names: tuple[str, ...]
    columns: Mapping[int, str]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the columns that are not brought in."""
        left = [name for place, name in enumerate(self.names) if name and place not in self.columns]
        return tuple(name for name in left if plain(name) not in _PASSED_OVER)


def find_head(
    rows: Sequence[Sequence[Any]],
    kinds: Mapping[SheetName, SheetKind],
    *,
    wanted: SheetName | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Head | None:
    """Return the likeliest header among the first rows, None when no row has the columns any kind needs.

    ``wanted`` settles the kind; ``chosen`` names fields for columns by their heading, an empty one leaves it out.
    """
    best: tuple[int, Head] | None = None
    for place, row in enumerate(rows[:LOOKED_AT]):
        names = tuple(str(cell).strip() for cell in row)
        for kind in kinds.values():
            if wanted is not None and kind.name is not wanted:
                continue
            columns = _columns(names, kind, chosen or {})
            if not set(kind.needs) <= set(columns.values()):
                continue
            score = 2 * len(kind.needs) + len(columns)
            if best is None or score > best[0]:
                best = score, Head(kind=kind.name, row=place, names=names, columns=columns)
    return None if best is None else best[1]


def plain(name: str) -> str:
    """Return a heading as it is compared: ``联系电话1（必填）`` is ``联系电话``."""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", name)).casefold()


def _columns(names: Sequence[str], kind: SheetKind, chosen: Mapping[str, str]) -> dict[int, str]:
    known = {field.name for field in kind.fields}
    columns: dict[int, str] = {}
    for place, name in enumerate(names):
        if name in chosen and chosen[name] in known:
            columns[place] = chosen[name]
    for exactly in (True, False):
        for place, name in enumerate(names):
            if place in columns or not name or name in chosen or _PRIVATE.search(name):
                continue
            field = _field(plain(name), kind, exactly=exactly)
            if field and field not in columns.values():
                columns[place] = field
    return columns


def _field(name: str, kind: SheetKind, *, exactly: bool) -> str:
    if not name or name in _PASSED_OVER:
        return ""
    words = [(plain(word), field.name) for field in kind.fields for word in field.words]
    if exactly:
        return next((field for word, field in words if word == name), "")
    inside = [(len(word), field) for word, field in words if len(word) >= 2 and word in name]
    return max(inside, default=(0, ""))[1]
