"""From the chosen spans to the slots of one intent.

``ALLOWED`` says which slots an intent has; ``fill`` takes the spans of a sentence, sorts out who is customer and
who only introduced him, which date is a deadline and which a report, which amount counts.
"""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from handlers.language.due import fill_times
from handlers.language.meaning import Evidence
from handlers.language.money import Money
from handlers.language.numbers import read_number, tidy
from handlers.language.quantity import Quantity
from handlers.language.spans import Span

ALLOWED: Final[dict[str, frozenset[str]]] = {
    intent: frozenset(slots.split())
    for intent, slots in {
        "log_inquiry": "company contact phone product quantity amount due at source place referrer email region discount_no",
        "log_follow_up": "company contact phone product quantity amount due at email referrer",
        "request_quote": "company contact phone product quantity amount unit_price discount due email quote_no",
        "create_opportunity": "company contact phone product quantity amount due source probability",
        "advance_stage": "company contact product stage stage_delta amount reason order_no quote_no",
        "set_reminder": "company contact phone product due task repeat order_no quote_no",
        "query_customer": "company contact phone region staff period place",
        "query_funnel": "region period staff product stage source amount company",
        "query_order": "company product quantity order_no ticket_no quote_no period staff",
        "approve": "company approval_no quote_no order_no product discount amount staff contact",
        "reject": "company approval_no quote_no order_no product discount staff reason contact",
        "dispatch": "company staff ticket_no due product place contact phone fault",
        "accept_dispatch": "ticket_no due company",
        "reject_dispatch": "ticket_no staff reason company",
        "arrive": "company ticket_no at",
        "request_part": "part company ticket_no due product",
        "finish_service": "part amount ticket_no company product",
        "report_fault": "company contact phone product fault due serial_no ticket_no",
        "rate_service": "rating staff ticket_no reason",
        "record_payment": "company amount due order_no contact method payment_ratio at",
        "create_order": "company product quantity unit_price amount due quote_no order_no contact discount",
        "claim_from_pool": "company region contact",
        "release_to_pool": "company reason",
        "transfer_customer": "company staff from_staff",
        "private_note": "company contact product",
        "help": "",
        "other": "company order_no ticket_no quote_no approval_no",
    }.items()
}

_REFERRED: Final = re.compile(
    r"^(?:的)?(?:[PSC])?(?:帮忙|给)?(?:介绍|推荐|引荐|转介)(?!了(?:产品|一下|我们|公司|方案))"
)
_LANDMARK: Final = re.compile(r"^(?:的)?(?:隔壁|旁边|对面|附近|斜对面|边上|那条路|后面|前面那|楼上|楼下)")
_RIVAL: Final = re.compile(r"(?:被|选了|选|用了|给|输给|让)(?:别人|对手|竞品)?$")
_RIVAL_AFTER: Final = re.compile(r"^(?:家)?(?:的)?(?:抢|截|撬|拿走|签走|中标|报(?:价)?(?:更|得|比)?(?:低|便宜))")
_NOT: Final = re.compile(r"(?:不是|并非|别是|而不是|除了|不给|不派|别派|不让)$")


@dataclass(slots=True)
class Filling:
    """Slots being filled, with their evidence."""

    slots: dict[str, Any] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    used: list[Span] = field(default_factory=list)
    candidates: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def put(self, slot: str, value: Any, span: Span, text: str, note: str = "") -> None:
        """Set a slot and say why; the first value stays."""
        if slot in self.slots:
            return
        self.slots[slot] = value
        self.used.append(span)
        self.evidence.append(
            Evidence(slot=slot, value=value, quote=text[span.start : span.end], rule=span.rule, note=note or span.note)
        )
        if span.candidates:
            self.candidates[slot] = span.candidates


def fill(intent: str, text: str, masked: str, spans: Sequence[Span], today: date) -> Filling:
    """Return the slots of ``intent`` in ``text``; ``spans`` are its cover in reading order."""
    allowed = ALLOWED[intent]
    filling = Filling()
    _documents(filling, allowed, text, spans)
    _people(filling, intent, allowed, text, spans)
    for kind in ("phone", "region", "source", "stage", "discount"):
        if kind in allowed:
            _simple(filling, kind, text, spans)
    if "product" in allowed:
        _products(filling, intent, allowed, text, spans)
    if "part" in allowed:
        _parts(filling, text, spans)
    _amounts(filling, intent, allowed, text, spans)
    fill_times(filling, intent, allowed, text, spans, today)
    _words(filling, intent, allowed, text, masked)
    return filling


