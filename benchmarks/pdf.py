"""How long a quotation takes as PDF: the first one (fonts are looked up), and warm ones, with 10 and 100 lines.

    python -m benchmarks.pdf

The limit is 150 ms warm and off the event loop; a quotation of ten lines is to stay below 30 ms.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.quotations import Quotations
from bot.settings import Company
from bot.typesetting import Typesetter
from domain.quotes.paper_views import QuotePaper
from domain.quotes.views import QuoteLineView, StepView, TermView

_AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_ROUNDS = 30


def paper(lines: int) -> QuotePaper:
    """Return a quotation of windows, each with its working."""
    line = QuoteLineView(
        code="PK108",
        name="断桥铝平开窗 108",
        unit="樘",
        quantity=18,
        price_fen=433_085,
        net_fen=7_795_530,
        tax_ppm=130_000,
        size="1800×2400",
        piece_measure="4.32㎡",
        measure="77.76㎡",
        options=(("玻璃", "三玻两腔"), ("颜色", "灰色")),
        steps=(
            StepView(name="窗体", said="4.32 ㎡ × 880 元", fen=391_565),
            StepView(name="五金", said="180 元", fen=18_000),
        ),
    )
    return QuotePaper(
        no="Q-2611-0001",
        revision=1,
        mark="",
        content_hash="0" * 64,
        customer="杭州绿湾置业有限公司",
        seller="小林",
        lines=(line,) * lines,
        discount_ppm=1_000_000,
        list_fen=7_795_530 * lines,
        total_fen=7_795_530 * lines,
        tax_fen=896_831 * lines,
        terms=(TermView(kind="付款", name="三六一", text="合同签订付 30%", is_standard=True),),
        valid_days=30,
        approved_at=_AT,
    )


async def measure(quotations: Quotations, lines: int) -> list[float]:
    """Return milliseconds a quotation, the content different every time."""
    spent = []
    for number in range(_ROUNDS):
        started = time.perf_counter()
        await quotations.pdf(paper(lines + number % 2), _AT)
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def main() -> None:
    """Print the figures."""
    papers = Typesetter()
    quotations = Quotations(papers=papers, zone=ZoneInfo("Asia/Shanghai"), company=Company(name="绿湾门窗有限公司"))
    for lines in (10, 100):
        first, *warm = asyncio.run(measure(quotations, lines))
        p95 = statistics.quantiles(warm, n=20)[-1]
        print(f"{lines} lines: first {first:.0f} ms, warm median {statistics.median(warm):.1f} ms, p95 {p95:.1f} ms")
    papers.close()


if __name__ == "__main__":
    main()
