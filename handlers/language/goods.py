"""Products, parts, and how many of each."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from handlers.language.filling import NOT, Filling
from handlers.language.numbers import tidy
from handlers.language.quantity import Quantity
from handlers.language.spans import Span


def fill_products(filling: Filling, intent: str, allowed: frozenset[str], text: str, spans: Sequence[Span]) -> None:
    """Fill ``product``, and ``quantity`` or ``items`` when several have a count each."""
    products = [
        (position, span)
        for position, span in enumerate(spans)
        if span.kind == "product"
        and not NOT.search(text[max(0, span.start - 4) : span.start])
        and not _is_theirs(text, span)
    ]
    codes = list(dict.fromkeys(span.value for _, span in products))
    follows = bool(products) and not any(span.kind == "quantity" for span in spans[: products[0][0]])
    counts = {
        span.value: count
        for position, span in products
        if (count := _count_beside(text, spans, position, follows=follows)) is not None
    }
    shared = _shared_count(text, spans, products) if len(codes) > 1 else None
    if shared is not None:
        counts = dict.fromkeys(codes, shared)
    if codes:
        filling.put("product", codes[0] if len(codes) == 1 else codes, products[0][1], text)
    if "quantity" not in allowed:
        return
    if len(codes) > 1 and counts:
        items = [
            {"product": code, **({"quantity": _plain(counts[code].value)} if code in counts else {})} for code in codes
        ]
        filling.put("items", items, products[0][1], text)
        return
    span = counts.get(codes[0]) if codes else None
    span = span or _lone_count(text, spans, intent)
    if span is not None:
        _put_count(filling, span, text)


def _shared_count(text: str, spans: Sequence[Span], products: Sequence[tuple[int, Span]]) -> Span | None:
    """Return the count that is each product's: ``X200 X300 各两台``, ``各要一台``."""
    for position in range(products[0][0] + 1, len(spans)):
        span = spans[position]
        if span.kind == "quantity" and re.search(
            r"(?:各|每样|每种|都)(?:要|来|订|买|报|采购)?[ ]?$", text[max(0, span.start - 4) : span.start]
        ):
            return span
    return None


def _is_theirs(text: str, span: Span) -> bool:
    """Tell what the customer has already and only wants something for."""
    return bool(
        re.search(
            r"(?:现有|原有|已有|在用|竞品|对手|别家|旧|配套|老)(?:的|一?台)?$",
            text[max(0, span.start - 5) : span.start],
        )
    )


def _count_beside(text: str, spans: Sequence[Span], position: int, *, follows: bool) -> Span | None:
    """Return the count of the product at ``position``; where counts follow products, one before it is another's."""
    span = spans[position]
    after = spans[position + 1] if position + 1 < len(spans) else None
    before = spans[position - 1] if position else None
    if (
        not follows
        and before
        and before.kind == "quantity"
        and re.fullmatch(
            r"(?:的|[ ]|新|全新|那种|这种|咱们?的?|你们?的?|我们?的?|贵司的?)*", text[before.end : span.start]
        )
    ):
        return before
    if (
        after
        and after.kind == "quantity"
        and len(text[span.end : after.start]) <= 4
        and not re.search(r"[,，。;；和跟、]", text[span.end : after.start])
        and text[after.end : after.end + 1] not in {"不", "含", "带"}
    ):
        return after
    return None


def _lone_count(text: str, spans: Sequence[Span], intent: str) -> Span | None:
    counts = [
        span
        for span in spans
        if span.kind == "quantity"
        and not re.search(
            r"(?:每|一天|单|有|现有|第|他家|原来|已经?有|差|加班|前年|去年|单元|每层|每户)$",
            text[max(0, span.start - 3) : span.start],
        )
    ]
    machines = [
        span
        for span in counts
        if span.value.measure
        in {"台", "套", "樘", "台套", "组", "辆", "部", "平", "平方", "平米", "㎡", "m2", "吨", "扇"}
    ]
    if machines:
        return next((span for span in machines if span.value.measure in _WHOLE), machines[0])
    if intent in {"log_inquiry", "request_quote", "create_order", "create_opportunity", "correction"} and counts:
        fit = [
            span
            for span in counts
            if span.value.measure not in {"米", "斤", "张", "个", "条", "块", "支"}
            or intent in {"create_order", "correction"}
        ]
        return fit[0] if fit else None
    return None


