"""Telephone numbers: mobile, landline with area code and extension, 400/800, spoken, and typed with letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from handlers.language.numbers import spoken_digits
from handlers.language.spans import Span

_D: Final = r"[0-9oOlI]"
_GAP: Final = r"[-. ]?"
_EXTENSION: Final = r"(?:\s*(?:转|分机|-)\s*(?P<extension>\d{1,5})(?!\d))?"
_PATTERNS: Final = (
    (
        "mobile",
        re.compile(rf"(?<![\dA-Za-z])(?:\+?86[- ]?)?(?P<n>1[3-9]{_D}{_GAP}{_D}{{4}}{_GAP}{_D}{{4}})(?![\dA-Za-z])"),
    ),
    (
        "hotline",
        re.compile(rf"(?<![\dA-Za-z])(?P<n>[48][0oO]{{2}}{_GAP}{_D}{{3}}{_GAP}{_D}{{4}})(?![\dA-Za-z]){_EXTENSION}"),
    ),
    (
        "hotline",
        re.compile(rf"(?<![\dA-Za-z])(?P<n>[48][0oO]{{2}}{_GAP}{_D}{{4}}{_GAP}{_D}{{3}})(?![\dA-Za-z]){_EXTENSION}"),
    ),
    (
        "landline",
        re.compile(rf"(?<![\dA-Za-z])\(?(?P<n>[0oO]{_D}{{2,3}}\)?{_GAP}{_D}{{3,4}}{_GAP}{_D}{{4}})(?!\d){_EXTENSION}"),
    ),
    ("local", re.compile(rf"(?:电话|座机|打|号码)[是:： ]{{0,2}}(?P<n>[2-8]\d{{6,7}})(?!\d){_EXTENSION}")),
    ("tail", re.compile(r"(?:尾号|后四位)[是:： ]{0,2}(?P<n>\d{4})(?!\d)")),
)
_SPOKEN: Final = re.compile(r"[零〇洞幺一二两三四五六七八九拐勾](?:[ ,，]?[零〇洞幺一二两三四五六七八九拐勾\d]){6,12}")
_VALID: Final = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[48]00\d{7}")
_LETTERS: Final = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1"})


def find_phones(text: str) -> Iterator[Span]:
    """Yield telephone numbers; ``value`` is digits, an extension after a hyphen. Letters read as digits are fuzzy."""
    for rule, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            typed = match["n"]
            digits = re.sub(r"\D", "", typed.translate(_LETTERS))
            extension = match.groupdict().get("extension")
            value = f"{digits}-{extension}" if extension else digits
            fuzzy = bool(re.search(r"[A-Za-z]", typed))
            note = "把字母当数字读" if fuzzy else ""
            weight = 12.0 if rule in {"tail", "local"} else 20.0
            yield Span(
                kind="phone", start=match.start(), end=match.end(), value=value,
                weight=weight + len(value), rule=f"phone.{rule}", note=note, fuzzy=fuzzy,
            )  # fmt: skip
    for match in _SPOKEN.finditer(text):
        digits = spoken_digits(re.sub(r"[ ,，]", "", match[0]))
        if _VALID.fullmatch(digits):
            yield Span(
                kind="phone", start=match.start(), end=match.end(), value=digits,
                weight=20.0 + len(digits), rule="phone.spoken", note="按读音记下号码", fuzzy=True,
            )  # fmt: skip


_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def find_emails(text: str) -> Iterator[Span]:
    """Yield e-mail addresses."""
    for match in _EMAIL.finditer(text):
        yield Span(kind="email", start=match.start(), end=match.end(), value=match[0], weight=40.0, rule="email")
