"""Durations, money and percentages as people write them in settings and policies.

The grammar is strict and the order of the checks is the point (R-94): length, then full-width to
half-width, then a regular expression, and only then a number. Nothing that can be expensive or
surprising (``1E+1000000``, ``NaN``, ``1_0``, ``10²``) ever reaches ``Decimal``.

Chat is more forgiving (``handlers/language``); here a mistake should be seen, not guessed at.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from decimal import Decimal

TEXT_MAX = 20
"""Characters, counted before and after full-width letters are narrowed."""

DURATION_MAX = timedelta(days=3650)
MONEY_MAX_FEN = 10**15
"""Ten 万亿元: above any order, far below what a 64-bit column holds."""
PERCENT_MAX_PPM = 10 * 10**6
"""1000 %, because a markup may well exceed the cost."""

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhd])")
_MONEY = re.compile(r"¥?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?(万|亿)?元?")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)%")

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_YUAN = {"": 1, "万": 10**4, "亿": 10**8}


class UnitError(ValueError):
    """The text is not a duration, an amount or a percentage; the message says in Chinese what is accepted."""


def parse_duration(text: str) -> timedelta:
    """Return the duration of ``2s``, ``15m``, ``1.5h`` or ``3d``; at most ten years, exact to the microsecond."""
    match = _DURATION.fullmatch(_plain(text))
    if match is None:
        raise UnitError(f"“{_shown(text)}”不是时长，请写成 2s、15m、1.5h 或 3d（秒、分、时、天）")
    microseconds = Decimal(match[1]) * _SECONDS[match[2]] * 10**6
    if microseconds > DURATION_MAX // timedelta(microseconds=1):
        raise UnitError(f"“{_shown(text)}”太长，时长最多 {DURATION_MAX.days} 天")
    if microseconds != microseconds.to_integral_value():
        raise UnitError(f"“{_shown(text)}”的小数位太多，时长最细到微秒")
    return timedelta(microseconds=int(microseconds))


def parse_money(text: str) -> int:
    """Return integer fen for ``500000``, ``1,200.50``, ``50万``, ``12.5万`` or ``¥800元``; never negative."""
    match = _MONEY.fullmatch(_plain(text))
    if match is None:
        raise UnitError(f"“{_shown(text)}”不是金额，请写成 500000、1,200.50、50万 或 12.5万（单位元）")
    whole, fraction, scale = match[1].replace(",", ""), match[2] or "", match[3] or ""
    fen = Decimal(whole + fraction) * _YUAN[scale] * 100
    if fen > MONEY_MAX_FEN:
        raise UnitError(f"“{_shown(text)}”太大，金额最多 10 万亿元")
    if fen != fen.to_integral_value():
        raise UnitError(f"“{_shown(text)}”的小数位太多，金额最细到分")
    return int(fen)


def parse_percent(text: str) -> int:
    """Return millionths (ppm) for ``15%`` (150 000) or ``12.5%``; from 0 % to 1000 %, at most four decimals."""
    match = _PERCENT.fullmatch(_plain(text))
    if match is None:
        raise UnitError(f"“{_shown(text)}”不是百分比，请写成 15% 或 12.5%（要带百分号）")
    ppm = Decimal(match[1]) * 10**4
    if ppm > PERCENT_MAX_PPM:
        raise UnitError(f"“{_shown(text)}”太大，百分比最多 1000%")
    if ppm != ppm.to_integral_value():
        raise UnitError(f"“{_shown(text)}”的小数位太多，百分比最多四位小数")
    return int(ppm)


def _plain(text: str) -> str:
    """Return the text narrowed to half width and trimmed, or an empty string, which no grammar accepts.

    NFKC alone would read ``10²`` as 102 and ``①`` as 1, so only width variants may change.
    """
    if len(text) > TEXT_MAX or any(_changes_meaning(character) for character in text):
        return ""
    narrow = unicodedata.normalize("NFKC", text).strip(" ")
    return narrow if len(narrow) <= TEXT_MAX else ""


def _changes_meaning(character: str) -> bool:
    decomposition = unicodedata.decomposition(character)
    return decomposition.startswith("<") and not decomposition.startswith(("<wide>", "<narrow>"))


def _shown(text: str) -> str:
    """Return the text for one line of an error: short, and without anything that moves a cursor."""
    shown = "".join(character if character.isprintable() else "·" for character in text[:TEXT_MAX])
    return shown + "…" if len(text) > TEXT_MAX else shown