def _documents(filling: Filling, allowed: frozenset[str], text: str, spans: Sequence[Span]) -> None:
    for span in spans:
        if span.kind == "document" and span.value[0] in allowed:
            filling.put(span.value[0], span.value[1], span, text)
        elif span.kind == "serial" and "serial_no" in allowed:
            filling.put("serial_no", span.value, span, text)
        elif span.kind == "email" and "email" in allowed:
            filling.put("email", span.value, span, text)


def _people(filling: Filling, intent: str, allowed: frozenset[str], text: str, spans: Sequence[Span]) -> None:
    referred: set[int] = set()
    for position, span in enumerate(spans):
        if span.kind in {"contact", "company", "staff"} and _introduces(text, spans, position):
            referred.add(position)
            if "referrer" in allowed:
                start = spans[position - 1] if position and spans[position - 1].kind == "company" else span
                referred.add(position - 1 if start is not span else position)
                filling.put("referrer", text[start.start : span.end], span, text)
    for position, span in enumerate(spans):
        before, after = text[max(0, span.start - 5) : span.start], text[span.end : span.end + 6]
        if position in referred or _NOT.search(before):
            continue
        if span.kind == "company" and "company" in allowed:
            if _LANDMARK.match(after) or (
                span.rule == "company.new" and (_RIVAL.search(before) or _RIVAL_AFTER.match(after))
            ):
                continue
            if intent == "reject_dispatch" and re.search(r"在$", before):
                continue
            filling.put("company", span.value, span, text)
        elif span.kind == "contact" and "contact" in allowed:
            _contact(filling, span, text)
        elif span.kind == "staff" and "staff" in allowed:
            _staff(filling, intent, allowed, span, text, before, after)


def _introduces(text: str, spans: Sequence[Span], position: int) -> bool:
    span = spans[position]
    after = text[span.end : span.end + 8]
    following = spans[position + 1] if position + 1 < len(spans) else None
    if re.match(r"(?:的)?(?:帮忙|给我们?|给)?(?:介绍|推荐|引荐|转介绍)", after):
        return True
    return bool(
        span.kind == "company" and following and following.kind in {"contact", "source"} and following.start - span.end <= 1
        and re.match(r"(?:给我们?|给)?(?:介绍|推荐|引荐)", text[following.end : following.end + 5] if following.kind == "contact" else text[following.start :])
    )  # fmt: skip


def _contact(filling: Filling, span: Span, text: str) -> None:
    if "contact" in filling.slots and span.rule == "contact.full" and not filling.slots.get("_firm"):
        filling.slots.pop("contact")
        filling.evidence = [each for each in filling.evidence if each.slot != "contact"]
    filling.put("contact", span.value, span, text)


def _staff(
    filling: Filling, intent: str, allowed: frozenset[str], span: Span, text: str, before: str, after: str
) -> None:
    if intent == "transfer_customer":
        gives = re.search(r"(?:从|把|原来?是?|之前是?|以前是?|S?手[里上]的?)$", before) or re.match(
            r"(?:名下|手[里上]|的(?!名下)|那边的|离职|走了|调岗|休产假|原来|之前|不跟)", after
        )
        takes = re.search(r"(?:给|到|归|由|让|换成?|改成?|交|请|转)$", before)
        if gives and not takes and "from_staff" in allowed:
            filling.put("from_staff", span.value, span, text)
            return
        if takes:
            filling.slots.pop("staff", None)
    if intent == "dispatch" and re.match(r"(?:没空|去不了|请假|不在|在忙|忙|生病|休假|来不及|走不开)", after):
        return
    if intent in {"approve", "reject"}:
        return
    filling.put("staff", span.value, span, text)


