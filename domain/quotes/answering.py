"""What the customer does on the page of a quotation, and the answers he gets from the chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.customers.customer import Customer
from domain.errors import Invalid, NotFound, Stale
from domain.messages import Command
from domain.money import said_money
from domain.quotes.drafting import locked
from domain.quotes.events import QuestionAnswered, QuoteAccepted, QuoteDeclined, QuoteQuestioned, QuoteViewed
from domain.quotes.offer import NAME_MAX, WORDS_MAX, OfferState, QuoteOffer, QuoteRemark, is_over
from domain.quotes.offering import is_as_approved
from domain.quotes.quote import Quote

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.work import Work

REMARKS_MAX = 40
"""Of an offer; who has more to say calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView(Command):
    """The page was opened."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAboutQuote(Command):
    """A question of the customer's."""

    token: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion(Command):
    """What one of us answers: it stands on the customer's page."""

    quote_id: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOffer(Command):
    """Yes to exactly what the page showed: ``content_hash`` is what the customer had before him."""

    token: str
    content_hash: str
    signer: str
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOffer(Command):
    """No, and why."""

    token: str
    reason: str


def note_view(command: NoteView, actor: Actor, work: Work) -> None:
    """Count it; the first one is told to the quote's owner."""
    del actor
    quote, offer = _offered(command.token, work)
    if not offer.see(work.now):
        work.flush()
        return
    work.flush()
    work.record(QuoteViewed(subject=quote.subject, revision=offer.revision))
    work.redraw(quote.subject)
    work.say(quote.owner_id, f"{_customer(offer, work)}打开了报价 {quote.no} V{offer.revision}。")


def ask_about_quote(command: AskAboutQuote, actor: Actor, work: Work) -> None:
    """Keep the question and tell the owner how to answer."""
    del actor
    words = _words(command.words, "请写下您的问题。")
    quote, offer = _offered(command.token, work)
    if work.find.offers.remarks(offer.id) >= REMARKS_MAX:
        raise Invalid("这里的留言太多了，请直接联系您的销售。")
    work.add(QuoteRemark(offer_id=offer.id, at=work.now, words=words))
    work.flush()
    work.record(QuoteQuestioned(subject=quote.subject, revision=offer.revision, words=words))
    work.redraw(quote.subject)
    work.say(
        quote.owner_id,
        f"{_customer(offer, work)}在报价 {quote.no} 的页面上问：“{words}”。回答他，请发：答复 {quote.no} 您的回答",
    )


def answer_question(command: AnswerQuestion, actor: Actor, work: Work) -> str:
    """Put the answer on the page of the newest offer. Return the quote's number."""
    words = _words(command.words, "请写上回答，例如：答复 含安装和运费。")
    quote, _ = locked(command.quote_id, actor, work)
    offer = work.find.offers.latest(quote.id)
    if offer is None:
        raise Invalid(f"报价 {quote.no} 还没有发给客户，没有可以答复的页面。", subject=quote.subject)
    if work.find.offers.remarks(offer.id) >= 2 * REMARKS_MAX:
        raise Invalid("这一页的留言太多了，请直接联系客户。", subject=quote.subject)
    work.add(QuoteRemark(offer_id=offer.id, at=work.now, words=words, by=actor.name))
    work.flush()
    work.record(QuestionAnswered(subject=quote.subject, revision=offer.revision, words=words))
    return quote.no


def accept_offer(command: AcceptOffer, actor: Actor, work: Work) -> str:
    """Bind the customer to this version, once; owner and leader are told. Return the quote's number."""
    del actor
    quote, offer = _offered(command.token, work)
    if offer.state is OfferState.OPEN:
        _check_good(quote, offer, work)
        if command.content_hash != offer.content_hash:
            raise Stale("页面上的内容已经变了，请重新看过再接受。")
    offer.accept(work.now, signer=command.signer.strip()[:NAME_MAX], signature=command.signature)
    work.flush()
    work.record(
        QuoteAccepted(
            subject=quote.subject,
            revision=offer.revision,
            content_hash=offer.content_hash,
            signer=offer.signer,
            inquiry_id=quote.inquiry_id,
        )
    )
    work.redraw(quote.subject)
    money = said_money(quote.total_fen)
    _tell(
        quote, f"{_customer(offer, work)}接受了报价 {quote.no} V{offer.revision}（{money}），{offer.signer}签名。", work
    )
    return quote.no


def decline_offer(command: DeclineOffer, actor: Actor, work: Work) -> str:
    """Keep the customer's no and his reason; owner and leader are told. Return the quote's number."""
    del actor
    quote, offer = _offered(command.token, work)
    if offer.state is OfferState.OPEN:
        _check_good(quote, offer, work)
    offer.decline(work.now, reason=command.reason.strip()[:WORDS_MAX])
    work.flush()
    work.record(QuoteDeclined(subject=quote.subject, revision=offer.revision, reason=offer.reason))
    work.redraw(quote.subject)
    _tell(quote, f"{_customer(offer, work)}谢绝了报价 {quote.no} V{offer.revision}，原因：“{offer.reason}”。", work)
    return quote.no


def _offered(token: str, work: Work) -> tuple[Quote, QuoteOffer]:
    """Return quote and offer, the quote locked first: whatever else happens to it waits."""
    known = work.find.offers.by_token(token)
    if known is None:
        raise NotFound("没有找到这份报价，请核对链接。")
    quote = work.lock(Quote, known.quote_id)
    return quote, work.lock(QuoteOffer, known.id)


def _check_good(quote: Quote, offer: QuoteOffer, work: Work) -> None:
    """Raise Stale unless the offer is of the content that counts, as approved, and in time."""
    same = (quote.revision, quote.content_hash, quote.customer_id) == (
        offer.revision,
        offer.content_hash,
        offer.customer_id,
    )
    if not same or not is_as_approved(quote, work):
        raise Stale("这份报价已经有变化，请看新的版本，或联系您的销售。")
    if is_over(offer.until, work.now, work.calendar.zone):
        raise Stale(f"这份报价的有效期到 {offer.until:%Y-%m-%d}，已经过了，请联系您的销售重新报价。")


def _words(said: str, nothing: str) -> str:
    words = said.strip()
    if not words:
        raise Invalid(nothing)
    return words[:WORDS_MAX]


def _customer(offer: QuoteOffer, work: Work) -> str:
    return work.get(Customer, offer.customer_id).name


def _tell(quote: Quote, sentence: str, work: Work) -> None:
    """Tell the owner and his leader."""
    leader = work.find.people.leader_of(quote.owner_id)
    for person_id in dict.fromkeys([quote.owner_id, *([] if leader is None else [leader.id])]):
        work.say(person_id, sentence)
