"""Quotations as they leave the house: the paper, the customer's page, and how it stands with him."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.approvals.approval import Approval
from domain.customers.customer import Customer
from domain.errors import NotFound
from domain.people.person import Person
from domain.quotes.offer import OfferState, QuoteOffer, QuoteRemark, is_over
from domain.quotes.offering import holds_as_approved
from domain.quotes.paper_views import OfferPage, OfferView, QuotePaper, RemarkView, Standing
from domain.quotes.quote import Quote, QuoteLine, content_hash
from domain.quotes.terms import terms_of
from domain.quotes.version import QuoteVersion
from domain.quotes.views import TermView
from domain.scope import require
from storage.finders.offers import OfferFinder
from storage.finders.people import PeopleFinder
from storage.finders.quotes import QuoteFinder
from storage.queries.quote_versions import line_views

DRAFT, VOID = "草稿", "已失效"


class OfferQueries:
    """What may be read of a quotation outside, and what we see of it there."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def paper(self, quote_id: int, viewer: Actor) -> QuotePaper:
        """Return the version that counts; NotFound when unknown or not for this viewer."""
        quote = self._session.get(Quote, quote_id)
        if quote is None:
            raise NotFound("没有找到这份报价，可能不在您的范围内。")
        require(viewer, quote.owner_id, PeopleFinder(self._session).leader_of)
        return self._current(quote)

    def page(self, token: str, now: datetime, zone: ZoneInfo) -> OfferPage | None:
        """Return the customer's page of this secret as it stands now; None when there is none."""
        offer = OfferFinder(self._session).by_token(token)
        if offer is None:
            return None
        quote = self._session.get_one(Quote, offer.quote_id)
        newest = OfferFinder(self._session).latest(quote.id)
        standing = self._standing(offer, quote)
        if standing is Standing.OPEN and is_over(offer.until, now, zone):
            standing = Standing.EXPIRED
        replaced = standing is Standing.REPLACED and newest is not None
        remarks = self._session.scalars(
            select(QuoteRemark).where(QuoteRemark.offer_id == offer.id).order_by(QuoteRemark.id)
        )
        return OfferPage(
            paper=self._current(quote) if self._counts(offer, quote) else self._former(offer, quote),
            standing=standing,
            until=offer.until,
            newer=newest.token if replaced and newest is not None else "",
            answered_at=offer.answered_at,
            signer=offer.signer,
            signature=offer.signature,
            reason=offer.reason,
            remarks=tuple(RemarkView(at=each.at, by=each.by, words=each.words) for each in remarks),
        )

    def link(self, quote_id: int, viewer: Actor) -> tuple[QuotePaper, OfferView]:
        """Return the newest offer of a quote the viewer may see; NotFound without one."""
        paper = self.paper(quote_id, viewer)
        offer = self.of_quote(quote_id)
        if offer is None:
            raise NotFound(f"报价 {paper.no} 还没有发给客户。")
        return paper, offer

    def of_quote(self, quote_id: int) -> OfferView | None:
        """Return how the newest offer of a quote stands, its last day aside; None when it was never handed out."""
        offer = OfferFinder(self._session).latest(quote_id)
        if offer is None:
            return None
        quote = self._session.get_one(Quote, quote_id)
        last = self._session.scalars(
            select(QuoteRemark).where(QuoteRemark.offer_id == offer.id).order_by(QuoteRemark.id.desc()).limit(1)
        ).first()
        return OfferView(
            token=offer.token,
            revision=offer.revision,
            standing=self._standing(offer, quote),
            until=offer.until,
            at=offer.at,
            views=offer.views,
            viewed_at=offer.viewed_at,
            answered_at=offer.answered_at,
            signer=offer.signer,
            reason=offer.reason,
            open_question=last.words if last is not None and not last.by else "",
        )

    def asked_last(self, viewer: Actor) -> int | None:
        """Return the viewer's own quote that was asked about last and waits for an answer."""
        query = (
            select(QuoteRemark, Quote.id)
            .join(QuoteOffer, QuoteOffer.id == QuoteRemark.offer_id)
            .join(Quote, Quote.id == QuoteOffer.quote_id)
            .where(Quote.owner_id == viewer.person_id)
            .order_by(QuoteRemark.id.desc())
            .limit(50)
        )
        answered: set[int] = set()
        for remark, quote_id in self._session.execute(query):
            if not remark.by and quote_id not in answered:
                return int(quote_id)
            answered.add(quote_id)
        return None

    def _standing(self, offer: QuoteOffer, quote: Quote) -> Standing:
        if offer.state is not OfferState.OPEN:
            return Standing(offer.state.value)
        newest = OfferFinder(self._session).latest(quote.id)
        if newest is not None and newest.id != offer.id and newest.customer_id == offer.customer_id:
            return Standing.REPLACED
        return Standing.OPEN if self._counts(offer, quote) else Standing.CHANGING

    def _counts(self, offer: QuoteOffer, quote: Quote) -> bool:
        same = (offer.revision, offer.content_hash, offer.customer_id) == (
            quote.revision,
            quote.content_hash,
            quote.customer_id,
        )
        return same and holds_as_approved(quote, QuoteFinder(self._session).lines(quote), self._approval(quote))

    def _current(self, quote: Quote) -> QuotePaper:
        lines = QuoteFinder(self._session).lines(quote)
        final = holds_as_approved(quote, lines, self._approval(quote))
        return self._paper(
            quote,
            quote,
            lines,
            mark="" if final else DRAFT,
            hashed=content_hash(quote, lines),
            approved_at=quote.decided_at if final else None,
        )

    def _former(self, offer: QuoteOffer, quote: Quote) -> QuotePaper:
        """Return what the customer was given, though it does not count any more."""
        head = QuoteFinder(self._session).version(quote.id, offer.revision)
        lines = self._session.scalars(
            select(QuoteLine)
            .where(QuoteLine.quote_id == quote.id, QuoteLine.revision == offer.revision)
            .order_by(QuoteLine.position)
        ).all()
        return self._paper(
            quote, head or quote, lines, mark=VOID, hashed=offer.content_hash, customer_id=offer.customer_id
        )

    def _paper(
        self,
        quote: Quote,
        head: Quote | QuoteVersion,
        lines: Sequence[QuoteLine],
        *,
        mark: str,
        hashed: str,
        approved_at: datetime | None = None,
        customer_id: int | None = None,
    ) -> QuotePaper:
        known = customer_id or quote.customer_id
        customer = None if known is None else self._session.get(Customer, known)
        seller = self._session.get(Person, quote.owner_id)
        return QuotePaper(
            no=quote.no,
            revision=head.revision,
            mark=mark,
            content_hash=hashed,
            customer="" if customer is None else customer.name,
            seller="" if seller is None else seller.name,
            lines=line_views(self._session, lines),
            discount_ppm=head.discount_ppm,
            is_agreed=head.agreed_fen is not None,
            list_fen=head.list_fen,
            total_fen=head.total_fen,
            tax_fen=head.tax_fen,
            terms=tuple(
                TermView(kind=term.kind, name=term.name, text=term.text, is_standard=term.is_standard)
                for term in terms_of(head.terms)
            ),
            valid_days=head.valid_days,
            approved_at=approved_at,
        )

    def _approval(self, quote: Quote) -> Approval | None:
        return None if quote.approval_id is None else self._session.get(Approval, quote.approval_id)
