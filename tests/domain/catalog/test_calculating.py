"""What a configured piece costs: measured, banded, with waste and a smallest amount; what cannot be made says why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalog.calculating import Calculated, Pricer
from domain.catalog.configuring import configure, slips
from domain.catalog.design import Design, values_of
from domain.catalog.trying import tried
from domain.errors import Invalid

WINDOW: dict[str, Any] = {
    "name": "窗",
    "values": {"基价": "700"},
    "inputs": [
        {"name": "宽", "least": 300, "most": 6000, "usual": [400, 4500]},
        {"name": "高", "least": 300, "most": 3600},
    ],
    "options": [
        {
            "group": "玻璃",
            "default": "双玻",
            "choices": [{"name": "双玻"}, {"name": "三玻", "synonyms": ["三玻两腔"], "values": {"加价": 120}}],
        },
        {"group": "五金", "ask": "true", "default": "国产", "choices": [{"name": "国产"}, {"name": "进口"}]},
    ],
    "terms": {"面积": "宽 * 高 / 1000000"},
    "refusals": [{"when": "玻璃 == '三玻' and 面积 > 6", "reason": "三玻最大 6 ㎡"}],
    "prices": [
        {
            "name": "窗体", "per": "㎡", "amount": "面积", "least": "1.5", "rate": "基价 + 玻璃.加价", "cost": "基价 / 2",
            "waste": "5%", "bands": [{"over": 3, "factor": "110%"}, {"over": 5, "factor": "120%"}],
        },
        {"name": "五金", "per": "件", "rate": "180 if 五金 == '国产' else 460", "cost": "100"},
        {"name": "加急", "per": "%", "rate": "10", "when": "数量 < 3"},
        {"name": "测量", "per": "项", "rate": "500", "cost": "200"},
    ],
}  # fmt: skip


def design(**changed: Any) -> Design:
    return Design.model_validate({**WINDOW, **changed})


def piece(width: str, height: str, quantity: int = 10, **options: str) -> Calculated:
    window = design()
    configuration = configure(window, {"宽": width, "高": height}, options, "窗")
    return Pricer().piece(window, window.values, configuration, quantity, "窗")


def test_every_rule_leaves_its_step() -> None:
    """2 × 2 = 4 ㎡ × 1.05 × 700 × 1.1 = 3,234; hardware 180; measuring 500 once."""
    calculated = piece("2000", "2000")
    assert [(step.name, step.said, step.fen, step.once) for step in calculated.steps] == [
        ("窗体", "4 ㎡ × 1.05（损耗） × 700 元 × 1.1（分档）", 323_400, False),
        ("五金", "180 元", 18_000, False),
        ("测量", "500 元，整单一次", 50_000, True),
    ]
    assert (calculated.price_fen, calculated.fixed_fen) == (341_400, 50_000)
    assert (calculated.cost_fen, calculated.fixed_cost_fen) == (157_000, 20_000)
    assert (calculated.measure, calculated.measure_unit) == (Decimal(4), "㎡")


def test_a_small_piece_is_billed_as_the_smallest() -> None:
    calculated = piece("500", "500")
    assert calculated.steps[0].said == "0.25 ㎡（不足 1.5 按 1.5） × 1.05（损耗） × 700 元"
    assert calculated.price_fen == 110_250 + 18_000
    assert calculated.measure == Decimal("0.25")


@pytest.mark.parametrize(("height", "factor"), [("1500", 1), ("1501", "1.1"), ("2500", "1.1"), ("2501", "1.2")])
def test_a_band_begins_above_its_border(height: str, factor: str) -> None:
    """Exactly 3 ㎡ and 5 ㎡ still belong to the band below."""
    area = Decimal(2000) * int(height) / 10**6
    assert piece("2000", height).price_fen - 18_000 == round(area * Decimal("1.05") * 700 * Decimal(factor) * 100)


def test_a_share_is_of_what_stands_above() -> None:
    assert [step.fen for step in piece("2000", "2000", quantity=2).steps] == [323_400, 18_000, 34_140, 50_000]


def test_a_synonym_is_the_option_and_defaults_are_named() -> None:
    configuration = configure(design(), {"宽": "1800", "高": "2400"}, {"玻璃": "三玻两腔"}, "窗")
    assert (configuration.options, configuration.assumed) == ({"玻璃": "三玻", "五金": "国产"}, ("五金",))


@pytest.mark.parametrize(
    ("inputs", "options", "said"),
    [
        ({"宽": "1800"}, {}, "窗还缺高（mm），例如：高300。"),
        ({"宽": "180", "高": "2400"}, {}, "宽 180mm 做不了，要在 300 到 6000mm 之间，是不是 1800mm？"),
        ({"宽": "0", "高": "2400"}, {}, "宽 0mm 做不了，要在 300 到 6000mm 之间？"),
        ({"宽": "-5", "高": "2400"}, {}, "宽 -5mm 做不了"),
        ({"宽": "1E+1000000", "高": "2400"}, {}, "宽“1E+1000000”不是数字"),
        ({"宽": "NaN", "高": "2400"}, {}, "不是数字"),
        ({"宽": "１８００", "高": "2400"}, {}, "不是数字"),
        ({"宽": "1800", "高": "2400", "厚": "20"}, {}, "窗没有“厚”这一项，可以写：宽、高。"),
        ({"宽": "1800", "高": "2400"}, {"玻璃": "四玻"}, "窗的玻璃没有“四玻”，可以选：双玻、三玻。"),
        ({"宽": "1800", "高": "2400"}, {"纱窗": "有"}, "窗没有“纱窗”可选，可以选：玻璃、五金。"),
        ({"宽": "3000", "高": "2400"}, {"玻璃": "三玻"}, "窗这样配不了：三玻最大 6 ㎡。请换一种再发。"),
    ],
)
def test_what_cannot_be_made_says_why(inputs: dict[str, str], options: dict[str, str], said: str) -> None:
    window = design()
    with pytest.raises(Invalid) as refused:
        Pricer().piece(window, window.values, configure(window, inputs, options, "窗"), 1, "窗")
    assert said in refused.value.message


def test_a_slip_of_the_unit_is_seen() -> None:
    assert list(slips(design(), {"宽": Decimal(330), "高": Decimal(2000)})) == [
        "宽 330mm 不在常见范围 400–4500mm，会不会是 3300mm（毫米和厘米写错）"
    ]


def test_an_unknown_cost_stays_unknown() -> None:
    window = design(prices=[{"name": "窗体", "per": "㎡", "amount": "面积", "rate": "基价"}])
    configuration = configure(window, {"宽": "1000", "高": "1000"}, {}, "窗")
    assert Pricer().piece(window, window.values, configuration, 1, "窗").cost_fen == 0


def test_a_price_of_nothing_is_no_price() -> None:
    window = design(prices=[{"name": "窗体", "per": "件", "rate": "基价 - 700"}])
    configuration = configure(window, {"宽": "1000", "高": "1000"}, {}, "窗")
    with pytest.raises(Invalid, match="单价是 0 分，不能报"):
        Pricer().piece(window, window.values, configuration, 1, "窗")


def test_a_formula_that_fails_names_the_design() -> None:
    window = design(prices=[{"name": "窗体", "per": "件", "rate": "基价 / (宽 - 1000)"}])
    configuration = configure(window, {"宽": "1000", "高": "1000"}, {}, "窗")
    with pytest.raises(Invalid, match=r"除数是 0.*请管理员改产品文件里“窗”的公式"):
        Pricer().piece(window, window.values, configuration, 1, "窗")


def test_mistakes_have_their_place() -> None:
    wrong = design(terms={"面积": "宽 * 搞"}, prices=[{"name": "窗体", "per": "件", "rate": "鸡价"}])
    assert list(wrong.mistakes()) == [
        (
            ("terms", "面积"),
            "“面积”：公式“宽 * 搞”里没有“搞”这个名字，可以用 五金、基价、宽、数量、玻璃、玻璃.加价、高",
        ),
        (("prices", "0", "rate"), "“窗体”：公式“鸡价”里没有“鸡价”这个名字，是不是“基价”？"),
    ]


def test_examples_are_worked_out() -> None:
    examples = [
        {"inputs": {"宽": 2000, "高": 2000}, "quantity": 10, "price": "3414"},
        {"inputs": {"宽": 2000, "高": 2000}, "quantity": 10, "price": "3414.01"},
        {"inputs": {"宽": 3000, "高": 2400}, "options": {"玻璃": "三玻"}, "refused": "三玻最大"},
        {"inputs": {"宽": 1000, "高": 1000}, "refused": "三玻最大"},
    ]
    assert list(tried(design(examples=examples))) == [
        (("examples", "1"), "“窗”的例子应该是 ¥3,414.01，实际算出 ¥3,414.00"),
        (("examples", "3"), "“窗”的例子应该拒绝并说“三玻最大”，实际能报 ¥1,410.75"),
    ]


def test_a_product_may_only_change_values_there_are() -> None:
    assert values_of(design(), {"基价": "820"}) == {"基价": Decimal(820)}
    with pytest.raises(ValueError, match="没有“及价”这个值，可以写：基价"):
        values_of(design(), {"及价": "820"})


@settings(max_examples=50, deadline=None)
@given(
    width=st.integers(300, 6000),
    height=st.integers(300, 3600),
    quantity=st.integers(1, 500),
    rate=st.integers(1, 10**6),
)
def test_the_steps_sum_to_the_price(width: int, height: int, quantity: int, rate: int) -> None:
    """R-115: the parts of the working are exactly the whole, whatever the fractions of a fen."""
    window = design()
    configuration = configure(window, {"宽": str(width), "高": str(height)}, {}, "窗")
    calculated = Pricer().piece(window, {"基价": Decimal(rate) / 97}, configuration, quantity, "窗")
    assert sum(step.fen for step in calculated.steps if not step.once) == calculated.price_fen
    assert sum(step.fen for step in calculated.steps if step.once) == calculated.fixed_fen
