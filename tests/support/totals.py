"""Random quotes of windows, and one total wherever it is read: record, card, facts, and an exact reference."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal

from domain.money import said_money
from domain.quotes.drafting import DraftQuote, facts
from domain.quotes.lines import QuoteItem
from domain.quotes.quote import Quote, QuoteLine
from storage.finders.quotes import QuoteFinder
from tests.support.company import Company

SELLER = "小林"
_PLAIN = ("SC-01", "FK-50", "RAIN-1", "LOCK-1", "CL-1")
_TAX = {"CL-1": 60_000}
_BATCH = 50


def check_totals(company: Company, count: int, *, seed: int) -> None:
    """Draft ``count`` random quotes in batches of fifty and compare every reading of each."""
    dice = random.Random(seed)
    for first in range(0, count, _BATCH):
        wishes = [_wish(dice) for _ in range(min(_BATCH, count - first))]
        ids = company.run(lambda work, wishes=wishes: [work.act(wish) for wish in wishes], SELLER)
        for quote_id, wish in zip(ids, wishes, strict=True):
            _compare(company, quote_id, wish)


def _compare(company: Company, quote_id: int, wish: DraftQuote) -> None:
    actor = company.actor(SELLER)
    view = company.look(lambda queries: queries.quotes.card(quote_id, actor))
    card = company.card("quotes.draft", view.subject, SELLER)
    quote, lines = company.database.look(
        lambda session: (
            quote := session.get_one(Quote, quote_id),
            list(QuoteFinder(session).lines(quote)),
        )
    )
    nets = [_exact(line, wish.discount_ppm) for line in lines]
    taxes = [_tax(net, _TAX.get(line.code, 130_000)) for net, line in zip(nets, lines, strict=True)]
    assert quote.total_fen == sum(nets) == view.total_fen == sum(line.net_fen for line in view.lines)
    assert quote.tax_fen == sum(taxes) == view.tax_fen
    assert card.headline == said_money(sum(nets))
    assert (
        next(field.value for field in card.fields if field.label == "税") == f"含税，其中税额 {said_money(sum(taxes))}"
    )
    assert company.run(lambda work: facts(work.get(Quote, quote_id), lines, work), "")["amount"] == sum(nets)
    for line, shown in zip(lines, view.lines, strict=True):
        assert sum(step.fen for step in shown.steps if not step.once) == (line.price_fen if shown.steps else 0)
        assert sum(step.fen for step in shown.steps if step.once) == line.fixed_fen
        assert 0 <= line.tax_fen <= line.net_fen <= line.price_fen * line.quantity + line.fixed_fen


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
