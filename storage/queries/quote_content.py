"""Whether what is kept of a quotation is still what its approval was given for (R-107)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.approvals.approval import Approval, ApprovalState
from domain.quotes.quote import Quote, QuoteLine, QuoteState, content_hash, hash_of
from storage.finders.quotes import QuoteFinder

_SAID = {
    QuoteState.SUBMITTED: ApprovalState.PENDING,
    QuoteState.APPROVED: ApprovalState.APPROVED,
    QuoteState.REJECTED: ApprovalState.REJECTED,
}


def changed_after_approval(session: Session, ids: Collection[int] | None = None) -> Iterator[Quote]:
    """Yield the quotes, all or of these ids, whose content is not what their approval was asked for."""
    query = select(Quote, Approval).join(Approval, Approval.id == Quote.approval_id).order_by(Quote.id)
    if ids is not None:
        query = query.where(Quote.id.in_(ids))
    for quote, approval in session.execute(query):
        now = content_hash(quote, QuoteFinder(session).lines(quote))
        if not now == quote.content_hash == approval.content_hash:
            yield quote


def at_odds_with_approval(session: Session) -> Iterator[str]:
    """Yield the numbers of quotes that say something else than their approval (R-112)."""
    query = (
        select(Quote.no, Quote.state, Approval.state)
        .outerjoin(Approval, Approval.id == Quote.approval_id)
        .where(Quote.state.in_(_SAID))
    )
    for no, state, approved in session.execute(query.order_by(Quote.id)):
        if approved is not _SAID[state]:
            yield no


def is_as_asked(session: Session, approval: Approval) -> bool | None:
    """Return whether the revision an approval is about is kept as it was asked; None when it is about no quotation."""
    kind, _, id_ = approval.about.partition(":")
    quote = session.get(Quote, int(id_)) if kind == "quote" else None
    if quote is None:
        return None
    current = quote.revision == approval.revision
    head = quote if current else QuoteFinder(session).version(quote.id, approval.revision)
    if head is None:
        return False
    lines = session.scalars(
        select(QuoteLine)
        .where(QuoteLine.quote_id == quote.id, QuoteLine.revision == approval.revision)
        .order_by(QuoteLine.position)
    ).all()
    return hash_of(quote.no, head, lines) == approval.content_hash
