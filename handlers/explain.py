"""``为什么``: why the last thing was done, from what was written down with it, never from memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cards.dialogue import explain_act
from cards.glance import Glance
from domain.errors import NotFound
from handlers.context import Ask, IntentHandler, Understood

if TYPE_CHECKING:
    from collections.abc import Callable

_NOTHING = "还没有可以解释的操作。先发一句话，例如：给苏州恒力报两台X200，再问“为什么”。"


def explain(ask: Ask, understood: Understood) -> None:
    """Say which words were read as what by which rule, and which policy chose."""
    subject = str(understood.slots.get("subject") or "")
    if subject:
        act = ask.queries.dialogue.last_act_on(subject)
        acts = [] if act is None else [act]
    else:
        subject = ask.focus.subject if ask.focus is not None else ""
        key = ask.focus.act_key if ask.focus is not None else ""
        acts = list(ask.queries.dialogue.acts_of(key)) if key else []
    glance = Glance(viewer=ask.actor, now=ask.now, zone=ask.calendar.zone, base="")
    touched = dict.fromkeys([*(each for act in acts for each in act.subjects), *([subject] if subject else [])])
    chosen = list(dict.fromkeys(line for each in touched for line in _policy(ask, each)))
    said = [line for act in acts for line in explain_act(act, glance)]
    ask.say("\n".join([*said, *chosen]) or _NOTHING)


def _policy(ask: Ask, subject: str) -> list[str]:
    kind, _, id_ = subject.partition(":")
    if kind not in _POLICIES:
        return []
    try:
        return _POLICIES[kind](ask, int(id_))
    except NotFound:
        return []


def _quote(ask: Ask, quote_id: int) -> list[str]:
    view = ask.queries.quotes.card(quote_id, ask.actor)
    return [f"报价 {view.no} 按审批规则：{view.rule}。"] if view.rule else []


def _approval(ask: Ask, approval_id: int) -> list[str]:
    view = ask.queries.approvals.card(approval_id, ask.actor)
    waits = f"，正在等{'、'.join(view.waiting_for)}" if view.waiting_for else ""
    return [f"审批 {view.no} 按规则：{view.rule}{waits}。"]


def _job(ask: Ask, job_id: int) -> list[str]:
    view = ask.queries.service.job(job_id, ask.actor)
    return [f"工单 {view.no} 派给您的理由：{view.why}。"] if view.why else []


_POLICIES: Mapping[str, Callable[[Ask, int], list[str]]] = {"quote": _quote, "approval": _approval, "workorder": _job}
"""Kind of record → which rule chose, as it was noted when it chose."""

INTENTS: Mapping[str, IntentHandler] = {"explain": explain}
