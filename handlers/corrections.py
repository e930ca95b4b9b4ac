"""Sentences about what was done last: a correction of it, or taking it back; else it is something new.

The reader marks a correction with the slot ``correction``, or with the intent ``revise`` when nothing
else was said; after the button 修改 the next sentence without a company is one as well, and so is
``电话改成13800138000`` about an inquiry in focus. ``UNDO`` and ``CORRECT`` say by kind of record what
taking back and correcting mean; a noun with its own deeds adds a line to each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from domain.errors import Invalid
from handlers import (
    activities,
    inquiries,
    marking,
    notes,
    opportunities,
    quote_undo,
    quotes,
    service,
    spares,
    tasks,
)
from handlers.context import Ask, IntentHandler, Understood

_CHANGES = re.compile(r"改成|改为|改到|换成")

UNDO: Mapping[str, Callable[[Ask, int], str]] = {
    "inquiry": inquiries.take_back,
    "quote": quote_undo.take_back,
    "workorder": service.take_back,
    "partrequest": spares.withdraw,
    "activity": activities.take_back,
    "callplan": activities.take_back_calls,
    "task": tasks.take_back,
    "opportunity": opportunities.take_back,
    "customer": marking.take_back,
    notes.RECORD: notes.take_back,
}
"""Kind of record → take the last act on it back; returns the sentence that says so."""
CORRECT: Mapping[str, Callable[[Ask, int, Understood], None]] = {
    "inquiry": inquiries.revise,
    "quote": quotes.revise,
    "activity": activities.revise,
    "opportunity": opportunities.revise,
}
"""Kind of record → change what is named, keep the rest, keep the version before."""


def log_or_correct(ask: Ask, understood: Understood) -> None:
    """Log an inquiry, unless the sender is correcting one."""
    asked = ask.focus is not None and ask.focus.fresh(ask.now) and ask.focus.question.get("asks") == "revise"
    changes = quotes.in_focus(ask, "inquiry") is not None and _CHANGES.search(ask.envelope.text)
    if understood.slots.get("correction") or ((asked or changes) and not understood.slots.get("company")):
        correct(ask, understood)
    else:
        inquiries.log_inquiry(ask, understood)
        if "request_quote" in understood.also:
            quotes.quote_at_once(ask, understood)


def correct(ask: Ask, understood: Understood) -> None:
    """``数量改成3台``, ``记串了 挪到华鑫门窗``: of what is in focus."""
    kind, id_ = _in_focus(ask)
    change = CORRECT.get(kind)
    if change is None:
        raise Invalid("不知道您要改哪一条。请先发“我的询价”，或点卡片上的“修改”再说要改什么。")
    change(ask, id_, understood)


def undo(ask: Ask, understood: Understood) -> None:
    """``撤销``: everything the last message did, the last first; ``撤销 XJ-2611-0001``: that record."""
    named = str(understood.slots.get("subject") or "")
    subjects = (named,) if named else _last_done(ask)
    if "撤回" in ask.envelope.text and not any(each.startswith("quote:") for each in subjects):
        raise Invalid("没有正在审批的报价可以撤回。要取消刚记的询价，请发“撤销”。")
    if not subjects:
        raise Invalid("不知道您要撤销哪一条。请点那张卡片上的“撤销”，或带上单号，例如：撤销 XJ-2611-0001。")
    ask.say("".join(take_back(ask, subjects)))


def take_back(ask: Ask, subjects: Sequence[str]) -> list[str]:
    """Take back what was done to each record, the last first; return what to say of each."""
    said = []
    for subject in reversed(subjects):
        kind, _, id_ = subject.partition(":")
        if kind in UNDO:
            said.append(UNDO[kind](ask, int(id_)))
    if not said:
        raise Invalid("这一步不能撤销。请说明要改什么，或联系主管。")
    return said


def _last_done(ask: Ask) -> tuple[str, ...]:
    """Return the records of the last message when it made several, else the one in focus."""
    if ask.focus is None or not ask.focus.fresh(ask.now):
        return ()
    acts = ask.queries.dialogue.acts_of(ask.focus.act_key) if ask.focus.act_key else ()
    made = tuple(dict.fromkeys(act.subjects[0] for act in acts))
    if len(made) > 1 and ask.focus.subject in made:
        return made
    return (ask.focus.subject,) if ask.focus.subject.partition(":")[0] in UNDO else ()


def _in_focus(ask: Ask) -> tuple[str, int]:
    if ask.focus is None or not ask.focus.fresh(ask.now) or not ask.focus.subject:
        return "", 0
    kind, _, id_ = ask.focus.subject.partition(":")
    return kind, int(id_)


INTENTS: Mapping[str, IntentHandler] = {"log_inquiry": log_or_correct, "revise": correct, "undo": undo}
