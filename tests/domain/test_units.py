"""Durations, money and percentages: what is read, what is refused, and that refusing is cheap (R-94)."""

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.units import UnitError, parse_duration, parse_money, parse_percent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2s", timedelta(seconds=2)),
        ("15m", timedelta(minutes=15)),
        ("24h", timedelta(hours=24)),
        ("1.5h", timedelta(minutes=90)),
        ("3d", timedelta(days=3)),
        ("0s", timedelta(0)),
        ("0.000001s", timedelta(microseconds=1)),
        (" 15m ", timedelta(minutes=15)),
        ("１５ｍ", timedelta(minutes=15)),
        ("3650d", timedelta(days=3650)),
    ],
)
def test_durations(text, expected):
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("500000", 50_000_000),
        ("50万", 50_000_000),
        ("12.5万", 12_500_000),
        ("1,200.50", 120_050),
        ("1,234,567.89", 123_456_789),
        ("0.01", 1),
        ("0", 0),
        ("1.5亿", 15_000_000_000),
        ("￥800", 80_000),
        ("¥800元", 80_000),
        ("3万元", 3_000_000),
        ("５０万", 50_000_000),
        ("1.234567万", 1_234_567),
        ("9007199254740.99", 900_719_925_474_099),
    ],
)
def test_money_is_whole_fen(text, fen):
    assert parse_money(text) == fen


@pytest.mark.parametrize(
    ("text", "ppm"),
    [("15%", 150_000), ("12.5%", 125_000), ("0%", 0), ("100%", 1_000_000), ("1000%", 10_000_000), ("１５％", 150_000)],
)
def test_percentages_are_whole_millionths(text, ppm):
    assert parse_percent(text) == ppm


ODD = [
    "",
    " ",
    "NaN",
    "Infinity",
    "-inf",
    "1E+1000000",
    "1e3",
    "1_0",
    "1__0万",
    "-5",
    "+5",
    "--5",
    "0x10",
    "1.",
    ".5",
    "1.2.3",
    "12,34",
    "1,23,456",
    ",123",
    "1,234,",
    "10²",
    "①",
    "½",
    "Ⅳ",
    "١٢٣",
    "१२",
    "五十万",
    "5 0",
    "5\u00a00",
    "5\u200b0",
    "\u202e05",
    "5\n",
    "5\x00",
    "\ud800",
    "9" * 21,
    "9" * 4000,
    "\ufdfa",
    "万",
    "%",
    "m",
    "=1+1",
    "{{7*7}}",
    "$5",
    "5 万 万",
    "50万万",
]


@pytest.mark.parametrize("parse", [parse_duration, parse_money, parse_percent])
@pytest.mark.parametrize("text", ODD)
def test_odd_numbers_are_refused_at_once(parse, text):
    """R-94: eighty odd strings, none takes ten milliseconds, none becomes a number."""
    for variant in (text, f"{text}%" if parse is parse_percent else text):
        started = time.process_time()
        with pytest.raises(UnitError) as refused:
            parse(variant)
        assert time.process_time() - started < 0.01
        assert "\n" not in str(refused.value)
        assert len(str(refused.value)) < 90


@pytest.mark.parametrize(
    ("parse", "text", "words"),
    [
        (parse_duration, "15分", "“15分”不是时长，请写成 2s、15m、1.5h 或 3d（秒、分、时、天）"),
        (parse_duration, "15", "“15”不是时长，请写成 2s、15m、1.5h 或 3d（秒、分、时、天）"),
        (parse_duration, "3651d", "“3651d”太长，时长最多 3650 天"),
        (parse_duration, "0.0000001s", "“0.0000001s”的小数位太多，时长最细到微秒"),
        (parse_money, "五十万", "“五十万”不是金额，请写成 500000、1,200.50、50万 或 12.5万（单位元）"),
        (parse_money, "12.345", "“12.345”的小数位太多，金额最细到分"),
        (parse_money, "99999999亿", "“99999999亿”太大，金额最多 10 万亿元"),
        (parse_percent, "0.15", "“0.15”不是百分比，请写成 15% 或 12.5%（要带百分号）"),
        (parse_percent, "1001%", "“1001%”太大，百分比最多 1000%"),
        (parse_percent, "0.00001%", "“0.00001%”的小数位太多，百分比最多四位小数"),
    ],
)
def test_a_refusal_says_what_is_accepted(parse, text, words):
    with pytest.raises(UnitError) as refused:
        parse(text)
    assert str(refused.value) == words


@given(st.integers(min_value=0, max_value=10**15))
def test_every_amount_comes_back_to_the_fen(fen):
    assert parse_money(f"{fen // 100}.{fen % 100:02d}") == fen
    assert parse_money(f"{fen // 100:,}.{fen % 100:02d}"[:20]) <= fen


@given(st.text(max_size=30))
def test_anything_else_is_a_unit_error_or_a_number_in_range(text):
    for parse, top in ((parse_money, 10**15), (parse_percent, 10**7)):
        try:
            value = parse(text)
        except UnitError:
            continue
        assert 0 <= value <= top
