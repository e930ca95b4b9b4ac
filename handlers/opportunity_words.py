"""Sentences about deals that the reader leaves open: numbers, contract numbers, a company's own words for stages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers.context import Ask, Route, Understood
from handlers.language.meaning import Draft

NO = re.compile(r"SJ-\d{4}-\d{4,}", re.IGNORECASE)
CONTRACT = re.compile(r"合同(?:编?号|号码)(?:是|为|:|：)?\s*([A-Za-z0-9][A-Za-z0-9\-_/]{1,62})")
_PHRASES: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern, re.IGNORECASE), intent)
    for pattern, intent in (
        (r"(?:商机|阶段)(?:的)?(?:历史|记录|经过)", "opportunity_history"),
        (r"(?:竞争对手|对手)(?:就?是|为|：|:)|丢给了?", "set_loss_reason"),
        (r"重新打开|重新启动|重启|激活|重新跟", "reopen_opportunity"),
        (
            r"(?:商机|SJ-\d{4}-\d{4,}).{0,4}(?:金额|预计成交|成交日|日期)?.{0,2}(?:改|调|换)(?:成|为|到)",
            "revise_opportunity",
        ),
    )
)
_ALL = re.compile(r"(?:查?看?一?下?)?(?:我的?)?(?:全部|所有)?商机(?:列表|有哪些)?[？?。]?")
_SHOW = re.compile(r"(?:查?看?一?下?)?的?商机(?:怎么样了?|情况|到哪了?)?[？?。]?")
_LOSSES = re.compile(
    r".{0,12}?(?:流失|丢单|输单)(?:的)?(?:主要)?(?:原因)?(?:分析|统计|排名|排行|有哪些|是什么|都是啥)[？?。]?|(?:流失|丢单|输单)原因"
)
_HOLDER = re.compile(r"(?P<title>[^\s，。,]{2,40}?)由(?P<person>[^\s，。,]{2,8})负责[。!！]?")
_OPEN = frozenset({"other", "log_follow_up", "log_inquiry", "query_customer", "create_opportunity", "advance_stage"})
"""Intents that one of our own phrases may stand against."""
_FILLING = re.compile(r"[\s,，。.!！?？:：;；]|(?:已经?|现在|目前|刚刚?|正在?|这边|客户|那边|开始|都|了|啦|中|阶段)")


def reread(understood: Understood, draft: Draft, text: str, ask: Ask) -> Understood:
    """Return what the sentence means about a deal; unchanged when it is about something else."""
    slots: dict[str, Any] = {**understood.slots, **_numbers(text)}
    if _LOSSES.fullmatch(_without(text, draft)):
        return replace(understood, intent="loss_analysis", slots=slots, confirm=False)
    if understood.intent in _OPEN and (holder := _HOLDER.fullmatch(text.strip())) is not None:
        return replace(understood, intent="name_holder", slots=dict(holder.groupdict()), confirm=False)
    if understood.intent not in _OPEN:
        return understood
    intent = _phrase(text, slots, draft, ask)
    if intent:
        return replace(understood, intent=intent, slots=slots, confirm=False)
    if understood.intent != "advance_stage":
        stage = _stage(_rest(text, draft), ask)
        if stage and (_named(slots) or _deal_in_focus(ask)):
            return replace(understood, intent="advance_stage", slots={**slots, "stage": stage}, confirm=False)
        if "contract_no" in slots and (_named(slots) or _deal_in_focus(ask)):
            return replace(understood, intent="set_contract", slots=slots, confirm=False)
    return replace(understood, slots=slots) if slots != understood.slots else understood


def _deed(draft: Draft, text: str, ask: Ask) -> Understood:
    """``恒力转商机``, ``SJ-2611-0001 先休眠到6月``."""
    del ask
    said = {name: str(value) if name in ("due", "due_end") else value for name, value in draft.deed_slots.items()}
    return Understood(intent=draft.deed, slots={**draft.slots, **_numbers(text), **said}, notes=draft.assumptions)


def _numbers(text: str) -> dict[str, str]:
    """Return the numbers of a deal and of its contract, as far as they are said."""
    no, contract = NO.search(text), CONTRACT.search(text)
    found = {} if no is None else {"opportunity_no": no[0].upper()}
    return found if contract is None else {**found, "contract_no": contract[1]}


def _phrase(text: str, slots: Mapping[str, Any], draft: Draft, ask: Ask) -> str:
    if _ALL.fullmatch(text.strip()):
        return "list_opportunities"
    if _SHOW.fullmatch(_without(text, draft)) or NO.fullmatch(text.strip()):
        return "show_opportunity"
    about = _named(slots) or "商机" in text or _deal_in_focus(ask)
    return next((intent for pattern, intent in _PHRASES if about and pattern.search(text)), "")


def _stage(rest: str, ask: Ask) -> str:
    """Return the stage that what is left of the sentence means, in the company's own words."""
    return ask.policies.pipelines.called(rest) if 1 < len(rest) <= 12 else ""


def _rest(text: str, draft: Draft) -> str:
    return _FILLING.sub("", _without(text, draft))


def _without(text: str, draft: Draft) -> str:
    """Return the sentence without the customer's name and the deal's number."""
    for evidence in draft.evidence:
        if evidence.slot == "company" and evidence.quote:
            text = text.replace(evidence.quote, "", 1)
    return NO.sub("", text).strip()


def _named(slots: Mapping[str, Any]) -> bool:
    return bool(slots.get("company") or slots.get("opportunity_no"))


def _deal_in_focus(ask: Ask) -> bool:
    focus = ask.focus
    return focus is not None and focus.fresh(ask.now) and focus.subject.startswith("opportunity:")


ROUTES: Mapping[str, Route] = dict.fromkeys(
    ("convert_opportunity", "sleep_opportunity", "set_loss_reason", "show_playbook"), _deed
)
