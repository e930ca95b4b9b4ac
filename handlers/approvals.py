"""Approvals: what a manager types and presses.

A decision in words names its object: by number it is carried out, a bare 同意 shows the card and
asks for one tap. After a list (``待审批``) ordinals decide: ``2和3过 1驳回 毛利太低``, and so does ``都同意``;
without one that is put to a card which names them all. A yes with a condition is a counter-offer, never a yes.
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
from domain.clock import said_clock
from domain.errors import NotFound
from domain.messages import Command
from domain.quotes.whole import settle
from handlers.context import Ask, ButtonHandler, Confirm, IntentHandler, Understood
from handlers.digits import in_digits
from handlers.inquiries import number
from handlers.language.normalize import normalize
from handlers.quote_terms import said_terms
from handlers.quote_totals import find_total
from handlers.spares import numbered
from handlers.verdicts import condition_in, listed_approvals

CARD = "approvals.decide"
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
    parts = ask.queries.spares.to_approve(ask.actor)
    if parts:
        ask.say(f"等您同意的备件（发“同意 {parts[0].name}”，或“不批”加原因）：\n{numbered(parts)}")
    if views:
        _list(ask, views, "等您审批的：")
    elif not parts:
        ask.say("没有等您审批的单子。")


def leave_waiting(ask: Ask, understood: Understood) -> None:
    """``先放着``: nothing is decided, and what waits is named."""
    del understood
    _list(ask, ask.queries.approvals.pending_for(ask.actor), "好的，都没有动，到时会再提醒您。还在等您的：")


def _decide(ask: Ask, understood: Understood, *, approves: bool) -> None:
    slots = understood.slots
    said = list(_decisions(slots, approves=approves))
    if said and _is_asked(ask) and not any(each.reason for each in said):
        list_approvals(ask, understood)
        return
    if said:
        _decide_listed(ask, said)
        return
    reason = str(slots.get("reason") or "")
    if slots.get("everything"):
        _decide_everything(ask, understood, approves=approves, reason=reason)
        return
    condition = str(slots.get("condition") or "") or condition_in(reason)
    if approves and condition:
        _counter(ask, understood, condition)
        return
    no = slots.get("approval_no") or slots.get("quote_no")
    if no:
        view = ask.queries.approvals.by_no(str(no), ask.actor)
        if not view.my_turn:
            # It is decided, or somebody else's: the command says how things stand.
            ask.act(_command(view.id, approves=approves, reason=reason or "见上"))
        elif understood.confirm or (_is_asked(ask) and not reason) or not (approves or reason):
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


def _is_asked(ask: Ask) -> bool:
    """Tell a question (``2批了？``) from a decision; a reason may well end in one (``1驳回 怎么这么低？``)."""
    return ask.envelope.text.rstrip().endswith(("?", "？"))


def _decide_listed(ask: Ask, said: Sequence[_Decision]) -> None:
    """Decide what still waits; say what does not. Everything stands in one transaction."""
    listed = listed_approvals(ask)
    if any(each.ordinal > len(listed) or each.ordinal < 1 for each in said):
        waiting = ask.queries.approvals.pending_for(ask.actor)
        if not waiting:
            raise NotFound("没有等您审批的单子。")
        _list(ask, waiting, "序号要对着列表说，还没有决定任何一份。等您审批的：")
        return
    answers = [_decide_one(ask, each, listed[each.ordinal - 1]) for each in said]
    later = [view for view in ask.queries.approvals.pending_for(ask.actor) if view.subject not in listed]
    if later:
        answers.append(f"另有 {len(later)} 份是列表之后来的，没有动，发“待审批”看。")
    ask.say("\n".join(answers))


def _decide_one(ask: Ask, said: _Decision, subject: str) -> str:
    view = ask.queries.approvals.card(number(subject), ask.actor)
    if not view.my_turn:
        return f"{said.ordinal}. {view.no} 已经处理过了"
    condition = condition_in(said.reason) if said.approves else ""
    if condition:
        ask.act(_counter_command(ask, view, condition))
        return f"{said.ordinal}. {view.no} 已附条件退回：{condition}"
    ask.act(_command(view.id, approves=said.approves, reason=said.reason))
    return f"{said.ordinal}. {view.no} {'已同意' if said.approves else f'已驳回：{said.reason}'}"


def _decide_everything(ask: Ask, understood: Understood, *, approves: bool, reason: str) -> None:
    """``都同意`` without a list: a card names them all first; what came since is not decided."""
    named = understood.slots.get("numbers") or ()
    waiting = ask.queries.approvals.pending_for(ask.actor)
    if not approves and not reason:
        _list(ask, waiting, "驳回要写明原因，例如：都驳回 毛利太低。等您审批的：")
    elif named and understood.tapped:
        views = [ask.queries.approvals.by_no(no, ask.actor) for no in named]
        said = (_Decision(place, approves, reason) for place in range(1, len(views) + 1))
        ask.say("\n".join(_decide_one(ask, each, view.subject) for each, view in zip(said, views, strict=True)))
    elif len(waiting) == 1 and not condition_in(reason):
        _ask_for_a_tap(ask, waiting[0], approves=approves)
    else:
        how = f"同意，但{condition_in(reason)}" if condition_in(reason) else "同意" if approves else f"驳回：{reason}"
        slots = {"everything": True, "numbers": [view.no for view in waiting], "reason": reason}
        raise Confirm(slots, tuple(f"{how}：{row(view)}" for view in waiting))


def _counter(ask: Ask, understood: Understood, condition: str) -> None:
    """``批了 不过付款改三六一``: no yes, but the next version; the request is named or tapped first."""
    slots = understood.slots
    no = slots.get("approval_no") or slots.get("quote_no")
    if no:
        view = ask.queries.approvals.by_no(str(no), ask.actor)
        ask.act(_counter_command(ask, view, condition))
        ask.say(f"{view.no} 已附条件退回：{condition}。{view.requester}按此改成新版本后会再提交给您。")
        return
    waiting = ask.queries.approvals.pending_for(ask.actor)
    if not waiting:
        ask.say("没有等您审批的单子。")
    elif len(waiting) > 1:
        _list(ask, waiting, f"有几份在等您，请说是哪一份，例如：1 批了，但{condition}。")
    else:
        view = waiting[0]
        said = f"{view.no}（{view.about_no}，{view.customer}，{view.requester}）同意，但{condition}：退回改成新版本再批"
        raise Confirm({"approval_no": view.no, "condition": condition}, (said,))


def _counter_command(ask: Ask, view: ApprovalView, condition: str) -> Command:
    return CounterApproval(
        approval_id=view.id,
        words=condition,
        discount_ppm=_discount(condition),
        total_fen=None if view.title else _total(condition, view.amount_fen),
        terms=said_terms(condition, ask.policies.quoting),
    )


def _discount(condition: str) -> int | None:
    """Return the discount a condition names, in ppm: 九二折 and 9.2折 are 920,000."""
    match = _FOLD.search(in_digits(condition))
    if match is None:
        return None
    digits = match["digits"]
    return round(float(digits) * (100_000 if "." in digits or len(digits) == 1 else 10_000))


def _total(condition: str, amount_fen: int) -> int | None:
    """Return what the whole is to cost, in fen: 总价做到44万, 再便宜五百."""
    said = find_total(normalize(condition).text, amount_fen)
    if said is None or said.total.fen is not None:
        return None if said is None else said.total.fen
    return settle(said.total, amount_fen, amount_fen)


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
    ask.say("\n".join([title, *(f"{index}. {_waits(ask, view)}" for index, view in enumerate(views, 1))]))


def _waits(ask: Ask, view: ApprovalView) -> str:
    return f"{row(view)}，{said_clock(view.waiting_since, ask.calendar.zone, now=ask.now)} 起等"


def _press_approve(ask: Ask, action: Action) -> None:
    ask.act(_command(number(action.subject), approves=True, reason="", version=action.version))


def _press_reject(ask: Ask, action: Action) -> None:
    """其他 has no words of its own: the refusal says how to type them."""
    assert ask.envelope.click is not None
    chosen = ask.envelope.click.selections.get("reason", ())
    reason = REASONS.get(chosen[0], "") if chosen and chosen[0] != "other" else ""
    ask.act(_command(number(action.subject), approves=False, reason=reason, version=action.version))


INTENTS: Mapping[str, IntentHandler] = {
    "approve": approve,
    "reject": reject,
    "list_approvals": list_approvals,
    "leave_waiting": leave_waiting,
}
BUTTONS: Mapping[str, ButtonHandler] = {"approve_step": _press_approve, "reject_step": _press_reject}
