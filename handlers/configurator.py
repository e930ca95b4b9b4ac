"""The configurator's form: one line of a quote as it was set on the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from domain.quotes.drafting import ReviseQuote
from domain.quotes.lines import QuoteItem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.context import Ask, FormHandler


def form_configure(ask: Ask, values: Mapping[str, str]) -> None:
    """Change the line, take it out, or add one."""
    ask.act(ReviseQuote(quote_id=int(values["quote"]), version=int(values["version"]), items=(item_of(values),)))
    ask.result.update(quote=int(values["quote"]))


def item_of(values: Mapping[str, str]) -> QuoteItem:
    """Return what the form says; ``inputs`` and ``options`` are packed as JSON, line 0 is a new one."""
    line = int(values["line"])
    if values.get("removed"):
        return QuoteItem(line=line, removed=True)
    return QuoteItem(
        product="" if line else values["product"],
        quantity=int(values["quantity"]),
        inputs=json.loads(values["inputs"]),
        options=json.loads(values["options"]),
        line=line,
        added=not line,
    )


FORMS: Mapping[str, FormHandler] = {"configure_quote": form_configure}
