"""A total agreed for the whole: met to the fen, shared by the lines, gone with the goods it was agreed for."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from domain.errors import Invalid
from domain.money import ratio_ppm, tax_inside
from domain.quotes.drafting import ReviseQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.quote import Quote, QuoteLine
from domain.quotes.version import QuoteVersion
from domain.quotes.whole import Total, settle
from tests.domain.quotes.test_configured_quotes import Desk
from tests.support.trades import open_trade


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_trade(f"sqlite:///{tmp_path_factory.mktemp('windows')}/test.db", "windows") as company:
        yield Desk(company)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Total(fen=4_500_000), 4_500_000),
        (Total(less_fen=50_000), 4_517_890),
        (Total(), 4_560_000),
        (Total(unit_fen=100_000), 4_500_000),
        (Total(unit_fen=100), 4_567_800),
    ],
)
def test_what_the_whole_comes_to(wish: Total, expected: int) -> None:
    assert settle(wish, 4_567_890, 5_000_000) == expected


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Total(fen=5_000_001), "比原价"),
        (Total(fen=499_999), "不到原价 ¥50,000.00 的一折"),
        (Total(less_fen=5_000_000), "不到原价"),
    ],
)
def test_what_is_no_price(wish: Total, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        settle(wish, 4_567_890, 5_000_000)


def test_the_lines_share_it_to_the_fen(desk: Desk) -> None:
    """Random totals over the same three lines: parts sum to the whole, none above its list price, tax by line."""
    quote_id = desk.drafts(
        desk.window(7), QuoteItem(product="SC-01", quantity=13), QuoteItem(product="CL-1", quantity=1)
    )
    listed = desk.company.get(Quote, quote_id).list_fen
    dice = random.Random(7)
    for fen in (listed // 10 + 1, *(dice.randint(listed // 10 + 1, listed - 1) for _ in range(12))):
        desk.revises(quote_id, total=Total(fen=fen))
        quote = desk.company.get(Quote, quote_id)
        lines = [
            each for each in desk.company.all(QuoteLine) if (each.quote_id, each.revision) == (quote.id, quote.revision)
        ]
        assert quote.total_fen == quote.agreed_fen == sum(line.net_fen for line in lines) == fen
        assert all(0 < line.net_fen <= line.price_fen * line.quantity + line.fixed_fen for line in lines)
        assert [line.tax_fen for line in lines] == [tax_inside(line.net_fen, line.tax_ppm) for line in lines]
        assert quote.tax_fen == sum(line.tax_fen for line in lines)
        assert quote.discount_ppm == quote.effective_discount_ppm == ratio_ppm(fen, listed)
    desk.company.act(ReviseQuote(quote_id=quote_id, items=(QuoteItem(line=2, quantity=12),)), desk.name)
    quote = desk.company.get(Quote, quote_id)
    assert (quote.agreed_fen, quote.discount_ppm % 1_000) == (None, 0)
    kept = [each for each in desk.company.all(QuoteVersion) if each.quote_id == quote_id]
    assert kept[-2].agreed_fen == fen
