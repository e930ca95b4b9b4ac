"""Quotations on their way to the customer: passed on, printed, and what he does on his page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.quotes.answering import AcceptOffer, AnswerQuestion, AskAboutQuote, DeclineOffer, NoteView
from domain.quotes.offering import OfferQuote
from handlers.inquiries import look_at, number
from handlers.quotes import meant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cards.action import Action
    from handlers.context import Ask, ButtonHandler, FormHandler, IntentHandler, Understood

PAPER = "papers.quotation"
LETTER = "letters.offer"


def offer_quote(ask: Ask, understood: Understood) -> None:
    """``发给客户``, ``发给客户 Q-2611-0001``."""
    _hand_out(ask, meant(ask, understood).id)


def print_quote(ask: Ask, understood: Understood) -> None:
    """``PDF``, ``PDF Q-2611-0001``: the quotation as a file."""
    _print(ask, meant(ask, understood).subject)


def answer_customer(ask: Ask, understood: Understood) -> None:
    """``答复 含安装和运费``: of the quote that was named, else of the one a customer asked about last."""
    asked = None if understood.slots.get("quote_no") else ask.queries.offers.asked_last(ask.actor)
    quote_id = meant(ask, understood).id if asked is None else asked
    no = ask.act(AnswerQuestion(quote_id=quote_id, words=str(understood.slots.get("words") or "")))
    look_at(ask, f"quote:{quote_id}")
    ask.say(f"已答复，客户在报价 {no} 的页面上看得到。")


def _press_offer(ask: Ask, action: Action) -> None:
    _hand_out(ask, number(action.subject), action.version)


def _press_print(ask: Ask, action: Action) -> None:
    _print(ask, ask.queries.quotes.card(number(action.subject), ask.actor).subject)


def _hand_out(ask: Ask, quote_id: int, version: int = 0) -> None:
    """Give the sender what he passes on: the customer's link, and the quotation as a file."""
    ask.act(OfferQuote(quote_id=quote_id, version=version))
    ask.show(LETTER, f"quote:{quote_id}")
    _print(ask, f"quote:{quote_id}")


def _print(ask: Ask, subject: str) -> None:
    look_at(ask, subject)
    ask.show(PAPER, subject)


def form_view(ask: Ask, values: Mapping[str, str]) -> None:
    """Note that the page was opened."""
    ask.act(NoteView(token=values["token"]))


def form_ask(ask: Ask, values: Mapping[str, str]) -> None:
    """Pass on what the customer asks."""
    ask.act(AskAboutQuote(token=values["token"], words=values.get("words", "")))


def form_accept(ask: Ask, values: Mapping[str, str]) -> None:
    """Take the customer's yes, with his name and what he drew."""
    signature = next((each.file_id for each in ask.envelope.attachments if each.kind == "signature"), "")
    no = ask.act(
        AcceptOffer(
            token=values["token"],
            content_hash=values.get("hash", ""),
            signer=values.get("signer", ""),
            signature=signature,
        )
    )
    ask.result.update(quote_no=no)


def form_decline(ask: Ask, values: Mapping[str, str]) -> None:
    """Take the customer's no, and why."""
    ask.result.update(quote_no=ask.act(DeclineOffer(token=values["token"], reason=values.get("reason", ""))))


INTENTS: Mapping[str, IntentHandler] = {
    "offer_quote": offer_quote,
    "print_quote": print_quote,
    "answer_customer": answer_customer,
}
BUTTONS: Mapping[str, ButtonHandler] = {"offer_quote": _press_offer, "print_quote": _press_print}
FORMS: Mapping[str, FormHandler] = {
    "view_quote": form_view,
    "ask_quote": form_ask,
    "accept_quote": form_accept,
    "decline_quote": form_decline,
}
