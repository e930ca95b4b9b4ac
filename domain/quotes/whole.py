"""A price for the whole: ``一口价45万``, ``抹个零头``, ``再便宜500``. It is spread over the lines to the fen."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import Invalid
from domain.money import PPM, at_rate, said_money
from domain.quotes.pricing import LEAST_DISCOUNT_PPM

_ROUND_FEN = (1_000_000, 100_000, 10_000, 1_000, 100)
"""What is rounded down to: whole ten thousands of yuan, thousands, hundreds, tens, yuan."""
_ODD = 100
"""Odd money is at most a hundredth of the price: more is a discount, and somebody has to name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What the whole is to cost, in fen with tax: exactly ``fen``, ``less_fen`` off, or else rounded down.

    ``unit_fen`` is what it is rounded down to where that was said: 100,000 for 抹到千位.
    """

    fen: int | None = None
    less_fen: int | None = None
    unit_fen: int = 0


def settle(wish: Total, total_fen: int, list_fen: int) -> int:
    """Return what the whole costs from now on, in fen; Invalid when that is no price for what ``list_fen`` costs."""
    if wish.fen is not None:
        wanted = wish.fen
    elif wish.less_fen is not None:
        wanted = total_fen - wish.less_fen
    else:
        wanted = _rounded(total_fen, wish.unit_fen)
    if wanted > list_fen:
        raise Invalid(
            f"一口价 {said_money(wanted)} 比原价 {said_money(list_fen)} 还高，请核对金额；要加价请先改产品或选项。"
        )
    if wanted < at_rate(list_fen, LEAST_DISCOUNT_PPM):
        raise Invalid(f"这样总价只有 {said_money(wanted)}，不到原价 {said_money(list_fen)} 的一折，请核对金额。")
    return wanted


def nearest_discount(discount_ppm: int) -> int:
    """Return a discount that can be said, 9.47折, for the one that an agreed total came to."""
    return discount_ppm - discount_ppm % (PPM // 1_000)


def _rounded(total_fen: int, unit_fen: int) -> int:
    units = (unit_fen,) if unit_fen else _ROUND_FEN
    for unit in units:
        odd = total_fen % unit
        if odd and (unit_fen or odd * _ODD <= total_fen):
            return total_fen - odd
    raise Invalid(f"总价 {said_money(total_fen)} 没有零头可抹。要做到多少请直接说，例如：一口价{_lower(total_fen)}元。")


def _lower(total_fen: int) -> int:
    """Return a round sum in yuan somewhat below, as an example."""
    yuan = total_fen // 100
    step: int = 10 ** max(len(str(yuan)) - 2, 0)
    return max((yuan - 1) // step * step, 1)
