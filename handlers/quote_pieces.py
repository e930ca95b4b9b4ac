"""One sentence, several lines of a quotation: which words belong to which piece.

A line begins with its product, or with its count where counts stand in front (18樘断桥铝平开108). A second size of the
same product is a line of its own. What is said once of a product holds for all its sizes; what stands before the
first product, or behind 都, holds for all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from domain.quotes.lines import QuoteItem
from handlers.quote_make import Count, Measures, blanked, chosen, find_counts, find_measures, find_options

if TYPE_CHECKING:
    from domain.catalog.design import Design

_BREAK: Final = re.compile(r"[，,；;。\n]|再加|再来|另外?加|外加|加上|另外|还有|还要|以及|和|跟")
_BETWEEN: Final = re.compile(r"[\s的个要来]*")
_ALL: Final = re.compile(r"(?:全部?|统一|一律|[都均])(?!不)")
_EACH: Final = re.compile(r"(?:各|各要|各来|每种|分别)\s*$")
_PAIR: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A product that is meant: everything it is called, its unit, and how it is configured."""

    code: str
    names: tuple[str, ...]
    unit: str
    design: Design | None = None


@dataclass(slots=True)
class _Block:
    """``text[start:end]`` is about one product, which stands at ``mention``."""

    called: Called
    start: int
    end: int
    mention: tuple[int, int]
    pieces: list[QuoteItem] = field(default_factory=list)
    is_bare: bool = False


def pieces_said(text: str, products: Sequence[Called]) -> tuple[QuoteItem, ...]:
    """Return a line for every piece that is described; ``quantity`` None where it is not said.

    A product that is not called by one of its names has none.
    """
    blocks = _blocks(text, products)
    if not blocks:
        return ()
    whole = text[: blocks[0].start]
    tail = _ALL.search(text, blocks[-1].mention[1])
    if tail is not None and len(blocks) > 1:
        whole, blocks[-1].end = f"{whole} {text[tail.end() :]}", tail.start()
    for block in blocks:
        _describe(block, text, whole)
    blocks = [each for each in blocks if not _is_repeated(each, blocks)]
    _share(blocks)
    each = _for_each(text, blocks)
    return tuple(
        replace(piece, quantity=each) if piece.quantity is None and each is not None else piece
        for block in blocks
        for piece in block.pieces
    )


def find_mentions(text: str, products: Sequence[Called]) -> list[tuple[int, int, Called]]:
    """Return where the products are named; of two names over each other the longer counts, a shared one names none."""
    shared = Counter(name for called in products for name in set(called.names))
    found = [
        (match.start(), match.end(), called)
        for called in products
        for name in called.names
        if len(name) > 1 and shared[name] == 1
        for match in re.finditer(_bounded(name), text, re.IGNORECASE)
    ]
    kept: list[tuple[int, int, Called]] = []
    for start, end, called in sorted(found, key=lambda each: (each[0] - each[1], each[0])):
        if all(end <= left or right <= start for left, right, _ in kept):
            kept.append((start, end, called))
    return sorted(kept, key=lambda each: each[0])


def _bounded(name: str) -> str:
    """Return a pattern of the name that is no part of a longer code: X200 is not in X2000."""
    left = r"(?<![A-Za-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
    right = r"(?![0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
    return f"{left}{re.escape(name)}{right}"


def _blocks(text: str, products: Sequence[Called]) -> list[_Block]:
    marks = find_mentions(text, products)
    blocks: list[_Block] = []
    in_front = bool(marks) and _count_before(text, 0, marks[0]) is not None
    for index, (start, end, called) in enumerate(marks):
        before = marks[index - 1] if index else None
        begins = _begin(text, before, (start, end, called), in_front=in_front)
        if blocks:
            blocks[-1].end = begins
        blocks.append(_Block(called, begins, len(text), (start, end)))
    return blocks


def _begin(text: str, before: tuple[int, int, Called] | None, mark: tuple[int, int, Called], *, in_front: bool) -> int:
    """Return where the words about a product begin: behind a break, at its count, or at its name."""
    start, _, called = mark
    since = 0 if before is None else before[1]
    count = _count_before(text, since, mark)
    if before is None:
        return start if count is None else count.start
    left = start if count is None else count.start
    breaks = list(_BREAK.finditer(text, since, left))
    if breaks and _BETWEEN.fullmatch(text, breaks[-1].end(), left):
        return breaks[-1].end()
    of_another = count is not None and count.measure == called.unit != before[2].unit
    return left if count is not None and (in_front or of_another) else start


