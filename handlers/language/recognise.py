"""All recognisers over one text: every reading of every stretch, for the best cover to choose among."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from handlers.language.book import Entry
from handlers.language.calendar import Calendar
from handlers.language.documents import find_documents
from handlers.language.gazetteer import Gazetteer
from handlers.language.money import find_money
from handlers.language.names import find_companies, find_contacts
from handlers.language.phone import find_emails, find_phones
from handlers.language.quantity import find_discounts, find_quantities
from handlers.language.sizes import find_sizes
from handlers.language.spans import Span
from handlers.language.time import find_times


def recognise(text: str, now: datetime, gazetteer: Gazetteer, calendar: Calendar) -> Iterator[Span]:
    """Yield all readings of ``text``; overlapping ones on purpose."""
    yield from find_documents(text, gazetteer.documents, gazetteer.prefixes)
    yield from find_phones(text)
    yield from find_emails(text)
    yield from find_money(text)
    yield from find_quantities(text)
    yield from find_discounts(text)
    yield from find_sizes(text)
    yield from find_times(text, now, calendar)
    yield from find_contacts(text)
    companies: list[tuple[int, int, Entry]] = []
    for start, end, entries in gazetteer.words_in(text.lower() if len(text.lower()) == len(text) else text):
        for entry in entries:
            if entry.kind == "company":
                companies.append((start, end, entry))
            elif _stands_alone(text, start, end) and _wanted(text, start, end, entry):
                yield Span(
                    kind=entry.kind, start=start, end=end, value=entry.value, weight=entry.weight + 3.0 * (end - start),
                    rule=entry.rule, fuzzy=entry.fuzzy, candidates=entry.candidates,
                )  # fmt: skip
    yield from find_companies(text, gazetteer, [each for each in companies if _stands_alone(text, each[0], each[1])])


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Check the borders: a word that begins or ends in a letter or digit must not be cut out of a longer code."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isascii() and before.isalnum() and text[start].isascii() and text[start].isalnum():
        return False
    return not (after.isascii() and after.isalnum() and text[end - 1].isascii() and text[end - 1].isalnum())


_NUMBER_AFTER: Final = re.compile(
    r"\s?(?:[台套樘]|立加|车床|机|那台|这台|的|卧加|龙门|系列|型|[一二两三四五六七八九十\d]+台|多少|怎么卖|什么价|啥价|它|又|坏|报|$|[,， ])"
)


_THAT_ONE: Final = re.compile(r"[那这][一]?台\s?$")
"""那台3015 is a model, whatever follows."""


_NUMBER_BEFORE: Final = re.compile(r"(?:[台套樘个款种]|的|买|订|要|型号|修|机器|设备|那|这|用|问|是)\s?$")


_PART_BESIDE: Final = re.compile(
    r"\s?(?:要|[个只套根条]|轴承|的|[,，。 ]|$|没|缺|到|换|[一二两三四五六七八九十\d]+[个只套根条])"
)


def _wanted(text: str, start: int, end: int, entry: Entry) -> bool:
    """Check the neighbours: a bare number is a model or a part only where one would be named."""
    if entry.needs == "number":
        named = _NUMBER_BEFORE.search(text[:start][-4:]) and _NUMBER_AFTER.match(text, end)
        return bool(named or _THAT_ONE.search(text[:start][-4:])) and not re.match(
            r"\s?(?:万|元|块|号|年|月|天|个|%|米)", text[end : end + 2]
        )
    if entry.needs == "part":
        return bool(_PART_BESIDE.match(text, end))
    after, before = text[end : end + 4], text[max(0, start - 3) : start]
    if entry.kind == "source" and text[start:end] in {"电话", "微信"}:
        came = re.match(r"(?:进|来|过来|咨询|询|打来|打过来|里?问|打进|找|上|加|群|私信)(?!上说|说)", after)
        ours = _WE_CALLED.search(text[max(0, start - 20) : start]) and not re.match(
            r"进|来(?!说)|过来|打来|打进", after
        )
        return bool(came or re.search(r"(?:打|来|加|通过|接(?:了|到)?(?:个|通)?)$", before)) and not ours
    if entry.rule == "product.kind" and after[:1] and after[0] in "证工厂行业":
        return False
    if entry.kind == "stage":
        return not re.match(r"了?(?:几|多少)|率|价|单(?!阶段|了|$)|的?(?:人|时候)|件", after) and (
            text[start:end] != "报价" or _named_as_stage(before, after)
        )
    return True


_WE_CALLED: Final = re.compile(r"(?:我|去|回)(?:打|加)$|(?:跟|给|和|与|向|同)[^,，。;； ]{1,14}(?:打|通|加)$")
"""跟王总打电话 is our call and no source."""


def _named_as_stage(before: str, after: str) -> bool:
    return bool(
        re.search(r"(?:到|进|入|成|为|->|→|>|转|改|是|在)[ ]?$", before)
        or re.match(r"阶段|[ ]?(?:→|->)", after)
        or (not after and not re.search(r"[个份做出给的要发报版式下价]$", before))
    )
