import pytest

from handlers.language.quantity import find_discounts, find_quantities
from handlers.language.spans import best_cover


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("两台", [(2, None, None, "台")]), ("三四台", [(None, 3, 4, "台")]), ("3到5套", [(None, 3, 5, "套")]),
        ("两公斤半", [(2.5, None, None, "公斤")]), ("18樘", [(18, None, None, "樘")]), ("GA37一台", [(1, None, None, "台")]),
        ("二十来台", [(20, None, None, "台")]), ("寄俩过来", [(2, None, None, "个")]), ("第二台", []), ("两个月", []),
        ("多少钱一台", []), ("十几台", []), ("条件", []),
    ],
)  # fmt: skip
def test_reads_counts(text, expected):
    amounts = [span.value for span in best_cover(find_quantities(text))]
    assert [(each.value, each.low, each.high, each.measure) for each in amounts] == expected


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("九二折", 0.92),
        ("85折", 0.85),
        ("9.5折", 0.95),
        ("九折", 0.9),
        ("让15个点", 0.85),
        ("让三个点", 0.97),
        ("优惠5%", 0.95),
        ("九五折", 0.95),
    ],
)
def test_reads_discounts(text, factor):
    assert [span.value for span in best_cover(find_discounts(text))] == [factor]


@pytest.mark.parametrize("text", ["毛利15个点", "打个折", "三点左右", "折叠门"])
def test_a_margin_is_no_discount(text):
    assert list(find_discounts(text)) == []
