"""Why an approval goes its way, and why somebody was not given it to read: answered from what was written down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from domain.approvals.views import CopyTrace
from domain.errors import Invalid
from domain.money import said_money
from domain.units import parse_money
from handlers.context import Ask, IntentHandler, Understood
from handlers.inquiries import number

_AMOUNT = re.compile(r"(?P<value>[0-9][0-9.,]*(?:万|亿|[wWkK])?元?)")


def explain_copy(ask: Ask, understood: Understood) -> None:
    """``五十万整那个为啥没抄送我``: what the rules said then, with the border it stayed on the other side of."""
    no = understood.slots.get("approval_no") or understood.slots.get("quote_no")
    amount = _AMOUNT.search(str(understood.slots.get("which") or ""))
    view = ask.queries.approvals.explained(
        ask.actor,
        approval_id=_approval_id(ask, str(no)) if no else None,
        amount_fen=parse_money(amount["value"].replace("w", "万").replace("W", "万")) if amount and not no else None,
    )
    head = f"审批 {view.no}（{view.about_no}，{view.customer}，{said_money(view.amount_fen)}）"
    if any(each.held for each in view.traces):
        ask.say(f"{head}{'批准后会抄送您，现在还在审批' if view.pending else '符合抄送规则，已抄送您，请看那张卡片'}。")
        return
    if not view.traces:
        ask.say(f"{head}没有抄送您，因为没有哪条规则要抄送您。要抄送，发：以后超过50万的报价抄送给我。")
        return
    lines = [*(line for each in view.traces for line in _explained(each)), f"（规则版本 {view.policy}）"]
    ask.say("\n".join([f"{head}没有抄送您：", *lines]))


def explain_route(ask: Ask, understood: Understood) -> None:
    """``为啥要我批``, ``SP-2611-0001 为什么要财务批``: the rule that held, its border, and what the request is."""
    no = understood.slots.get("approval_no") or understood.slots.get("quote_no")
    approval_id = _approval_id(ask, str(no)) if no else _in_hand(ask)
    view = ask.queries.approvals.routing(approval_id, ask.actor, ask.policies.approvals)
    rules = "”“".join((view.rule, *view.also))
    who = f"由{'，再由'.join(view.nodes)}审批" if view.nodes else "不用审批"
    tail = "提交以后规则改过，这份按当时的版本走" if view.changed else "规则"
    ask.say(
        "\n".join(
            [
                f"审批 {view.no}（{view.about_no}）按规则“{rules}”，{who}。",
                *dict.fromkeys(f"· {_held(test)}" for test in view.tests),
                f"（{tail}，版本 {view.policy}）",
            ]
        )
    )


def _in_hand(ask: Ask) -> int:
    """Return the approval one is looking at, else the only one that waits for him, else his own latest request."""
    if ask.in_hand.startswith("approval:"):
        return number(ask.in_hand)
    waiting = ask.queries.approvals.pending_for(ask.actor, 2) or ask.queries.approvals.asked_by(ask.actor, 1)
    if len(waiting) != 1:
        raise Invalid("说的是哪一份？请带上审批号，例如：SP-2611-0001 为什么要财务批。")
    return waiting[0].id


def _held(test: Mapping[str, Any]) -> str:
    border = f"（{test['border']}）" if test["border"] else ""
    have = f"，这份是{test['have']}" if test["have"] else ""
    return f"{test['said']}{border}{have}"


def _explained(trace: CopyTrace) -> Iterator[str]:
    """Yield the tests of one rule that did not pass, and how to have it otherwise."""
    failed = [test for test in trace.tests if not test["passed"]]
    if not failed:
        yield f"规则“{trace.rule}”（{trace.said}）也符合，但排在前面的规则先生效了，没有轮到它。"
    for test in failed:
        border = f"（{test['border']}）" if test["border"] else ""
        have = f"这份是{test['have']}" if test["have"] else "这份没有这一项"
        yield f"规则“{trace.rule}”是{test['said']}{border}，{have}，不符合。"
    only = failed[0] if len(failed) == 1 else None
    if only is not None and only["fact"] == "amount" and only["have"]:
        yield f"要改规则，发：以后{only['have']}以上的报价抄送给我。"


def _approval_id(ask: Ask, no: str) -> int:
    return ask.queries.approvals.by_no(no, ask.actor).id


INTENTS: Mapping[str, IntentHandler] = {"explain_copy": explain_copy, "explain_route": explain_route}
