"""Finding products by what people call them."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.catalog.product import Product, code_key
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

    def nearest(self, said: str, most: int = 3) -> list[Product]:
        """Return the products that sound most like what was said, best first."""
        sold = self._sold()
        names = [code_key(name) for product in sold for name in (product.code, product.name, *product.aliases)]
        owners = [product for product in sold for _ in (product.code, product.name, *product.aliases)]
        hits = process.extract(code_key(said), names, scorer=fuzz.WRatio, score_cutoff=_NEAR, limit=4 * most)
        return list({owners[index].id: owners[index] for _, _, index in hits}.values())[:most]

    def _sold(self) -> Sequence[Product]:
        return self._session.scalars(select(Product).where(Product.active).order_by(Product.id)).all()
