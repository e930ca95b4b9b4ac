"""Approvals: what a manager types and presses.

A decision in words names its object: by number it is carried out, a bare 同意 shows the card and
asks for one tap. After a list (``待审批``) ordinals decide: ``2和3过 1驳回 毛利太低``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cards.action import Action
from cards.approvals import row
from domain.approvals.deciding import ApproveStep, CounterApproval, RejectStep
from domain.approvals.reasons import REASONS
from domain.approvals.views import ApprovalView
from domain.errors import Invalid
from domain.messages import Command
from handlers.context import Ask, ButtonHandler, Confirm, IntentHandler, Understood
from handlers.digits import in_digits
from handlers.inquiries import number
from handlers.quote_terms import said_terms

CARD = "approvals.decide"
_BUT = re.compile(r"(?:不过|但是?|只是|就是|前提是|条件是)[\s，,：:]*")
_FOLD = re.compile(r"(?P<digits>[0-9]{1,2}(?:\.[0-9])?)折")


@dataclass(frozen=True, slots=True)
class _Decision:
    """What was said about one entry of the list shown last."""

    ordinal: int
    approves: bool
    reason: str


def approve(ask: Ask, understood: Understood) -> None:
    """``同意 SP-2611-0001``, ``同意``, ``2和3过 1驳回 毛利太低``."""
    _decide(ask, understood, approves=True)


def reject(ask: Ask, understood: Understood) -> None:
    """``驳回 SP-2611-0001 毛利太低``."""
    _decide(ask, understood, approves=False)


def list_approvals(ask: Ask, understood: Understood) -> None:
    """``待审批``."""
    del understood
    views = ask.queries.approvals.pending_for(ask.actor)
    if views:
        _list(ask, views, "等您审批的：")
    else:
        ask.say("没有等您审批的单子。")


def _decide(ask: Ask, understood: Understood, *, approves: bool) -> None:
    slots = understood.slots
    said = list(_decisions(slots, approves=approves))
    if said:
        _decide_listed(ask, said)
        return
    reason = str(slots.get("reason") or "")
    condition = str(slots.get("condition") or "") or _condition(reason)
    if approves and condition:
        _counter(ask, understood, condition)
        return
    no = slots.get("approval_no") or slots.get("quote_no")
    if no:
        view = ask.queries.approvals.by_no(str(no), ask.actor)
        if not view.my_turn:
            # It is decided, or somebody else's: the command says how things stand.
            ask.act(_command(view.id, approves=approves, reason=reason or "见上"))
        elif understood.confirm or not (approves or reason):
            _ask_for_a_tap(ask, view, approves=approves)
        else:
            ask.act(_command(view.id, approves=approves, reason=reason))
            ask.say(f"{'已同意' if approves else '已驳回'} {view.no}（{view.about_no}）。")
        return
    company = slots.get("company")
    views = [
        view for view in ask.queries.approvals.pending_for(ask.actor) if not company or view.customer == str(company)
    ]
    if not views:
        ask.say("没有等您审批的单子。")
    elif len(views) == 1:
        _ask_for_a_tap(ask, views[0], approves=approves)
    else:
        _list(ask, views, "有几份在等您，请说是哪一份，例如：2和3过 1驳回 毛利太低。")


def _decide_listed(ask: Ask, said: Sequence[_Decision]) -> None:
    """Decide what still waits; say what does not. Everything stands in one transaction."""
    listed = ask.focus.listed if ask.focus is not None and ask.focus.fresh(ask.now) else []
    if any(each.ordinal > len(listed) or each.ordinal < 1 for each in said):
        raise Invalid("序号对不上。请先发“待审批”看列表，再说序号，例如：2和3过 1驳回 毛利太低。")
    answers = []
    for each in said:
        subject = listed[each.ordinal - 1]
        if not subject.startswith("approval:"):
            raise Invalid("刚才的列表不是审批。请先发“待审批”看列表，再说序号。")
        view = ask.queries.approvals.card(number(subject), ask.actor)
        if not view.my_turn:
            answers.append(f"{each.ordinal}. {view.no} 已经处理过了")
            continue
        ask.act(_command(view.id, approves=each.approves, reason=each.reason))
        answers.append(f"{each.ordinal}. {view.no} {'已同意' if each.approves else f'已驳回：{each.reason}'}")
    ask.say("\n".join(answers))


def _counter(ask: Ask, understood: Understood, condition: str) -> None:
    """``批了 不过付款改三六一``: no yes, but the next version; the request is named or tapped first."""
    slots = understood.slots
    no = slots.get("approval_no") or slots.get("quote_no")
    if no:
        view = ask.queries.approvals.by_no(str(no), ask.actor)
        command = CounterApproval(
            approval_id=view.id,
            words=condition,
            discount_ppm=_discount(condition),
            terms=said_terms(condition, ask.policies.quoting),
        )
        ask.act(command)
        ask.say(f"{view.no} 已附条件退回：{condition}。{view.requester}按此改成新版本后会再提交给您。")
        return
    listed = ask.focus.listed if ask.focus is not None and ask.focus.fresh(ask.now) else []
    place = int(slots.get("place") or 0)
    waiting = ask.queries.approvals.pending_for(ask.actor)
    if 0 < place <= len(listed):
        waiting = [view for view in waiting if view.subject == listed[place - 1]]
    if not waiting:
        ask.say("没有等您审批的单子。")
    elif len(waiting) > 1:
        _list(ask, waiting, f"有几份在等您，请说是哪一份，例如：1 批了，但{condition}。")
    else:
        view = waiting[0]
        said = f"{view.no}（{view.about_no}，{view.customer}，{view.requester}）同意，但{condition}：退回改成新版本再批"
        raise Confirm({"approval_no": view.no, "condition": condition}, (said,))


def _condition(reason: str) -> str:
    """Return the condition when what was said behind a yes is one: 但付款改三六一."""
    match = _BUT.match(reason)
    return reason[match.end() :].strip() if match is not None else ""


def _discount(condition: str) -> int | None:
    """Return the discount a condition names, in ppm: 九二折 and 9.2折 are 920,000."""
    match = _FOLD.search(in_digits(condition))
    if match is None:
        return None
    digits = match["digits"]
    return round(float(digits) * (100_000 if "." in digits or len(digits) == 1 else 10_000))


def _decisions(slots: Mapping[str, Any], *, approves: bool) -> Iterator[_Decision]:
    """Read the slot ``decisions`` (``[{"decision": "reject", "ordinals": [1], "reason": "…"}]``) or ``ordinals``."""
    groups = slots.get("decisions") or [
        {
            "decision": "approve" if approves else "reject",
            "ordinals": slots.get("ordinals") or (),
            "reason": slots.get("reason"),
        }
    ]
    for group in groups:
        for ordinal in group["ordinals"]:
            yield _Decision(int(ordinal), group["decision"] == "approve", str(group.get("reason") or ""))


def _command(approval_id: int, *, approves: bool, reason: str, version: int = 0) -> Command:
    if approves:
        return ApproveStep(approval_id=approval_id, version=version, comment=reason)
    return RejectStep(approval_id=approval_id, version=version, reason=reason)


def _ask_for_a_tap(ask: Ask, view: ApprovalView, *, approves: bool) -> None:
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=view.subject)
    typed = f"同意 {view.no}" if approves else f"驳回 {view.no} 毛利太低"
    ask.say(f"请确认：{row(view)}。点卡片上的按钮，或发“{typed}”。")
    ask.show(CARD, view.subject)


def _list(ask: Ask, views: Sequence[ApprovalView], title: str) -> None:
    if ask.focus is not None:
        ask.focus.show(ask.now, [view.subject for view in views])
    ask.say("\n".join([title, *(f"{index}. {row(view)}" for index, view in enumerate(views, 1))]))


def _press_approve(ask: Ask, action: Action) -> None:
    ask.act(_command(number(action.subject), approves=True, reason="", version=action.version))


def _press_reject(ask: Ask, action: Action) -> None:
    """其他 has no words of its own: the refusal says how to type them."""
    assert ask.envelope.click is not None
    chosen = ask.envelope.click.selections.get("reason", ())
    reason = REASONS.get(chosen[0], "") if chosen and chosen[0] != "other" else ""
    ask.act(_command(number(action.subject), approves=False, reason=reason, version=action.version))


INTENTS: Mapping[str, IntentHandler] = {"approve": approve, "reject": reject, "list_approvals": list_approvals}
BUTTONS: Mapping[str, ButtonHandler] = {"approve_step": _press_approve, "reject_step": _press_reject}
