import pytest

from handlers.language.money import find_money
from handlers.language.spans import best_cover


def read(text):
    return [(m.value, m.low, m.high, m.approx, m.role) for m in (span.value for span in best_cover(find_money(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("预算三十来万", [(300_000, None, None, True, "amount")]),
        ("二十五万八", [(258_000, None, None, False, "amount")]),
        ("付了3k5", [(3_500, None, None, False, "amount")]),
        ("30w", [(300_000, None, None, False, "amount")]),
        ("两三百万", [(None, 2_000_000, 3_000_000, True, "amount")]),
        ("30到40万", [(None, 300_000, 400_000, False, "amount")]),
        ("预算50万以内", [(None, None, 500_000, False, "amount")]),
        ("50万以上的商机", [(None, 500_000, None, False, "amount")]),
        ("单价3.5万", [(35_000, None, None, False, "unit")]),
        ("单价850", [(850, None, None, False, "unit")]),
        ("便宜了两万", [(20_000, None, None, False, "difference")]),
        ("砍到25万", [(250_000, None, None, False, "amount")]),
        ("对手报了28万", [(280_000, None, None, False, "rival")]),
        ("停一天损失5万", [(50_000, None, None, False, "loss")]),
        ("预算30左右", [(300_000, None, None, True, "amount")]),
        ("几十万吧", [(None, None, None, False, "amount")]),
        ("7.5kw电机", []),
        ("X200两台", []),
        ("一块玻璃", []),
    ],
)
def test_reads_amounts_and_their_role(text, expected):
    assert read(text) == expected


def test_an_unsaid_unit_is_an_assumption():
    assert [span.fuzzy for span in best_cover(find_money("预算30左右"))] == [True]
