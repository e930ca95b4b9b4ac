"""Asking for approval, taking it back, and hearing how it was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.actor import Actor
from domain.approvals.asking import Wish, request, withdraw
from domain.approvals.events import (
    ApprovalCountered,
    ApprovalGranted,
    ApprovalRejected,
    ApprovalReturned,
    StepApproved,
)
from domain.customers.customer import Customer
from domain.errors import Invalid, NotAllowed, Stale
from domain.inquiries.commands import InquiryUndone
from domain.messages import Command
from domain.quotes.checking import still_open
from domain.quotes.drafting import locked, void_drafts
from domain.quotes.events import QuoteApproved, QuoteRejected, QuoteSubmitted, QuoteWithdrawn
from domain.quotes.quote import Quote, QuoteLine, QuoteState, content_hash
from domain.quotes.repricing import facts
from domain.quotes.version import note_version
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitQuote(Command):
    """Ask the people the approval policy names; ``reason`` is what the asker wants them to know."""

    quote_id: int
    version: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawQuote(Command):
    """Take it back while it is pending."""

    quote_id: int
    version: int = 0


def submit_quote(command: SubmitQuote, actor: Actor, work: Work) -> int:
    """Return the approval's id."""
    quote, _ = locked(command.quote_id, actor, work)
    quote.check_version(command.version)
    if quote.customer_id is not None:
        # Before anything that refers to him is written: two such writers would each wait for the other's share.
        work.lock(Customer, quote.customer_id)
    _check_legal_name(quote, work)
    lines = work.find.quotes.lines(quote)
    _check_warnings(quote)
    quote.submit(content_hash(quote, lines))
    work.flush()
    work.record(
        QuoteSubmitted(
            subject=quote.subject,
            revision=quote.revision,
            content_hash=quote.content_hash,
            inquiry_id=quote.inquiry_id,
        )
    )
    approval = request(_wish(quote, lines, command.reason, work), actor, work)
    quote.approval_id = approval.id
    work.flush()
    work.redraw(quote.subject)
    return approval.id


def withdraw_quote(command: WithdrawQuote, actor: Actor, work: Work) -> None:
    """By whoever asked, or the quote's owner; Stale when somebody has decided first."""
    quote, approval = locked(command.quote_id, actor, work)
    if approval is None:
        raise Stale(f"报价 {quote.no} 没有在审批，不需要撤回。", subject=quote.subject)
    if actor.person_id not in (approval.requester_id, quote.owner_id):
        raise NotAllowed("只有提交人可以撤回这份报价。", subject=quote.subject)
    withdraw(approval, actor, work)
    quote.withdrawn()
    work.flush()
    work.record(QuoteWithdrawn(subject=quote.subject, revision=quote.revision))
    work.redraw(quote.subject)


def check_unchanged(event: StepApproved, actor: Actor, work: Work) -> None:
    """Reaction: a yes counts only for the content that was asked (R-107)."""
    del actor
    if is_quote(event.about):
        as_asked(event, work)


def take_grant(event: ApprovalGranted, actor: Actor, work: Work) -> None:
    """Reaction: the quote is approved, its owner is told."""
    del actor
    if not is_quote(event.about):
        return
    quote = as_asked(event, work)
    quote.decided(QuoteState.APPROVED, event.by, work.now, event.comment)
    note_version(quote, work)
    work.flush()
    work.record(
        QuoteApproved(
            subject=quote.subject,
            revision=quote.revision,
            content_hash=quote.content_hash,
            inquiry_id=quote.inquiry_id,
        )
    )
    work.redraw(quote.subject)
    said = f"（{event.comment}）" if event.comment else ""
    work.say(quote.owner_id, f"报价 {quote.no} V{quote.revision} 已由{event.by}同意{said}。")