_WHOLE: Final = frozenset({"台", "套", "樘", "台套", "辆", "部"})
"""三吨半的两台: the weight says which, the other how many."""


def _put_count(filling: Filling, span: Span, text: str) -> None:
    amount: Quantity = span.value
    if amount.value is not None:
        filling.put("quantity", _plain(span.value), span, text)
    else:
        filling.put("quantity_min", tidy(amount.low or 0), span, text)
        filling.put("quantity_max", tidy(amount.high or 0), span, text)


def _plain(amount: Any) -> int | float | None:
    value = amount.value if isinstance(amount, Quantity) else amount
    value = value.value if isinstance(value, Quantity) else value
    return None if value is None else tidy(value)


_NOUN: Final = re.compile(r"[\u4e00-\u9fffA-Za-z0-9./×*#-]{1,10}")


_NOUN_END: Final = re.compile(
    r"(?:[的了吧呗啊呢吗,，。]|过来|到现场|给我|发|寄|送|来|急|要|带|用|明天|今天|T|赶紧|尽快|可以|行|没|不|换|修|客户|已|都|和|跟|还|再|另|备|去|到|先|加急|顺丰|快递|就|看).*$"
)


_WANTED: Final = re.compile(
    r"(?:等|缺|要换|需要换|得换|没带|没有|申请|领|需要|急需|少|寄|发|差|订|补)(?:个|一个|一下|点|新的?|下)?(?P<n>(?![一二两三四五六七八九十几\d错])[\u4e00-\u9fffA-Za-z0-9-]{2,8}?)(?=到货|到了|寄|发|过来|没带|没货|缺货|才能|$|[,，。 ])"
    r"|(?P<late>[\u4e00-\u9fff]{2,4}?)(?:得|要|还|还得|还要)等.{0,5}(?:到货|寄|发过来)"
)


_BROKEN: Final = re.compile(r"(?P<n>[\u4e00-\u9fff]{2,5})(?:烧|坏|断|裂|磨损|报废|老化|击穿)(?:了|掉)")


def fill_parts(filling: Filling, text: str, spans: Sequence[Span]) -> None:
    """Fill ``part``: known parts with their counts, and things no catalogue knows."""
    found: list[dict[str, Any]] = []
    first: Span | None = None
    taken: set[int] = set()
    for position, span in enumerate(spans):
        if span.kind != "part" or NOT.search(text[max(0, span.start - 3) : span.start]):
            continue
        beside = _count_near(text, spans, position, taken)
        if beside is not None and "各" in text[max(0, spans[beside].start - 2) : spans[beside].start]:
            beside = None
        entry: dict[str, Any] = {"name": span.value}
        if beside is not None:
            taken.add(beside)
            entry["quantity"] = _plain(spans[beside].value)
        first = first or span
        _merge_part(found, entry)
    for position, span in enumerate(spans):
        if span.kind == "quantity" and position not in taken:
            name = _noun_after(text, spans, position)
            if name:
                first = first or span
                _merge_part(found, {"name": name, "quantity": _plain(span.value)})
            elif not _OF_ELSE.match(text, span.end):
                _spread(found, _plain(span.value), each="各" in text[max(0, span.start - 2) : span.start])
    if not found:
        match = _WANTED.search(text) or _BROKEN.search(text)
        name = re.sub(r"^(?:的|个|新)", "", match.groupdict().get("late") or match["n"]) if match else ""
        if (
            match
            and name
            and not re.search(
                r"^[他她你我]|验收|签字|备件|配件|零件|客户|时间|师傅|领导|老板|电话|通知|明天|今天|后天|时候", name
            )
        ):
            start, end = match.span("n") if match["n"] else match.span("late")
            first = Span(
                kind="part",
                start=start,
                end=end,
                value=name,
                weight=0,
                rule="part.unknown",
                fuzzy=True,
                note="目录里没有这个件",
            )
            found.append({"name": name})
        loose = [span for position, span in enumerate(spans) if span.kind == "quantity" and position not in taken]
        if found and loose:
            _spread(found, _plain(loose[0].value), each=False)
    if found and first is not None:
        filling.put("part", found, first, text)


