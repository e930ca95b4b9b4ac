"""Amounts of money in colloquial Chinese, and the part each plays in the sentence.

Roles: ``amount`` (budget, quote, total, payment), ``unit`` (price of one), and those that are nobody's
amount: ``difference`` (a cut, a gap), ``rival``, ``loss``, ``balance`` (still owed), ``fact`` (turnover, capital).
"""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from handlers.language.numbers import ARABIC, CHINESE, read_number, tidy
from handlers.language.spans import Span

_FACTOR: Final = {
    "亿": 1e8, "kw": 1e7, "千万": 1e7, "百万": 1e6, "万": 1e4, "w": 1e4, "千": 1e3, "k": 1e3, "百": 1e2, "": 1.0,
}  # fmt: skip
_UNIT: Final = r"亿|kw|千万|百万|万|w|千|k|百"
_YUAN: Final = r"元整|块钱|元|块|圆|大洋|rmb|人民币|软妹币"
_NUM: Final = rf"(?:{ARABIC}|{CHINESE})"
_FRESH: Final = r"(?<![\d.几数])(?!(?<=[一二两三四五六七八九十百千])[一二两三四五六七八九十百千])"
"""Not in the middle of a number."""
_CUE: Final = (
    r"(?:预算|总价|总共|一共|合计|共计|总计|合同额|合同价|金额|成交价|底价|要价|报价|单价|报|价格|价|出价|定金|订金|预付款?|首付款?|尾款|货款|"
    r"进度款|全款|付了?|打了?|收到?了?|转了?|汇了?|到账|回款|回了|大概|总额)"
)
_ABOUT: Final = r"(?:大概|大约|差不多|约|是|在|为|先|写|填|给到|给|的|也就|就|有|:|：| |了|也|到)*"

