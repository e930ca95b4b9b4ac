"""A document named by its number, with a deed or alone: ``同意 SP-2611-0001``, ``撤销 XJ-2611-0001``, ``BX-2611-0001``.

Whoever types a number means that record, whatever his role: he gets the deed, or how it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from domain.errors import Invalid, NotFound
from domain.service.states import JobState
from domain.service.views import Stand
from handlers.caution import BARE_QUESTION
from handlers.context import Ask, IntentHandler, Understood
from handlers.language.mood import asked

if TYPE_CHECKING:
    from collections.abc import Callable

_VERBS: Final[Mapping[str, tuple[str, ...]]] = {
    "approve": ("同意", "批准", "通过", "批了"),
    "reject": ("不同意", "驳回", "拒绝", "不批"),
    "undo": ("撤销", "删除", "删掉"),
    "withdraw_quote": ("撤回",),
    "void_quote": ("作废",),
    "submit_quote": ("提交",),
    "cancel_job": ("取消", "取消工单", "取消报修"),
    "explain": ("为什么", "为啥"),
    "show_record": ("", "查", "看", "查看", "看一下", "查一下", "打开"),
}
_WORDS: Final = {word: intent for intent, words in _VERBS.items() for word in words}
_NAMED: Final = re.compile(
    rf"(?P<verb>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\s*"
    r"(?P<no>(?P<kind>SP|Q|XJ|BX|TS|ZX|WO)-\d{4}-\d{4,})(?:[\s，,：:]+(?P<rest>\S.*))?[。.!！?？]*",
    re.IGNORECASE | re.DOTALL,
)
_SLOTS: Final = {
    "SP": "approval_no",
    "Q": "quote_no",
    "XJ": "inquiry_no",
    "BX": "ticket_no",
    "TS": "ticket_no",
    "ZX": "ticket_no",
    "WO": "ticket_no",
}
_FITS: Final[Mapping[str, frozenset[str]]] = {
    "SP": frozenset({"approve", "reject", "explain", "show_record", "withdraw_quote"}),
    "Q": frozenset(
        {"approve", "reject", "undo", "withdraw_quote", "void_quote", "submit_quote", "explain", "show_record"}
    ),
    "XJ": frozenset({"undo", "explain", "show_record"}),
    **dict.fromkeys(("BX", "TS", "ZX"), frozenset({"cancel_job", "explain", "show_record"})),
    "WO": frozenset({"cancel_job", "explain", "show_record"}),
}


def named(text: str) -> Understood | None:
    """Return what is to be done with the document that is named; None when the message says more than that."""
    match = _NAMED.fullmatch(text.strip())
    if match is None:
        return None
    kind, rest = match["kind"].upper(), (match["rest"] or "").strip()
    intent = _WORDS[match["verb"]]
    if intent == "cancel_job" and kind in ("Q", "XJ"):
        intent = "undo"
    if intent not in _FITS[kind]:
        intent = "show_record"
    elif intent not in ("show_record", "explain") and asked(text) and not _has_reason(intent, rest):
        return Understood(intent="show_record", slots={_SLOTS[kind]: match["no"].upper()})
    if rest and intent in ("show_record", "explain"):
        return None
    slots = {_SLOTS[kind]: match["no"].upper(), **({"reason": rest} if rest else {})}
    return Understood(intent=intent, slots=slots)


def _has_reason(intent: str, rest: str) -> bool:
    """Tell ``驳回 SP-2611-0001 怎么这么低？``, a reason, from ``驳回 SP-2611-0001 吗``."""
    return intent == "reject" and bool(rest) and not BARE_QUESTION.fullmatch(rest)


def subject_of(ask: Ask, slots: Mapping[str, object]) -> str:
    """Return the record that a number names, as this person may see it; NotFound when he may not."""
    for slot, find in _FINDERS.items():
        if slots.get(slot):
            return find(ask, str(slots[slot]))
    return ""


def show_record(ask: Ask, understood: Understood) -> None:
    """``Q-2611-0001``, or an ordinal of the last list: its card."""
    subject = str(understood.slots.get("subject") or "") or subject_of(ask, understood.slots)
    kind = subject.partition(":")[0]
    if kind not in _CARDS:
        raise Invalid("这一条没有卡片可看，请带上单号再发一次。")
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=subject)
    if kind == "workorder":
        _show_job(ask, int(subject.partition(":")[2]), str(understood.slots.get("ticket_no") or ""))
    else:
        ask.show(_CARDS[kind], subject)


def _job(ask: Ask, no: str) -> str:
    line, _ = ask.queries.service.standing(no, ask.actor)
    return f"workorder:{line.id}"


def _show_job(ask: Ask, job_id: int, no: str) -> None:
    """Show a job's card to whoever has to do with it; tell the customer's owner how it stands."""
    try:
        view = ask.queries.service.job(job_id, ask.actor)
    except NotFound:
        line, engineer = ask.queries.service.standing(no, ask.actor)
        ask.say(f"{no} {line.customer} {line.model}：{line.state.label}{f'，工程师{engineer}' if engineer else ''}。")
        return
    keeps = view.stand is Stand.KEEPER and view.state in (JobState.REPORTED, JobState.OFFERED)
    ask.show("service.unassigned" if keeps else "service.dispatch", f"workorder:{job_id}")


_FINDERS: Final[Mapping[str, Callable[[Ask, str], str]]] = {
    "approval_no": lambda ask, no: ask.queries.approvals.by_no(no, ask.actor).subject,
    "quote_no": lambda ask, no: ask.queries.quotes.by_no(no, ask.actor).subject,
    "inquiry_no": lambda ask, no: ask.queries.inquiries.by_no(no, ask.actor).subject,
    "ticket_no": _job,
}
NUMBERS: Final = frozenset(_FINDERS)
"""Slots whose record has a card to be shown."""
_CARDS: Final = {
    "approval": "approvals.decide",
    "quote": "quotes.draft",
    "inquiry": "inquiries.logged",
    "customer": "customers.customer",
    "workorder": "service.dispatch",
    "activity": "activities.logged",
    "task": "tasks.task",
}

INTENTS: Mapping[str, IntentHandler] = {"show_record": show_record}
