"""What is said of a quotation beyond the reader's slots: options, measures, clauses, versions, warnings.

Options are a company's own words, so they are looked for in the text by the design of the product that is
meant: the last word of a group counts, one that is denied (不要灰色) does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from domain.catalog.configuring import said_number
from handlers.context import Ask, Understood
from handlers.language.normalize import normalize
from handlers.language.quantity import find_discounts
from handlers.language.sizes import find_sizes, join

if TYPE_CHECKING:
    from domain.catalog.design import Design, Input
    from domain.policy_quoting import Clause, QuotingPolicy

_DENIED: Final = re.compile(r"(?:不要|不用|别用|不是|非|去掉|不)(?:的|了)?$")
_BECOMES: Final = r"(?:条款|方式)?(?:要)?(?:改成|改为|换成|改用|按照?|改|用|走|是|为|:)*\s*"
_CLAUSE_ENDS: Final = r"[^,，。;；\n]{1,60}"
_VERSION: Final = re.compile(
    r"(?:还是|就|那就|客户|说|想?要|回到?|恢复|改回|退回|换回|按|用|接受|选)+(?:第)?\s*[Vv]?\s*"
    r"(?P<no>[0-9]{1,3}|[一二三四五六七八九])\s*(?:版)?(?:来|吧|的?报价|方案)*"
)
_VERSION_BARE: Final = re.compile(r"(?:[Vv]\s*[0-9]{1,3}|第\s*(?:[0-9]{1,3}|[一二三四五六七八九])\s*版)")
_VERSIONS: Final = re.compile(
    r"(?:看看?|查看?|列出?)?(?:一?下)?(?:这份)?(?:报价)?(?:的)?(?:历史|所有|全部|各个)?版本(?:记录|历史|对比|列表)?"
)
_ACCEPTS: Final = re.compile(
    r"(?:我)?(?:确认|接受|知道|忽略)(?:了)?(?:这些?|所有|全部|报价)?(?:的)?(?:提醒|警告|异常)(?:了|无误)?"
)
_WORKING: Final = re.compile(r"(?:看看?|查看?)?(?:一?下)?(?:这份)?(?:报价)?(?:的)?(?:计算过程|计算明细|算法|公式)")
_EDGES: Final = re.compile(
    r"(?<![\d.A-Za-z])(\d{1,5}(?:\.\d{1,3})?)\s*[*×xX乘]\s*(\d{1,5}(?:\.\d{1,3})?)"
    r"(?:\s*[*×xX乘]\s*(\d{1,5}(?:\.\d{1,3})?))?(?:mm|毫米)?(?![\d.]|[米厘公cm])"
)
_LINE: Final = re.compile(r"第\s*(?P<no>[0-9]{1,3}|[一二三四五六七八九])\s*行")
_ADDED: Final = re.compile(r"^(?:再|另外?|还要?)\s*(?:加|来|要|报)")
_FILLER: Final = re.compile(
    r"[\s,，。.!！:：]|(?:把|要|用|换成?|改成?|改为|成|为|选|的|吧|都|全部?|统一|再|打|给他?|按|先|可以|能|就)"
)
_DIGITS: Final = "零一二三四五六七八九"
_MILLIMETRES: Final = {"米": 1000, "m": 1000, "公分": 10, "厘米": 10, "cm": 10, "毫米": 1, "mm": 1}


def read(text: str, ask: Ask) -> Understood | None:
    """Return what a short sentence means for the quotation that is being talked about; None when it is none."""
    focus = ask.focus
    if focus is None or not focus.fresh(ask.now) or len(text) > 80:
        return None
    kind, _, id_ = focus.subject.partition(":")
    plain = normalize(text).text.strip().strip("。.!！")
    if kind in ("inquiry", "quote") and (discount := _bare_discount(plain)) is not None:
        return Understood(intent="request_quote", slots={"discount": discount})
    if kind == "inquiry":
        return _measures_of_inquiry(plain, int(id_), ask)
    if kind != "quote":
        return None
    for pattern, intent in ((_VERSIONS, "quote_versions"), (_ACCEPTS, "accept_warnings"), (_WORKING, "quote_working")):
        if pattern.fullmatch(plain):
            return Understood(intent=intent, slots={})
    version = _VERSION.fullmatch(plain) if _VERSION_BARE.search(plain) else None
    if version is not None:
        return Understood(intent="return_version", slots={"revision": digits(version["no"])})
    if said_terms(plain, ask.policies.quoting) and _about_terms(plain, ask.policies.quoting):
        return Understood(intent="revise_quote", slots={})
    if _about_options(plain, ask.queries.quotes.designs(int(id_), ask.actor)):
        return Understood(intent="revise_quote", slots={})
    return None


def said_options(text: str, design: Design) -> dict[str, str]:
    """Return group → option for every option of the design that stands in ``text``; the last of a group counts."""
    return {group: option for _, _, group, option in _options(text, design)}


def said_inputs(text: str, slots: Mapping[str, Any], design: Design) -> dict[str, str]:
    """Return the measures of the design that were said, as decimal text in the unit of each."""
    size = slots.get("size") or join(span.value for span in find_sizes(text))
    inputs, edges = {}, _edges(text, design)
    for each in design.inputs:
        number = (size.get(each.slot) if each.slot else None) or _named(text, each) or edges.get(each.name)
        if number is not None:
            inputs[each.name] = said_number(Decimal(str(number)))
    return inputs


def said_terms(text: str, policy: QuotingPolicy) -> dict[str, str]:
    """Return kind of clause → what was said of it."""
    terms = {}
    for clause in policy.clauses:
        said = _term(text, clause)
        if said:
            terms[clause.kind] = said
    return terms


def said_line(text: str) -> int:
    """Return which line ``第2行`` names; 0 for none."""
    match = _LINE.search(text)
    return 0 if match is None else digits(match["no"])


def is_added(text: str) -> bool:
    """Whether one more line is wanted: ``再加6樘``."""
    return _ADDED.search(text) is not None


def digits(said: str) -> int:
    """Return 2 for ``2`` and ``二``."""
    return int(said) if said.isdigit() else _DIGITS.index(said)


def _bare_discount(text: str) -> float | None:
    """Return the discount of a message that names one and nothing else: ``九五折``, ``让三个点``, ``改成9折``."""
    spans = list(find_discounts(text))
    if len(spans) != 1 or _FILLER.sub("", text[: spans[0].start] + text[spans[0].end :]):
        return None
    return float(spans[0].value)


def _options(text: str, design: Design) -> Iterator[tuple[int, int, str, str]]:
    """Yield (start, end, group, option) in the order of the text; of two words over each other the longer counts."""
    found = []
    for group in design.options:
        for option in group.choices:
            for word in (option.name, *option.synonyms):
                # One sign alone stands inside too many other words.
                found += [
                    (match.start(), match.end(), group.group, option.name)
                    for match in (re.finditer(re.escape(word), text, re.IGNORECASE) if len(word) > 1 else ())
                ]
    taken: list[tuple[int, int]] = []
    kept = []
    for start, end, name, chosen in sorted(found, key=lambda each: each[0] - each[1]):
        if all(end <= left or right <= start for left, right in taken):
            taken.append((start, end))
            if not _DENIED.search(text[max(0, start - 4) : start]):
                kept.append((start, end, name, chosen))
    yield from sorted(kept)


def _edges(text: str, design: Design) -> dict[str, Decimal]:
    """Return the measures of ``100*80*20`` in the order of the design: small parts are no sizes to the reader."""
    match = _EDGES.search(text)
    numbers = [] if match is None else [Decimal(each) for each in match.groups() if each is not None]
    edges = [each for each in design.inputs if each.unit == "mm"]
    return {each.name: number for each, number in zip(edges, numbers, strict=False)}


def _named(text: str, each: Input) -> Decimal | None:
    units = "|".join(_MILLIMETRES) if each.unit == "mm" else re.escape(each.unit)
    match = re.search(
        rf"{re.escape(each.name)}(?:度|是|为|要|改成|改为|改|:|\s)*(?P<n>[0-9]{{1,9}}(?:\.[0-9]{{1,6}})?)\s*(?P<unit>{units})?",
        text,
        re.IGNORECASE,
    )
    if match is None:
        return None
    scale = _MILLIMETRES.get((match["unit"] or "").lower(), 1) if each.unit == "mm" else 1
    return Decimal(match["n"]) * scale


def _term(text: str, clause: Clause) -> str:
    """Return an approved variant that is named, else the words after the clause's name."""
    names = "|".join(re.escape(word) for word in sorted((clause.kind, *clause.words), key=len, reverse=True))
    led = re.search(rf"(?:{names}){_BECOMES}(?P<said>{_CLAUSE_ENDS})", text)
    after = led["said"].strip() if led else ""
    for variant in clause.variants:
        for word in sorted((variant.name, *variant.words), key=len, reverse=True):
            if word in after or re.search(rf"{re.escape(word)}\s*(?:{names}|付)", text):
                return variant.name
    if after:
        return after
    if clause.is_payment:
        shares = re.search(r"(?P<said>[一二两三四五六七八九1-9]{2,5}|[0-9]{1,2}%[0-9%\s]{2,12})\s*(?:付款|付)", text)
        return shares["said"].strip() if shares else ""
    return ""