def _simple(filling: Filling, kind: str, text: str, spans: Sequence[Span]) -> None:
    for span in spans:
        if span.kind != kind or _NOT.search(text[max(0, span.start - 4) : span.start]):
            continue
        if (
            kind == "source"
            and text[span.start : span.end] in {"微信", "电话"}
            and re.match(r"(?:转|付|打|收|支付|汇|发|沟通|联系|回|说|上说|聊)", text[span.end : span.end + 3])
        ):
            continue
        if kind == "stage":
            filling.slots.pop("stage", None)  # 报价→合同: the last one named is where it goes
        filling.put(kind, span.value, span, text)


def _products(filling: Filling, intent: str, allowed: frozenset[str], text: str, spans: Sequence[Span]) -> None:
    products = [
        (position, span)
        for position, span in enumerate(spans)
        if span.kind == "product"
        and not _NOT.search(text[max(0, span.start - 4) : span.start])
        and not _is_theirs(text, span)
    ]
    codes = list(dict.fromkeys(span.value for _, span in products))
    follows = bool(products) and not any(span.kind == "quantity" for span in spans[: products[0][0]])
    counts = {
        span.value: count
        for position, span in products
        if (count := _count_beside(text, spans, position, follows=follows)) is not None
    }
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


def _is_theirs(text: str, span: Span) -> bool:
    """What the customer has already and only wants something for."""
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
    ):
        return after
    return None


def _lone_count(text: str, spans: Sequence[Span], intent: str) -> Span | None:
    counts = [
        span
        for span in spans
        if span.kind == "quantity"
        and not re.search(
            r"(?:每|一天|单|有|现有|第|他家|原来|已经?有|差|加班|前年|去年)$", text[max(0, span.start - 3) : span.start]
        )
    ]
    machines = [
        span
        for span in counts
        if span.value.measure
        in {"台", "套", "樘", "台套", "组", "辆", "部", "平", "平方", "平米", "㎡", "m2", "吨", "扇"}
    ]
    if machines:
        return machines[0]
    if intent in {"log_inquiry", "request_quote", "create_order", "create_opportunity"} and counts:
        fit = [
            span
            for span in counts
            if span.value.measure not in {"米", "斤", "张", "个", "条", "块", "支"} or intent == "create_order"
        ]
        return fit[0] if fit else None
    return None


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
    r"(?:等|缺|要换|需要换|得换|没带|没有|申请|领|需要|急需|少|寄|发|差|订|补)(?:个|一个|一下|点|新的?|下)?(?P<n>(?![一二两三四五六七八九十几\d])[\u4e00-\u9fffA-Za-z0-9-]{2,8}?)(?=到货|到了|寄|发|过来|没带|没货|缺货|才能|$|[,，。 ])"
)


_BROKEN: Final = re.compile(r"(?P<n>[\u4e00-\u9fff]{2,5})(?:烧|坏|断|裂|磨损|报废|老化|击穿)(?:了|掉)")


def _parts(filling: Filling, text: str, spans: Sequence[Span]) -> None:
    found: list[dict[str, Any]] = []
    first: Span | None = None
    taken: set[int] = set()
    for position, span in enumerate(spans):
        if span.kind != "part" or _NOT.search(text[max(0, span.start - 3) : span.start]):
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
            else:
                _spread(found, _plain(span.value), each="各" in text[max(0, span.start - 2) : span.start])
    if not found:
        match = _WANTED.search(text) or _BROKEN.search(text)
        name = re.sub(r"^(?:的|个|新)", "", match["n"]) if match else ""
        if (
            match
            and name
            and not re.search(r"备件|配件|零件|客户|时间|师傅|领导|老板|电话|通知|明天|今天|后天|时候", name)
        ):
            start, end = match.span("n")
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
    if each or len(open_parts) == len(found) == 1:
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


def _count_near(text: str, spans: Sequence[Span], position: int, taken: set[int]) -> int | None:
    span = spans[position]
    if position and position - 1 not in taken and spans[position - 1].kind == "quantity":
        between = text[spans[position - 1].end : span.start]
        if re.fullmatch(r"(?:的|新的?|[ ]|M的?)*", between):
            return position - 1
    for ahead in (position - 2,):
        if ahead >= 0 and spans[ahead].kind == "quantity" and spans[ahead + 1].kind in {"product", "part"} and ahead not in taken and text[spans[ahead].end : spans[ahead + 1].start] == "" and text[spans[ahead + 1].end : span.start] in {"", "的"} and spans[ahead + 1].kind == "product":  # fmt: skip
            return ahead
    if position + 1 < len(spans) and spans[position + 1].kind == "quantity" and position + 1 not in taken:
        between = text[span.end : spans[position + 1].start]
        following = spans[position + 2] if position + 2 < len(spans) else None
        if (
            len(between) <= 4
            and not re.search(r"[,，。;；和跟、]", between)
            and not (following and following.kind == "part" and following.start == spans[position + 1].end and between)
        ):
            return position + 1
    return None


