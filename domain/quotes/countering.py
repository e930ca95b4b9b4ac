"""``批了，不过付款改三六一``: the condition of an approver becomes the next version, for its owner to submit or not."""

from __future__ import annotations

from domain.actor import Actor
from domain.approvals.events import ApprovalCountered
from domain.quotes.drafting import note_revised
from domain.quotes.events import QuoteRejected
from domain.quotes.lines import copy
from domain.quotes.pricing import check_discount
from domain.quotes.quote import QuoteState
from domain.quotes.repricing import reprice
from domain.quotes.submitting import as_asked, is_quote
from domain.quotes.terms import changed_terms
from domain.quotes.version import note_version
from domain.quotes.whole import Total
from domain.work import Work


def take_counter(event: ApprovalCountered, actor: Actor, work: Work) -> None:
    """Reaction: what was asked ends; the next version carries discount, total and clauses, its owner reads the words.

    The approver has edited nothing: it is the owner's version, and he agrees to it by submitting it.
    """
    del actor
    if not is_quote(event.about):
        return
    quote = as_asked(event, work)
    said = f"同意，但{event.words}"
    quote.decided(QuoteState.REJECTED, event.by, work.now, said)
    work.flush()
    work.record(QuoteRejected(subject=quote.subject, revision=quote.revision, reason=said))
    if event.discount_ppm is not None:
        check_discount(event.discount_ppm)
    terms = changed_terms(quote.terms, event.terms, work.policies.quoting)
    before, was = work.find.quotes.lines(quote), quote.revision
    note_version(quote, work)
    quote.edit(quote.owner_id)
    note_version(quote, work, base=was)
    lines = [copy(line, quote, work) for line in before]
    quote.terms = terms
    if event.discount_ppm is not None:
        quote.discount(event.discount_ppm)
    reprice(quote, lines, work, None if event.total_fen is None else Total(fen=event.total_fen))
    note_revised(quote, lines, work)
    work.say(
        quote.owner_id,
        f"报价 {quote.no} V{event.revision}：{event.by}{said}。已按此生成 V{quote.revision}，"
        "核对条款后点“提交审批”，或继续改。",
    )
    work.tell(quote.owner_id, "quotes.draft", quote.subject)
