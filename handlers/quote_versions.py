"""What is typed and pressed about a quotation's versions, open options, working and warnings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cards.action import Action
from cards.quotes import working
from domain.errors import Invalid, Stale
from domain.quotes.drafting import ReviseQuote
from domain.quotes.figures import said
from domain.quotes.lines import QuoteItem
from domain.quotes.returning import AcceptWarnings, ReturnToVersion
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.inquiries import look_at, number
from handlers.language.numbers import read_number
from handlers.quotes import CARD, meant

VERSIONS = "quotes.versions"


def return_version(ask: Ask, understood: Understood) -> None:
    """``客户还是要V1``."""
    view = meant(ask, understood)
    revision = int(read_number(str(understood.slots["revision"])) or 0)
    ask.act(ReturnToVersion(quote_id=view.id, revision=revision))
    look_at(ask, view.subject)
    ask.show(CARD, view.subject)


def show_versions(ask: Ask, understood: Understood) -> None:
    """``历史版本``."""
    view = meant(ask, understood)
    look_at(ask, view.subject)
    ask.show(VERSIONS, view.subject)


def show_working(ask: Ask, understood: Understood) -> None:
    """``计算过程``: every line with its working."""
    view = meant(ask, understood)
    look_at(ask, view.subject)
    ask.say(working(view))


def accept_warnings(ask: Ask, understood: Understood) -> None:
    """``确认提醒``."""
    view = meant(ask, understood)
    ask.act(AcceptWarnings(quote_id=view.id))
    look_at(ask, view.subject)
    ask.say(f"报价 {view.no} 的提醒已由您确认，已记录在案。可以提交了。")


def show_figures(ask: Ask, understood: Understood) -> None:
    """``报价效率``: how fast and how well was quoted this month, or in the period that was named."""
    today = ask.calendar.local(ask.now).date()
    first, _, last = str(understood.slots.get("period") or "").partition("/")
    since = date.fromisoformat(first[:10]) if first else today.replace(day=1)
    until = date.fromisoformat((last or first)[:10]) if first else today
    ask.say(said(ask.queries.quotes.figures(ask.actor, since=since, until=until, zone=ask.calendar.zone)))


def _press_option(ask: Ask, action: Action) -> None:
    """Take one of the options a default was taken of; the default again confirms it."""
    assert ask.envelope.click is not None
    quote_id = number(action.subject)
    view = ask.queries.quotes.card(quote_id, ask.actor)
    chosen = ask.envelope.click.selections.get("option", ())
    asked = view.open_option
    if asked is None:
        raise Stale(f"报价 {view.no} 的选项都定了，要改请直接发，例如：五金用进口。", subject=action.subject)
    place = int(chosen[0]) if chosen and chosen[0].isdecimal() else -1
    if not 0 <= place < len(asked.choices):
        raise Invalid("请先选一项，再点按钮。", subject=action.subject)
    item = QuoteItem(line=asked.line, options={asked.group: asked.choices[place]})
    ask.act(ReviseQuote(quote_id=quote_id, version=action.version, items=(item,)))
    look_at(ask, action.subject)


def _press_versions(ask: Ask, action: Action) -> None:
    look_at(ask, action.subject)
    ask.show(VERSIONS, action.subject)


def _press_return(ask: Ask, action: Action) -> None:
    assert ask.envelope.click is not None
    chosen = ask.envelope.click.selections.get("version", ())
    if not chosen or not chosen[0].isdecimal():
        raise Invalid("请先选一个版本，或直接发，例如：用V1。", subject=action.subject)
    ask.act(ReturnToVersion(quote_id=number(action.subject), revision=int(chosen[0]), version=action.version))
    look_at(ask, action.subject)
    ask.show(CARD, action.subject)


def _press_accept(ask: Ask, action: Action) -> None:
    ask.act(AcceptWarnings(quote_id=number(action.subject), version=action.version))
    look_at(ask, action.subject)


INTENTS: Mapping[str, IntentHandler] = {
    "return_version": return_version,
    "quote_versions": show_versions,
    "quote_working": show_working,
    "accept_warnings": accept_warnings,
    "quote_figures": show_figures,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "choose_option": _press_option,
    "quote_versions": _press_versions,
    "return_version": _press_return,
    "accept_warnings": _press_accept,
}
