"""One total wherever it is read, to the fen (R-113, R-114). Ten thousand on each database: ``benchmarks/quotes.py``."""

from __future__ import annotations

from tests.support.totals import check_totals
from tests.support.trades import open_trade


def test_random_quotes_have_one_total(database_url: str) -> None:
    with open_trade(database_url, "windows") as company:
        check_totals(company, 24, seed=11)
