"""A price for the whole as it is said: ``一口价45万``, ``总价做到45万``, ``抹个零头``, ``再便宜五百``."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from domain.quotes.whole import Total
from handlers.language.money import Money, find_money
from handlers.language.numbers import ARABIC, CHINESE, read_number

_WAN: Final = 10_000
_FACTORS: Final = {"万": _WAN, "w": _WAN, "千": 1_000, "k": 1_000, "百": 100}
_LEAST_FEN: Final = 1_000
"""What is taken off a quotation is ten yuan or more: 少一 and 让3 are about something else."""
_UNITS_FEN: Final = {"万": 1_000_000, "千": 100_000, "百": 10_000, "十": 1_000, "元": 100, "块": 100}
_BECOMES: Final = r"(?:[\s,:的]|给|按|照|做|算|改|换|优惠|降|压|砍|谈|便宜|就|到|成|为|是|要|报|定|收|他们?|客户|直接|统一|最后|含税)*"
_WHOLE: Final = re.compile(
    r"一口价|打包价?|包干价?|(?:总价|整单|总额|总金额|合计|总共|一共|全部|报价|价格|价钱)(?:一起|下来)?(?=[^,，。;；]{0,8}[0-9一二两三四五六七八九十])"
    r"|凑(?:个)?整|取(?:个)?整|抹(?:个|掉|去|一下)?(?:零头?)?(?:到|成)|抹(?:个|掉|去|一下)?零头?"
)
_REACHED: Final = re.compile(r"(?:做|压|降|砍|谈|改|调|让|优惠|抹)到(?:了)?|(?:改|调|换)成")
"""Words that make an amount the price of the whole where its unit is said: 做到45万."""
_ROUNDS: Final = re.compile(
    r"(?:零头|尾数|零的?)(?:也|都|就|给|帮)*(?:抹|去|免|舍|不要|砍)(?:掉|了|去)*|(?:抹|去|免|舍|砍|让)(?:个|掉|去|一下|了)?(?:零头?|尾数)(?:掉|了)?"
    r"|凑(?:个)?整数?|取(?:个)?整数?|不要(?:零头|尾数)"
)
_TO_UNIT: Final = re.compile(
    r"(?:抹|取整|凑整|精确|保留|到|舍)(?:掉|零|到|成|至)*(?P<unit>[万千百十])位?(?:以下)?|到整(?P<whole>[万千百十])|到(?P<yuan>元|块)"
)
_LESS: Final = re.compile(
    r"(?:再|又|还|给他?|直接|能|帮|整单|总价)*(?:便宜|优惠|让利?|少收|少算|立?减免?|降价?|抹掉?|去掉|扣掉?|少|砍掉?|下浮)(?:个|掉|了|他们?|客户)*\s*$"
)
_NO_AMOUNT: Final = r"(?![0-9.%一二两三四五六七八九十百千零半]|\s*(?:个|折|mm|cm|毫米|厘米|米|㎡|平|樘|台|套|件|扇|天|点|行|倍|成|年|月))"
_PLAIN: Final = rf"(?P<n>{ARABIC}|{CHINESE})(?P<unit>[万千百kKwW])?{_NO_AMOUNT}"
_PLAIN_LESS: Final = re.compile(
    rf"(?:再|又|还|给他?|直接|帮|整单|总价)*(?:便宜|优惠|让利|让|少收|立减|减免|降价|抹掉|减|少)(?:个|掉|了|他们?|客户)*\s*{_PLAIN}"
)
_NUMBER: Final = re.compile(_PLAIN)
_EACH: Final = re.compile(r"单价|每[台套件个樘平方米吨只条支扇]|/|一[台套件樘扇平]")
_AFTER: Final = re.compile(r"(?:元|块钱?|整|含税|包干|打包价?|一口价|封顶|算了|就行|给他?们?|成交|拿下|\s)*")
_BEFORE: Final = re.compile(r"(?:就|按|直接|给他?们?|算|那|\s)*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidTotal:
    """``text[start:end]`` says what the whole is to cost."""

    start: int
    end: int
    total: Total


def find_total(text: str, list_fen: int = 0) -> SaidTotal | None:
    """Return the price for the whole that ``text`` (normalized) names.

    ``list_fen``, what it costs without any discount, tells 45 meant in 万 from 45 yuan; 0 where it is not known.
    """
    if _EACH.search(text):
        return None  # the price of a piece is its product's
    amounts = [
        (span.start, span.end, round(span.value.value * 100))
        for span in find_money(text.replace("一口价", " 口价"))  # the 一 is no digit of 45万5千一口价
        if isinstance(span.value, Money) and span.value.value is not None and not span.value.assumed
    ]
    return _less(text, amounts) or _exact(text, amounts, list_fen) or _rounded(text)


def _exact(text: str, amounts: list[tuple[int, int, int]], list_fen: int) -> SaidTotal | None:
    for cue in _WHOLE.finditer(text):
        until = re.compile(_BECOMES).match(text, cue.end())
        begin = until.end() if until else cue.end()
        bare = _NUMBER.match(text, begin)
        known = [(end, fen) for start, end, fen in amounts if start == begin]
        if bare is not None and bare.end() > max((end for end, _ in known), default=0):
            known = [(bare.end(), _fen(bare, list_fen))]
        for end, fen in known:
            return _said(text, cue.start(), end, Total(fen=fen))
    for start, end, fen in amounts:
        lead = _BEFORE.search(text[:start])
        since = lead.start() if lead else start
        if re.match(r"\s*(?:的)?(?:一口价|打包|包干|成交|拿下|封顶)", text[end:]):
            return _said(text, since, end, Total(fen=fen))
        reached = next((each for each in _REACHED.finditer(text) if each.end() == start), None)
        if reached is not None:
            return _said(text, reached.start(), end, Total(fen=fen))
    return None


def _less(text: str, amounts: list[tuple[int, int, int]]) -> SaidTotal | None:
    for start, end, fen in amounts:
        lead = _LESS.search(text[:start])
        if lead is not None:
            return _said(text, lead.start(), end, Total(less_fen=fen))
    plain = _PLAIN_LESS.search(text)
    fen = 0 if plain is None else _fen(plain, 0)
    if plain is None or fen < _LEAST_FEN:
        return None
    return _said(text, plain.start(), plain.end(), Total(less_fen=fen))


def _rounded(text: str) -> SaidTotal | None:
    said = _ROUNDS.search(text)
    unit = _TO_UNIT.search(text) if said is not None or "抹" in text else None
    if said is None and unit is None:
        return None
    spans = [each.span() for each in (said, unit) if each is not None]
    named = unit and (unit["unit"] or unit["whole"] or unit["yuan"])
    total = Total(unit_fen=_UNITS_FEN[named] if named else 0)
    return _said(text, min(start for start, _ in spans), max(end for _, end in spans), total)


def _fen(number: re.Match[str], list_fen: int) -> int:
    """Return a number without a currency in fen: yuan, or 万 where only that can be meant of this quotation."""
    unit = number["unit"]
    fen = round((read_number(number["n"].replace(",", "")) or 0) * 100) * (_FACTORS[unit.lower()] if unit else 1)
    in_wan = fen * _WAN
    return (
        in_wan
        if not unit and list_fen and fen * 10 < list_fen and list_fen <= in_wan * 10 and in_wan <= list_fen
        else fen
    )


def _said(text: str, start: int, end: int, total: Total) -> SaidTotal:
    after = _AFTER.match(text, end)
    return SaidTotal(start=start, end=after.end() if after else end, total=total)
