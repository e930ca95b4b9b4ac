"""What happens to a quotation is written down with its customer, so nobody has to type it again (S-049)."""

from __future__ import annotations

from domain.activities.activity import ActivityKind
from domain.activities.logging import note
from domain.actor import Actor
from domain.quotes.events import QuoteApproved, QuoteRejected, QuoteSubmitted
from domain.quotes.quote import Quote
from domain.work import Work


def note_submitted(event: QuoteSubmitted, actor: Actor, work: Work) -> None:
    """Reaction: it went for approval."""
    _note(event.subject, f"V{event.revision} 提交审批", actor, work)


def note_approved(event: QuoteApproved, actor: Actor, work: Work) -> None:
    """Reaction: it may go to the customer."""
    _note(event.subject, f"V{event.revision} 审批通过", actor, work)


def note_rejected(event: QuoteRejected, actor: Actor, work: Work) -> None:
    """Reaction: it may not go out."""
    _note(event.subject, f"V{event.revision} 被驳回：{event.reason}", actor, work)


def _note(subject: str, said: str, actor: Actor, work: Work) -> None:
    quote = work.get(Quote, int(subject.partition(":")[2]))
    note(
        kind=ActivityKind.QUOTE,
        text=f"报价 {quote.no} {said}",
        customer_id=quote.customer_id,
        inquiry_id=quote.inquiry_id,
        actor=actor,
        owner_id=quote.owner_id,
        work=work,
    )
