"""Random quotes of windows, and one total wherever it is read, against an exact reference.

Read are the record, the card, the facts of approvals, the customer's page, what the PDF prints, and the exported table;
of every ``PRINTED``-th quote the very PDF is read back.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.quotations import Quotations
from bot.settings import Company as CompanySettings
from bot.typesetting import Typesetter
from bot.web.offered import page_values
from bot.web.pages import Pages
from domain.dictionary.listing import OpenListing
from domain.money import said_money
from domain.quotes.drafting import DraftQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.paper_views import OfferPage, QuotePaper, Standing
from domain.quotes.quote import Quote, QuoteLine
from domain.quotes.repricing import facts
from storage.finders.quotes import QuoteFinder
from tests.support.company import Company
from tests.support.pdf_text import pdf_text

SELLER = "小林"
_PLAIN = ("SC-01", "FK-50", "RAIN-1", "LOCK-1", "CL-1")
_TAX = {"CL-1": 60_000}
_BATCH = 50
PRINTED = 24
_ROWS = 20_000


@dataclass(slots=True)
class _Readers:
    """Whatever draws a quotation outside the chat."""

    company: Company
    pages: Pages
    quotations: Quotations

    def page(self, paper: QuotePaper) -> str:
        """Return the customer's page as he gets it."""
        offered = OfferPage(
            paper=paper,
            standing=Standing.OPEN,
            until=self.company.clock.now().date(),
            newer="",
            answered_at=None,
            signer="",
            signature="",
            reason="",
            remarks=(),
        )
        return str(self.pages.part("offered.html", **page_values(offered, token="t" * 22, moment=str)))

    def print(self, paper: QuotePaper) -> str:
        """Return the words of the PDF."""
        return pdf_text(asyncio.run(self.quotations.pdf(paper, self.company.clock.now())))

    def export(self) -> dict[str, int]:
        """Return the fen that the exported table of all the seller's quotes says they come to, by number."""
        listing = self.company.act(OpenListing(record="quote", tree={}), SELLER)
        actor = self.company.actor(SELLER)
        table = self.company.look(lambda queries: queries.listing.whole(listing, actor, _ROWS))
        heading = [column.label for column in table.columns]
        return {row[heading.index("编号")]: int(row[heading.index("报价金额")] * 100) for row in table.rows}


def check_totals(company: Company, count: int, *, seed: int) -> None:
    """Draft ``count`` random quotes in batches of fifty and compare every reading of each."""
    dice, papers = random.Random(seed), Typesetter()
    quotations = Quotations(papers=papers, zone=company.business.calendar.zone, company=CompanySettings(name="门窗厂"))
    readers = _Readers(company, Pages(company="门窗厂"), quotations)
    sums: dict[str, int] = {}
    for first in range(0, count, _BATCH):
        wishes = [_wish(dice) for _ in range(min(_BATCH, count - first))]
        ids = company.run(lambda work, wishes=wishes: [work.act(wish) for wish in wishes], SELLER)
        for place, (quote_id, wish) in enumerate(zip(ids, wishes, strict=True), start=first):
            sums.update(_compare(readers, quote_id, wish, printed=place % PRINTED == 0))
    papers.close()
    exported = readers.export()
    assert {no: exported[no] for no in sums} == sums


def _compare(readers: _Readers, quote_id: int, wish: DraftQuote, *, printed: bool) -> dict[str, int]:
    """Compare every reading of one quote; return its number with its total."""
    company = readers.company
    actor = company.actor(SELLER)
    view = company.look(lambda queries: queries.quotes.card(quote_id, actor))
    card = company.card("quotes.draft", view.subject, SELLER)
    paper = company.look(lambda queries: queries.offers.paper(quote_id, actor))
    quote, lines = company.database.look(
        lambda session: (
            quote := session.get_one(Quote, quote_id),
            list(QuoteFinder(session).lines(quote)),
        )
    )
    nets = [_exact(line, wish.discount_ppm) for line in lines]
    taxes = [_tax(net, _TAX.get(line.code, 130_000)) for net, line in zip(nets, lines, strict=True)]
    total, tax = said_money(sum(nets)), said_money(sum(taxes))
    assert quote.total_fen == sum(nets) == view.total_fen == sum(line.net_fen for line in view.lines)
    assert quote.tax_fen == sum(taxes) == view.tax_fen
    assert card.headline == total
    assert next(field.value for field in card.fields if field.label == "税") == f"含税，其中税额 {tax}"
    assert company.run(lambda work: facts(work.get(Quote, quote_id), lines, work), "")["amount"] == sum(nets)
    page = readers.page(paper)
    assert f'<p class="money">{total}</p>' in page
    assert f"<dt>其中税额</dt><dd>{tax}</dd>" in page
    assert all(f"<b>{said_money(net)}</b>" in page for net in nets)
    on_paper = readers.quotations.values(paper, company.clock.now())
    assert [line["net"] for line in on_paper["lines"]] == [said_money(net) for net in nets]
    assert [total in row for row in on_paper["sums"]].count(True) >= 1
    assert any(tax in row for row in on_paper["sums"])
    if printed:
        words = readers.print(paper)
        assert all(said_money(amount) in words for amount in (sum(nets), sum(taxes), *nets))
    for line, shown in zip(lines, view.lines, strict=True):
        assert sum(step.fen for step in shown.steps if not step.once) == (line.price_fen if shown.steps else 0)
        assert sum(step.fen for step in shown.steps if step.once) == line.fixed_fen
        assert 0 <= line.tax_fen <= line.net_fen <= line.price_fen * line.quantity + line.fixed_fen
    return {quote.no: sum(nets)}


def _wish(dice: random.Random) -> DraftQuote:
    items = tuple(
        _window(dice) if dice.random() < 0.6 else QuoteItem(product=dice.choice(_PLAIN), quantity=dice.randint(1, 400))
        for _ in range(dice.randint(1, 6))
    )
    return DraftQuote(
        items=items, discount_ppm=dice.choice((1_000_000, dice.randint(300_000, 999_999))), company="绿湾"
    )


def _window(dice: random.Random) -> QuoteItem:
    return QuoteItem(
        product=dice.choice(("PK80", "PK108")),
        quantity=dice.randint(1, 300),
        inputs={"宽": str(dice.randint(300, 6000)), "高": str(dice.randint(300, 2600))},
        options={"玻璃": dice.choice(("双玻", "三玻", "夹胶")), "五金": dice.choice(("国产", "进口"))},
    )


def _exact(line: QuoteLine, discount_ppm: int) -> int:
    """Return the net amount by decimals alone: half up, once per line."""
    whole = Decimal(line.price_fen) * line.quantity + line.fixed_fen
    return int((whole * discount_ppm / 1_000_000).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _tax(net: int, tax_ppm: int) -> int:
    return net - int((Decimal(net) * 1_000_000 / (1_000_000 + tax_ppm)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
