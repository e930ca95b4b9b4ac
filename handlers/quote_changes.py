"""What a sentence changes of the quotation in hand: ``把第二行的玻璃升级三玻``, ``纱窗不要了 再让一个点``.

Everything that is recognised is taken out of the sentence; a sentence is a change when nothing but small words is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from domain.money import PPM, round_fen
from domain.quotes.lines import QuoteItem
from handlers.language.numbers import read_number
from handlers.language.quantity import find_discounts
from handlers.quote_make import Count, blanked, chosen, find_counts, find_measures, find_options
from handlers.quote_pieces import Called, find_mentions
from handlers.quote_terms import SaidTerm, find_terms, is_variant
from handlers.quote_totals import find_total

if TYPE_CHECKING:
    from domain.catalog.design import Design
    from domain.policy_quoting import QuotingPolicy
    from domain.quotes.whole import Total

_LINE: Final = re.compile(r"第\s*(?P<no>[1-9][0-9]{0,2}|[一二三四五六七八九十])\s*(?:[行个款种项条]|(?=[^版稿次]))")
_ADDS: Final = re.compile(r"(?:再|另外?|还要?|多|加|增加|追加|添)+\s*(?:加|来|要|报|配|上)*\s*$")
_MORE: Final = re.compile(r"(?:再|多|加|增加|追加|添|涨)+(?:个|要|来|加|上|了)*\s*$")
_LESS: Final = re.compile(r"(?:减少?|少|去掉?|扣掉?|砍掉?)(?:个|要|了)*\s*$")
_REMOVES: Final = re.compile(
    r"(?:都|也|先|就)?(?:不要|去掉|删掉?|删除|取消|拿掉|撤掉|不用|剔除|划掉|不做|不报)(?:了|吧)?"
)
_EVERY: Final = re.compile(r"(?:全部?|统一|一律|所有|[都均])")
_AGAIN: Final = re.compile(r"(?:再|又|还要?|多)\s*$")
_VALID: Final = re.compile(
    r"(?:报价)?(?:的)?有效期?(?:限)?(?:能|可以)?(?:延长|缩短|改|调|放|定|给|变|换)*(?:成|为|到|是|:|\s)*"
    r"(?P<n>[0-9]{1,4}|[一二两三四五六七八九十半]{1,3})\s*个?(?P<unit>天|日|周|星期|月)"
)
_DAYS: Final = {"天": 1, "日": 1, "周": 7, "星期": 7, "月": 30}
_ASKS: Final = re.compile(
    r"[?？]|[吗么嘛]$|能不能|能否|可不可以|可以不|行不行|(?<![0-9一二三四五六七八九十])行不|好不好|是不是|要不要|多少|怎么|咋|为什么|为啥|为何|几[个台樘天]|啥|谁|哪"
)
_FILLER: Final = re.compile(
    r"[\s,，。.!！:：;；、~“”\"'+?？吗么嘛]|能不能|能否|可不可以|可以不|行不行?|好不好"
    r"|(?:客户|对方|甲方|业主|老板|他们?|她|人家)(?:又|还|那边)?(?:嫌|说|觉得|感觉|要求|要|想要|想)?(?:太|有点|还是)?(?:贵|高)?了?"
    r"|(?:总价|总额|价格|整单|数量|尺寸|规格|型号|配置|选项|折扣|单子|这?份?报价单?|产品|条款)"
    r"|(?:不对|不是|错了?|搞错|写错|说错|打错|弄错|应该|麻烦|帮忙?|请|直接|统一|一律|全部|所有|其他|不变|照旧|一样)"
    r"|(?:换成?|改成?|改为|改到|变成?|调成?|调到|升级?到?|降级?到?|弄成?|搞成?|做成?|整成?|选成?|定成?|换|用|上|走|配|打|来|做|给|选|要|按|报|让)"
    r"|(?:那|就|把|将|的|得|地|了|吧|呢|啊|哈|呗|哦|都|均|也|先|再|还|又|个|是|为|成|到|能|可以|可|行|好|款|版|这|我|咱|你|一下|里|面|和|跟|加|减|多|少|去|掉|到|度)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInHand:
    """A line of the quotation as it is."""

    called: Called
    quantity: int

    @property
    def design(self) -> Design | None:
        """Return how it is configured."""
        return self.called.design


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is wanted; ``rest`` is what was not understood of the sentence, ``asks``: it is a question."""

    items: tuple[QuoteItem, ...] = ()
    discount_ppm: int | None = None
    terms: Mapping[str, str] = field(default_factory=dict)
    valid_days: int | None = None
    total: Total | None = None
    rest: str = ""
    asks: bool = False

    def __bool__(self) -> bool:
        """Whether anything is wanted at all."""
        return bool(self.items or self.terms or self.total) or not (self.discount_ppm is self.valid_days is None)


