"""From the chosen spans to the slots of one intent.

``ALLOWED`` says which slots an intent (or a correction of one) has; ``fill`` takes the spans of a sentence, sorts out who is customer and
who only introduced him, which date is a deadline and which a report, which amount counts.
"""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from handlers.language.details import fill_amounts, fill_words
from handlers.language.due import fill_times
from handlers.language.filling import NOT, Filling
from handlers.language.goods import fill_parts, fill_products
from handlers.language.sizes import join
from handlers.language.spans import Span

ALLOWED: Final[dict[str, frozenset[str]]] = {
    intent: frozenset(slots.split())
    for intent, slots in {
        "log_inquiry": "company contact phone product quantity size amount due at source place referrer email region",
        "log_follow_up": "company contact phone product quantity amount due at email referrer",
        "request_quote": "company contact phone product quantity size amount unit_price discount due email quote_no",
        "create_opportunity": "company contact phone product quantity size amount due source probability",
        "advance_stage": "company contact product stage stage_delta amount reason order_no quote_no",
        "set_reminder": "company contact staff phone product due task repeat order_no quote_no",
        "query_customer": "company contact phone region staff period place",
        "query_funnel": "region period staff product stage source amount company",
        "query_order": "company product quantity order_no ticket_no quote_no period staff",
        "approve": "company approval_no quote_no order_no product discount amount staff contact condition",
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
        "create_order": "company product quantity size unit_price amount due quote_no order_no contact discount",
        "claim_from_pool": "company region contact",
        "release_to_pool": "company reason",
        "transfer_customer": "company staff from_staff region",
        "private_note": "company contact product",
        "correction": "company contact phone product quantity size amount unit_price discount due email source region part order_no quote_no ticket_no",
        "help": "",
        "other": "company order_no ticket_no quote_no approval_no",
    }.items()
}


_LANDMARK: Final = re.compile(r"^(?:的)?(?:隔壁|旁边|对面|附近|斜对面|边上|那条路|后面|前面那|楼上|楼下)")


_ABSENT: Final = re.compile(r"^(?:今天|当时|正好|刚好|人)?(?:不在|没见|没在|没空|出差|外出|请假|休假|没碰)")
"""瞿总不在 见了小郭: who was not there is not whom we met."""
_RIVAL: Final = re.compile(r"(?:被|选了|选|用了|给|输给|让)(?:别人|对手|竞品)?$")


_FOR_HIM: Final = re.compile(r"打|报|发|回|寄|做|出|送|去")
"""给瑞丰打电话: it is not given to them."""
_RIVAL_AFTER: Final = re.compile(r"^(?:家)?(?:的)?(?:抢|截|撬|挖|拿走|签走|中标|报(?:价)?(?:更|得|比)?(?:低|便宜))")


def fill(intent: str, text: str, spans: Sequence[Span], today: date, allowed: frozenset[str] | None = None) -> Filling:
    """Return the slots of ``intent``, or just those ``allowed``, in ``text``; ``spans`` are its cover in reading order."""
    allowed = ALLOWED[intent] if allowed is None else allowed
    filling = Filling()
    _documents(filling, allowed, text, spans)
    _people(filling, intent, allowed, text, spans)
    if "companies" in allowed:
        _companies(filling, text, spans)
    for kind in ("phone", "region", "source", "stage", "discount"):
        if kind in allowed:
            _simple(filling, kind, text, spans)
    if "product" in allowed:
        fill_products(filling, intent, allowed, text, spans)
    if "part" in allowed:
        fill_parts(filling, text, spans)
    sizes = [span for span in spans if span.kind == "size"]
    if "size" in allowed and sizes:
        filling.put("size", join(span.value for span in sizes), sizes[0], text)
    fill_amounts(filling, intent, allowed, text, spans)
    fill_times(filling, intent, allowed, text, spans, today)
    fill_words(filling, intent, allowed, text)
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
        if position in referred or NOT.search(before):
            continue
        if span.kind == "company" and "company" in allowed:
            if _LANDMARK.match(after) or (
                span.rule == "company.new"
                and ((_RIVAL.search(before) and not _FOR_HIM.match(after)) or _RIVAL_AFTER.match(after))
            ):
                continue
            if intent == "reject_dispatch" and re.search(r"在$", before):
                continue
            filling.put("company", span.value, span, text)
        elif span.kind == "contact" and "contact" in allowed:
            if _RIVAL.search(before) and _RIVAL_AFTER.match(after):
                continue
            if _ABSENT.match(after) and any(each.kind == "contact" for each in spans[position + 1 :]):
                continue
            _contact(filling, span, text)
        elif span.kind == "staff" and "staff" in allowed:
            _staff(filling, intent, allowed, span, text, before, after)


