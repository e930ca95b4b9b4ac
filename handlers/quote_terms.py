"""Clauses of a quotation as they are said: ``付款改三六一``, ``质保给五年``, ``备注 含安装``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.quotes.terms import REMARK, payment_ratios

if TYPE_CHECKING:
    from domain.policy_quoting import Clause, QuotingPolicy

_BECOMES: Final = (
    r"(?:条款|方式)?(?:的话|要求|客户|能不能|可不可以|能否|可以|要|给|放|做|搞|弄|写|定)*"
    r"(?P<becomes>(?:改成|改为|改到|换成|改用|成|按照?|改|换|用|走|是|为|到|:)*)\s*"
)
_A_CLAUSE: Final = re.compile(
    r"[0-9一二两三四五六七八九十半]+\s*(?:天|日|周|个?月|年|%|成)|月结|季结|货到|款到|预付|全款|现结|现款|分期|不?含|免|无|终身"
)
"""What tells a wish for a clause from a story of one: 付款60天, and not 付款拖了三个月."""
_ENDS: Final = r"[^,，。;；\n]{1,60}"
_SOFT_END: Final = re.compile(r"(?:吧|啊|呗|了|哈|可以|行)+$")
_REMARK: Final = re.compile(
    r"(?:加(?:个|上|一?条)?)?备注(?:一下|改成|改为|上|写|加|:|：|,|，|\s)*(?P<said>[^\n]{1,100})"
)
_SHARES: Final = re.compile(r"(?P<said>[一二两三四五六七八九1-9]{2,5}|[0-9]{1,2}%[0-9%\s]{2,12})\s*(?:付款|付)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidTerm:
    """``text[start:end]`` is about a kind of clause, and says this of it."""

    start: int
    end: int
    kind: str
    words: str


def said_terms(text: str, policy: QuotingPolicy) -> dict[str, str]:
    """Return kind of clause → what was said of it."""
    return {each.kind: each.words for each in find_terms(text, policy)}


def find_terms(text: str, policy: QuotingPolicy) -> Iterator[SaidTerm]:
    """Yield what is said of each kind: an approved variant that is named, else the words after the clause's name."""
    remark = _REMARK.search(text)
    if remark is not None:
        yield SaidTerm(start=remark.start(), end=remark.end(), kind=REMARK, words=remark["said"].strip())
        text = text[: remark.start()]
    for clause in policy.clauses:
        said = _term(text, clause)
        if said is not None:
            yield said


def _term(text: str, clause: Clause) -> SaidTerm | None:
    names = "|".join(re.escape(word) for word in sorted((clause.kind, *clause.words), key=len, reverse=True))
    led = re.search(rf"(?:{names}){_BECOMES}(?P<said>{_ENDS})", text)
    after = _SOFT_END.sub("", led["said"].strip()).strip() if led else ""
    for variant in clause.variants:
        for word in sorted((variant.name, *variant.words), key=len, reverse=True):
            if led is not None and word in after:
                return SaidTerm(start=led.start(), end=led.end(), kind=clause.kind, words=variant.name)
            named = re.search(rf"{re.escape(word)}的?\s*(?:{names}|付)款?", text)
            if named is not None:
                return SaidTerm(start=named.start(), end=named.end(), kind=clause.kind, words=variant.name)
    if led is not None and after and (led["becomes"] or _A_CLAUSE.match(after) or payment_ratios(after)):
        return SaidTerm(start=led.start(), end=led.end(), kind=clause.kind, words=after)
    shares = _SHARES.search(text) if clause.is_payment else None
    if shares is None:
        return None
    return SaidTerm(start=shares.start(), end=shares.end(), kind=clause.kind, words=shares["said"].strip())


def is_variant(text: str, policy: QuotingPolicy) -> SaidTerm | None:
    """Return the clause of which the whole text is an approved variant: ``三六一``."""
    for clause in policy.clauses:
        for variant in clause.variants:
            if text in (variant.name, *variant.words):
                return SaidTerm(start=0, end=len(text), kind=clause.kind, words=variant.name)
    return None