def take_rejection(event: ApprovalRejected, actor: Actor, work: Work) -> None:
    """Reaction: the quote is rejected, its owner is told why."""
    del actor
    if not is_quote(event.about):
        return
    quote = as_asked(event, work)
    quote.decided(QuoteState.REJECTED, event.by, work.now, event.reason)
    note_version(quote, work)
    work.flush()
    work.record(QuoteRejected(subject=quote.subject, revision=quote.revision, reason=event.reason))
    work.redraw(quote.subject)
    work.say(
        quote.owner_id,
        f"报价 {quote.no} V{quote.revision} 被{event.by}驳回：{event.reason}。改好折扣或数量后可以再提交。",
    )


def take_return(event: ApprovalReturned, actor: Actor, work: Work) -> None:
    """Reaction: nobody decided in time; it is a draft again, as it was submitted."""
    del actor
    if is_quote(event.about):
        quote = work.lock(Quote, int(event.about.partition(":")[2]))
        quote.withdrawn()
        work.flush()
        work.record(QuoteWithdrawn(subject=quote.subject, revision=quote.revision))
        work.redraw(quote.subject)


def is_quote(about: str) -> bool:
    """Return whether an approval is about a quotation: other things are approved too."""
    return about.startswith("quote:")


def as_asked(event: StepApproved | ApprovalGranted | ApprovalRejected | ApprovalCountered, work: Work) -> Quote:
    """Return the quote the event is about, locked; Stale unless its content is still what was asked."""
    quote = work.lock(Quote, int(event.about.partition(":")[2]))
    now = content_hash(quote, work.find.quotes.lines(quote))
    if quote.state is not QuoteState.SUBMITTED or (quote.revision, now) != (event.revision, event.content_hash):
        raise Stale(f"报价 {quote.no} 的内容在提交后改过，这次审批不算数，请等新的审批。", subject=quote.subject)
    return quote


def drop_drafts(event: InquiryUndone, actor: Actor, work: Work) -> None:
    """Reaction: drafts for an inquiry that was taken back are void."""
    del actor
    void_drafts(int(event.subject.partition(":")[2]), work)


def _check_legal_name(quote: Quote, work: Work) -> None:
    """Refuse a customer known by a short name only: a quotation goes to a registered company (S-004)."""
    if quote.customer_id is None:
        return
    customer = work.get(Customer, quote.customer_id)
    if not customer.legal_name:
        raise Invalid(
            f"“{customer.name}”还没有工商全称，提交报价前请先补上，"
            f"例如：{customer.name} 全称 {customer.name}有限公司。",
            subject=quote.subject,
        )


def _check_warnings(quote: Quote) -> None:
    """Raise Invalid while a warning of a draft waits for somebody to accept it."""
    waiting = still_open(quote)
    if waiting and quote.state is QuoteState.DRAFT:
        said = "；".join(f"{each.name}：{each.said}" for each in waiting)
        raise Invalid(
            f"报价 {quote.no} 还有 {len(waiting)} 条提醒没确认（{said}）。改好再提交，或确认无误后发“确认提醒”。",
            subject=quote.subject,
        )


def _wish(quote: Quote, lines: Sequence[QuoteLine], reason: str, work: Work) -> Wish:
    assert quote.customer_id is not None
    return Wish(
        about=quote.subject,
        about_no=quote.no,
        revision=quote.revision,
        content_hash=quote.content_hash,
        exhibit={
            "customer": work.get(Customer, quote.customer_id).name,
            "amount_fen": quote.total_fen,
            "discount_ppm": quote.effective_discount_ppm,
            "margin_ppm": quote.margin_ppm,
            "lines": [
                {
                    "code": line.code,
                    "name": line.name,
                    "unit": line.unit,
                    "quantity": line.quantity,
                    "price_fen": line.price_fen,
                    "net_fen": line.net_fen,
                }
                for line in lines
            ],
        },
        facts=facts(quote, lines, work),
        barred={quote.owner_id, *quote.authors},
        reason=reason.strip(),
        customer_id=quote.customer_id,
    )