_RANGE: Final = re.compile(
    rf"{_FRESH}(?P<a>{_NUM})(?P<au>{_UNIT})?(?:{_YUAN})?\s*(?:-|~|到|至|或者?|——)\s*(?P<b>{_NUM})(?P<bu>{_UNIT})?(?P<yuan>{_YUAN})?",
    re.IGNORECASE,
)
_PAIR: Final = re.compile(
    rf"(?P<tens>[二三四五六七八九]?十)?(?P<a>[一二两三四五六七八九])(?P<b>[二两三四五六七八九])(?P<ten>十|百)?(?P<u>{_UNIT})(?P<yuan>{_YUAN})?",
    re.IGNORECASE,
)
_VAGUE: Final = re.compile(rf"(?:[好上几]|十|数)?(?:几|数|好几)(?:十|百|千)?(?:{_UNIT})(?:{_YUAN})?", re.IGNORECASE)
_SINGLE: Final = re.compile(
    rf"{_FRESH}(?:(?P<sign>[¥￥])\s?)?(?P<a>{_NUM})(?P<more>[来多几余]|好几)?(?:个)?(?P<u>{_UNIT})?(?P<more2>[来多几余])?"
    rf"(?P<tail>零?[一二两三四五六七八九\d]千(?:[一二两三四五六七八九\d]百?(?!\d))?|零?[一二两三四五六七八九]百|\d{{1,4}}(?![\d.])|[一二三四五六七八九](?![一二三四五六七八九十百千\d])|半)?(?P<yuan>{_YUAN})?(?P<jiao>(?<=块)[一二两三四五六七八九1-9半](?![\d一二三四五六七八九十百千]))?",
    re.IGNORECASE,
)
_GE: Final = re.compile(
    rf"(?:{_CUE}|批|砍到|谈到){_ABOUT}(?P<a>{_NUM})个(?=$|[\s,，。;；!?？)]|左右|以内|吧|行|的|含税)"
)
_BARE: Final = re.compile(
    rf"{_CUE}{_ABOUT}(?P<a>\d{{2,4}}(?:\.\d+)?|[二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]百(?:[一二三四五六七八九]十?)?)"
    r"(?P<more>[来多几余])?(?=$|[\s,，。;；!?？)]|左右|上下|以内|以下|封顶|吧|行|能|的样子|含税|不含|出头|的话|,)"
)
_EACH: Final = re.compile(
    rf"(?:单价|每[台套件个樘平方米吨只条支]+)(?:大概|约|是|的|要|报|就|才|卖|给|压到|降到|做到|谈到|改成|按|到|:| )*(?P<a>{ARABIC})(?![\d万wWkK千百亿台套樘件])(?:元|块)?(?:一[台套件个樘平])?"
    rf"|(?<![\dA-Za-z.-])(?P<b>{ARABIC})(?:元|块)?(?:/|一|每)(?:台|套|件|樘|平方|平|米|吨|只|条|支|㎡|m2)(?!\w*[\d])"
)
_COLLECTED: Final = re.compile(
    r"(?:[付收打转给交结汇补]了?(?:客户|他们?|业主)?|收费|到账|入账|回款|[\u4e00-\u9fff]费|合计|总共|一共|共计|总计|总价|总额|金额|[定订尾货余全]款|[定订]金)[:： ]?(?P<a>\d{2,6})(?=$|[\s,，。已到]|[\u4e00-\u9fff]{0,3}(?:钱|费|款|定金))"
)
_APPROX: Final = re.compile(r"\s?(?:左右|上下|的样子|出头|不到|大几|附近)")
_ABOUT_LEFT: Final = re.compile(r"(?:大概|大约|差不多|约|估计|可能|也就)[^\d一二三四五六七八九十百千,，。]{0,4}$")
_MAX_RIGHT: Final = re.compile(r"\s?(?:以内|之内|以下|封顶|内(?![\u4e00-\u9fff])|打不住不行)")
_MAX_LEFT: Final = re.compile(r"(?:不超过?|不能超过?|别超过?|最多|顶多|不高于|控制在|上限|撑死)[^\d,，。]{0,3}$")
_MIN_RIGHT: Final = re.compile(r"\s?(?:以上|起步|往上|打底|朝上)")
_MIN_LEFT: Final = re.compile(r"(?:超过?了?|大于|不低于|至少|起码|不少于|高于|最少|过)[^\d,，。]{0,2}$")
_PAID_AFTER: Final = re.compile(r"的?(?:[^,，。 \d]{0,4}[费钱款]|定金|订金|押金|预付|首付|尾款|货款|款|现金)")
_PAID_BEFORE: Final = re.compile(
    r"(?:(?:付|收|打|转|给|交|汇|补|清|结|到)了|[\u4e00-\u9fff]费|刷卡|微信|支付宝|现金|转账|扫码)[ ,，]?$"
)
_COUNTED_IN: Final = re.compile(
    r"(?:台|套|樘|模次|次|件|只|片|支|根|颗|粒|吨|公里|平(?!安)|平米|米|小时|转|模|人|户|大卡|个(?=$|[,，。 的]))"
)
"""50万模次 and 一百万台 count things, not money; 20万个 too, but 20个 said of money has no 万."""
_POWER: Final = re.compile(r"功率|电机|主轴|马达|千瓦|伺服|电柜|变压器|用电|空压机")

