"""Chinese numerals before a unit as digits, for readers that know only these: 五十万 → 50万, 十五个点 → 15个点."""

from __future__ import annotations

import re

from handlers.language.numbers import CHINESE, read_number, tidy

_SPOKEN = re.compile(rf"{CHINESE}(?=万|亿|元|块|个点|点|折|天|%|％)")
_PERCENT = re.compile(rf"百分之(?P<n>{CHINESE}|\d+(?:\.\d+)?)")


def in_digits(text: str) -> str:
    """Return the text with its amounts, rates and days in digits; everything else stays as it is."""
    text = _PERCENT.sub(lambda match: f"{_number(match['n'])}%", text)
    return _SPOKEN.sub(lambda match: _number(match[0]), text)


def _number(said: str) -> str:
    value = read_number(said)
    return said if value is None else str(tidy(value))
