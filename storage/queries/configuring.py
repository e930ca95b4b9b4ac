"""Quotes open for changes on a page: what can be set, and what a change would come to. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.catalog.calculating import Pricer
from domain.catalog.configuring import said_number
from domain.catalog.design import Design, values_of
from domain.catalog.price_book import listed_in
from domain.catalog.product import Product
from domain.catalog.product_design import ProductDesign
from domain.customers.customer import Customer
from domain.errors import Invalid, NotFound
from domain.money import ratio_ppm
from domain.quotes.configure_views import ConfigureView, GroupView, LineForm, MeasureView, Trial
from domain.quotes.lines import QuoteItem
from domain.quotes.pricing import Priced, price_line
from domain.quotes.quote import Quote, QuoteLine, QuoteState
from domain.quotes.trying import Subject, barred_options, try_line
from domain.quotes.whole import nearest_discount
from storage.finders.catalog import CatalogFinder
from storage.finders.quotes import QuoteFinder
from storage.queries.catalog import CatalogQueries
from storage.queries.quotes import QuoteQueries

_LISTED = 200
"""Products to choose from on the page: a phone turns no longer list, and the chat knows them all."""
_OPEN = (QuoteState.DRAFT, QuoteState.REJECTED)


class ConfiguringQueries:
    """The configurator's side of quotes and catalogue."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def form(self, quote_id: int, viewer: Actor, added: str = "") -> ConfigureView | None:
        """Return what can be set, with the product ``added`` (a code); None when the quote is not open for changes."""
        view = QuoteQueries(self._session).card(quote_id, viewer)
        quote = self._session.get_one(Quote, quote_id)
        if quote.state not in _OPEN:
            return None
        sold = CatalogQueries(self._session).most_quoted(_LISTED + 1)
        product = CatalogFinder(self._session).known(added) if added else None
        return ConfigureView(
            quote_id=quote.id,
            no=view.no,
            version=quote.version,
            lines=tuple(
                self._line(number, line) for number, line in enumerate(QuoteFinder(self._session).lines(quote), start=1)
            ),
            products=tuple(sorted((each.code, each.name) for each in sold[:_LISTED] if each.is_priced)),
            added=None if product is None or not product.active else self._added(product),
            has_more=len(sold) > _LISTED,
        )

    def trial(self, quote_id: int, item: QuoteItem, viewer: Actor, today: date) -> Trial:
        """Return what ``item`` would come to: of a ``line``, else a product to be added. NotFound for no such line."""
        view = QuoteQueries(self._session).card(quote_id, viewer)
        quote = self._session.get_one(Quote, quote_id)
        lines = QuoteFinder(self._session).lines(quote)
        if item.line > len(lines) or (not item.line and not item.added):
            raise NotFound("没有找到这一行，请刷新页面。")
        line = lines[item.line - 1] if item.line else None
        subject = self._subject(line) if line is not None else self._sold(item.product, quote, today)
        quantity, pricer = item.quantity or 0, Pricer()
        discount = quote.discount_ppm if quote.agreed_fen is None else nearest_discount(quote.discount_ppm)
        barred = barred_options(subject, item.inputs, item.options, quantity, pricer)
        try:
            piece, priced = try_line(subject, item.inputs, item.options, quantity, discount, pricer)
        except Invalid as error:
            return Trial(wrong=error.message, barred=barred, was_total_fen=quote.total_fen)
        others = [_priced(each, discount) for each in lines if each is not line]
        total = priced.net_fen + sum(each.net_fen for each in others)
        listed = priced.list_fen + sum(each.list_fen for each in others)
        if quote.agreed_fen is not None and line is not None and listed == quote.list_fen:
            priced, total = replace(priced, net_fen=line.net_fen), quote.agreed_fen  # it holds as long as the goods do
        cost = priced.cost_fen + sum(each.cost_fen for each in others)
        return Trial(
            piece_fen=piece,
            line_fen=priced.net_fen,
            total_fen=total,
            was_total_fen=quote.total_fen,
            margin_ppm=None if view.margin_ppm is None else ratio_ppm(total - cost, total),
            barred=barred,
        )

    def _line(self, number: int, line: QuoteLine) -> LineForm:
        design = None if line.design_id is None else self._session.get_one(ProductDesign, line.design_id).design
        return _form(number, (line.code, line.name, line.unit, line.quantity), design, line.inputs, line.options)

    def _added(self, product: Product) -> LineForm:
        return _form(0, (product.code, product.name, product.unit, 1), self._design(product), {}, {})

    def _subject(self, line: QuoteLine) -> Subject:
        design = None if line.design_id is None else self._session.get_one(ProductDesign, line.design_id).design
        return Subject(
            name=line.name,
            tax_ppm=line.tax_ppm,
            price_fen=line.price_fen,
            cost_fen=line.unit_cost_fen,
            design=design,
            values={name: Decimal(str(number)) for name, number in line.values.items()},
        )

    def _sold(self, code: str, quote: Quote, today: date) -> Subject:
        product = CatalogFinder(self._session).known(code)
        if product is None or not product.active or not product.is_priced:
            raise NotFound("没有找到这个产品，请刷新页面。")
        customer = None if quote.customer_id is None else self._session.get(Customer, quote.customer_id)
        price = listed_in(product, customer, CatalogFinder(self._session).books(today))
        design = self._design(product)
        return Subject(
            name=product.name,
            tax_ppm=product.tax_ppm,
            price_fen=price.price_fen,
            cost_fen=product.cost_fen,
            design=design,
            values=None
            if design is None
            else values_of(design, {name: str(number) for name, number in price.values.items()}),
        )

    def _design(self, product: Product) -> Design | None:
        kept = CatalogFinder(self._session).design(product.design) if product.design else None
        return None if kept is None else kept.design


def _form(
    number: int,
    product: tuple[str, str, str, int],
    design: Design | None,
    inputs: Mapping[str, object],
    options: Mapping[str, object],
) -> LineForm:
    code, name, unit, quantity = product
    return LineForm(
        number=number,
        code=code,
        name=name,
        unit=unit,
        quantity=quantity,
        measures=()
        if design is None
        else tuple(
            MeasureView(
                name=each.name,
                unit=each.unit,
                value=str(inputs.get(each.name, "" if each.default is None else said_number(each.default))),
                limits=f"{said_number(each.least)}–{said_number(each.most)}{each.unit}",
            )
            for each in design.inputs
        ),
        groups=()
        if design is None
        else tuple(
            GroupView(
                group=each.group,
                chosen=str(options.get(each.group, each.default or each.choices[0].name)),
                choices=tuple(choice.name for choice in each.choices),
            )
            for each in design.options
        ),
    )


def _priced(line: QuoteLine, discount_ppm: int) -> Priced:
    return price_line(
        price_fen=line.price_fen,
        cost_fen=line.unit_cost_fen,
        quantity=line.quantity,
        discount_ppm=discount_ppm,
        tax_ppm=line.tax_ppm,
        fixed_fen=line.fixed_fen,
        fixed_cost_fen=line.fixed_cost_fen,
    )
