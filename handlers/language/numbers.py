"""Chinese and Arabic numerals as people type and say them.

``read_number`` knows 三百二 = 320, 二十五万八 = 258,000, 3万5 = 35,000, 二零二六 = 2026 and 三点五 = 3.5.
"""

from __future__ import annotations

import re
from typing import Final

ARABIC: Final = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,4})?|\d{1,10}(?:\.\d{1,4})?"
CHINESE: Final = r"[零〇一二两俩三四五六七八九十百千]{1,12}(?:点[零〇一二三四五六七八九]{1,4})?"
SMALL: Final = r"(?:\d{1,3}|[零一二两俩三四五六七八九十]{1,3})"
"""A count, a day, a month, an hour: at most three signs."""

_DIGITS: Final = {
    "零": 0, "〇": 0, "洞": 0, "一": 1, "幺": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4,
    "五": 5, "六": 6, "七": 7, "拐": 7, "八": 8, "九": 9, "勾": 9,
}  # fmt: skip
_UNITS: Final = {"十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
_TOKEN: Final = re.compile(r"\d+(?:\.\d+)?|.", re.DOTALL)


def read_number(text: str) -> float | None:
    """Return the number ``text`` spells from first to last sign, or None when it is not one."""
    text = text.strip().replace(",", "").lower()
    if not text:
        return None
    if text == "半":
        return 0.5
    whole, dot, fraction = text.partition("点")
    if dot and fraction and all(sign in _DIGITS for sign in fraction):
        left = read_number(whole)
        return None if left is None else left + float("0." + spoken_digits(fraction))
    if len(text) > 1 and all(sign in _DIGITS for sign in text):
        return float(spoken_digits(text))
    return _read_units(text)


def spoken_digits(text: str) -> str:
    """Return 幺三八洞 as ``1380``; signs that are no digit are left as they are."""
    return "".join(str(_DIGITS[sign]) if sign in _DIGITS else sign for sign in text)


def tidy(value: float) -> int | float:
    """Return a whole number as int, anything else rounded to six places."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _read_units(text: str) -> float | None:
    total = section = 0.0
    number: float | None = None
    last_unit, zero, signs = 1, False, 0
    for token in _TOKEN.findall(text):
        if token in _UNITS:
            unit = _UNITS[token]
            if unit < 10_000:
                section += (1 if number is None else number) * unit
            else:
                section += number or 0
                total = (total + section or 1) * unit if unit > 10_000 else total + (section or 1) * unit
                section = 0
            number, last_unit, zero = None, unit, False
        elif token in _DIGITS:
            if number is not None:
                return None
            number, signs = float(_DIGITS[token]), 1
            zero = zero or number == 0
            if number == 0:
                number = None
        elif token[0].isdigit():
            if number is not None:
                return None
            number, signs = float(token), len(token)
        else:
            return None
    if number is not None and last_unit >= 100 and not zero and signs == 1:
        number *= last_unit / 10  # 二十五万八 is 258,000, 三百二 is 320
    return total + section + (number or 0)
