"""Splitting an amount: the parts sum to the whole, to the fen (R-115)."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.money import allocate


def test_the_largest_remainder_takes_the_rest() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(100, [Decimal("0.5"), Decimal("49.5"), Decimal(50)]) == [1, 49, 50]
    assert allocate(7, [0, 0]) == [7, 0]
    assert allocate(7, []) == []


@settings(max_examples=100)
@given(st.integers(0, 10**15), st.lists(st.decimals(0, 10**9, places=4), min_size=1, max_size=12))
def test_parts_are_within_a_fen_of_their_share(whole: int, shares: list[Decimal]) -> None:
    parts = allocate(whole, shares)
    assert sum(parts) == whole
    total = sum(shares)
    if total:
        assert all(abs(part - Decimal(whole) * share / total) < 1 for part, share in zip(parts, shares, strict=True))