def read_changes(
    text: str,
    lines: Sequence[LineInHand],
    known: Sequence[Called],
    *,
    discount_ppm: int,
    list_fen: int = 0,
    policy: QuotingPolicy,
) -> Changes:
    """Return what ``text`` (normalized) changes; ``known`` are further products that it names."""
    rest = text
    variant = is_variant(text.strip().rstrip("吧"), policy)
    terms = [variant] if variant is not None else list(find_terms(text, policy))
    rest = blanked(rest, [_span(term) for term in terms] if variant is None else [(0, len(text))])
    valid = _VALID.search(rest)
    if valid is not None:
        rest = blanked(rest, [valid.span()])
    discount, rest = _discount(rest, discount_ppm)
    whole = find_total(rest, list_fen)
    if whole is not None:
        rest = blanked(rest, [(whole.start, whole.end)])
    items: list[QuoteItem] = []
    left = []
    for target, said in _stretches(rest, lines, known):
        found, remains = _of_stretch(said, target, lines)
        items += found
        left.append(remains)
    return Changes(
        items=tuple(items),
        discount_ppm=discount,
        terms={term.kind: term.words for term in terms},
        valid_days=None if valid is None else _days(valid),
        total=None if whole is None else whole.total,
        rest=_FILLER.sub("", " ".join(left)),
        asks=_ASKS.search(text) is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What a stretch of the sentence is about: a line (from 1), a product that is not there yet, or 0 for whatever."""

    line: int = 0
    added: Called | None = None
    name: str = ""
    """What the product was called: 80平开 says an option too."""
    unit: str = ""


def _span(term: SaidTerm) -> tuple[int, int]:
    return term.start, term.end


def _discount(text: str, now: int) -> tuple[int | None, str]:
    """Return the discount, and the text without it; 再让一个点 goes on from what there is."""
    spans = list(find_discounts(text))
    if not spans:
        return None, text
    span = spans[-1]
    ppm = round_fen(Decimal(str(span.value)) * PPM)
    if span.rule == "discount.points" and _AGAIN.search(text[: span.start]):
        ppm = now - (PPM - ppm)
    return ppm, blanked(text, [(each.start, each.end) for each in spans])


def _days(match: re.Match[str]) -> int:
    said = match["n"]
    if said == "半":
        return 15 if match["unit"] == "月" else _DAYS[match["unit"]] // 2
    return int((read_number(said) or 0) * _DAYS[match["unit"]])


def _stretches(text: str, lines: Sequence[LineInHand], known: Sequence[Called]) -> Iterator[tuple[_Target, str]]:
    """Yield the parts of the sentence with what each is about: from one 第2行 or product to the next."""
    places = {line.called.code: number for number, line in enumerate(lines, start=1)}
    codes = [line.called.code for line in lines]
    called = {each.code: each for each in (*known, *(line.called for line in lines))}
    marks: list[tuple[int, int, _Target]] = [
        (match.start(), match.end(), _Target(line=_number(match["no"]))) for match in _LINE.finditer(text)
    ]
    for start, end, product in find_mentions(text, list(called.values())):
        adds = _ADDS.search(_without_count(text[:start], product.unit)) is not None
        if product.code in places and not (adds and product.design is not None):
            # A product that stands in several lines: the domain asks which.
            line = places[product.code] if codes.count(product.code) == 1 else 0
            target = _Target(line=line, unit=product.unit)
        else:
            target = _Target(added=product, name=text[start:end], unit=product.unit)
        marks.append((start, end, target))
    marks.sort(key=lambda mark: mark[0])
    begins = [_with_what_leads(text, marks, index) for index in range(len(marks))]
    if not marks:
        yield _Target(), text
        return
    if begins[0] > 0:
        yield _Target(), text[: begins[0]]
    for (start, end, target), begin, until in zip(marks, begins, [*begins[1:], len(text)], strict=True):
        yield target, blanked(text[begin:until], [(start - begin, end - begin)])


def _without_count(text: str, unit: str) -> str:
    counts = find_counts(text, unit)
    return text[: counts[-1].start] if counts and not text[counts[-1].end :].strip() else text


def _with_what_leads(text: str, marks: Sequence[tuple[int, int, _Target]], index: int) -> int:
    """Return where the words about a mark begin: 去掉第二行 and 再加20扇纱窗 lead up to it."""
    start, _, target = marks[index]
    since = marks[index - 1][1] if index else 0
    before = text[since:start]
    counts = find_counts(before, target.unit)
    if counts and target.unit in (counts[-1].measure, "") and not before[counts[-1].end :].strip(" 的"):
        before = before[: counts[-1].start]
    leads = re.search(rf"(?:{_REMOVES.pattern}|{_ADDS.pattern})\s*$", before)
    if leads is None or (index and not before[: leads.start()].strip()):
        return since + len(before)  # 第2行不要了 第1行改12樘: of the line before
    return since + leads.start()


def _of_stretch(said: str, target: _Target, lines: Sequence[LineInHand]) -> tuple[list[QuoteItem], str]:
    """Return what is wanted of one target, and what of the words was not understood."""
    if target.added is not None:
        return _added(said, target.added, target.name)
    places = [target.line] if target.line else list(range(1, len(lines) + 1))
    known = [lines[place - 1] for place in places if place <= len(lines)]
    if target.line > len(lines):
        return [QuoteItem(line=target.line, quantity=1)], ""  # the domain says how many lines there are
    found = [_of_line(said, line) for line in known]
    removes = _REMOVES.search(found[0].rest) if target.line and found else None
    if removes is not None:
        return [QuoteItem(line=target.line, removed=True)], blanked(found[0].rest, [removes.span()])
    wanted = [(place, each) for place, each in zip(places, found, strict=False) if each.wants]
    if not wanted:
        return [], min((each.rest for each in found), key=_weight, default=said)
    rest = min((each.rest for _, each in wanted), key=_weight)
    if len(wanted) > 1 and not _EVERY.search(said):
        # Which of them was meant is for the domain to ask: line 0 of a quote of several.
        return [wanted[0][1].item(0)], rest
    return [each.item(place) for place, each in wanted], rest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What some words say of one line, and what is left of them."""

    quantity: int | None
    inputs: dict[str, str]
    options: dict[str, str]
    rest: str

    @property
    def wants(self) -> bool:
        return self.quantity is not None or bool(self.inputs or self.options)

    def item(self, line: int) -> QuoteItem:
        return QuoteItem(line=line, quantity=self.quantity, inputs=self.inputs, options=self.options)


def _of_line(said: str, line: LineInHand) -> _Said:
    inputs: dict[str, str] = {}
    options: dict[str, str] = {}
    if line.design is not None:
        measures = find_measures(said, line.design)
        for each in measures:
            inputs.update(each.inputs)
        said = blanked(said, [(each.start, each.end) for each in measures])
        named = find_options(said, line.design)
        options = chosen(named)
        said = _without_denial(blanked(said, [(each.start, each.end) for each in named]), any(x.denied for x in named))
        for group in line.design.options:
            said = said.replace(group.group, " " * len(group.group)) if options else said
    counts = find_counts(said, line.called.unit)
    counts = [each for each in counts if each.measure in (line.called.unit, "", "个")]
    quantity = _quantity(said, counts[-1], line.quantity) if counts else None
    said = blanked(said, [(each.start, each.end) for each in counts])
    bare = re.search(r"数量(?:应该|是|改|为|成|到|要|变|调|:|\s)*(?P<n>[0-9]{1,9})(?![0-9.])", said)
    if quantity is None and bare is not None:
        quantity, said = int(bare["n"]), blanked(said, [bare.span()])
    return _Said(quantity=quantity, inputs=inputs, options=options, rest=said)


def _without_denial(said: str, denied: bool) -> str:
    return re.sub(r"不要|不用|不是|不选|别用|去掉|不", lambda match: " " * len(match[0]), said) if denied else said


def _quantity(said: str, count: Count, now: int) -> int:
    """Return how many there are to be: 加5樘 goes on from what there is."""
    before = said[: count.start]
    if count.pieces and _MORE.search(before):
        return now + count.pieces
    if count.pieces and _LESS.search(before):
        return now - count.pieces
    return count.pieces


def _added(said: str, called: Called, name: str) -> tuple[list[QuoteItem], str]:
    """Return one more line."""
    inputs: dict[str, str] = {}
    options: dict[str, str] = {}
    if called.design is not None:
        measures = find_measures(said, called.design)
        for each in measures:
            inputs.update(each.inputs)
        said = blanked(said, [(each.start, each.end) for each in measures])
        named = find_options(said, called.design)
        options = chosen([*find_options(name, called.design), *named])
        said = blanked(said, [(each.start, each.end) for each in named])
    counts = find_counts(said, called.unit)
    said = blanked(said, [(each.start, each.end) for each in counts])
    quantity = counts[-1].pieces if counts else None
    return [QuoteItem(product=called.code, quantity=quantity, inputs=inputs, options=options, added=True)], said


def _weight(rest: str) -> int:
    return len(_FILLER.sub("", rest))


def _number(said: str) -> int:
    return int(read_number(said) or 0)
