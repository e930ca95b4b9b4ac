"""From the deed the reader has seen to the handler of that name: the one road of everything that is typed.

A deed whose handler needs more than its slots (which task, which list) has a route, kept with its noun. A deed that
nobody handles yet is told as what it is, with what can be typed instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from domain.errors import Invalid
from handlers import (
    activities,
    approval_words,
    assignment,
    bulk,
    channels,
    listing,
    opportunity_words,
    quote_words,
    service_words,
    task_words,
    vocabulary,
)
from handlers.context import Ask, Route, Understood
from handlers.language.deeds import RISKY
from handlers.language.meaning import Draft
from handlers.named import subject_of
from handlers.tables import TABLES


def _two(first: str, second: str, left: str, right: str) -> Route:
    """Return a route that calls the slots ``first`` and ``second`` what the handler calls them; both are needed."""

    def route(draft: Draft, text: str, ask: Ask) -> Understood | None:
        del text, ask
        said = draft.deed_slots
        if not (said.get(first) and said.get(second)):
            return None
        return Understood(intent=draft.deed, slots={left: said[first], right: said[second]})

    return route


def _merged(draft: Draft, text: str, ask: Ask) -> Understood | None:
    del text, ask
    names: Sequence[str] = draft.deed_slots.get("companies") or ()
    return Understood(intent=draft.deed, slots={"left": names[0], "right": names[1]}) if len(names) == _PAIR else None


def _term(draft: Draft, text: str, ask: Ask) -> Understood:
    del text, ask
    return Understood(intent=draft.deed, slots={"word": str(draft.deed_slots.get("term") or "")})


def _shared(draft: Draft, text: str, ask: Ask) -> Understood:
    del draft, ask
    return Understood(intent="my_share" if "我" in text else "show_fairness", slots={"last": "上" in text})


def _as_it_is_written(draft: Draft, text: str, ask: Ask) -> None:
    """Only in the words that its own noun reads; any other sentence of the kind is kept as what it tells."""


def _in_bulk(draft: Draft, text: str, ask: Ask) -> None:
    """Ask for a change in bulk again, that ``handlers.bulk`` could not take apart."""
    del draft, text, ask
    raise Invalid("要改哪些、改成什么？请写：批量改 区域=华东的客户 级别=重点。先给您看有几条，再点确认。")


def _looked_up(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """尾号5678是谁, 恒力的历史沟通摘要, 华鑫有人报备吗: the customer's card says it."""
    del text, ask
    said = draft.deed_slots
    name = next((str(said[slot]) for slot in ("phone", "query", "company", "contact") if said.get(slot)), "")
    return Understood(intent="look_up", slots={"said": name}) if name else None


def _registered(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """``给德阳万和二期做个报备``: what is said beside the customer's name is the project."""
    del ask
    company = str(draft.deed_slots.get("company") or "")
    quote = next((each.quote for each in draft.evidence if each.slot == "company"), company)
    project = _ABOUT_REGISTERING.sub(" ", text.replace(quote, " ")).strip(" ,，。:：给")
    return Understood(intent="register_customer", slots={"company": company, "project": project}) if company else None


def _levelled(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """``恒力升为战略客户``: a change in bulk of one customer, shown first."""
    del text
    company, level = str(draft.deed_slots.get("company") or ""), str(draft.deed_slots.get("level") or "")
    return bulk.read(f"批量改 名称={company}的客户 级别={level}", ask) if company and level else None


def _incomplete(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """``没留电话的客户有哪些``: a list of those whose field is empty."""
    del draft
    match = _EMPTY.search(text)
    return listing.read(f"找 {match[0]}为空 的客户", ask) if match else None


def _bid(draft: Draft, text: str, ask: Ask) -> Understood:
    """``恒力投标 5月20号开标 保证金10万`` is a follow-up of that kind."""
    del text, ask
    slots = {name: str(value) if name in {"due", "due_end"} else value for name, value in draft.deed_slots.items()}
    return Understood(intent="log_follow_up", slots={**draft.slots, **slots}, confirm=draft.confirm)


def _explained(draft: Draft, text: str, ask: Ask) -> Understood:
    """``Q-2611-0001为什么要总经理批``, ``为啥派给我``."""
    del text
    return Understood(intent="explain", slots={"subject": subject_of(ask, draft.deed_slots)})


def _urged(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """``催一下审批``: one's own that waits; a job that is named is answered with how it stands."""
    said = {slot: draft.deed_slots[slot] for slot in ("approval_no", "quote_no") if draft.deed_slots.get(slot)}
    if draft.deed_slots.get("ticket_no"):
        return _standing(draft, text, ask)
    return Understood(intent="urge_approval", slots=said) if said or "审批" in text else None


def _standing(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """``WO-2611-0001师傅到哪了``: how the job stands; without a number the customer's card has his jobs."""
    if draft.deed_slots.get("ticket_no"):
        return Understood(intent="show_record", slots={"ticket_no": draft.deed_slots["ticket_no"]})
    return _looked_up(draft, text, ask)


_ABOUT_REGISTERING: Final = re.compile(
    r"(?:给|把|帮我?|我要|想|先)?(?:做|报|登记)?(?:一?个)?(?:客户|项目)?(?:报备|备案)(?:一?下)?(?:客户|项目)?"
)
_EMPTY: Final = re.compile(r"信用代码|工商全称|行业|区域|级别|标签")
_PAIR: Final = 2
ROUTES: Final[Mapping[str, Route]] = {
    **task_words.ROUTES,
    **activities.ROUTES,
    **approval_words.ROUTES,
    **assignment.ROUTES,
    **channels.ROUTES,
    **opportunity_words.ROUTES,
    **quote_words.ROUTES,
    **vocabulary.ROUTES,
    "hand_over": _two("from_staff", "staff", "leaver", "taker"),
    "tag_customer": _two("company", "tag", "company", "tag"),
    "untag_customer": _two("company", "tag", "company", "tag"),
    "merge_customers": _merged,
    "explain_field": _term,
    "set_temperament": _as_it_is_written,
    "bulk_edit": _in_bulk,
    "ask_price": _as_it_is_written,
    "count_leads": _shared,
    "lookup_customer": _looked_up,
    "summarize_customer": _looked_up,
    "check_conflict": _looked_up,
    "register_project": _registered,
    "set_level": _levelled,
    "list_incomplete": _incomplete,
    "log_bid": _bid,
    "explain_why": _explained,
    "urge": _urged,
    "query_ticket": _standing,
}
"""Deed → what it means for this sender now; None when it means nothing to him and the intent counts."""

_OPEN: Final = frozenset({"other", "help"})
"""Intents that say nothing by themselves."""


def routed(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """Return what the deed of ``draft`` is handled as; None when its intent says more."""
    if not draft.deed or draft.deed in service_words.DEEDS:
        return None  # field service adds its deeds to what else the sentence tells (service_words.reread)
    if (route := ROUTES.get(draft.deed)) is not None:
        return route(draft, text, ask)
    handled = draft.deed in TABLES.intents
    if not handled and draft.intent in TABLES.intents and draft.intent not in _OPEN:
        return None
    slots = {name: str(value) if name in {"due", "due_end"} else value for name, value in draft.deed_slots.items()}
    return Understood(intent=draft.deed, slots=slots, confirm=handled and draft.deed in RISKY and draft.confirm)