def _count_before(text: str, since: int, mark: tuple[int, int, Called]) -> Count | None:
    """Return the count that stands right before a product."""
    start, _, called = mark
    counts = find_counts(text[since:start], called.unit)
    if not counts or not _BETWEEN.fullmatch(text, since + counts[-1].end, start):
        return None
    return replace(counts[-1], start=since + counts[-1].start, end=since + counts[-1].end)


def _describe(block: _Block, text: str, whole: str) -> None:
    """Read the pieces of one product; a name like 80平开 says an option too, but no number."""
    said, called = text[block.start : block.end], block.called
    mention = (block.mention[0] - block.start, block.mention[1] - block.start)
    plain = blanked(said, [mention])
    if called.design is None:
        counts = find_counts(plain, called.unit)
        block.pieces = [QuoteItem(product=called.code, quantity=counts[0].pieces if counts else None)]
        block.is_bare = not counts
        return
    measures = find_measures(plain, called.design)
    counts = find_counts(blanked(plain, [(each.start, each.end) for each in measures]), called.unit)
    cuts = _cuts(said, [each for each in measures if len(each.inputs) >= _PAIR], counts)
    block.pieces = [
        _piece(block.called, said, start, end, measures, counts)
        for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True)
    ]
    named = chosen(find_options(said[mention[0] : mention[1]], called.design))
    own = any(set(piece.options) - set(named) for piece in block.pieces)
    block.is_bare = not (measures or counts or own)
    common = {
        **{name: number for each in find_measures(whole, called.design) for name, number in each.inputs.items()},
        **_once([piece.inputs for piece in block.pieces]),
    }
    options = {**chosen(find_options(whole, called.design)), **_once([piece.options for piece in block.pieces])}
    block.pieces = [
        replace(piece, inputs={**common, **piece.inputs}, options={**options, **piece.options})
        for piece in block.pieces
    ]


def _piece(
    called: Called, said: str, start: int, end: int, measures: Sequence[Measures], counts: Sequence[Count]
) -> QuoteItem:
    assert called.design is not None
    inputs: dict[str, str] = {}
    for each in measures:
        if start <= each.start < end:
            inputs.update(each.inputs)
    options = [each for each in find_options(said, called.design) if start <= each.start < end]
    pieces = next((each.pieces for each in counts if start <= each.start < end), None)
    return QuoteItem(product=called.code, quantity=pieces, inputs=inputs, options=chosen(options))


def _cuts(said: str, sizes: Sequence[Measures], counts: Sequence[Count]) -> list[int]:
    """Return where the second and every further size of a product begin, each with the count before it or behind it."""
    if len(sizes) < _PAIR:
        return []
    behind = any(count.start >= sizes[-1].end for count in counts)
    cuts = []
    for before, size in pairwise(sizes):
        between = [count for count in counts if before.end <= count.start < size.start]
        starts = size.start if behind or not between else between[-1].start
        breaks = list(_BREAK.finditer(said, before.end, starts))
        near = breaks[-1].end() if breaks and not find_counts(said[breaks[-1].end() : starts], "") else starts
        cuts.append(near)
    return cuts


def _once(each: Sequence[dict[str, str]]) -> dict[str, str]:
    """Return what exactly one of them says."""
    names = [name for said in each for name in said]
    return {name: value for said in each for name, value in said.items() if names.count(name) == 1}


def _is_repeated(block: _Block, blocks: Sequence[_Block]) -> bool:
    """Whether a product is named again without a word about it: 要80平开，80平开 10樘 is one line."""
    same = [each for each in blocks if each.called.code == block.called.code]
    if not block.is_bare or len(same) == 1:
        return False
    return any(not each.is_bare for each in same) or same[0] is not block


def _share(blocks: Sequence[_Block]) -> None:
    """Give a product without a size that of the one before it, else of the one behind: 80平开和108平开 1500*1800.

    One that is only named takes the whole make.
    """
    for index, block in enumerate(blocks):
        if block.called.design is None or _is_measured(block):
            continue
        around = [*reversed(blocks[:index]), *blocks[index + 1 :]]
        like = next((each for each in around if each.called.design == block.called.design and _is_measured(each)), None)
        if like is not None:
            inputs, options = like.pieces[0].inputs, like.pieces[0].options if block.is_bare else {}
            block.pieces = [
                replace(piece, inputs={**inputs, **piece.inputs}, options={**options, **piece.options})
                for piece in block.pieces
            ]


def _is_measured(block: _Block) -> bool:
    return bool(block.pieces and block.pieces[0].inputs)


def _for_each(text: str, blocks: Sequence[_Block]) -> int | None:
    """Return the count that was said for every one: ``各10樘``."""
    for count in find_counts(text, blocks[0].called.unit):
        if _EACH.search(text[: count.start]):
            return count.pieces
    return None
