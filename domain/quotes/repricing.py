"""What the content of a quote comes to: every line's price, the sums, what looks wrong, and who has to agree."""

from __future__ import annotations

from collections.abc import Sequence

from domain.approvals.owed import overdue_fen
from domain.approvals.routing import foreseen
from domain.condition import Facts
from domain.customers.customer import Customer
from domain.money import allocate, ratio_ppm
from domain.quotes.checking import check, history
from domain.quotes.pricing import Priced, price_line
from domain.quotes.quote import RULE_MAX, Quote, QuoteLine
from domain.quotes.terms import nonstandard
from domain.quotes.version import note_version
from domain.quotes.whole import Total, nearest_discount, settle
from domain.work import Work


def facts(quote: Quote, lines: Sequence[QuoteLine], work: Work) -> Facts:
    """Return what approval rules are decided on."""
    customer = None if quote.customer_id is None else work.get(Customer, quote.customer_id)
    return {
        "amount": quote.total_fen,
        "margin": quote.margin_ppm,
        "discount": quote.effective_discount_ppm,
        "product": tuple(dict.fromkeys(line.code for line in lines)),
        "customer_level": None if customer is None else customer.level or None,
        "region": None if customer is None else customer.region or None,
        "overdue": overdue_fen(quote.customer_id, work),
        "clause": nonstandard(quote.terms),
    }


def reprice(quote: Quote, lines: Sequence[QuoteLine], work: Work, wish: Total | None = None) -> None:
    """Price every line, sum up, check what looks wrong, and note which approval rule applies now.

    ``wish`` is what the whole is to cost. A total that was agreed before holds as long as the list price does; after
    a change of the goods the discount it came to counts.
    """
    # Looked up before anything is changed: a look-up writes what was changed so far.
    agreed = history(quote, lines, work)
    listed = sum(line.price_fen * line.quantity + line.fixed_fen for line in lines)
    if quote.agreed_fen is not None and listed != quote.list_fen:
        quote.discount(nearest_discount(quote.discount_ppm))
    priced = _priced(quote, lines)
    if wish is not None:
        quote.agreed_fen = settle(wish, sum(each.net_fen for each in priced), listed)
        quote.discount_ppm = ratio_ppm(quote.agreed_fen, listed)
        priced = _priced(quote, lines)
    for line, each in zip(lines, priced, strict=True):
        line.net_fen, line.tax_fen = each.net_fen, each.tax_fen
    quote.list_fen = sum(each.list_fen for each in priced)
    quote.total_fen = sum(each.net_fen for each in priced)
    quote.tax_fen = sum(each.tax_fen for each in priced)
    quote.cost_fen = sum(each.cost_fen for each in priced)
    quote.warnings = check(quote, lines, agreed, work)
    find_rule(quote, lines, work)
    note_version(quote, work)
    work.flush()


def find_rule(quote: Quote, lines: Sequence[QuoteLine], work: Work) -> None:
    """Note which approval rule applies to the content as it is."""
    party = "" if quote.customer_id is None else f"customer:{quote.customer_id}"
    quote.rule = foreseen(facts(quote, lines, work), party, quote.subject, work)[:RULE_MAX]
    quote.margin_to_sales = work.policies.approvals.show_margin_to_sales


def _priced(quote: Quote, lines: Sequence[QuoteLine]) -> list[Priced]:
    parts: Sequence[int | None] = [None] * len(lines)
    if quote.agreed_fen is not None:
        parts = allocate(quote.agreed_fen, [line.price_fen * line.quantity + line.fixed_fen for line in lines])
    return [
        price_line(
            price_fen=line.price_fen,
            cost_fen=line.unit_cost_fen,
            quantity=line.quantity,
            discount_ppm=quote.discount_ppm,
            tax_ppm=line.tax_ppm,
            fixed_fen=line.fixed_fen,
            fixed_cost_fen=line.fixed_cost_fen,
            net_fen=part,
        )
        for line, part in zip(lines, parts, strict=True)
    ]
