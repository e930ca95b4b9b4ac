"""The price list for reading."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.catalog.design import Design
from domain.catalog.product import Product, code_key
from storage.finders.catalog import CatalogFinder


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductView:
    """A product without its cost (R-57)."""

    code: str
    name: str
    aliases: tuple[str, ...]
    category: str
    unit: str
    price_fen: int


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
        return [
            ProductView(
                code=product.code,
                name=product.name,
                aliases=tuple(product.aliases),
                category=product.category,
                unit=product.unit,
                price_fen=product.price_fen,
            )
            for product in self._session.scalars(query)
        ]
