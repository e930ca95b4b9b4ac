"""Handing an approved quotation to the customer: only what was approved, and only as it was approved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval import Approval
from domain.errors import Invalid
from domain.messages import Command
from domain.quotes.drafting import locked
from domain.quotes.events import QuoteOffered
from domain.quotes.offer import OfferState, QuoteOffer, is_over, last_day
from domain.quotes.quote import Quote, QuoteState, content_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.actor import Actor
    from domain.quotes.quote import QuoteLine
    from domain.work import Work

_MISSING = {
    QuoteState.DRAFT: "还没有审批，请先提交审批",
    QuoteState.SUBMITTED: "还在审批，同意后才能发",
    QuoteState.REJECTED: "被驳回了，请改好再提交",
    QuoteState.VOID: "已作废，请重新报价",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferQuote(Command):
    """Make the customer's page of the version that counts. Twice is once: the same version keeps its link."""

    quote_id: int
    version: int = 0


def offer_quote(command: OfferQuote, actor: Actor, work: Work) -> str:
    """Return the secret of the page."""
    quote, _ = locked(command.quote_id, actor, work)
    quote.check_version(command.version)
    if quote.state is not QuoteState.APPROVED:
        raise Invalid(f"报价 {quote.no} {_MISSING[quote.state]}，不能发给客户。", subject=quote.subject)
    if not is_as_approved(quote, work):
        raise Invalid(
            f"报价 {quote.no} 的内容和审批时不一样，不能发给客户。请改一下再提交审批。", subject=quote.subject
        )
    assert quote.customer_id is not None
    assert quote.decided_at is not None
    until = last_day(quote.decided_at, quote.valid_days, work.calendar.zone)
    if is_over(until, work.now, work.calendar.zone):
        raise Invalid(
            f"报价 {quote.no} 的有效期到 {until:%Y-%m-%d}，已经过了。请改一下再提交审批，例如：改成九五折。",
            subject=quote.subject,
        )
    offer = work.find.offers.latest(quote.id)
    if offer is None or not _holds(offer, quote):
        offer = work.add(
            QuoteOffer(
                quote_id=quote.id,
                customer_id=quote.customer_id,
                revision=quote.revision,
                content_hash=quote.content_hash,
                token=work.secret(),
                at=work.now,
                until=until,
            )
        )
        work.record(QuoteOffered(subject=quote.subject, revision=quote.revision, content_hash=quote.content_hash))
    offer.until = until
    work.flush()
    work.redraw(quote.subject)
    return offer.token


def is_as_approved(quote: Quote, work: Work) -> bool:
    """Return whether the content is what was approved, down to the last fen (R-107)."""
    approval = None if quote.approval_id is None else work.get(Approval, quote.approval_id)
    return holds_as_approved(quote, work.find.quotes.lines(quote), approval)


def holds_as_approved(quote: Quote, lines: Sequence[QuoteLine], approval: Approval | None) -> bool:
    """Return the same of records in hand."""
    if quote.state is not QuoteState.APPROVED or approval is None:
        return False
    return content_hash(quote, lines) == quote.content_hash == approval.content_hash


def _holds(offer: QuoteOffer, quote: Quote) -> bool:
    """Return whether this offer is of the content that counts; after a no it takes a new one."""
    same = (offer.revision, offer.content_hash, offer.customer_id) == (
        quote.revision,
        quote.content_hash,
        quote.customer_id,
    )
    return same and offer.state is not OfferState.DECLINED