_ROLES: Final = (
    ("difference", re.compile(r"(?:砍|降|便宜|贵|让|优惠|差|涨|省|抹|抹掉|减|(?<!最)(?<!顶)(?<!至)(?<!差不)多|(?<!最)(?<!至)(?<!多)少|低|高|下调|上浮|加价?)(?:了|个)?(?:我们?|咱们?)?(?:大概|差不多|将近|快|约)?$"), None),
    ("rival", re.compile(r"(?:对手|对家|竞品|同行|别家|别人|人家|友商|竞争对手|竞对|另一家|隔壁家|他家|那家|那边厂|老东家|对面|另外?一家|他们家)[^,，。;；\s]{0,8}$"), None),
    ("rival", None, re.compile(r"[,， ]?(?:就|就能|都)?(?:比(?:我们|咱们?|咱家)|就做|就给做)")),
    ("loss", re.compile(r"(?:损失|亏|罚款?|违约金|停[机产一]*天?|每天|一天|天天|一小时|一个小时)[^,，。;；]{0,5}$"), None),
    ("loss", None, re.compile(r"\s?(?:的)?(?:损失|违约金|罚款)")),
    ("difference", None, re.compile(r"\s?(?:的)?(?:差价|差距|差额|缺口)")),
    ("balance", re.compile(r"(?:欠款?|余款|剩下?的?|还差|没付|没给|未付|还欠|尾款还有?|还有|剩余)[^,，。;；\d]{0,4}$"), None),
    ("balance", None, re.compile(r"\s?(?:的)?(?:还|都|一直)?(?:没付|没给|没到|没打|没回|未付|未到|欠着)")),
    ("fact", re.compile(r"(?:年产值|产值|营收|注册资本|年销售额|年销|融资|投资|产能|身家)[^,，。;；\d]{0,4}$"), None),
    ("unit", re.compile(r"(?:单价|[每单][台套件个樘平方米吨只条支副部辆组扇对根片张]+|台价)(?:大概|约|是|的|要|报|就|才|卖|给|压到|降到|做到|谈到|改成|改到|改为|按|到|:| )*$|一[台套件个樘平方米吨只条支](?:大概|约|要|就|才|卖|报)?$"), None),
    ("unit", None, re.compile(r"\s?(?:/|一|每|1)(?:台|套|件|个(?!月|点|星期|礼拜)|樘|平|方|米|吨|只|条|支|㎡|m2)")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Yuan. ``value`` or a ``low``/``high`` border; ``role`` as in the module's docstring."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    approx: bool = False
    role: str = "amount"
    assumed: bool = False
    """万 was not said and is our reading of a bare number in talk about a deal."""


def find_money(text: str) -> Iterator[Span]:
    """Yield amounts with their role; vague sizes (几十万) are covered without a value."""
    for match in _RANGE.finditer(text):
        yield from _range(text, match)
    for match in _PAIR.finditer(text):
        factor = _FACTOR[match["u"].lower()] * {"十": 10, "百": 100, None: 1}[match["ten"]]
        low, high = (read_number(match[name]) or 0 for name in ("a", "b"))
        if high == low + 1 and match["tens"]:
            if match["ten"]:
                continue
            tens = read_number(match["tens"]) or 0  # 十五六万
            low, high = low + tens, high + tens
        if high == low + 1:
            yield _span(
                text, match, Money(low=tidy(low * factor), high=tidy(high * factor), approx=True), "money.pair", 8
            )
    for match in _VAGUE.finditer(text):
        if re.search(r"[万亿wk]|百|千", match[0], re.IGNORECASE) and re.search(
            rf"{_YUAN}|万|亿|w", match[0], re.IGNORECASE
        ):
            yield _span(text, match, Money(), "money.vague", 3)
    for match in _SINGLE.finditer(text):
        yield from _single(text, match)
    for match in _EACH.finditer(text):
        value = read_number(match["a"] or match["b"])
        if value is not None and value >= 100:
            start = match.start("a") if match["a"] else match.start("b")
            money = Money(value=tidy(value), role="unit")
            yield Span(
                kind="money",
                start=start,
                end=match.end(),
                value=money,
                weight=13.0 + match.end() - start,
                rule="money.each",
            )
    for match in _COLLECTED.finditer(text):
        money = Money(value=tidy(float(match["a"])))
        yield Span(
            kind="money", start=match.start("a"), end=match.end("a"), value=money, weight=14.0, rule="money.collected"
        )
    for pattern, rule in ((_GE, "money.ge"), (_BARE, "money.bare")):
        for match in pattern.finditer(text):
            number = read_number(match["a"])
            if number is not None and 10 <= number < 10_000:
                yield _implied(text, match, number, rule)


def _range(text: str, match: re.Match[str]) -> Iterator[Span]:
    low, high = read_number(match["a"]), read_number(match["b"])
    unit = (match["bu"] or "").lower()
    if (
        low is None
        or high is None
        or not (unit or match["yuan"])
        or (unit in {"k", "w", "kw"} and _is_power(text, match))
    ):
        return
    factor = _FACTOR[unit]
    first = _FACTOR[(match["au"] or unit).lower()]
    low, high = low * first, high * factor
    if low < high and high >= 100:
        yield _span(text, match, Money(low=tidy(low), high=tidy(high)), "money.range", 6)


def _single(text: str, match: re.Match[str]) -> Iterator[Span]:
    unit = (match["u"] or "").lower()
    said = match["a"]
    value = read_number(said)
    round_ = ("百" in said or "千" in said) and _is_paid(text, match)
    if value is None or not (unit or match["yuan"] or match["sign"] or round_):
        return
    if unit in {"k", "w", "kw"} and (not said[0].isdigit() or _is_power(text, match)):
        return
    if unit in {"百", "千"} and not (match["yuan"] or match["tail"] or match["more"] or round_):
        return
    if not unit and match["tail"] and not match["sign"]:
        return
    if match["yuan"] == "块" and not unit and value < 10 and text[match.end() : match.end() + 1] != "钱":
        return  # 一块玻璃 is a piece, and nothing here costs less than ten yuan
    following = text[match.end() : match.end() + 1]
    if following.isascii() and following.isalpha():
        return
    if unit in {"万", "千", "百"} and not match["yuan"] and _COUNTED_IN.match(text, match.end()):
        return
    if match["more"] == "几" or match["more2"] == "几":
        yield _span(text, match, Money(), "money.vague", 4)
        return
    factor = _FACTOR[unit]
    amount = value * factor + _tail(match["tail"], factor) + _tail(match["jiao"], 1.0)
    if amount < 1:
        return
    yield _span(text, match, Money(value=tidy(amount), approx=bool(match["more"] or match["more2"])), "money.said", 5)


def _is_paid(text: str, match: re.Match[str]) -> bool:
    """Whether a round thousand or hundred is money without saying so: 转了五千订金, 收了两百."""
    return bool(
        _PAID_AFTER.match(text, match.end()) or _PAID_BEFORE.search(text[max(0, match.start() - 4) : match.start()])
    )


def _tail(tail: str | None, factor: float) -> float:
    if not tail:
        return 0.0
    if tail == "半":
        return factor / 2
    if tail[-1] in "千百" or "千" in tail:
        return _hundreds(tail.lstrip("零"))  # 二十万零五千, 1万2千8
    number = read_number(tail) or 0.0
    return number * factor / 10 if len(tail) == 1 else number


def _hundreds(tail: str) -> float:
    """Return 五千, 2千8, 三百 as a number; the digit after 千 counts hundreds."""
    thousands, _, rest = tail.rpartition("千")
    hundreds = rest.removesuffix("百")
    return 1000 * (read_number(thousands) or 0.0) + 100 * (read_number(hundreds) or 0.0)


def _implied(text: str, match: re.Match[str], number: float, rule: str) -> Span:
    money = Money(value=tidy(number * 10_000), approx=bool(match.groupdict().get("more")), assumed=True)
    start, end = match.start("a"), match.end()
    return _place(text, start, end, money, rule, 1, note="没说单位，按万算")


def _span(text: str, match: re.Match[str], money: Money, rule: str, extra: float) -> Span:
    return _place(text, match.start(), match.end(), money, rule, extra)


def _place(text: str, start: int, end: int, money: Money, rule: str, extra: float, note: str = "") -> Span:
    left, right = text[max(0, start - 14) : start], text[end : end + 8]
    border = None
    value, low, high, approx = money.value, money.low, money.high, money.approx
    if value is not None:
        if match := _MAX_RIGHT.match(right):
            value, high, border = None, value, match
        elif _MAX_LEFT.search(left):
            value, high = None, value
        elif match := _MIN_RIGHT.match(right):
            value, low, border = None, value, match
        elif _MIN_LEFT.search(left):
            value, low = None, value
    if match := _APPROX.match(right):
        approx, border = True, match
    if _ABOUT_LEFT.search(left):
        approx = True
    if border:
        end += border.end()
        right = text[end : end + 8]
    role = _role(left, right)
    money = Money(value=value, low=low, high=high, approx=approx, role=role, assumed=money.assumed)
    return Span(
        kind="money", start=start, end=end, value=money, weight=10.0 + extra + (end - start), rule=rule, note=note,
        fuzzy=money.assumed,
    )  # fmt: skip


def _role(left: str, right: str) -> str:
    if re.search(r"(?:砍|降|让|涨|低|少|加|谈)到(?:了)?$", left):
        return "amount"
    for role, before, after in _ROLES:
        if (before and before.search(left)) or (after and after.match(right)):
            return role
    return "amount"


def _is_power(text: str, match: re.Match[str]) -> bool:
    return bool(_POWER.search(text[max(0, match.start() - 6) : match.start()] + text[match.end() : match.end() + 4]))
