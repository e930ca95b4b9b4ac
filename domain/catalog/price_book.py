"""Price books: prices that hold from a day to a day, for everybody or for some customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.actor import Actor
from domain.catalog.design import values_of
from domain.catalog.product import Product
from domain.condition import ConditionError, Facts
from domain.condition_yaml import parse
from domain.customers.customer import Customer
from domain.errors import Invalid
from domain.messages import Command, Event
from domain.policy_pool import CUSTOMER_FACTS
from domain.record import Entity, Record
from domain.units import UnitError, parse_money
from domain.work import Work


class PriceBook(Entity, Record):
    """``begins`` … ``ends`` are days of the company's zone, both included.

    ``condition`` is a condition on the customer; ``prices`` maps a product's key to its price in fen
    (``{"": 15800000}``) or to values of its design. The lowest ``rank`` that holds and has the product counts.
    """

    __tablename__ = "price_books"

    name: Mapped[str] = mapped_column(String(64), unique=True)
    begins: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)
    condition: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    prices: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    rank: Mapped[int] = mapped_column(Integer, default=0)

    def holds(self, facts: Facts) -> bool:
        """Return whether it is for a customer of these facts."""
        return parse(self.condition or None, CUSTOMER_FACTS).holds(facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolPriceBook(Command):
    """Add a price book or bring the known one (by name) up to date.

    ``prices``: product code → ``15.8万``, or for a configurable product its values, ``{"基价": "720"}``.
    """

    name: str
    begins: date
    ends: date
    when: dict[str, Any] = field(default_factory=dict)
    prices: dict[str, str | dict[str, str]] = field(default_factory=dict)
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBookEnrolled(Event):
    """A price book was added or changed."""

    name: str
    begins: date
    ends: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a product costs somebody today: its price, or the values of its design, and the book they stand in."""

    price_fen: int
    values: Mapping[str, str]
    book: str = ""
    ends: date | None = None


def enrol_price_book(command: EnrolPriceBook, actor: Actor, work: Work) -> int:
    """Return the price book's id."""
    del actor
    if command.begins > command.ends:
        raise Invalid(f"价目表“{command.name}”的开始日期在结束日期之后。")
    try:
        parse(command.when or None, CUSTOMER_FACTS)
    except ConditionError as error:
        raise Invalid(f"价目表“{command.name}”的条件看不懂：{error}。") from None
    prices = {}
    for code, said in command.prices.items():
        product = work.find.catalog.known(code)
        if product is None:
            raise Invalid(f"价目表“{command.name}”里的产品“{code}”不在产品库里，请先加产品。")
        prices[product.key] = _read(product, said, command.name, work)
    book = work.find.catalog.book(command.name) or work.add(
        PriceBook(name=command.name, begins=command.begins, ends=command.ends)
    )
    book.begins, book.ends, book.rank = command.begins, command.ends, command.rank
    book.condition, book.prices = dict(command.when), prices
    work.flush()
    work.record(PriceBookEnrolled(subject=book.subject, name=book.name, begins=book.begins, ends=book.ends))
    return book.id


def listed(product: Product, customer: Customer | None, work: Work) -> Listed:
    """Return the product's price for a customer today: of the first price book that holds, else its own."""
    return listed_in(product, customer, work.find.catalog.books(work.calendar.local(work.now).date()))


def listed_in(product: Product, customer: Customer | None, books: Sequence[PriceBook]) -> Listed:
    """Return the product's price by the first of ``books`` that is for this customer and has it."""
    facts: Facts = {} if customer is None else _facts(customer)
    for book in books:
        prices = book.prices.get(product.key)
        if prices is None or not book.holds(facts):
            continue
        if "" in prices:
            return Listed(price_fen=int(prices[""]), values=product.values, book=book.name, ends=book.ends)
        return Listed(price_fen=0, values={**product.values, **prices}, book=book.name, ends=book.ends)
    return Listed(price_fen=product.price_fen, values=product.values)


def _facts(customer: Customer) -> Facts:
    return {"level": customer.level or None, "region": customer.region or None, "name": customer.name}


def _read(product: Product, said: str | dict[str, str], book: str, work: Work) -> dict[str, int | str]:
    if isinstance(said, str) == bool(product.design):
        wants = "各个值，例如 {基价: 720}" if product.design else "一个价格，例如 15.8万"
        raise Invalid(f"价目表“{book}”里 {product.code} 要写{wants}。")
    try:
        if isinstance(said, str):
            return {"": parse_money(said)}
        kept = work.find.catalog.design(product.design)
        if kept is not None:
            values_of(kept.design, said)
        return dict(said)
    except (UnitError, ValueError) as error:
        raise Invalid(f"价目表“{book}”里 {product.code} 的价格写得不对：{error}。") from None
