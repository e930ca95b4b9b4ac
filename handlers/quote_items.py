"""From what was said to the lines of a quotation: products, how many, and what the sentence says of their make."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from domain.catalog.configuring import missing_inputs
from domain.catalog.design import Design, Input
from domain.quotes.lines import MOST_DRAWINGS, QuoteItem
from handlers.context import Ask
from handlers.inquiries import wanted
from handlers.language.normalize import normalize
from handlers.language.sizes import find_sizes
from handlers.quote_changes import Changes, LineInHand, read_changes
from handlers.quote_make import chosen, find_counts, find_measures, find_options, of_slot
from handlers.quote_pieces import Called, pieces_said

_BREAKS: Final = re.compile(r"[,，、;；。\n\s]+|(?:再|另外?)(?=[来加要配上])|以及|还[有要]|(?<=[的要])(?=[0-9])")
_SHORT: Final = 24


def items_said(ask: Ask, slots: Mapping[str, Any]) -> tuple[QuoteItem, ...]:
    """Return the products that were said, each with what the sentence says of its make and number."""
    said = [QuoteItem(product=each.said, quantity=each.quantity) for each in wanted(slots) if each.said]
    text, size = ask.envelope.text, slots.get("size")
    if isinstance(size, str):  # the bare answer to what was asked: 100*80*20
        text, slots = f"{text}\n{size}", {name: value for name, value in slots.items() if name != "size"}
    return tuple(_described(ask, said, slots, text))


def unmeasured(ask: Ask, items: Sequence[QuoteItem]) -> tuple[str, str]:
    """Return ``还差宽、高`` and an example: what has to be said before there is a price; empty when nothing has."""
    lacks: dict[str, Input] = {}
    names: dict[str, None] = {}
    for item in items:
        design = ask.queries.catalog.design(item.product)
        for each in () if design is None else missing_inputs(design, item.inputs):
            names[item.product] = None
            lacks.setdefault(each.name, each)
    if not lacks:
        return "", ""
    several = f"{'、'.join(names)} " if len(items) > 1 else ""
    return f"{several}还差{'、'.join(lacks)}", "*".join(_usual(each) for each in lacks.values())


def unplaced(ask: Ask, items: Sequence[QuoteItem], text: str) -> str:
    """Return the first words that ask for pieces, or say a size, of which no line was made; empty when all was taken.

    ``8樘推拉窗 2米4乘1米5，铜门2樘`` with one line of two pieces leaves 8樘推拉窗 behind.
    """
    names = [name for each in _called(ask, [item.product for item in items]) for name in each.names]
    stretches = [each.strip() for each in _BREAKS.split(normalize(text).text) if each and len(each.strip()) <= _SHORT]
    taken = Counter(item.quantity for item in items)
    left = []
    for words in sorted(stretches, key=lambda words: not any(name in words for name in names)):
        counts = [each.pieces for each in find_counts(words, "") if each.measure]
        if len(counts) == 1 and taken[counts[0]]:
            taken[counts[0]] -= 1
        elif len(counts) == 1 or (any(find_sizes(words)) and not any(item.inputs for item in items)):
            left.append(words)
    return min(left, key=stretches.index, default="")


def _usual(each: Input) -> str:
    """Return a measure that people ask for, to two figures: 1500."""
    number = int((each.usual[-1] if each.usual else each.most) / 3)
    return str(round(number, 2 - len(str(number))))


def items_of_inquiry(ask: Ask, inquiry_id: int, slots: Mapping[str, Any]) -> tuple[QuoteItem, ...]:
    """Return the things of an inquiry, each with what its sentence, and the one now, say of its make.

    How many is what the inquiry has by now: its sentence may have been corrected since.
    """
    view = ask.queries.inquiries.card(inquiry_id, ask.actor)
    said = [QuoteItem(product=each.said, quantity=each.quantity) for each in view.wanted]
    items = list(_described(ask, said, slots, f"{view.requirement}\n{ask.envelope.text}"))
    if len(items) == len(said):
        items = [replace(item, quantity=each.quantity) for item, each in zip(items, said, strict=True)]
    if len(items) == 1:
        items = [replace(items[0], drawings=ask.queries.quotes.papers_of(f"inquiry:{inquiry_id}")[:MOST_DRAWINGS])]
    return tuple(items)


def changes_said(ask: Ask, quote_id: int, slots: Mapping[str, Any]) -> Changes:
    """Return what the sentence changes of a quote: ``不对 是16樘 高2米2``, ``第2行换灰色 纱窗不要了``."""
    view = ask.queries.quotes.card(quote_id, ask.actor)
    designs = ask.queries.quotes.designs(quote_id, ask.actor)
    names = {each.code: each.names for each in _called(ask, [line.code for line in view.lines])}
    lines = [
        LineInHand(
            called=Called(code=line.code, names=names.get(line.code, (line.code,)), unit=line.unit, design=design),
            quantity=line.quantity,
        )
        for line, design in zip(view.lines, designs, strict=True)
    ]
    return read_changes(
        normalize(ask.envelope.text).text,
        lines,
        _called(ask, [each.said for each in wanted(slots) if each.said]),
        discount_ppm=view.discount_ppm,
        list_fen=view.list_fen,
        policy=ask.policies.quoting,
    )


def _described(ask: Ask, said: Sequence[QuoteItem], slots: Mapping[str, Any], text: str) -> Iterator[QuoteItem]:
    """Yield a line for every piece the text describes; a product it does not call by name takes all there is."""
    plain = normalize(text).text
    called = {each.code: each for each in _called(ask, [item.product for item in said])}
    pieces = pieces_said(plain, list(called.values()))
    found = {piece.product for piece in pieces}
    for item in said:
        known = _of(called, item.product)
        if known is None or known.code not in found:
            yield _whole(item, known, plain, slots, alone=len(said) == 1)
            continue
        own = [piece for piece in pieces if piece.product == known.code]
        for piece in own if item is _first(said, item, called) else ():
            yield _filled(piece, known.design, item.quantity if len(own) == 1 else None, slots)


def _first(said: Sequence[QuoteItem], item: QuoteItem, called: Mapping[str, Called]) -> QuoteItem:
    """Return the first thing said of the same product: its pieces are told there."""
    code = _of(called, item.product)
    return next(each for each in said if _of(called, each.product) is code)


def _of(called: Mapping[str, Called], said: str) -> Called | None:
    return called.get(said) or next((each for each in called.values() if said in each.names), None)


def _filled(piece: QuoteItem, design: Design | None, quantity: int | None, slots: Mapping[str, Any]) -> QuoteItem:
    """Return the piece with what the reader knows and its own words do not say."""
    inputs = {} if design is None else of_slot(slots.get("size") or {}, design)
    return replace(
        piece,
        quantity=quantity if piece.quantity is None else piece.quantity,
        inputs={**inputs, **piece.inputs},
    )


def _whole(item: QuoteItem, known: Called | None, text: str, slots: Mapping[str, Any], *, alone: bool) -> QuoteItem:
    """Return the thing with all that the whole text says; of it ``alone`` also how many: 90平开 10樘 are ten."""
    if known is None:
        return item
    counts = [each.pieces for each in find_counts(text, known.unit) if each.measure in (known.unit, "")]
    if alone and counts:
        item = replace(item, quantity=counts[0])
    if known.design is None:
        return item
    inputs = of_slot(slots.get("size") or {}, known.design)
    for each in find_measures(text, known.design):
        inputs.update(each.inputs)
    return replace(item, inputs=inputs, options=chosen(find_options(text, known.design)))


def _called(ask: Ask, said: Sequence[str]) -> list[Called]:
    """Return the products that are meant, each once, with all they are called."""
    return [
        Called(
            code=product.code,
            names=tuple(dict.fromkeys((product.code, product.name, *product.aliases))),
            unit=product.unit,
            design=ask.queries.catalog.design(product.code),
        )
        for product in ask.queries.catalog.named(said)
    ]
