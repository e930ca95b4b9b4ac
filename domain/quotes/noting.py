"""What happens to a quotation is written down with its customer, so nobody has to type it again (S-049)."""

from __future__ import annotations

from domain.activities.activity import ActivityKind
from domain.activities.logging import note
from domain.actor import Actor
from domain.quotes.events import (
    QuoteAccepted,
    QuoteApproved,
    QuoteDeclined,
    QuoteOffered,
    QuoteQuestioned,
    QuoteRejected,
    QuoteSubmitted,
)
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


def note_offered(event: QuoteOffered, actor: Actor, work: Work) -> None:
    """Reaction: it was handed to the customer."""
    _note(event.subject, f"V{event.revision} 发给客户", actor, work)


def note_questioned(event: QuoteQuestioned, actor: Actor, work: Work) -> None:
    """Reaction: the customer asked something about it (S-086)."""
    _note(event.subject, f"V{event.revision} 客户提问：{event.words}", actor, work)


def note_accepted(event: QuoteAccepted, actor: Actor, work: Work) -> None:
    """Reaction: the customer said yes."""
    _note(event.subject, f"V{event.revision} 客户接受，{event.signer}签名", actor, work)


def note_declined(event: QuoteDeclined, actor: Actor, work: Work) -> None:
    """Reaction: the customer said no."""
    _note(event.subject, f"V{event.revision} 客户谢绝：{event.reason}", actor, work)


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
