"""The lines of a quote: looked up in the catalogue, configured, copied into the next revision, changed one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal

from domain.catalog.calculating import Pricer
from domain.catalog.configuring import configure
from domain.catalog.design import values_of
from domain.catalog.price_book import Listed, listed
from domain.catalog.product import Product
from domain.catalog.product_design import ProductDesign
from domain.customers.customer import Customer
from domain.errors import Invalid
from domain.files.kept_file import KeptFile
from domain.quotes.quote import Quote, QuoteLine
from domain.work import Work

MILLIONTHS = 1_000_000
MOST_DRAWINGS = 6
_COPIED = (
    "position", "product_id", "code", "name", "unit", "quantity", "price_fen", "unit_cost_fen", "tax_ppm", "net_fen",
    "tax_fen", "fixed_fen", "fixed_cost_fen", "design_id", "values", "inputs", "options", "assumed", "steps", "measure",
    "measure_unit", "drawings", "book", "book_ends",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteItem:
    """A product as it was said, how many, and how it is configured.

    In a change an empty ``product`` means the only line or, counted from 1, ``line``; what is not said stays.
    ``drawings``: ids of kept files that the piece is made by, beside those there are.
    ``added``: one more line, also of a product there is already. ``removed``: the line that is meant goes.
    """

    product: str = ""
    quantity: int | None = None
    inputs: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    line: int = 0
    added: bool = False
    removed: bool = False
    drawings: tuple[int, ...] = ()


def new_line(quote: Quote, position: int, item: QuoteItem, work: Work, pricer: Pricer) -> QuoteLine:
    """Add a line for the product that was said; Invalid names the nearest products, or what is missing."""
    product = _product(item.product, work)
    price = listed(product, _customer(quote, work), work)
    line = work.add(
        QuoteLine(
            quote_id=quote.id,
            revision=quote.revision,
            position=position,
            product_id=product.id,
            code=product.code,
            name=product.name,
            unit=product.unit,
            quantity=1 if item.quantity is None else item.quantity,
            price_fen=price.price_fen,
            unit_cost_fen=product.cost_fen,
            tax_ppm=product.tax_ppm,
            net_fen=0,
            tax_fen=0,
            book=price.book,
            book_ends=price.ends,
            drawings=_with_drawings([], item, work),
        )
    )
    if not product.design and (item.inputs or item.options):
        raise Invalid(f"{product.code} 没有尺寸和选项可配，请去掉后再报。")
    if product.design:
        kept = work.find.catalog.design(product.design)
        if kept is None:
            raise Invalid(f"{product.code} 的结构“{product.design}”不见了，请管理员重新加载产品文件。")
        line.design_id = kept.id
        _base(line, kept, price)
        _configure(line, item, kept, pricer)
    return line


def copy(line: QuoteLine, quote: Quote, work: Work) -> QuoteLine:
    """Add the same line to the revision the quote now is."""
    copied = {name: getattr(line, name) for name in _COPIED}
    return work.add(QuoteLine(quote_id=quote.id, revision=quote.revision, **copied))


def change_line(quote: Quote, lines: list[QuoteLine], item: QuoteItem, work: Work, pricer: Pricer) -> None:
    """Change the line that is meant in what was said of it; a new product is added."""
    line = None if item.added else _meant(quote, lines, item, work)
    if line is None:
        lines.append(new_line(quote, max((each.position for each in lines), default=-1) + 1, item, work, pricer))
        return
    if item.quantity is not None:
        line.quantity = item.quantity
    if item.drawings:
        line.drawings = _with_drawings(line.drawings, item, work)
    if line.design_id is not None:
        _configure(line, item, work.get(ProductDesign, line.design_id), pricer)
    elif item.inputs or item.options:
        raise Invalid(f"{line.code} 没有尺寸和选项可改，可以改数量或折扣。", subject=quote.subject)


def taken_out(
    quote: Quote, lines: Sequence[QuoteLine], items: Sequence[QuoteItem], work: Work
) -> tuple[list[QuoteLine], list[QuoteItem]]:
    """Return the lines that stay and the other changes, counted anew; Invalid when none would stay."""
    gone = [_meant(quote, lines, item, work) for item in items if item.removed]
    kept = [line for line in lines if line not in gone]
    if not kept:
        raise Invalid(
            f"报价 {quote.no} 去掉以后就空了。不要这份报价了，请发“作废”；要换产品，请先加上新的再去掉旧的。",
            subject=quote.subject,
        )
    changes = []
    for item in items:
        if item.removed:
            continue
        meant = lines[item.line - 1] if 0 < item.line <= len(lines) else None
        if meant in gone:
            raise Invalid(f"第 {item.line} 行又要改又要去掉，请分开说。", subject=quote.subject)
        changes.append(item if meant is None else replace(item, line=kept.index(meant) + 1))
    return kept, changes


def follow_books(quote: Quote, lines: Sequence[QuoteLine], work: Work, pricer: Pricer) -> None:
    """Give every line the price of the customer the quote is for now, where another price book is his."""
    for line in lines:
        product = work.get(Product, line.product_id)
        price = listed(product, _customer(quote, work), work)
        if price.book == line.book:
            continue
        line.book, line.book_ends = price.book, price.ends
        if line.design_id is None:
            line.price_fen = price.price_fen
        else:
            kept = work.get(ProductDesign, line.design_id)
            _base(line, kept, price)
            _configure(line, QuoteItem(), kept, pricer)


def said_lines(lines: Sequence[QuoteLine]) -> str:
    """Return ``X200 × 2、RB-12 × 1``, for the timeline."""
    return "、".join(f"{line.code} × {line.quantity}" for line in lines)


def _with_drawings(known: Sequence[int], item: QuoteItem, work: Work) -> list[int]:
    for each in item.drawings:
        work.get(KeptFile, each)
    drawings = list(dict.fromkeys((*known, *item.drawings)))
    if len(drawings) > MOST_DRAWINGS:
        raise Invalid(f"一行最多附 {MOST_DRAWINGS} 张图纸，多的请合成一个 PDF 再发。")
    return drawings


def _base(line: QuoteLine, kept: ProductDesign, price: Listed) -> None:
    """Note the numbers the line is worked out from."""
    try:
        values = values_of(kept.design, {name: str(number) for name, number in price.values.items()})
    except ValueError as error:
        raise Invalid(f"{line.code} 的产品文件有错：{error}。请管理员改好。") from None
    line.values = {name: str(number) for name, number in values.items()}


def _configure(line: QuoteLine, item: QuoteItem, kept: ProductDesign, pricer: Pricer) -> None:
    """Work the line out anew: what was said before, changed by what is said now."""
    design, what = kept.design, f"{line.name}"
    confirmed = {group: option for group, option in line.options.items() if group not in line.assumed}
    configuration = configure(design, {**line.inputs, **item.inputs}, {**confirmed, **item.options}, what)
    values = {name: Decimal(number) for name, number in line.values.items()}
    calculated = pricer.piece(design, values, configuration, line.quantity, what)
    line.inputs = {name: str(number) for name, number in configuration.inputs.items()}
    line.options, line.assumed = dict(configuration.options), list(configuration.assumed)
    line.price_fen, line.fixed_fen = calculated.price_fen, calculated.fixed_fen
    line.unit_cost_fen, line.fixed_cost_fen = calculated.cost_fen, calculated.fixed_cost_fen
    line.measure = int(calculated.measure * MILLIONTHS)
    line.measure_unit = calculated.measure_unit
    line.steps = [asdict(step) for step in calculated.steps]


def _meant(quote: Quote, lines: Sequence[QuoteLine], item: QuoteItem, work: Work) -> QuoteLine | None:
    if item.line:
        if not 1 <= item.line <= len(lines):
            raise Invalid(f"报价 {quote.no} 只有 {len(lines)} 行，没有第 {item.line} 行。", subject=quote.subject)
        return lines[item.line - 1]
    if not item.product:
        if len(lines) != 1:
            raise Invalid(
                f"报价 {quote.no} 有 {len(lines)} 行，请说改哪一行，例如：第1行改成3{lines[0].unit}；"
                "每一行都改，就加上“都”。"
            )
        return lines[0]
    product = _product(item.product, work)
    known = [line for line in lines if line.product_id == product.id]
    if len(known) > 1:
        raise Invalid(
            f"报价 {quote.no} 有 {len(known)} 行 {product.code}，请带上行号，例如：第2行改成3{product.unit}。",
            subject=quote.subject,
        )
    return known[0] if known else None


def _customer(quote: Quote, work: Work) -> Customer | None:
    return None if quote.customer_id is None else work.get(Customer, quote.customer_id)


def _product(said: str, work: Work) -> Product:
    product = work.find.catalog.product(said)
    if product is None:
        near = "、".join(f"{each.code}（{each.name}）" for each in work.find.catalog.nearest(said))
        raise Invalid(f"产品库里没有“{said}”。{f'相近的有：{near}。' if near else ''}请换个型号再发一次。")
    if not product.is_priced:
        raise Invalid(f"{product.code} 还没有价格，请管理员先在产品文件里补上价格。")
    return product
