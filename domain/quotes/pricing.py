"""What a line costs. Integer fen, rounded once per line, half up; totals are sums of lines (R-113, R-114)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import Invalid
from domain.money import PPM, at_rate, said_discount, tax_inside
from domain.units import MONEY_MAX_FEN

LEAST_DISCOUNT_PPM = PPM // 10
"""一折: what is cheaper than this is a slip of the finger, not a price."""
MOST_PIECES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A line's amounts in fen, tax included; ``tax_fen`` is the part of ``net_fen`` that is tax."""

    list_fen: int
    net_fen: int
    tax_fen: int
    cost_fen: int


def price_line(
    *,
    price_fen: int,
    cost_fen: int,
    quantity: int,
    discount_ppm: int,
    tax_ppm: int,
    fixed_fen: int = 0,
    fixed_cost_fen: int = 0,
    net_fen: int | None = None,
) -> Priced:
    """Return the amounts of ``quantity`` pieces and what is paid once, at ``discount_ppm`` (950,000 = 九五折).

    ``net_fen`` is the line's part of a total that was agreed for the whole, which counts instead of the discount.
    """
    if not 0 < quantity <= MOST_PIECES:
        raise Invalid(f"数量要是 1 到 {MOST_PIECES} 的整数，请核对后重发，例如：报价 X200 两台。")
    check_discount(discount_ppm)
    whole = price_fen * quantity + fixed_fen
    if whole > MONEY_MAX_FEN:
        raise Invalid("这一行的金额太大，请核对数量和单价。")
    net = at_rate(whole, discount_ppm) if net_fen is None else net_fen
    # An unknown cost counts as the whole price: a margin nobody knows must not pass a rule about margins.
    cost = cost_fen * quantity + (fixed_cost_fen or fixed_fen) if cost_fen else net
    return Priced(list_fen=whole, net_fen=net, tax_fen=tax_inside(net, tax_ppm), cost_fen=cost)


def check_discount(discount_ppm: int) -> None:
    """Raise Invalid outside 一折 … 不打折."""
    if not LEAST_DISCOUNT_PPM <= discount_ppm <= PPM:
        raise Invalid(f"折扣要在 1 折到不打折之间，读到的是{said_discount(discount_ppm)}，例如：改成九五折。")
