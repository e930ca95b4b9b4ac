"""Quotes follow their inquiry: a customer that was mixed up is put right in all that came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.catalog.calculating import Pricer
from domain.inquiries.inquiry import Inquiry
from domain.quotes.drafting import locked, note_revised, reopen
from domain.quotes.lines import follow_books
from domain.quotes.quote import QuoteState
from domain.quotes.repricing import reprice

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.inquiries.commands import InquiryRevised
    from domain.work import Work


def follow_customer(event: InquiryRevised, actor: Actor, work: Work) -> None:
    """Reaction: every quote of the inquiry is for its customer now.

    What was asked or agreed for the other customer is void: the next revision has to be submitted again,
    and whoever was asked sees that on his card (R-107).
    """
    if "customer" not in event.changes:
        return
    inquiry = work.get(Inquiry, int(event.subject.partition(":")[2]))
    for known in work.find.quotes.of_inquiry(inquiry.id):
        if known.state is QuoteState.VOID or known.customer_id == inquiry.customer_id:
            continue
        quote, approval = locked(known.id, actor, work)
        asked = quote.state is QuoteState.SUBMITTED
        lines = reopen(quote, approval, actor, work, in_place=True)
        quote.customer_id = inquiry.customer_id
        follow_books(quote, lines, work, Pricer())
        reprice(quote, lines, work)
        note_revised(quote, lines, work)
        if asked:
            work.say(quote.owner_id, f"报价 {quote.no} 的客户改了，原来的审批作废，请看过后重新提交。")