def _companies(filling: Filling, text: str, spans: Sequence[Span]) -> None:
    named = [span for span in spans if span.kind == "company"]
    if named:
        filling.put("companies", list(dict.fromkeys(str(span.value) for span in named)), named[0], text)


_TOLD_OF: Final = re.compile(
    r"(?:的)?.{0,6}?(?:介绍|推荐)了?(?:一?下)?(?:我们?的?|咱们?的?|他们?的?|自己的?|公司的?)*(?:产品|方案|情况|车间|设备|机器|工厂|公司(?!的)|项目|现状|需求|工艺|流程|规模|性能|[A-Za-z]+\d)"
)
"""介绍了他们车间的情况, 介绍了X200: a thing is told of, nobody is brought along."""
_TO: Final = re.compile(r"(?:给|跟|向|为|和)[^\s,，。]{0,4}$|把[^\s,，。]{0,8}$")


def _introduces(text: str, spans: Sequence[Span], position: int) -> bool:
    span = spans[position]
    after = text[span.end : span.end + 8]
    if _TOLD_OF.match(text, span.end) or _TO.search(text[max(0, span.start - 6) : span.start]):
        return False
    following = spans[position + 1] if position + 1 < len(spans) else None
    if re.match(r"(?:的)?(?:帮忙|给我们?|给)?(?:又|还)?(?:介绍|推荐|引荐|转介绍|推了?一?个)", after):
        return True
    return bool(
        span.kind == "company" and following and following.kind in {"contact", "source"} and following.start - span.end <= 1
        and re.match(r"(?:给我们?|给)?(?:介绍|推荐|引荐)", text[following.end : following.end + 5] if following.kind == "contact" else text[following.start :])
    )  # fmt: skip


def _contact(filling: Filling, span: Span, text: str) -> None:
    if "contact" in filling.slots and span.rule == "contact.full":
        filling.slots.pop("contact")
        filling.evidence = [each for each in filling.evidence if each.slot != "contact"]
    filling.put("contact", span.value, span, text)


def _staff(
    filling: Filling, intent: str, allowed: frozenset[str], span: Span, text: str, before: str, after: str
) -> None:
    if intent == "transfer_customer":
        gives = re.search(r"(?:从|把|原来?是?|之前是?|以前是?|手[里上]的?)$", before) or re.match(
            r"(?:名下|手[里上]|的(?!名下)|那边的|离职|走了|调岗|休产假|原来|之前|不跟)", after
        )
        takes = re.search(r"(?:给|到|归|由|让|换成?|改成?|交|请|转)$", before)
        if gives and not takes and "from_staff" in allowed:
            filling.put("from_staff", span.value, span, text)
            return
        if takes:
            filling.slots.pop("staff", None)
    if intent == "dispatch" and re.match(
        r"(?:今天|明天|现在|这会儿|下午|上午)?(?:没空|去不了|请假|不在|在忙|忙|生病|休假|来不及|走不开)", after
    ):
        return
    if intent in {"approve", "reject"}:
        return
    filling.put("staff", span.value, span, text)


def _simple(filling: Filling, kind: str, text: str, spans: Sequence[Span]) -> None:
    for span in spans:
        if span.kind != kind or NOT.search(text[max(0, span.start - 4) : span.start]):
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
