"""Finding products by what people call them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz, process
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.catalog.price_book import PriceBook
from domain.catalog.product import Product, code_key
from domain.catalog.product_design import ProductDesign
from storage.newly import ASKS

_NEAR = 50
"""Of 100: below this a product is not worth suggesting."""


_SOLD_AS = (
    select(Product).where(Product.key == bindparam("key"), Product.active).execution_options(**{ASKS: (Product,)})
)


class CatalogFinder:
    """Products of the price list. A price list has hundreds of lines, so names are compared in memory."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._met: dict[str, Product] = {}
        """By key, for as long as the transaction: a burst of inquiries names the same few products."""

    def known(self, code: str) -> Product | None:
        """Return the product of this code, also one no longer sold."""
        return self._session.scalars(select(Product).where(Product.key == code_key(code))).first()

    def product(self, said: str) -> Product | None:
        """Return the only product with this code, name or alias; None when there is none or more than one."""
        key = code_key(said)
        if not key:
            return None
        exact = self._met.get(key)
        if exact is None or not (exact.active and exact.key == key):
            exact = self._session.scalars(_SOLD_AS, {"key": key}).first()
        if exact is not None:
            self._met[key] = exact
            return exact
        called = [product for product in self._sold() if key in map(code_key, (product.name, *product.aliases))]
        return called[0] if len(called) == 1 else None

    def design(self, name: str) -> ProductDesign | None:
        """Return the version of a design that is in force."""
        query = select(ProductDesign).where(ProductDesign.name == name).order_by(ProductDesign.edition.desc()).limit(1)
        return self._session.scalars(query).first()

    def book(self, name: str) -> PriceBook | None:
        """Return the price book of this name."""
        return self._session.scalars(select(PriceBook).where(PriceBook.name == name)).first()

    def books(self, day: date) -> Sequence[PriceBook]:
        """Return the price books that hold on a day, the one that counts first before the others."""
        query = select(PriceBook).where(PriceBook.begins <= day, PriceBook.ends >= day)
        return self._session.scalars(query.order_by(PriceBook.rank, PriceBook.id)).all()

    def nearest(self, said: str, most: int = 3) -> list[Product]:
        """Return the products that sound most like what was said, best first."""
        sold = self._sold()
        names = [code_key(name) for product in sold for name in (product.code, product.name, *product.aliases)]
        owners = [product for product in sold for _ in (product.code, product.name, *product.aliases)]
        hits = process.extract(code_key(said), names, scorer=fuzz.WRatio, score_cutoff=_NEAR, limit=4 * most)
        return list({owners[index].id: owners[index] for _, _, index in hits}.values())[:most]

    def _sold(self) -> Sequence[Product]:
        return self._session.scalars(select(Product).where(Product.active).order_by(Product.id)).all()
