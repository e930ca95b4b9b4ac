"""What looks wrong in a quote before it goes out: slips of unit, prices out of band, forgotten parts (S-081, N14).

A warning is a question, not a mistake: it has a name, and somebody accepts it on record before the quote is submitted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from domain.catalog.configuring import said_number, slips
from domain.catalog.product import Product, code_key
from domain.catalog.product_design import ProductDesign
from domain.inquiries.inquiry import Inquiry
from domain.money import at_rate, ratio_ppm, said_money, said_percent
from domain.quotes.lines import MILLIONTHS
from domain.quotes.quote import Quote, QuoteLine
from domain.work import Work

UNIT_SLIP = "尺寸单位"
PRICE_BAND = "单价偏离"
MAGNITUDE = "数量级"
ACCESSORY = "缺配件"
BOOK_ENDS = "价目到期"
_FEWEST = 3
"""Agreed lines of a product from which something may be concluded."""
_TENFOLD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A warning of a quote's content; ``by`` and ``at`` (ISO 8601) say who accepted it and when."""

    name: str
    said: str
    by: str = ""
    at: str = ""


Agreed = Mapping[int, Sequence[tuple[QuoteLine, int]]]
"""The newest agreed lines of each product, with the discount (ppm) of their quote."""


def history(quote: Quote, lines: Sequence[QuoteLine], work: Work) -> Agreed:
    """Return what the lines' products were last agreed at, in other quotes."""
    products = sorted({line.product_id for line in lines})
    return work.find.quotes.agreed(products, quote.id, work.policies.quoting.history)


def check(quote: Quote, lines: Sequence[QuoteLine], agreed: Agreed, work: Work) -> list[dict[str, Any]]:
    """Return the warnings of the content as they are kept; what was accepted before and still holds stays so."""
    accepted = {(each["name"], each["said"]): each for each in quote.warnings if each["by"]}
    found = [asdict(each) for each in _found(quote, lines, agreed, work)]
    return [accepted.get((each["name"], each["said"]), each) for each in found]


def still_open(quote: Quote) -> tuple[Warned, ...]:
    """Return the warnings that nobody has accepted yet."""
    return tuple(Warned(**each) for each in quote.warnings if not each["by"])


def _found(quote: Quote, lines: Sequence[QuoteLine], agreed: Agreed, work: Work) -> Iterator[Warned]:
    for line in lines:
        yield from _unit_slips(line, work)
        yield from _against_history(quote, line, agreed.get(line.product_id, ()), work)
    yield from _against_budget(quote, work)
    yield from _missing_accessories(lines, work)
    yield from _ending_books(quote, lines, work)


def _unit_slips(line: QuoteLine, work: Work) -> Iterator[Warned]:
    if line.design_id is not None:
        design = work.get(ProductDesign, line.design_id).design
        for said in slips(design, {name: Decimal(number) for name, number in line.inputs.items()}):
            yield Warned(name=UNIT_SLIP, said=f"{line.code}：{said}")


def _against_history(
    quote: Quote, line: QuoteLine, agreed: Sequence[tuple[QuoteLine, int]], work: Work
) -> Iterator[Warned]:
    if len(agreed) < _FEWEST:
        return
    usual = int(median(_unit_price(each, discount_ppm) for each, discount_ppm in agreed))
    price = _unit_price(line, quote.discount_ppm)
    away = abs(price - usual)
    if away > at_rate(usual, work.policies.quoting.price_band):
        unit = line.measure_unit or line.unit
        more = "高" if price > usual else "低"
        share = said_percent(round(ratio_ppm(away, usual), -4))
        yield Warned(
            name=PRICE_BAND,
            said=f"{line.code} 折后 {said_money(price)}/{unit}，比最近成交的中位数 {said_money(usual)} {more} {share}",
        )
    most = max(each.quantity for each, _ in agreed)
    if line.quantity >= _TENFOLD * most:
        yield Warned(
            name=MAGNITUDE,
            said=f"{line.code} 数量 {line.quantity}{line.unit}，以前最多报过 {most}{line.unit}，会不会多打了 0",
        )


def _unit_price(line: QuoteLine, discount_ppm: int) -> int:
    """Return fen per unit of measure (per piece where nothing is measured), after the discount."""
    price = at_rate(line.price_fen, discount_ppm)
    return price * MILLIONTHS // line.measure if line.measure else price


def _against_budget(quote: Quote, work: Work) -> Iterator[Warned]:
    if quote.inquiry_id is None:
        return
    inquiry = work.get(Inquiry, quote.inquiry_id)
    budget = inquiry.budget_max_fen or inquiry.budget_fen
    if not budget:
        return
    if quote.total_fen >= _TENFOLD * budget or quote.total_fen * _TENFOLD <= budget:
        more = "多" if quote.total_fen > budget else "少"
        yield Warned(
            name=MAGNITUDE,
            said=f"合计 {said_money(quote.total_fen)}，比客户预算 {said_money(budget)} {more}了 10 倍以上，请核对",
        )


def _missing_accessories(lines: Sequence[QuoteLine], work: Work) -> Iterator[Warned]:
    there = {code_key(line.code) for line in lines}
    for line in lines:
        for code in dict.fromkeys(_needed(line, work)):
            if code_key(code) not in there:
                product = work.find.catalog.known(code)
                name = f"（{product.name}）" if product is not None else ""
                yield Warned(name=ACCESSORY, said=f"{line.code} 要配 {code}{name}，报价里没有")


def _needed(line: QuoteLine, work: Work) -> Iterator[str]:
    yield from work.get(Product, line.product_id).accessories
    if line.design_id is not None:
        design = work.get(ProductDesign, line.design_id).design
        for group in design.options:
            option = group.option(str(line.options.get(group.group, "")))
            if option is not None:
                yield from option.accessories


def _ending_books(quote: Quote, lines: Sequence[QuoteLine], work: Work) -> Iterator[Warned]:
    until = work.calendar.local(work.now).date() + timedelta(days=quote.valid_days)
    for book, ends in dict.fromkeys((line.book, line.book_ends) for line in lines):
        if ends is not None and ends < until:
            yield Warned(
                name=BOOK_ENDS,
                said=f"价目表“{book}”只到 {ends.month}月{ends.day}日，报价有效期 {quote.valid_days} 天会超出",
            )


def said_measure(line: QuoteLine) -> str:
    """Return ``77.76㎡``: the measure of all pieces of a line; empty without one."""
    return (
        f"{said_number(Decimal(line.measure * line.quantity) / MILLIONTHS)}{line.measure_unit}" if line.measure else ""
    )
