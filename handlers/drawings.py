"""Drawings: a photo or a PDF that a line of a quotation is made by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from domain.errors import Invalid
from domain.quotes.drafting import ReviseQuote
from domain.quotes.lines import QuoteItem
from handlers.context import Understood
from handlers.inquiries import look_at
from handlers.language.normalize import normalize
from handlers.language.numbers import read_number

if TYPE_CHECKING:
    from domain.quotes.views import QuoteView
    from handlers.context import Ask, IntentHandler

CARD: Final = "quotes.draft"
_OPEN: Final = ("draft", "rejected")
_LINE: Final = r"第\s*(?P<no>[0-9]{1,3}|[一二三四五六七八九十])\s*[行个款项]"
_CAPTION: Final = re.compile(_LINE)
_PLACED: Final = re.compile(
    r"(?:这|刚才的?|上面的?)?(?:[几些张份]|两张)?(?:图纸?|图片|照片|附件|文件)?"
    rf"(?:是|给|归|放|附)(?:到|在)?{_LINE}的?(?:图纸?|上)?"
)


def read(text: str, ask: Ask) -> Understood | None:
    """Return which line a drawing is of, when the message says that and nothing else: ``图纸是第2行的``."""
    match = _PLACED.fullmatch(normalize(text).text.strip(" 。.!"))
    if match is None or not ask.in_hand.startswith("quote:"):
        return None
    return Understood(intent="place_drawing", slots={"line": _number(match)})


def place(ask: Ask, quote_id: int, kept: Sequence[int], what: str) -> str:
    """Put what was sent to the line it is of; return what to say."""
    view = ask.queries.quotes.card(quote_id, ask.actor)
    if view.state not in _OPEN:
        return f"{what}已归到报价 {view.no}，报价内容没有变。"
    caption = _CAPTION.search(normalize(ask.envelope.text).text)
    line = _number(caption) if caption is not None else 1 if len(view.lines) == 1 else 0
    if not line:
        return f"{what}已归到报价 {view.no}。是哪一行的图纸？请发，例如：图纸是第2行的。"
    return _put(ask, view, line, kept)


def place_drawing(ask: Ask, understood: Understood) -> None:
    """``图纸是第2行的``: what was sent to the quote and is of no line yet."""
    view = ask.queries.quotes.card(int(ask.in_hand.partition(":")[2]), ask.actor)
    placed = {drawing.id for line in view.lines for drawing in line.drawings}
    free = [each for each in ask.queries.quotes.papers_of(view.subject) if each not in placed]
    if not free:
        raise Invalid(f"报价 {view.no} 没有要归的图纸，请先把图片或 PDF 发来。", subject=view.subject)
    ask.say(_put(ask, view, int(understood.slots["line"]), free))


def _put(ask: Ask, view: QuoteView, line: int, kept: Sequence[int]) -> str:
    ask.act(ReviseQuote(quote_id=view.id, items=(QuoteItem(line=line, drawings=tuple(kept)),)))
    look_at(ask, view.subject)
    return f"图纸已附在报价 {view.no} 第{line}行 {view.lines[line - 1].name}上。"


def _number(match: re.Match[str]) -> int:
    return int(read_number(match["no"]) or 0)


INTENTS: Mapping[str, IntentHandler] = {"place_drawing": place_drawing}
