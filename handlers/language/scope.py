"""Corrections and quotations: which recognised things still count after the whole sentence is read."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.language.spans import Span

_MARK: Final = re.compile(
    r"(?:^|[\s,，。;；]|(?<=[\u4e00-\u9fffA-Za-z0-9]))(?:(?:哦|啊|呃|噢)?(?:不对|说错了?|写错了?|打错了?|记错了?|搞错了?|弄错了?|错了|更正|口误|纠正一下)|(?:哦|啊|噢|嗯|哎|算了)[,， ]?(?:不(?=[,， 是])|还是(?=[要给报]?(?:[\d一二两三四五六七八九十]|[A-Za-z]\w*\d))))"
)
_NOT_BUT: Final = re.compile(r"不是(?P<no>[^,，。;；是]{1,16}?)[,， ]?(?:而?是|应该是)")
_WORD: Final = re.compile(r"[^\s,，。;；]")
_STOP: Final = re.compile(r"[,，。;；]")
_TITLED: Final = re.compile(r"(?:总|工|经理|主任|总监|厂长|部长)$|^老")
_REPLACED: Final = frozenset(
    {
        "company",
        "contact",
        "product",
        "money",
        "quantity",
        "time",
        "phone",
        "staff",
        "discount",
        "stage",
        "part",
        "document",
    }
)


def settle(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return ``spans`` without those the sentence itself takes back, and with titles read as people of a customer."""
    dropped: set[int] = set()
    for mark in _MARK.finditer(text):
        end_of_fix = _clause_end(text, mark.end())
        after = {span.kind for span in spans if mark.end() <= span.start < end_of_fix}
        for kind in after & _REPLACED:
            before = [
                position for position, span in enumerate(spans) if span.kind == kind and span.end <= mark.start() + 1
            ]
            dropped.update(before[-1:])
    for mark in _NOT_BUT.finditer(text):
        dropped.update(
            position
            for position, span in enumerate(spans)
            if mark.start("no") <= span.start < mark.end("no") and span.kind in _REPLACED
        )
    kept = [span for position, span in enumerate(spans) if position not in dropped]
    return tuple(_as_contact(text, kept, position) for position in range(len(kept)))


def _clause_end(text: str, start: int) -> int:
    match = _WORD.search(text, start)
    begin = match.start() if match else len(text)
    stop = _STOP.search(text, begin)
    return stop.start() if stop else len(text)


def _as_contact(text: str, spans: Sequence[Span], position: int) -> Span:
    """渝江的周总 is the customer's 周总, though we have one of our own."""
    span = spans[position]
    before = spans[position - 1] if position else None
    if (
        span.kind == "staff"
        and before is not None
        and before.kind == "company"
        and text[before.end : span.start] in {"", "的"}
        and _TITLED.search(text[span.start : span.end])
    ):
        return replace(span, kind="contact", rule="contact.of_company")
    return span
