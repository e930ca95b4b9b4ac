"""Putting a quote together and changing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.actor import Actor
from domain.approvals.approval import Approval
from domain.approvals.asking import supersede
from domain.approvals.steps import said_rule
from domain.condition import Facts
from domain.customers.customer import Customer
from domain.errors import Invalid, NotAllowed
from domain.inquiries.commands import ReviseInquiry, revise_inquiry
from domain.inquiries.inquiry import Inquiry
from domain.messages import Command
from domain.money import PPM
from domain.quotes.events import QuoteDrafted, QuoteRevised, QuoteVoided
from domain.quotes.lines import QuoteItem, change_line, copy, new_line, said_lines
from domain.quotes.pricing import check_discount, price_line
from domain.quotes.quote import Quote, QuoteLine, QuoteState
from domain.scope import require
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftQuote(Command):
    """Price ``items`` from the product list; without items those of the inquiry. 950,000 ppm is 九五折."""

    items: tuple[QuoteItem, ...] = ()
    discount_ppm: int = PPM
    inquiry_id: int | None = None
    company: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseQuote(Command):
    """Change the discount, quantities and products, or whom it is for: the draft, after submission the next revision.

    A quote of an inquiry moves to another customer together with its inquiry.
    """

    quote_id: int
    version: int = 0
    discount_ppm: int | None = None
    items: tuple[QuoteItem, ...] = ()
    company: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidQuote(Command):
    """Throw a draft or a rejected quote away."""

    quote_id: int
    version: int = 0


def draft_quote(command: DraftQuote, actor: Actor, work: Work) -> int:
    """Return the quote's id."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能报价。")
    inquiry = None if command.inquiry_id is None else _open_inquiry(command.inquiry_id, actor, work)
    items = command.items or (() if inquiry is None else _wanted(inquiry, work))
    if not items:
        raise Invalid("请告诉我报什么产品、几台，例如：报价 X200 两台 九五折。")
    quote = work.add(
        Quote(
            no=work.number("Q"),
            owner_id=actor.person_id if inquiry is None else inquiry.owner_id,
            created_at=work.now,
            customer_id=_customer_id(command, inquiry, actor, work),
            inquiry_id=None if inquiry is None else inquiry.id,
            discount_ppm=command.discount_ppm,
            authors=[actor.person_id],
        )
    )
    work.flush()
    lines = [new_line(quote, position, item, work) for position, item in enumerate(items)]
    reprice(quote, lines, work)
    work.record(
        QuoteDrafted(
            subject=quote.subject,
            no=quote.no,
            total_fen=quote.total_fen,
            discount_ppm=quote.discount_ppm,
            lines=said_lines(lines),
        )
    )
    return quote.id


def revise_quote(command: ReviseQuote, actor: Actor, work: Work) -> None:
    """Change the content; what was being decided is void in the same transaction (R-44, R-107)."""
    quote, approval = locked(command.quote_id, actor, work)
    quote.check_version(command.version)
    if command.company and quote.inquiry_id is not None:
        revise_inquiry(ReviseInquiry(inquiry_id=quote.inquiry_id, company=command.company), actor, work)
        if command.discount_ppm is None and not command.items:
            return
        quote, approval = locked(command.quote_id, actor, work)
    elif command.discount_ppm is None and not command.items and not command.company:
        raise Invalid("请告诉我改什么，例如：改成九五折、X200 改成3台。", subject=quote.subject)
    if command.discount_ppm is not None:
        check_discount(command.discount_ppm)
    before = work.find.quotes.lines(quote)
    was = quote.revision
    assert actor.person_id is not None
    quote.edit(actor.person_id)
    if approval is not None:
        supersede(approval, actor, work)
    lines = list(before) if quote.revision == was else [copy(line, quote, work) for line in before]
    if command.company and quote.inquiry_id is None:
        quote.customer_id = _known_customer(command.company, actor, work)
    if command.discount_ppm is not None:
        quote.discount_ppm = command.discount_ppm
    for item in command.items:
        change_line(quote, lines, item, work)
    reprice(quote, lines, work)
    work.record(
        QuoteRevised(
            subject=quote.subject,
            revision=quote.revision,
            total_fen=quote.total_fen,
            discount_ppm=quote.discount_ppm,
            lines=said_lines(lines),
        )
    )
    work.redraw(quote.subject)


