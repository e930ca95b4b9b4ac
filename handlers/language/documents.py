"""Numbers of documents and machines: orders, quotes, tickets, approvals, serial numbers, fault codes.

They are read first, because they swallow digits that would else be money or dates.
"""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from handlers.language.spans import Span

PREFIXES: Final[Mapping[str, str]] = {
    "so": "order_no", "po": "order_no", "dd": "order_no", "ht": "order_no", "or": "order_no", "ord": "order_no",
    "q": "quote_no", "qt": "quote_no", "bj": "quote_no", "quo": "quote_no",
    "wo": "ticket_no", "gd": "ticket_no", "fw": "ticket_no", "sr": "ticket_no", "tk": "ticket_no", "bx": "ticket_no",
    "sp": "approval_no", "ap": "approval_no", "oa": "approval_no", "spd": "approval_no",
}  # fmt: skip
"""What a prefix means where the company's own numbers do not say otherwise."""

_NUMBER: Final = re.compile(
    r"(?<![A-Za-z0-9])(?P<prefix>[A-Za-z]{1,4})[-_ ]?(?P<rest>\d{2,}(?:[-_/]\d+)*)(?![A-Za-z0-9])"
)
_WORDS: Final = (
    ("ticket_no", "工单|派单|维修单|报修单|服务单|单子"),
    ("approval_no", "审批单?|特批单?|申请单?"),
    ("order_no", "订单|合同"),
    ("quote_no", "报价单|报价"),
)
_TAILS: Final = tuple(
    (
        kind,
        re.compile(
            rf"(?:{words})(?:号|编号|尾号)?[是:： ]?#?(?P<tail>\d{{2,}}(?:-\d+)*)(?![\d.]|万|元|块|w|k|台|套|个|月|年|号车间)"
        ),
    )
    for kind, words in _WORDS
)
_LEADING: Final = tuple(
    (kind, re.compile(rf"(?<![\dA-Za-z.-])#?(?P<tail>\d{{3,}}(?:-\d+)*)(?:号|那个|这个|的)?(?:{words})"))
    for kind, words in _WORDS
)
_OPENING: Final = re.compile(
    r"(?:^|(?<=[,，。;； ]))\s*(?P<tail>\d{3,4})(?=\s?(?:号|那个|这个|我|不|没|去|来|行|可|先|退|改|转|收到|安排|搞定|修好|弄好|接|派|给|可以|同意|批|驳|完|已|到|过|打回|的|换|能|改|那[个单]|这[个单]))(?!号(?:车间|线|机))"
)
_SHORT: Final = re.compile(
    r"(?:^|(?<=[,，。;； ]))(?P<tail>\d{2})(?=号?(?:这|那)?单(?!价)|不批|不同意|批|同意|驳回|打回|退回|我来|我接|我去|我这|改派|派给)"
)
"""Two digits are the tail of a number only where nothing else is counted like that: 12这单换人, 23不批."""
_CLOSING: Final = re.compile(r"(?:批|同意|驳回|通过|派|接|关|结)(?:了|掉|一下|单)? ?#?(?P<tail>\d{3,4})(?:号|吧|了)?$")
_SERIAL: Final = re.compile(
    r"(?:序列号|出厂编号|出厂号|机身号|机号|编号|S/?N)(?:[是为:： #]{0,3})(?P<serial>[A-Za-z0-9][A-Za-z0-9-]{3,})",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:ALM|ERR|AL|SV|EX|E|F)[- ]?\d{1,4}(?=(?:号)?(?:报警|故障|错误|代码|[\s,，。]|$))"
    r"|(?:报警|故障码|代码|报错)[ :：]?[A-Z]{1,3}-?\d{1,4}|\d{3,4}(?:号)?报警)",
    re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"\d")
_LABEL: Final = re.compile(
    r"第[\d一二三四五六七八九十]+(?:台|批|条|次|期|道|工位|套|个|轮|家)"
    r"|[\d一二三四五六七八九十]{1,3}[号#](?:车间|车床|机床|机组|机|线|楼|库|厂房|厂|床|门|炉|仓|工位|柜|泵|料|设备|生产线|产线|台|工地|院|馆|展位|展厅)"
    r"|[\d一二三四五六七八九十]{1,3}[期栋幢楼层](?![\d一二三四五六七八九十])"
    r"|[GDKCTZ]\d{1,4}(?:次|高铁|动车)|\b[A-Z]{2}\d{3,4}(?:航班)"
)


