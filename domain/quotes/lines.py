"""The lines of a quote: looked up in the catalogue, copied into the next revision, changed one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.catalog.product import Product
from domain.errors import Invalid
from domain.quotes.quote import Quote, QuoteLine
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteItem:
    """A product as it was said, and how many; in a change an empty ``product`` means the only line."""

    product: str = ""
    quantity: int = 1


def new_line(quote: Quote, position: int, item: QuoteItem, work: Work) -> QuoteLine:
    """Add a line for the product that was said, priced later; Invalid names the nearest products."""
    product = _product(item.product, work)
    return work.add(
        QuoteLine(
            quote_id=quote.id,
            revision=quote.revision,
            position=position,
            product_id=product.id,
            code=product.code,
            name=product.name,
            unit=product.unit,
            quantity=item.quantity,
            price_fen=product.price_fen,
            unit_cost_fen=product.cost_fen,
            tax_ppm=product.tax_ppm,
            net_fen=0,
            tax_fen=0,
        )
    )


def copy(line: QuoteLine, quote: Quote, work: Work) -> QuoteLine:
    """Add the same line to the revision the quote now is."""
    return work.add(
        QuoteLine(
            quote_id=quote.id,
            revision=quote.revision,
            position=line.position,
            product_id=line.product_id,
            code=line.code,
            name=line.name,
            unit=line.unit,
            quantity=line.quantity,
            price_fen=line.price_fen,
            unit_cost_fen=line.unit_cost_fen,
            tax_ppm=line.tax_ppm,
            net_fen=line.net_fen,
            tax_fen=line.tax_fen,
        )
    )


def change_line(quote: Quote, lines: list[QuoteLine], item: QuoteItem, work: Work) -> None:
    """Set the quantity of the product that was said, or of the only line; a new product is added."""
    if not item.product:
        if len(lines) != 1:
            raise Invalid(f"报价 {quote.no} 有 {len(lines)} 种产品，请说明改哪一种，例如：X200 改成3台。")
        lines[0].quantity = item.quantity
        return
    product = _product(item.product, work)
    known = next((line for line in lines if line.product_id == product.id), None)
    if known is None:
        lines.append(new_line(quote, len(lines), item, work))
    else:
        known.quantity = item.quantity


def said_lines(lines: Sequence[QuoteLine]) -> str:
    """Return ``X200 × 2、RB-12 × 1``, for the timeline."""
    return "、".join(f"{line.code} × {line.quantity}" for line in lines)


def _product(said: str, work: Work) -> Product:
    product = work.find.catalog.product(said)
    if product is None:
        near = "、".join(f"{each.code}（{each.name}）" for each in work.find.catalog.nearest(said))
        raise Invalid(f"产品库里没有“{said}”。{f'相近的有：{near}。' if near else ''}请换个型号再发一次。")
    if product.price_fen == 0:
        raise Invalid(f"{product.code} 还没有价格，请管理员先在产品文件里补上价格。")
    return product