def void_quote(command: VoidQuote, actor: Actor, work: Work) -> None:
    """Throw it away."""
    quote, _ = locked(command.quote_id, actor, work)
    quote.check_version(command.version)
    _void(quote, work)


def void_drafts(inquiry_id: int, work: Work) -> None:
    """Throw away what was not submitted for an inquiry that was taken back."""
    for quote in work.find.quotes.of_inquiry(inquiry_id):
        if quote.state in (QuoteState.DRAFT, QuoteState.REJECTED):
            _void(quote, work)


def locked(quote_id: int, actor: Actor, work: Work) -> tuple[Quote, Approval | None]:
    """Return the quote and its approval, both locked, the approval first: everybody takes them in this order."""
    quote = work.get(Quote, quote_id)
    require(actor, quote.owner_id, work.find.people.leader_of)
    approval = None if quote.approval_id is None else work.lock(Approval, quote.approval_id)
    quote = work.lock(Quote, quote_id)
    if quote.approval_id is not None and (approval is None or approval.id != quote.approval_id):
        approval = work.lock(Approval, quote.approval_id)
    return quote, approval


def facts(quote: Quote, work: Work) -> Facts:
    """Return what approval rules are decided on."""
    customer = None if quote.customer_id is None else work.get(Customer, quote.customer_id)
    return {
        "amount": quote.total_fen,
        "margin": quote.margin_ppm,
        "discount": quote.effective_discount_ppm,
        "customer_level": None if customer is None else customer.level or None,
        "region": None if customer is None else customer.region or None,
    }


def reprice(quote: Quote, lines: Sequence[QuoteLine], work: Work) -> None:
    """Price every line, sum up, and note which approval rule applies now."""
    quote.list_fen = quote.total_fen = quote.tax_fen = quote.cost_fen = 0
    for line in lines:
        priced = price_line(
            price_fen=line.price_fen,
            cost_fen=line.unit_cost_fen,
            quantity=line.quantity,
            discount_ppm=quote.discount_ppm,
            tax_ppm=line.tax_ppm,
        )
        line.net_fen, line.tax_fen = priced.net_fen, priced.tax_fen
        quote.list_fen += priced.list_fen
        quote.total_fen += priced.net_fen
        quote.tax_fen += priced.tax_fen
        quote.cost_fen += priced.cost_fen
    policy = work.policies.approvals
    rule = policy.rule(facts(quote, work))
    quote.rule = said_rule(rule)
    quote.margin_to_sales = policy.show_margin_to_sales
    work.flush()


def _open_inquiry(inquiry_id: int, actor: Actor, work: Work) -> Inquiry:
    inquiry = work.get(Inquiry, inquiry_id)
    require(actor, inquiry.owner_id, work.find.people.leader_of)
    inquiry.check_not_undone()
    return inquiry


def _wanted(inquiry: Inquiry, work: Work) -> tuple[QuoteItem, ...]:
    return tuple(
        QuoteItem(product=line.said, quantity=line.quantity or 1) for line in work.find.inquiries.lines(inquiry.id)
    )


def _customer_id(command: DraftQuote, inquiry: Inquiry | None, actor: Actor, work: Work) -> int | None:
    if not command.company:
        return None if inquiry is None else inquiry.customer_id
    return _known_customer(command.company, actor, work)


def _known_customer(company: str, actor: Actor, work: Work) -> int:
    customer = work.find.customers.by_name(company)
    if customer is None:
        raise Invalid(f"没有找到客户“{company}”，请先记录询价，例如：{company}想要两台X200。")
    require(actor, customer.owner_id, work.find.people.leader_of)
    return customer.id


def _void(quote: Quote, work: Work) -> None:
    quote.cancel()
    work.flush()
    work.record(QuoteVoided(subject=quote.subject, revision=quote.revision))
    work.redraw(quote.subject)
