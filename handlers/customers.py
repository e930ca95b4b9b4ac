"""Customers: what is said about them bit by bit, in sentences that name the customer or mean the one in focus."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cards.action import Action
from cards.customers import summary
from cards.glance import Glance
from domain.customers.cleaning import CARD as CLEANING
from domain.customers.editing import AddPhone, DescribeContact, GiveCreditCode
from domain.customers.words import TEMPERAMENTS
from handlers.asked_facts import asked_fact
from handlers.context import Ask, ButtonHandler, IntentHandler, Route, Understood
from handlers.language.meaning import Draft
from handlers.naming import CARD, look_at, may_look, named, number_of, quoted, show

_CHARACTERS = "|".join(
    sorted({word for each in TEMPERAMENTS for word in (each.name, *each.synonyms)}, key=len, reverse=True)
)
_SENTENCES: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (intent, re.compile(pattern))
    for intent, pattern in (
        ("group_tag", r"标签\s*(?P<tag>\S{1,20}?)\s*(?:归到|归入|分到|放到|属于)\s*(?P<group>\S{1,20}?)(?:组|类|里)?"),
        (
            "untag_customer",
            r"(?:给|把)?(?P<said>.*?)的?\s*(?:去掉|删掉|摘掉|取消|移除)(?:了)?(?:标签)?[\s:：]*(?P<tag>\S{1,20}?)(?:的?标签)?",
        ),
        (
            "tag_customer",
            r"(?:给|为|帮)?(?P<said>.*?)\s*(?:打|加|贴|添|标)(?:一?个|上|下)?(?:标签|tag)[\s:：]*(?P<tag>.{1,40})",
        ),
        (
            "give_credit_code",
            r"(?P<said>.*?)的?\s*(?:统一社会)?(?:信用代码|税号|纳税人识别号)[\s:：是为]*(?P<code>[0-9A-Za-z\s-]{8,40})",
        ),
        (
            "set_temperament",
            rf"(?P<said>.+?)(?:的)?(?:性格|脾气|这人|为人)?(?:是个?|比较|很|挺|有点|偏|[:：\s])+(?P<word>{_CHARACTERS})(?:型)?(?:的|的?人)?",
        ),
        (
            "add_phone",
            (
                r"(?:给)?(?P<said>.+?)的?\s*(?:还有|再加|另加|加|另有|新增)(?:了)?(?:一?个)?(?:备用|另外|别)?的?"
                r"(?:电话|手机|号码|座机)号?[\s:：是]*(?P<phone>[+\d幺洞][\d幺洞\s-]{5,20})"
            ),
        ),
        (
            "describe_contact",
            (
                r"(?:给)?(?P<said>.*?)的?\s*(?:加|新增|添加|登记)?(?:一?个)?联系人[\s:：]+(?P<name>[^\s\d,，]{1,20})"
                r"(?:[\s,，]+(?P<title>[^\s\d,，]{2,20}))?"
                r"(?:[\s,，]*(?:电话|手机)?[\s:：]*(?P<phone>[\d幺洞][\d幺洞\s-]{5,20}))?"
            ),
        ),
        ("look_up", r"(?:查一?下?|搜一?下?|查找|搜索|尾号|后四位)(?:客户)?[\s:：]*(?P<said>[^\s，。？?]{2,30})"),
        ("write_summary", r"(?P<said>.*?)的?(?:历史|沟通)?(?:沟通)?摘要(?:改成|改为|写成|[:：])\s*(?P<text>.+)"),
    )
)
"""Whole messages; the first that fits wins."""

_ELSEWHERE = re.compile("库存|订单|工单|报价|审批|公海|进度|用量|额度|漏斗|任务|待办|询价|询单")
"""What else is looked up by the same verb."""


def read(text: str, ask: Ask) -> Understood | None:
    """Return what a sentence about a customer means; None for any other sentence."""
    plain = text.strip().rstrip("。.!！")
    for intent, pattern in _SENTENCES:
        match = pattern.fullmatch(plain)
        if match is None:
            continue
        slots = {name: (value or "").strip() for name, value in match.groupdict().items()}
        if intent == "untag_customer" and "标签" not in plain:
            continue
        if intent == "look_up" and not _is_customer(slots["said"], plain, ask):
            continue
        if intent in ("set_temperament", "add_phone") and not _splits(slots["said"], ask):
            continue
        return Understood(intent=intent, slots=slots)
    return None


def look_up(ask: Ask, understood: Understood) -> None:
    """``查 华鑫``, ``查 hx``, ``尾号5678``, a serial or a credit code: the customer's card, or a numbered list."""
    customer_id = named(ask, understood)
    if customer_id is not None:
        show(ask, customer_id)


def query_customer(ask: Ask, understood: Understood) -> None:
    """``华鑫现在什么情况``: what the reader took for the name, the number or the person of a customer."""
    slots = understood.slots
    said = str(slots.get("company") or slots.get("phone") or slots.get("contact") or "")
    customer_id = named(ask, replace(understood, intent="look_up", slots={**slots, "said": said}))
    if customer_id is None or not may_look(ask, customer_id):
        return
    if fact := asked_fact(ask.envelope.text, ask.queries.customers.card(customer_id, ask.actor), slots):
        ask.say(fact)
    ask.show(CARD, f"customer:{customer_id}")
    look_at(ask, customer_id)