def find_documents(
    text: str, known: Mapping[str, Mapping[str, str]], prefixes: Mapping[str, str] | None = None
) -> Iterator[Span]:
    """Yield document numbers, serials, fault codes and labels.

    ``known`` is slot → {letters and digits only, lower case: the number as kept}; ``prefixes`` as
    ``prefixes_of(known)`` gives them, which one who reads many texts does once.
    """
    if _DIGIT.search(text):
        yield from _numbers(text, known, prefixes_of(known) if prefixes is None else prefixes)
    for match in _LABEL.finditer(text):
        yield Span(
            kind="label", start=match.start(), end=match.end(), value=match[0], weight=14.0, rule="document.label"
        )


def _numbers(text: str, known: Mapping[str, Mapping[str, str]], prefixes: Mapping[str, str]) -> Iterator[Span]:
    for match in _NUMBER.finditer(text):
        kind = prefixes.get(match["prefix"].lower())
        if kind is None:
            continue
        bare = _bare(match[0])
        kept = known.get(kind, {}).get(bare)
        if kept is None and len(match["rest"]) < 3:
            continue
        yield _document(kind, match.start(), match.end(), kept or match[0].upper().replace(" ", ""), "document.number")
    for pattern in (_TAILS, _LEADING):
        for kind, tail in pattern:
            for match in tail.finditer(text):
                yield from _by_tail(kind, match, known)
    for edge in (*_OPENING.finditer(text), *_SHORT.finditer(text), _CLOSING.search(text)):
        if edge:
            yield from _by_any_tail(edge, known)
    for match in _SERIAL.finditer(text):
        yield Span(
            kind="serial", start=match.start("serial"), end=match.end("serial"), value=match["serial"].upper(),
            weight=40.0, rule="document.serial",
        )  # fmt: skip
    for match in _CODE.finditer(text):
        yield Span(kind="code", start=match.start(), end=match.end(), value=match[0], weight=8.0, rule="document.code")


def bare_numbers(numbers: tuple[str, ...]) -> dict[str, str]:
    """Return the look-up table ``find_documents`` wants for one kind of number."""
    return {_bare(number): number for number in numbers}


def _by_tail(kind: str, match: re.Match[str], known: Mapping[str, Mapping[str, str]]) -> Iterator[Span]:
    tail = _bare(match["tail"])
    hits = [number for bare, number in known.get(kind, {}).items() if bare.endswith(tail)]
    if len(hits) == 1:
        yield _document(kind, match.start("tail"), match.end("tail"), hits[0], "document.tail", "按尾号找到")
    elif len(tail) >= 4 and not hits:
        yield _document(
            kind, match.start("tail"), match.end("tail"), match["tail"], "document.said", "库里没有这个编号"
        )


def _by_any_tail(match: re.Match[str], known: Mapping[str, Mapping[str, str]]) -> Iterator[Span]:
    """Yield the one number of any kind a message may begin or end with the tail of (019我来, 先别批302)."""
    hits = [
        (kind, number)
        for kind, numbers in known.items()
        for bare, number in numbers.items()
        if bare.endswith(match["tail"])
    ]
    if len(hits) == 1:
        kind, number = hits[0]
        yield _document(kind, match.start("tail"), match.end("tail"), number, "document.tail", "按尾号找到")


def prefixes_of(known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return prefix → slot: the customary ones, and over them the company's own."""
    own = dict(PREFIXES)
    for kind, numbers in known.items():
        for bare in numbers:
            letters = re.match(r"[a-z]+", bare)
            if letters:
                own[letters[0]] = kind
    return own


def _document(kind: str, start: int, end: int, value: str, rule: str, note: str = "") -> Span:
    return Span(
        kind="document", start=start, end=end, value=(kind, value), weight=30.0 + end - start, rule=rule, note=note
    )


def _bare(number: str) -> str:
    return re.sub(r"[^a-z0-9]", "", number.lower())
