"""Price formulas: decimals only, parsed once, and nothing in them but arithmetic on names."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalog.formula import Formula, FormulaError

NAMES: dict[str, Decimal | str] = {
    "宽": Decimal(1800),
    "高": Decimal(2400),
    "玻璃": "三玻两腔",
    "玻璃.加价": Decimal(120),
    "零": Decimal(0),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("宽 * 高 / 1000000", "4.32"),
        ("0.1 + 0.2", "0.3"),
        ("玻璃.加价 * 1.15", "138.00"),
        ("max(1.5, 宽 * 高 / 1000000, 2)", "4.32"),
        ("ceil(宽 / 1000) - floor(高 / 1000)", "0"),
        ("100 if 玻璃 == '三玻两腔' and 宽 > 1500 else 50", "100"),
        ("-宽 + 高", "600"),
        ("(宽 + 高) * 2 / 1000", "8.4"),
    ],
)
def test_worked_out_in_decimals(text: str, value: str) -> None:
    assert Formula(text).number(NAMES) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("1E+1000000", "“1E+1000000”不是普通的数字"),
        ("1_0", "“1_0”不是普通的数字"),
        ("0x10", "“0x10”不是普通的数字"),
        ("9" * 13, "不是普通的数字"),
        ("True", "“True”不是普通的数字"),
        ("宽 ** 9", "里只能有数字、名字"),
        ("宽 // 9", "里只能有数字、名字"),
        ("宽.__class__.__base__", "里只能有数字、名字"),
        ("__import__('os')", "里只能用 max、min、ceil、floor"),
        ("max(*[1])", "里只能有数字、名字"),
        ("max()", "里只能用 max、min、ceil、floor"),
        ("ceil(1, 2)", "里 ceil 只能有一个数"),
        ("[宽 for 宽 in 高]", "里只能有数字、名字"),
        ("(lambda: 1)()", "里只能用 max"),
        ("f'{宽}'", "里只能有数字、名字"),
        ("宽 = 1", "看不懂"),
        ("宽 *", "看不懂"),
        ("", "公式是空的"),
        ("宽+" * 150 + "高", "公式太长"),
        ("-" * 60 + "宽", "嵌套太深"),
    ],
)
def test_what_is_no_formula(text: str, wrong: str) -> None:
    with pytest.raises(FormulaError) as refused:
        Formula(text)
    assert wrong in str(refused.value)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("宽 / 零", "除数是 0"),
        ("玻璃 * 2", "把文字当成了数字"),
        ("ceil(玻璃)", "把文字当成了数字"),
        ("ceil", "算不出数"),
        ("玻璃", "算不出数"),
    ],
)
def test_what_cannot_be_worked_out(text: str, wrong: str) -> None:
    with pytest.raises(FormulaError) as refused:
        Formula(text).number(NAMES)
    assert wrong in str(refused.value)


def test_an_unknown_name_offers_the_nearest() -> None:
    assert list(Formula("宽 * 玻璃.加介").unknown(frozenset(map(str, NAMES)))) == [
        "公式“宽 * 玻璃.加介”里没有“玻璃.加介”这个名字，是不是“玻璃.加价”？"
    ]


@settings(max_examples=60)
@given(st.text(alphabet="宽高玻璃.()+-*/ 019if'=><_[]{}:,!eE", max_size=40))
def test_any_text_is_a_formula_or_a_sentence(text: str) -> None:
    """Whatever is written, it is a number, or an error of ours; nothing else happens."""
    try:
        formula = Formula(text)
        if not list(formula.unknown(frozenset(NAMES))):
            assert formula.number(NAMES).is_finite()
    except FormulaError:
        pass
