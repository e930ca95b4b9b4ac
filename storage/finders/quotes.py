"""Finding what belongs to a quote."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.quotes.quote import Quote, QuoteLine

_LINES = (
    select(QuoteLine)
    .where(QuoteLine.quote_id == bindparam("quote_id"), QuoteLine.revision == bindparam("revision"))
    .order_by(QuoteLine.position)
)


class QuoteFinder:
    """Lines of a revision, quotes of an inquiry."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lines(self, quote: Quote) -> Sequence[QuoteLine]:
        """Return the lines of the current revision, in their order."""
        return self._session.scalars(_LINES, {"quote_id": quote.id, "revision": quote.revision}).all()

    def of_inquiry(self, inquiry_id: int) -> Sequence[Quote]:
        """Return the quotes for an inquiry, oldest first."""
        return self._session.scalars(select(Quote).where(Quote.inquiry_id == inquiry_id).order_by(Quote.id)).all()