def _spread(found: list[dict[str, Any]], count: float | None, *, each: bool) -> None:
    """寄俩过来 counts the one part named before; 各一个 counts all of them."""
    open_parts = [part for part in found if "quantity" not in part]
    if each or len(open_parts) == 1:
        for part in open_parts:
            part["quantity"] = count


def _merge_part(found: list[dict[str, Any]], entry: dict[str, Any]) -> None:
    """主轴轴承, 用了2个6205 is one thing: the later, exact name with its count takes the place of the general one."""
    for other in found:
        if other["name"] == entry["name"]:
            other.update(entry)
            return
        if "quantity" not in other and "quantity" in entry and other["name"][-2:] == entry["name"][-2:]:
            other.clear()
            other.update(entry)
            return
    found.append(entry)


_LIKE_WHAT: Final = re.compile(r"(?:的|新的?|[ ]|M的?)*|(?!.*[和跟、换装])[\u4e00-\u9fffA-Za-z0-9.-]{1,4}")
"""What may stand between a count and its part: 一个黑色执手, 一把M6丝锥."""


def _count_near(text: str, spans: Sequence[Span], position: int, taken: set[int]) -> int | None:
    span = spans[position]
    if position and position - 1 not in taken and spans[position - 1].kind == "quantity":
        between = text[spans[position - 1].end : span.start]
        if _LIKE_WHAT.fullmatch(between):
            return position - 1
    for ahead in (position - 2,):
        if ahead >= 0 and spans[ahead].kind == "quantity" and spans[ahead + 1].kind in {"product", "part"} and ahead not in taken and text[spans[ahead].end : spans[ahead + 1].start] == "" and text[spans[ahead + 1].end : span.start] in {"", "的"} and spans[ahead + 1].kind == "product":  # fmt: skip
            return ahead
    if position + 1 < len(spans) and spans[position + 1].kind == "quantity" and position + 1 not in taken:
        between = text[span.end : spans[position + 1].start]
        following = spans[position + 2] if position + 2 < len(spans) else None
        if (
            len(between) <= 4
            and not re.search(r"[,，。;；和跟、断坏烧裂碎磨]", between)
            and not (following and following.kind == "part" and following.start == spans[position + 1].end and between)
        ):
            return position + 1
    return None


_OF_ELSE: Final = re.compile(r"[床毛被工衣样货试包箱](?:单|巾|子|罩|套|件|品|服|料)|合格|试机|衣服|产品|工件|样品")
"""走了三十条床单 counts what was worked on, no part."""
_DONE: Final = re.compile(r"(?:保养|维修|检修|安装|调试|处理|修|装|换|弄|搞|干|做|跑)(?:完|好|过|掉)?$|^(?:全|都|已)")
"""三台全保养完 counts what was done."""
_SORT: Final = re.compile(r"的(?:$|[\s,，。])")


def _noun_after(text: str, spans: Sequence[Span], position: int) -> str:
    span = spans[position]
    limit = spans[position + 1].start if position + 1 < len(spans) else len(text)
    match = _NOUN.match(text, span.end, limit)
    noun = _NOUN_END.sub("", match[0]) if match else ""
    if _SORT.match(text, span.end + len(noun)):
        return ""  # 一套左开的: what sort of the part named before
    if (
        len(noun) < 2
        or _DONE.search(noun)
        or re.search(r"客户|合格|工件|机器|设备|车间|左右|小时|客人|师傅|问题|产品|单|机床", noun)
    ):
        return ""
    return noun
