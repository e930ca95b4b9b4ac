"""A row of a table on its way in, and what is wrong with one that stays outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FoundBy = tuple[tuple[str, str], ...]
"""What a customer is found by: kind and key (``customers.search.KeyKind``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``line`` is its number in the file (from 1). ``key`` is the same whenever the same thing is brought in again.

    ``values`` are read by field name (text, fen, ppm, aware moments, days, a person's id); ``company`` is the
    ``name_key`` of the company it names, ``found_by`` what that is found by when it is new.
    """

    line: int
    key: str
    values: Mapping[str, Any]
    company: str = ""
    found_by: FoundBy = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a row was left out: where, what stood there, what is wrong, how to put it right."""

    line: int
    column: str
    value: str
    reason: str
    fix: str

    @property
    def said(self) -> str:
        """Return it as one line: ``第 3 行 电话：有 10 位，手机号应为 11 位``."""
        return f"第 {self.line} 行 {self.column}：{self.reason}"
