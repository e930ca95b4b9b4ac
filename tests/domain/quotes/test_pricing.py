"""Integer fen, rounded once per line; the total is the sum of what is shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.quotes.pricing import price_line


def test_two_machines_at_95() -> None:
    """158,000 × 2 × 0.95 = 300,200.00; tax inside 300,200 × 13 ÷ 113 = 34,536.28."""
    priced = price_line(price_fen=15_800_000, cost_fen=11_900_000, quantity=2, discount_ppm=950_000, tax_ppm=130_000)
    assert (priced.list_fen, priced.net_fen, priced.tax_fen, priced.cost_fen) == (
        31_600_000,
        30_020_000,
        3_453_628,
        23_800_000,
    )


@given(
    price=st.integers(1, 10**10),
    quantity=st.integers(1, 100_000),
    discount=st.integers(100_000, 1_000_000),
    tax=st.integers(0, 999_999),
)
def test_against_exact_decimals(price: int, quantity: int, discount: int, tax: int) -> None:
    """R-113, R-115: half up, never negative, never above the list."""
    priced = price_line(price_fen=price, cost_fen=0, quantity=quantity, discount_ppm=discount, tax_ppm=tax)
    exact = Decimal(price) * quantity * discount / 1_000_000
    assert priced.net_fen == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert 0 <= priced.tax_fen <= priced.net_fen <= priced.list_fen


@pytest.mark.parametrize("discount", [0, 99_999, 1_000_001, -950_000])
def test_impossible_discounts(discount: int) -> None:
    with pytest.raises(Invalid, match="折扣要在 1 折到不打折之间"):
        price_line(price_fen=1, cost_fen=1, quantity=1, discount_ppm=discount, tax_ppm=0)


@pytest.mark.parametrize("quantity", [0, -1, 100_001])
def test_impossible_quantities(quantity: int) -> None:
    with pytest.raises(Invalid, match="数量要是 1 到 100000 的整数"):
        price_line(price_fen=1, cost_fen=1, quantity=quantity, discount_ppm=950_000, tax_ppm=0)
