"""Finding what was handed to customers."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.quotes.offer import QuoteOffer, QuoteRemark


class OfferFinder:
    """Offers by their secret and their quote."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_token(self, token: str) -> QuoteOffer | None:
        """Return the offer of a page."""
        return self._session.scalars(select(QuoteOffer).where(QuoteOffer.token == token)).first()

    def latest(self, quote_id: int) -> QuoteOffer | None:
        """Return what the customer was given last."""
        query = select(QuoteOffer).where(QuoteOffer.quote_id == quote_id).order_by(QuoteOffer.id.desc()).limit(1)
        return self._session.scalars(query).first()

    def remarks(self, offer_id: int) -> int:
        """Return how much was said on its page."""
        query = select(func.count()).select_from(QuoteRemark).where(QuoteRemark.offer_id == offer_id)
        return self._session.scalar(query) or 0
