"""Counts with their measure word, and discounts."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from handlers.language.numbers import ARABIC, read_number, tidy
from handlers.language.spans import Span

_MEASURE: Final = r"(?:公斤|kg|平方米|个?平方|平米|m2|㎡|pcs|PCS|台套|[台套樘件组辆部个只支根条把块片张米斤吨箱盒桶卷瓶平副对双颗粒包袋升枚节扇罐座幅盏捆])"
_CN: Final = r"(?!零)[一二两三四五六七八九十百千零]{1,8}"
_RANGE: Final = re.compile(
    rf"(?<![\d.一二两三四五六七八九十百])(?P<a>{ARABIC}|{_CN})\s?(?:-|~|到|至)\s?(?P<b>{ARABIC}|{_CN})\s?(?P<m>{_MEASURE})"
)
_PAIR: Final = re.compile(rf"(?P<a>[一二两三四五六七八])(?P<b>[两二三四五六七八九])(?P<ten>十|百)?(?P<m>{_MEASURE})")
_SINGLE: Final = re.compile(
    rf"(?P<a>(?<![\d.第A-Za-z-])(?:{ARABIC})|(?<![第一二两三四五六七八九十百.]){_CN}|半)\s?(?P<more>[来多几余])?(?P<wan>万)?\s?(?P<m>{_MEASURE})"
    r"(?P<half>半(?!径|成|自|年|个|天|月))?"
)
_TIMES: Final = re.compile(
    r"(?:[\u4e00-\u9fff]|(?<![A-Za-z0-9])[A-Za-z]{1,4}-?\d{1,4})\s?(?P<sign>[*×xX]\s?(?P<a>\d{1,3}))(?![\d.*×xX]|mm|cm|米|m)"
)
"""气缸x2, FM20*3; not a size."""
_NOT_A_COUNT: Final = re.compile(
    r"(?:个(?:月|星期|礼拜|点|工作日|小时|钟头|季度|半|人|单|客户|商机|项目|电话|价|问题|事|报价|忙|订单|提醒|笔记|单子|区|大区|工程师|师傅|师父|视频|班|周|百分|亿|达不溜|礼拜|话|方案|样)"
    r"|件(?:事|套)|台(?:阶|账|风|湾|州)|平(?:台|均|时|安|常)|条(?:件|线)|组(?:长|装)|部(?:长|门|件|分)|张(?:总|工|经理|先生|姐|哥|伟|师傅)|米(?:左右的|高)|对(?:手|方|面|的|不|吗|比)|包(?:装|括)|节(?:前|后|省)|双(?:方|面)|座(?:谈|机|位|标|椅|城|楼)|幅(?:度|面)|升(?:级|降)|把(?:关|握)|块钱|副总|卷帘)"
)

_A: Final = re.compile(
    r"(?:想|要|来|买|订|装|上|添|换|加|搞|弄|定)(?P<m>[台部套樘辆])(?=[\u4e00-\u9fffA-Za-z])(?!账|风|阶|长|门|路|分|件)"
)
"""装部电梯 is one."""
_TWO: Final = re.compile(r"俩(?!人|口|小时|月|星期|礼拜)|仨")
_PRICE_BEFORE: Final = re.compile(
    r"(?:多少钱?|价|几个钱|单价|怎么卖|(?<![A-Za-z\d.-])\d+(?:\.\d+)?(?:[元块万千w]|$)|(?<=[\d一二两三四五六七八九十百千万])[元块万百千])\s?$"
)
_PRICE_AFTER: Final = re.compile(
    r"\s?(?:要|得|大概|大约|卖)*(?:多少钱|什么价|啥价|怎么卖|多少|几个钱|报价多少)|(?:[\d一二三四五六七八九].{0,3}[万元块千w])"
)
_TENS: Final = {None: 1, "十": 10, "百": 100}
_MACHINES: Final = frozenset("台套樘部辆扇座")
"""What is sold whole, and never by the ten thousand in one sentence."""
_PIECES: Final = frozenset({"件", "只", "片", "根", "颗", "粒", "pcs", "PCS"})
"""What is ordered by the ten thousand."""
_MANY: Final = 10_000
_RARE: Final = "，低得少见，请确认"
_NONE: Final = "？没有这样的折扣，请确认"
_LEAST: Final = 0.2
_DEEP: Final = 0.5
"""A factor below this is more often a slip (15折 for 让15个点) than a price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """``value``, or ``low``..``high``; ``measure`` is the word as said. ``one`` tells 一台 from 1台."""

    value: float | None
    low: float | None = None
    high: float | None = None
    measure: str
    approx: bool = False


