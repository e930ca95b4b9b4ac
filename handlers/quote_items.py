"""From what was said to the lines of a quotation: products, how many, and what the sentence says of their make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.quotes.lines import QuoteItem
from handlers.context import Ask
from handlers.inquiries import wanted
from handlers.language.normalize import normalize
from handlers.quote_words import is_added, said_inputs, said_line, said_options


def items_said(ask: Ask, slots: Mapping[str, Any], text: str = "") -> tuple[QuoteItem, ...]:
    """Return the products that were said, each with what the sentence (and ``text`` before it) says of its make."""
    return tuple(
        _configured(ask, QuoteItem(product=each.said, quantity=each.quantity), slots, text)
        for each in wanted(slots)
        if each.said
    )


def items_of_inquiry(ask: Ask, inquiry_id: int, slots: Mapping[str, Any]) -> tuple[QuoteItem, ...]:
    """Return the things of an inquiry, each with what its sentence, and the one now, say of its make."""
    view = ask.queries.inquiries.card(inquiry_id, ask.actor)
    return tuple(
        _configured(ask, QuoteItem(product=each.said, quantity=each.quantity), slots, view.requirement)
        for each in view.wanted
    )


def changes_said(ask: Ask, quote_id: int, slots: Mapping[str, Any]) -> tuple[QuoteItem, ...]:
    """Return what the sentence changes of the quote's lines: ``不对 是16樘 高2米2``, ``第2行 换灰色``."""
    text = normalize(ask.envelope.text).text
    line, added, designs = said_line(text), is_added(text), ask.queries.quotes.designs(quote_id, ask.actor)
    named = [each for each in wanted(slots) if each.said]
    if named and not line:
        return tuple(
            replace(_configured(ask, QuoteItem(product=each.said, quantity=each.quantity), slots, ""), added=added)
            for each in named
        )
    counts = [each.quantity for each in wanted(slots)]
    place = line - 1 if line else 0
    design = designs[place] if 0 <= place < len(designs) and (line or len(designs) == 1) else None
    item = QuoteItem(
        quantity=counts[0] if counts else None,
        inputs=said_inputs(text, slots, design) if design is not None else {},
        options=said_options(text, design) if design is not None else {},
        line=line,
    )
    return (item,) if item.quantity is not None or item.inputs or item.options else ()


def _configured(ask: Ask, item: QuoteItem, slots: Mapping[str, Any], before: str) -> QuoteItem:
    design = ask.queries.catalog.design(item.product)
    if design is None:
        return item
    text = normalize(f"{before}\n{ask.envelope.text}").text
    return replace(item, inputs=said_inputs(text, slots, design), options=said_options(text, design))
