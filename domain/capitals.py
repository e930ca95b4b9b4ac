"""Amounts as contracts write them, so that no digit can be added afterwards: 人民币壹拾贰万叁仟肆佰元伍角整."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


def said_capitals(fen: int) -> str:
    """Return the amount in capitals: 1,005 fen → ``人民币壹拾元零伍分``; ValueError from 一亿亿 yuan on."""
    sign = "负" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    jiao, single = divmod(rest, 10)
    if yuan >= 10**16:
        raise ValueError(f"{fen} fen is more than capitals are written for")
    words = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif single and yuan:
        words += "零"
    if single:
        words += f"{_DIGITS[single]}分"
    if not single:
        words = f"{words or '零元'}整"
    return f"人民币{sign}{words}"


def _whole(yuan: int) -> str:
    """Return a whole number by groups of four digits; a gap between two of them is one 零."""
    words, gap = "", False
    for place in reversed(range(len(_GROUPS))):
        group = yuan // 10_000**place % 10_000
        if not group:
            gap = bool(words)
            continue
        zero = "零" if words and (gap or group < 1000) else ""
        words += f"{zero}{_group(group)}{_GROUPS[place]}"
        gap = False
    return words


def _group(group: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += f"{'零' if gap else ''}{_DIGITS[digit]}{_PLACES[place]}"
        gap = False
    return words