def find_quantities(text: str) -> Iterator[Span]:
    """Yield counts with measure words; ranges (三四台, 3到5台) keep both ends."""
    for match in _RANGE.finditer(text):
        low, high = read_number(match["a"]), read_number(match["b"])
        if low is not None and high is not None and low < high and not _is_idiom(text, match):
            yield _span(
                match, Quantity(value=None, low=tidy(low), high=tidy(high), measure=match["m"]), "quantity.range", 4
            )
    for match in _PAIR.finditer(text):
        low, high = (read_number(match[name]) or 0 for name in ("a", "b"))
        if high == low + 1 and not _is_idiom(text, match):
            factor = _TENS[match["ten"]]
            amount = Quantity(value=None, low=low * factor, high=high * factor, measure=match["m"], approx=True)
            yield _span(match, amount, "quantity.pair", 3)
    for match in _TIMES.finditer(text):
        amount = Quantity(value=int(match["a"]), measure="个")
        start, end = match.span("sign")
        yield Span(kind="quantity", start=start, end=end, value=amount, weight=6.0, rule="quantity.times")
    for match in _TWO.finditer(text):
        yield _span(match, Quantity(value=2 if match[0] == "俩" else 3, measure="个"), "quantity.two", 1)
    for match in _A.finditer(text):
        start, end = match.span("m")
        amount = Quantity(value=1, measure=match["m"])
        yield Span(kind="quantity", start=start, end=end, value=amount, weight=4.0, rule="quantity.a")
    for match in _SINGLE.finditer(text):
        value = read_number(match["a"])
        if value is None or _is_idiom(text, match):
            continue
        if match["more"] == "几" or (match["wan"] and match["m"] not in _MACHINES | _PIECES):
            continue
        note = ""
        if match["half"]:
            value += 0.5
            note = f"没有半{match['m']}，请确认数量" if match["m"] in _MACHINES else ""
        if match["wan"]:
            value *= 10_000
        if value >= _MANY and match["m"] in _MACHINES:
            note = "数量很大，请确认"
        amount = Quantity(value=tidy(value), measure=match["m"], approx=bool(match["more"]))
        yield _span(match, amount, "quantity.single", 8 if match["wan"] else 2, note)


def _is_idiom(text: str, match: re.Match[str]) -> bool:
    if match["a"] in {"一", "1"} and (
        _PRICE_BEFORE.search(text[: match.start()][-8:]) or _PRICE_AFTER.match(text, match.end())
    ):
        return True
    return bool(_NOT_A_COUNT.match(text, match.start("m"))) or text[max(0, match.start() - 1) : match.start()] == "第"


def _span(match: re.Match[str], amount: Quantity, rule: str, extra: float, note: str = "") -> Span:
    start, end = match.span()
    return Span(
        kind="quantity", start=start, end=end, value=amount, weight=4.0 + extra + (end - start), rule=rule,
        note=note, fuzzy=bool(note),
    )  # fmt: skip


_FOLD: Final = re.compile(
    r"(?<![\d.十百千两一二三四五六七八九负-])(?P<digits>[一二三四五六七八九]{1,2}|十[一二三四五六七八九]?|\d{2}(?:\.\d)?|\d(?:\.\d{1,2})?)[ ]?(?:点(?P<point>[一二三四五六七八九]))?折(?!叠|弯|腾|断|算|旧)"
)
_POINTS: Final = re.compile(
    r"(?:让利?|降|优惠|便宜|下浮|减|下调|让了|降了|返)(?:他们?|我们?|客户)?(?:了|个)?(?P<n>\d+(?:\.\d+)?|[一二两三四五六七八九十半]+)(?:个)?(?:点|%|个百分点|百分点)(?!钟)"
)
_TO_PERCENT: Final = re.compile(r"(?:折扣|按)(?:率|到|是|为)?(?P<n>\d{2}(?:\.\d)?)%")


def find_discounts(text: str) -> Iterator[Span]:
    """Yield discounts as a factor: 85折, 八五折, 8.5折 and 让15个点 are all 0.85."""
    for match in _FOLD.finditer(text):
        factor = _factor(match["digits"], match["point"])
        if factor is not None:
            yield _discount(match, factor, "discount.fold")
    for match in _POINTS.finditer(text):
        points = read_number(match["n"])
        if points is not None and 0 < points < 60:
            yield _discount(match, 1 - points / 100, "discount.points")
    for match in _TO_PERCENT.finditer(text):
        yield _discount(match, float(match["n"]) / 100, "discount.percent")


def _factor(digits: str, point: str | None) -> float | None:
    number = read_number(digits)
    if number is None or number <= 0:
        return None
    if point:
        number += (read_number(point) or 0) / 10
    if number < 10:
        return number / 10
    return number / 100 if number < 100 else None


def _discount(match: re.Match[str], factor: float, rule: str) -> Span:
    start, end = match.span()
    return Span(
        kind="discount", start=start, end=end, value=tidy(round(factor, 4)), weight=16.0 + end - start, rule=rule,
        note=f"{tidy(round(factor * 10, 3))} 折" + (_NONE if factor < _LEAST else _RARE if factor < _DEEP else ""),
        fuzzy=factor < _DEEP,
        candidates=(str(tidy(round(factor, 4))), str(tidy(round(1 - factor, 4)))) if factor < _DEEP else (),
    )  # fmt: skip
