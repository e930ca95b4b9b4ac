"""The price list for reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.catalog.design import Design
from domain.catalog.product import Product, code_key
from domain.quotes.quote import QuoteLine
from storage.finders.catalog import CatalogFinder

_LATEST = 500
"""Lines of quotations from which it is told what a company quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductView:
    """A product without its cost (R-57)."""

    code: str
    name: str
    aliases: tuple[str, ...]
    category: str
    unit: str
    price_fen: int
    is_alone: bool = True
    """Whether nothing else on the price list has its name."""

    @property
    def called(self) -> str:
        """Return what to call it where there is room for one word."""
        return self.name if self.is_alone else self.code


class CatalogQueries:
    """What can be sold."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._find = CatalogFinder(session)

    def id_of(self, code: str) -> int | None:
        """Return the product on the price list with this code."""
        query = select(Product.id).where(Product.key == code_key(code), Product.active)
        return self._session.scalars(query).first()

    def design(self, said: str) -> Design | None:
        """Return how a product is configured, by what people call it; None when it is not, or unknown."""
        product = self._find.product(said)
        if product is None or not product.design:
            return None
        kept = self._find.design(product.design)
        return None if kept is None else kept.design

    def products(self) -> list[ProductView]:
        """Return everything on the price list, by code."""
        query = select(Product).where(Product.active).order_by(Product.code)
        return [_view(product) for product in self._session.scalars(query)]

    def named(self, said: Sequence[str]) -> list[ProductView]:
        """Return the products that were meant, each once, in the order they were said; unknown ones are left out."""
        keys = {code_key(each): each for each in said}
        query = select(Product).where(Product.key.in_(keys), Product.active)
        exact = {product.key: product for product in self._session.scalars(query)} if keys else {}
        finder = CatalogFinder(self._session)
        found = (exact.get(key) or finder.product(each) for key, each in keys.items())
        return [_view(each) for each in {each.id: each for each in found if each is not None}.values()]

    def nearest(self, said: str) -> list[ProductView]:
        """Return the products that sound most like what was said, best first."""
        return [self._named(each) for each in CatalogFinder(self._session).nearest(said)]

    def usual(self, most: int) -> list[ProductView]:
        """Return what was quoted most lately, then by code."""
        return [self._named(each) for each in self.most_quoted(most)]

    def most_quoted(self, most: int) -> Sequence[Product]:
        """Return the products that stand in the latest lines most often, then the others by code."""
        latest = select(QuoteLine.product_id).order_by(QuoteLine.id.desc()).limit(_LATEST).subquery()
        times = select(latest.c.product_id, func.count().label("n")).group_by(latest.c.product_id).subquery()
        query = (
            select(Product)
            .outerjoin(times, times.c.product_id == Product.id)
            .where(Product.active)
            .order_by(func.coalesce(times.c.n, 0).desc(), Product.code)
            .limit(most)
        )
        return self._session.scalars(query).all()

    def _named(self, product: Product) -> ProductView:
        same = select(func.count()).where(Product.name == product.name, Product.active)
        return replace(_view(product), is_alone=self._session.scalars(same).one() == 1)


def _view(product: Product) -> ProductView:
    return ProductView(
        code=product.code,
        name=product.name,
        aliases=tuple(product.aliases),
        category=product.category,
        unit=product.unit,
        price_fen=product.price_fen,
    )
