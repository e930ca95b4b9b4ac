"""Finding what belongs to a quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.quotes.quote import Quote, QuoteLine, QuoteState
from domain.quotes.version import QuoteVersion
from storage.newly import ASKS

_LINES = (
    select(QuoteLine)
    .where(QuoteLine.quote_id == bindparam("quote_id"), QuoteLine.revision == bindparam("revision"))
    .order_by(QuoteLine.position)
)
_VERSION = (
    select(QuoteVersion)
    .where(QuoteVersion.quote_id == bindparam("quote_id"), QuoteVersion.revision == bindparam("revision"))
    .execution_options(**{ASKS: (QuoteVersion,)})
)
_AGREED = (
    select(QuoteLine, Quote.discount_ppm)
    .join(Quote, (Quote.id == QuoteLine.quote_id) & (Quote.revision == QuoteLine.revision))
    .where(
        QuoteLine.product_id == bindparam("product_id"),
        Quote.state == QuoteState.APPROVED,
        Quote.id != bindparam("but"),
    )
    .order_by(QuoteLine.id.desc())
    .limit(bindparam("most"))
)


class QuoteFinder:
    """Lines of a revision, quotes of an inquiry."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lines(self, quote: Quote) -> Sequence[QuoteLine]:
        """Return the lines of the current revision, in their order."""
        return self._session.scalars(_LINES, {"quote_id": quote.id, "revision": quote.revision}).all()

    def version(self, quote_id: int, revision: int) -> QuoteVersion | None:
        """Return the head of one revision."""
        return self._session.scalars(_VERSION, {"quote_id": quote_id, "revision": revision}).first()

    def agreed(self, product_ids: Sequence[int], but: int, most: int) -> Mapping[int, Sequence[tuple[QuoteLine, int]]]:
        """Return the newest ``most`` lines of approved quotes by product, each with its quote's discount (ppm)."""
        found = {}
        for product_id in product_ids:
            rows = self._session.execute(_AGREED, {"product_id": product_id, "but": but, "most": most})
            found[product_id] = [(line, discount_ppm) for line, discount_ppm in rows]
        return found

    def of_inquiry(self, inquiry_id: int) -> Sequence[Quote]:
        """Return the quotes for an inquiry, oldest first."""
        return self._session.scalars(select(Quote).where(Quote.inquiry_id == inquiry_id).order_by(Quote.id)).all()
