"""Amounts in capitals."""

from __future__ import annotations

import pytest

from domain.capitals import said_capitals


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (10, "人民币壹角整"),
        (105, "人民币壹元零伍分"),
        (110, "人民币壹元壹角整"),
        (100_000, "人民币壹仟元整"),
        (100_100, "人民币壹仟零壹元整"),
        (1_000_001, "人民币壹万元零壹分"),
        (10_050_000, "人民币壹拾万零伍佰元整"),
        (10_100_000, "人民币壹拾万壹仟元整"),
        (100_010_000, "人民币壹佰万零壹佰元整"),
        (8_312_966, "人民币捌万叁仟壹佰贰拾玖元陆角陆分"),
        (1_000_000_000_000, "人民币壹佰亿元整"),
        (10_000_000_100, "人民币壹亿零壹元整"),
        (1_000_100_000_000, "人民币壹佰亿零壹佰万元整"),
        (-250, "人民币负贰元伍角整"),
    ],
)
def test_as_a_contract_writes_it(fen: int, said: str) -> None:
    assert said_capitals(fen) == said


def test_what_is_too_much_is_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        said_capitals(10**18)