def _noun_after(text: str, spans: Sequence[Span], position: int) -> str:
    span = spans[position]
    limit = spans[position + 1].start if position + 1 < len(spans) else len(text)
    match = _NOUN.match(text, span.end, limit)
    noun = _NOUN_END.sub("", match[0]) if match else ""
    if len(noun) < 2 or re.search(r"客户|合格|工件|机器|设备|车间|左右|小时|客人|师傅|问题|产品|单|机床", noun):
        return ""
    return noun


def _amounts(filling: Filling, intent: str, allowed: frozenset[str], text: str, spans: Sequence[Span]) -> None:
    spoken = [
        span for span in spans if span.kind == "money" and not _NOT.search(text[max(0, span.start - 4) : span.start])
    ]
    if "unit_price" in allowed:
        for span in spoken:
            if span.value.role == "unit" and span.value.value is not None:
                filling.put("unit_price_cny", span.value.value, span, text)
    if "amount" not in allowed:
        return
    roles = {"amount", "difference"} if intent in {"record_payment", "finish_service"} else {"amount"}
    fit = [span for span in spoken if span.value.role in roles and _has_value(span.value)]
    if intent == "query_funnel" and fit and fit[0].value.value is not None:
        return
    total = [
        span
        for span in fit
        if re.search(
            r"(?:合计|总共|一共|总价|总额|共|总计|合同额|砍到|谈到|降到|改成|是)(?:大概|约|是|了|:|：| )*$",
            text[max(0, span.start - 6) : span.start],
        )
    ]
    chosen = (total or fit)[:1]
    for span in chosen:
        _put_money(filling, span, text)


def _has_value(money: Money) -> bool:
    return money.value is not None or money.low is not None or money.high is not None


def _put_money(filling: Filling, span: Span, text: str) -> None:
    money: Money = span.value
    if money.value is not None:
        filling.put("amount_cny", money.value, span, text)
        if money.approx:
            filling.put("amount_approx", True, span, text)
    if money.low is not None:
        filling.put("amount_min_cny", money.low, span, text)
    if money.high is not None:
        filling.put("amount_max_cny", money.high, span, text)


_RATING: Final = (
    (5, r"满分|五星|5星|5颗星|五颗星|(?:打|给)?(?:5|五)分|100分|一百分|(?:10|十)分(?!钟)|好评|非常满意|特别满意|很满意|十分满意|超级满意|点个?赞|大大的赞|太满意|相当满意"),
    (4, r"四星|4星|四颗星|4颗星|(?:4|四)分(?!钟)|(?<![不很太])比较满意|挺满意|还算满意|蛮满意|(?<!不)(?<!不太)满意"),
    (3, r"三星|3星|三颗星|3颗星|(?:3|三)分(?!钟|之)|中评|一般般?|还行|凑合|马马虎虎"),
    (2, r"两星|二星|2星|两颗星|2颗星|(?:2|两|二)分(?!钟|之)|不太满意|不怎么满意|不满意"),
    (1, r"一星|1星|一颗星|1颗星|(?:1|一)分(?!钟|之)|差评|非常不满|极差|太差|很差|投诉|垃圾"),
)  # fmt: skip
_RATINGS: Final = tuple((value, re.compile(rf"(?:{words})")) for value, words in _RATING)
_DELTA: Final = re.compile(
    r"(?:往|向)?(?P<way>后|前|下|上)?(?:推|挪|走|退|进|升)(?P<n>[一二两三1-3])(?:格|步|个阶段|级|档)|(?P<next>下一(?:个)?(?:阶段|步))|(?P<last>上一(?:个)?(?:阶段|步))|推进一下"
)
_METHOD: Final = re.compile(r"微信|支付宝|对公|电汇|承兑|现金|转账|网银|刷卡|银承")
_RATIO: Final = re.compile(
    r"(?P<half>一半)|(?P<n>[一二三四五六七八九])成|(?P<p>\d{1,3})%|百分之(?P<c>[一二三四五六七八九十]+)"
)
_FAULT_CUE: Final = re.compile(
    r"坏|故障|报警|报错|不[转动亮走]|漏|异响|响|卡|停机|死机|黑屏|跳闸|冒烟|断|烧|松|过热|发烫|抖|震|振|超差|夹不|没反应|打不开|开不|启动|异常|失灵|噪音|声音|味|不准|不稳|压[力低]?|急停|裂|变形|毛病|不出|不到位|不好使|不对|掉|渗|关不|起不|不灵|不制冷|划伤|精度|没[电气油水信显]|连不上|跳|停了|不工作|不了|毛刺|偏|撞|堵|E\d|AL"
)  # fmt: skip
_CLAUSE: Final = re.compile(r"[^,，。;；!！?？\n]+")


