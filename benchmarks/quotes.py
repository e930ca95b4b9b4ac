"""What a price costs: lines worked out by formulas, a sentence to its card, and one total wherever it is read.

python benchmarks/quotes.py                      the two speeds
python benchmarks/quotes.py --totals 10000       and random quotes compared on both databases
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from decimal import Decimal

from company import ROOT, empty_database

from bot.load_rows import LoadFile
from domain.catalog.calculating import Pricer
from domain.catalog.configuring import configure
from domain.catalog.design import Design
from domain.catalog.enrol_product import EnrolProduct
from domain.quotes.pricing import price_line
from tests.support.totals import check_totals
from tests.support.trades import open_trade
from tests.support.typed import Typed

LINES, CATALOGUE, SENTENCES = 1_000, 5_000, 200
SENTENCE = "给绿湾报价 {count}樘断桥铝平开108 1米8乘2米{height} 三玻两腔 灰色"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what a price costs.")
    parser.add_argument("--totals", type=int, default=0, help="random quotes to compare on each database")
    totals = parser.parse_args().totals
    design = _windows()
    for kinds in (40, LINES):
        best = min(_timed(lambda kinds=kinds: _price(design, kinds)) for _ in range(5))
        print(f"{LINES} lines of {kinds} different windows: {best * 1000:.1f} ms")
    each = sorted(_sentences())
    print(
        f"a sentence to its priced card, {CATALOGUE} products, SQLite: "
        f"p50 {each[len(each) // 2] * 1000:.0f} ms, p95 {each[len(each) * 95 // 100] * 1000:.0f} ms"
    )
    for kind in ("sqlite", "postgres") if totals else ():
        with empty_database(kind) as url, open_trade(url, "windows") as company:
            check_totals(company, totals, seed=2026)
        print(f"{totals} random quotes, {kind}: one total each on record, card, facts, page, PDF, table and reference")


def _windows() -> Design:
    import yaml

    tree = yaml.load((ROOT / "presets/windows/designs.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    return LoadFile.model_validate(tree).designs[0]


def _price(design: Design, kinds: int) -> None:
    dice, pricer = random.Random(1), Pricer()
    sizes = [(str(dice.randint(400, 3000)), str(dice.randint(400, 2600))) for _ in range(kinds)]
    for line in range(LINES):
        width, height = sizes[line % kinds]
        made = configure(design, {"宽": width, "高": height}, {"玻璃": "三玻", "颜色": "灰色"}, "窗")
        piece = pricer.piece(design, {**design.values, "基价": Decimal(800)}, made, 18, "窗")
        price_line(
            price_fen=piece.price_fen, cost_fen=piece.cost_fen, quantity=18, discount_ppm=950_000, tax_ppm=130_000
        )


def _sentences() -> list[float]:
    with empty_database("sqlite") as url, open_trade(url, "windows") as company:
        goods = [
            EnrolProduct(code=f"M{number:05d}", name=f"型材{number}", price_fen=100 * number + 100, cost_fen=0)
            for number in range(CATALOGUE)
        ]
        company.run(lambda work: [work.act(each) for each in goods])
        typed = Typed(company)

        def one(number: int) -> None:
            said = typed.says("小林", SENTENCE.format(count=number % 90 + 2, height=number % 5 + 1))
            company.card("quotes.draft", said[-1].partition(" ")[2], "小林")

        one(0)
        return [_timed(lambda number=number: one(number)) for number in range(SENTENCES)]


def _timed(deed: Callable[[], None]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