def _about_terms(text: str, policy: QuotingPolicy) -> bool:
    """Whether the whole message is about clauses: it begins or ends with the name of one, or is a variant's."""
    names = [word for clause in policy.clauses for word in (clause.kind, *clause.words)]
    start = re.sub(r"^(?:把|那|就)", "", text)
    variants = {word for clause in policy.clauses for each in clause.variants for word in (each.name, *each.words)}
    return any(start.startswith(name) for name in names) or text in variants or re.search(r"付款?$", text) is not None


def _about_options(text: str, designs: Sequence[Design | None]) -> bool:
    """Whether the message says options of a line and nothing else: ``五金用进口``, ``颜色换灰色``."""
    for design in designs:
        found = [] if design is None else list(_options(text, design))
        if design is None or not found:
            continue
        rest = text
        for start, end, _, _ in reversed(found):
            rest = rest[:start] + rest[end:]
        for group in design.options:
            rest = rest.replace(group.group, "")
        if not _FILLER.sub("", _LINE.sub("", rest)):
            return True
    return False


def _measures_of_inquiry(text: str, inquiry_id: int, ask: Ask) -> Understood | None:
    """Return the price that was asked for, when the message says nothing but the measures it was waiting for."""
    spans = list(find_sizes(text))
    if not spans or _FILLER.sub("", "".join(sign for index, sign in enumerate(text) if not _within(index, spans))):
        return None
    wanted = ask.queries.inquiries.card(inquiry_id, ask.actor).wanted
    if not any(ask.queries.catalog.design(each.said) for each in wanted):
        return None
    return Understood(intent="request_quote", slots={"size": join(span.value for span in spans)})


def _within(index: int, spans: Sequence[Any]) -> bool:
    return any(span.start <= index < span.end for span in spans)
