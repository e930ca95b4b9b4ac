"""Putting a quote together and changing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.actor import Actor
from domain.approvals.approval import Approval
from domain.approvals.asking import supersede
from domain.catalog.calculating import Pricer
from domain.errors import Conflict, Invalid, NotAllowed
from domain.inquiries.commands import ReviseInquiry, revise_inquiry
from domain.inquiries.inquiry import Inquiry
from domain.messages import Command
from domain.money import PPM
from domain.quotes.events import QuoteDrafted, QuoteRevised, QuoteVoided
from domain.quotes.lines import QuoteItem, change_line, copy, follow_books, new_line, said_lines, taken_out
from domain.quotes.pricing import check_discount
from domain.quotes.quote import Quote, QuoteLine, QuoteState, check_valid_days
from domain.quotes.repricing import reprice
from domain.quotes.terms import changed_terms, standard_terms
from domain.quotes.version import note_version
from domain.quotes.whole import Total
from domain.scope import require
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftQuote(Command):
    """Price ``items`` from the product list; without items those of the inquiry. 950,000 ppm is 九五折.

    ``terms`` maps kinds of clauses to what was said of them: ``{"付款": "三六一"}``.
    ``total`` is what the whole is to cost, instead of a discount.
    """

    items: tuple[QuoteItem, ...] = ()
    discount_ppm: int = PPM
    inquiry_id: int | None = None
    company: str = ""
    terms: dict[str, str] = field(default_factory=dict)
    total: Total | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseQuote(Command):
    """Change the discount, lines and clauses, or whom it is for: the next revision, the one before is superseded.

    Only what a draft had left open, an option taken by default, the customer, a drawing, is filled in without a new
    revision.
    A quote of an inquiry moves to another customer together with its inquiry.
    """

    quote_id: int
    version: int = 0
    discount_ppm: int | None = None
    items: tuple[QuoteItem, ...] = ()
    company: str = ""
    terms: dict[str, str] = field(default_factory=dict)
    valid_days: int | None = None
    total: Total | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether nothing was said but, perhaps, whom it is for."""
        return not (self.items or self.terms or self.changes_price or self.valid_days is not None)

    @property
    def changes_price(self) -> bool:
        """Whether a discount or a price for the whole was said."""
        return self.discount_ppm is not None or self.total is not None


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
            terms=changed_terms(standard_terms(work.policies.quoting), command.terms, work.policies.quoting),
        )
    )
    work.flush()
    pricer = Pricer()
    lines = [new_line(quote, position, item, work, pricer) for position, item in enumerate(items)]
    reprice(quote, lines, work, command.total)
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
        if command.changes_nothing:
            return
        quote, approval = locked(command.quote_id, actor, work)
    elif command.changes_nothing and not command.company:
        raise Invalid("请告诉我改什么，例如：改成九五折、X200 改成3台。", subject=quote.subject)
    if command.discount_ppm is not None:
        check_discount(command.discount_ppm)
    terms = changed_terms(quote.terms, command.terms, work.policies.quoting)
    if command.valid_days is not None:
        check_valid_days(command.valid_days)
    was = work.find.quotes.lines(quote)
    before = _promised(quote, was)
    kept, items = taken_out(quote, was, command.items, work)
    lines = reopen(quote, approval, actor, work, in_place=_only_fills(command, was), keep=kept)
    pricer = Pricer()
    if command.company and quote.inquiry_id is None:
        quote.customer_id = _known_customer(command.company, actor, work)
        follow_books(quote, lines, work, pricer)
    if command.discount_ppm is not None:
        quote.discount(command.discount_ppm)
    if command.valid_days is not None:
        quote.valid_days = command.valid_days
    quote.terms = terms
    for item in items:
        change_line(quote, lines, item, work, pricer)
    reprice(quote, lines, work, command.total)
    if _promised(quote, lines) == before:
        raise Invalid("您说的和这份报价现在的内容一样，没有改动。", subject=quote.subject)
    note_revised(quote, lines, work)


def reopen(
    quote: Quote,
    approval: Approval | None,
    actor: Actor,
    work: Work,
    *,
    in_place: bool,
    keep: Sequence[QuoteLine] | None = None,
) -> list[QuoteLine]:
    """Open the content for a change and return the lines to change; whoever was asked about it is told it is void.

    ``keep``: those of the lines that go into the next revision; all of them when None.
    """
    before, was = work.find.quotes.lines(quote) if keep is None else keep, quote.revision
    assert actor.person_id is not None
    note_version(quote, work)
    quote.edit(actor.person_id, in_place=in_place)
    if approval is not None:
        supersede(approval, actor, work)
    if quote.revision == was:
        return list(before)
    note_version(quote, work, base=was)
    return [copy(line, quote, work) for line in before]


def note_revised(quote: Quote, lines: Sequence[QuoteLine], work: Work) -> None:
    """Write down that the content changed."""
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
    """Return the quote and its approval, both locked, the approval first: everybody takes them in this order.

    Conflict when it was submitted anew meanwhile: to lock that approval now would be the wrong way round.
    """
    quote = work.get(Quote, quote_id)
    require(actor, quote.owner_id, work.find.people.leader_of)
    approval = None if quote.approval_id is None else work.lock(Approval, quote.approval_id)
    quote = work.lock(Quote, quote_id)
    if quote.approval_id is not None and (approval is None or approval.id != quote.approval_id):
        raise Conflict("asked anew between looking and locking")
    return quote, approval


def _promised(quote: Quote, lines: Sequence[QuoteLine]) -> tuple[object, ...]:
    """Return what a change may change: two revisions with the same are the same offer."""
    made = tuple(
        (line.product_id, line.quantity, line.inputs, line.options, sorted(line.assumed), line.drawings)
        for line in lines
    )
    return (quote.discount_ppm, quote.total_fen, quote.customer_id, quote.valid_days, quote.terms, made)


def _only_fills(command: ReviseQuote, lines: Sequence[QuoteLine]) -> bool:
    """Whether nothing is changed, only what was left open is said: a customer, options taken by default."""
    if command.changes_price or command.valid_days is not None or command.terms:
        return False
    left_open = {group for line in lines for group in line.assumed}
    return all(
        (item.options or item.drawings)
        and set(item.options) <= left_open
        and item.quantity is None
        and not (item.inputs or item.added or item.removed)
        for item in command.items
    )


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