def _words(filling: Filling, intent: str, allowed: frozenset[str], text: str, masked: str) -> None:
    whole = Span(kind="text", start=0, end=len(text), value=text, weight=0, rule="words")
    if "rating" in allowed:
        for value, words in _RATINGS[::-1] if re.search(r"不(?:太|怎么)?满意|差评|投诉", text) else _RATINGS:
            if match := words.search(text):
                filling.put("rating", value, _bit(match, "rating"), text)
                break
    if "stage_delta" in allowed and "stage" not in filling.slots and (match := _DELTA.search(text)):
        sign = (
            -1
            if match["last"] or "退" in match[0] or match["way"] == "上" or (match["way"] == "前" and "挪" in match[0])
            else 1
        )
        filling.put(
            "stage_delta", sign * int(read_number(match["n"]) or 1) if match["n"] else sign, _bit(match, "stage"), text
        )
    if "method" in allowed and (match := _METHOD.search(text)):
        filling.put("method", match[0], _bit(match, "method"), text)
    if "payment_ratio" in allowed and (match := _RATIO.search(text)):
        ratio = (
            0.5
            if match["half"]
            else float(match["p"]) / 100
            if match["p"]
            else (read_number(match["n"] or match["c"]) or 0) / (10 if match["n"] else 100)
        )
        filling.put("payment_ratio", ratio, _bit(match, "ratio"), text)
    if "fault" in allowed and (fault := _fault(text)):
        filling.put("fault", fault, whole, text)
    if "reason" in allowed and (reason := _reason(intent, text)):
        filling.put("reason", reason, whole, text)
    if "task" in allowed and (
        match := re.search(
            r"提醒(?:我|一下我|一下|下|S)?[,， ]*(?P<task>.{2,60})$|(?:叫|喊)我(?P<t2>.{2,60})$|(?:记得|别忘了?)(?P<t3>.{2,60})$",
            text,
        )
    ):
        filling.put("task", (match["task"] or match["t2"] or match["t3"]).strip(" ,，。"), _bit(match, "task"), text)
    _ = masked


def _bit(match: re.Match[str], kind: str) -> Span:
    return Span(kind=kind, start=match.start(), end=match.end(), value=match[0], weight=0, rule=f"words.{kind}")


def _fault(text: str) -> str:
    clauses = [match for match in _CLAUSE.finditer(text) if _FAULT_CUE.search(match[0])]
    if not clauses:
        return ""
    pieces = [match[0].strip() for match in clauses]
    joined = text[clauses[0].start() : clauses[-1].end()].strip() if len(clauses) <= 3 else ",".join(pieces[:3])
    return re.sub(r"^(?:故障是?|现象是?|问题是?|报修|我们?(?:的|这|那)?|你好|师傅|喂)[:：,， ]*", "", joined)


def _reason(intent: str, text: str) -> str:
    clauses = [each.strip() for each in re.split(r"[,，。;；!！\n ]+", text) if each.strip()]
    verdict = re.compile(r"驳回|不批|不同意|打回|退回|不行|不过|公海|接不了|去不了|[SD]P-?\d|不准|拒")
    rest = [each for each in clauses if not verdict.search(each)]
    if intent == "reject" and rest:
        return re.sub(r"^让(?:他|她)", "", ",".join(rest))
    return ",".join(rest) if rest else ""