def summarize_customer(ask: Ask, understood: Understood) -> None:
    """``总结一下恒力``: what happened so far, before its card."""
    customer_id = named(ask, understood)
    if customer_id is None or not may_look(ask, customer_id):
        return
    glance = Glance(viewer=ask.actor, now=ask.now, zone=ask.calendar.zone, base="")
    ask.say(summary(ask.queries.overview.card(customer_id, ask.actor), glance))
    look_at(ask, customer_id)


def list_incomplete(ask: Ask, understood: Understood) -> None:
    """``没电话的客户``, ``资料不全的客户``: the card of the weekly cleaning, now."""
    del understood
    if not ask.queries.customers.cleaning(ask.actor.person_id or 0, ask.actor).any:
        ask.say("您的客户资料都是全的：电话、工商全称、信用代码都没有问题。")
        return
    ask.show(CLEANING, f"person:{ask.actor.person_id}")


def give_credit_code(ask: Ask, understood: Understood) -> None:
    """``华鑫 信用代码 91320594MA1MXXXXXX``."""
    customer_id = named(ask, understood)
    if customer_id is not None:
        code = ask.act(GiveCreditCode(customer_id=customer_id, code=str(understood.slots["code"])))
        ask.say(f"信用代码 {code} 已记下，校验位正确。")
        look_at(ask, customer_id)


def set_temperament(ask: Ask, understood: Understood) -> None:
    """``华鑫王总是急躁型``: staff see it before they call or visit."""
    customer_id, name = _splits(str(understood.slots["said"]), ask)[0]
    ask.act(DescribeContact(customer_id=customer_id, name=name, temperament=str(understood.slots["word"])))
    ask.say(f"已记下 {name} 的性格，只有同事看得到。")
    look_at(ask, customer_id)


def add_phone(ask: Ask, understood: Understood) -> None:
    """``华鑫王总还有个电话 13912345678``."""
    customer_id, name = _splits(str(understood.slots["said"]), ask)[0]
    phone = ask.act(AddPhone(customer_id=customer_id, name=name, phone=str(understood.slots["phone"])))
    ask.say(f"{name} 的号码 {phone} 已加上。")
    look_at(ask, customer_id)


def describe_contact(ask: Ask, understood: Understood) -> None:
    """``给华鑫加个联系人 王强 采购经理 13812345678``."""
    slots, customer_id = understood.slots, named(ask, understood)
    if customer_id is not None:
        said = {key: str(slots.get(key) or "") for key in ("name", "title", "phone")}
        ask.act(DescribeContact(customer_id=customer_id, **said))
        ask.say(f"联系人 {said['name']} 已记下。")
        look_at(ask, customer_id)


def _is_customer(said: str, plain: str, ask: Ask) -> bool:
    """Whether the words are a customer's, or at least cannot be anything else: 查 库存 is no customer."""
    alone = bool(re.match(r"尾号|后四位|[查搜]\S{0,2}\s", plain)) and not re.search(r"的|所有|全部|=|＝", said)
    return (alone and not _ELSEWHERE.search(said)) or bool(ask.queries.customers.hits(said, ask.actor))


def _splits(said: str, ask: Ask) -> list[tuple[int, str]]:
    """Return customer and contact of ``华鑫王总``, the longest company first; of ``王总`` alone the one in focus."""
    found = []
    for place in range(len(said) - 1, 1, -1):
        company, contact = said[:place].rstrip("的 "), said[place:].strip("的 ")
        hits = ask.queries.customers.hits(company, ask.actor) if company and contact else ()
        if len(hits) == 1:
            found.append((hits[0].id, contact))
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    if not found and focus is not None and focus.subject.startswith("customer:") and len(said) <= 4:
        found.append((int(focus.subject.partition(":")[2]), said))
    known = [(id_, name) for id_, name in found if ask.queries.customers.knows(id_, name)]
    return known or found[:1]


def _press_section(ask: Ask, action: Action) -> None:
    """Unfold a section, or its next page, as a card of its own: the overview stays where it was."""
    section, before = action.args.get("s", ""), action.args.get("b", "")
    if not may_look(ask, number_of(action.subject)):
        return
    view = ask.queries.overview.section(number_of(action.subject), ask.actor, section=section, before=before)
    ask.show("customers.section", action.subject, section=view.section.value, before=before)
    look_at(ask, view.customer.id)


def _looked_up(draft: Draft, text: str, ask: Ask) -> Understood:
    """``尾号0001``, ``查 hlll``: by the words as typed."""
    del text, ask
    said = str(draft.deed_slots.get("query") or quoted(draft) or draft.slots.get("phone") or quoted(draft, "contact"))
    return Understood(intent="look_up", slots={"said": said})


def _summed_up(draft: Draft, text: str, ask: Ask) -> Understood:
    del text, ask
    return Understood(intent=draft.deed, slots={"said": quoted(draft)})


ROUTES: Mapping[str, Route] = {"lookup_customer": _looked_up, "summarize_customer": _summed_up}
BUTTONS: Mapping[str, ButtonHandler] = {"customer_section": _press_section}
INTENTS: Mapping[str, IntentHandler] = {
    "look_up": look_up,
    "query_customer": query_customer,
    "summarize_customer": summarize_customer,
    "list_incomplete": list_incomplete,
    "give_credit_code": give_credit_code,
    "set_temperament": set_temperament,
    "add_phone": add_phone,
    "describe_contact": describe_contact,
}
