"""Asking somebody else, urging, saying how bad the wait is, and who decides while one is away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from cards.action import Action
from cards.approvals import asked_row, row
from domain.approvals.conferring import AddApprover, HandStepOn, SayImpact, UrgeApproval
from domain.approvals.delegating import DelegateApprovals, EndDelegations, said_scope
from domain.approvals.routing import read_impact
from domain.approvals.views import ApprovalView
from domain.errors import Invalid, NotFound
from domain.money import said_money
from domain.policy_approvals import KINDS, SOLUTION
from domain.quotes.submitting import WithdrawQuote
from domain.solutions.submitting import WithdrawSolution
from handlers import dialogue
from handlers.approval_titles import named
from handlers.context import Ask, ButtonHandler, Confirm, IntentHandler, Missing, Understood
from handlers.digits import in_digits
from handlers.inquiries import number
from handlers.language.numbers import read_number

CARD = "approvals.decide"
_ANSWERS = 4
_LIMIT = re.compile(r"(?:超过?|大于|高于|以上)[^，,]{0,12}?(?:还是|仍|都)?(?:给|发|找|由|归)?我")
_SPAN = re.compile(r"(?:起|开始)[^，,]{0,8}?(?P<count>[0-9]+|[一二两三四五六七八九十])个?(?P<unit>天|周|星期|礼拜|月)")
_AWAY = re.compile("不在|出差|休假|请假|外出|度假")
_HOW_TO_DELEGATE = "例如：我下周二到周五出差，报价让周敏代批，超50万的还是发我。"


def hand_on(ask: Ask, understood: Understood) -> None:
    """``转给老罗批``, ``SP-2611-0001 转给罗成批 他更熟``; ``我不在的时候让罗成批`` is a deputy for some days."""
    if _AWAY.search(ask.envelope.text) and not understood.tapped:
        delegate(ask, understood)
        return
    view = _one(ask, understood, "转给谁批")
    to = str(understood.slots.get("staff") or "")
    if not to:
        raise Missing("staff", f"{view.no} 转给谁审批？", _colleagues(ask, view))
    to = named(ask, to)
    _check_sure(ask, understood, view, to, f"把 {view.no}（{view.about_no}，{view.customer}）转给{to}审批")
    name = ask.act(HandStepOn(approval_id=view.id, to=to, reason=_reason(understood)))
    ask.say(f"{view.no} 已转给{name}审批。")


def add(ask: Ask, understood: Understood) -> None:
    """``加签老孙``, ``让老孙也签一下``."""
    view = _one(ask, understood, "加签谁")
    to = str(understood.slots.get("staff") or "")
    if not to:
        raise Missing("staff", f"{view.no} 请谁加签？", _colleagues(ask, view))
    to = named(ask, to)
    _check_sure(ask, understood, view, to, f"{view.no}（{view.about_no}，{view.customer}）请{to}加签，在您之后")
    name = ask.act(AddApprover(approval_id=view.id, to=to, reason=_reason(understood)))
    ask.say(f"{view.no} 已请{name}加签，您同意后轮到他。")
    ask.show(CARD, view.subject)


def urge(ask: Ask, understood: Understood) -> None:
    """``催一下审批``: the only request of one's own that waits, or the one that is named."""
    view = _own(ask, understood, "催哪一份审批？")
    names = ask.act(UrgeApproval(approval_id=view.id))
    ask.say(f"已催{'、'.join(names)}（{view.no}）。" if names else f"{view.no} 现在没有人在等，请稍后再看。")


def say_impact(ask: Ask, understood: Understood) -> None:
    """``涉及停产``, ``SP-2611-0001 影响交付``."""
    impact = read_impact(str(understood.slots["impact"]))
    view = _own(ask, understood, f"哪一份{impact.label}？")
    ask.act(SayImpact(approval_id=view.id, impact=impact))
    ask.say(f"{view.no} 已标为“{impact.label}”，审批人已收到提醒。")


def withdraw(ask: Ask, understood: Understood) -> None:
    """``撤回审批``: one's own request that waits."""
    view = _own(ask, understood, "撤回哪一份审批？")
    _withdraw(ask, view)
    ask.say(f"{view.no}（{view.about_no}）已撤回，改好后可以再提交。")


def my_approvals(ask: Ask, understood: Understood) -> None:
    """``我的审批``: what one asked and where it is."""
    del understood
    views = ask.queries.approvals.asked_by(ask.actor)
    if not views:
        ask.say("您提交的审批都办完了，没有在等的。")
        return
    if ask.focus is not None:
        ask.focus.show(ask.now, [view.subject for view in views])
    lines = (f"{index}. {asked_row(view)}" for index, view in enumerate(views, 1))
    ask.say("\n".join(["您提交、还在审批的：", *lines, "要催的话发“催 审批号”。"]))


def delegate(ask: Ask, understood: Understood) -> None:
    """``我下周二到周五出差 报价让老周代批 超50万的还是发我``."""
    slots, text = understood.slots, ask.envelope.text
    to, period = str(slots.get("staff") or ""), str(slots.get("period") or "")
    if not to:
        raise Invalid(f"请谁代批？请写上名字，{_HOW_TO_DELEGATE}")
    if not period:
        raise Invalid(f"从哪天到哪天？请写上日子，{_HOW_TO_DELEGATE}")
    first, _, last = period.partition("/")
    zone = ask.calendar.zone
    begins = datetime.combine(date.fromisoformat(first), time(), zone).astimezone(UTC)
    until = _until(date.fromisoformat(first), date.fromisoformat(last or first), in_digits(text))
    ends = datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC)
    limit = slots.get("amount_max_cny")
    if limit is None and _LIMIT.search(text):
        raise Invalid(f"超过多少的还是发您？请写清楚金额，{_HOW_TO_DELEGATE}")
    said = ask.act(
        DelegateApprovals(
            to=to,
            begins=begins,
            ends=ends,
            kinds=tuple(kind for kind, word in KINDS.items() if word in text),
            max_fen=None if limit is None else round(float(limit) * 100),
        )
    )
    ask.say(f"记下了，{said}。开始和结束时都会提醒您；提前回来发“取消代批”。")


def _until(first: date, last: date, text: str) -> date:
    """Return the last day; 明天起休一周 says it by its length."""
    span = _SPAN.search(text)
    if span is None or last != first:
        return last
    count = 1 if span["count"] in ("一", "个") else int(read_number(span["count"]) or 1)
    days = count * (7 if span["unit"] in ("周", "星期", "礼拜") else 30 if span["unit"] == "月" else 1)
    return first + timedelta(days=days - 1)


def end_delegation(ask: Ask, understood: Understood) -> None:
    """``取消代批``, ``我回来了 我自己批``."""
    del understood
    ask.act(EndDelegations())


def my_delegations(ask: Ask, understood: Understood) -> None:
    """``谁在代我批``, ``我在代谁批``: what was agreed and is not over."""
    del understood
    found = ask.queries.approvals.delegations(ask.actor, ask.now)
    if not found:
        ask.say(f"现在没有人代您审批，您也没有代别人。要请人代批，{_HOW_TO_DELEGATE}")
        return
    mine = any(made.person_id == ask.actor.person_id for made in found)
    lines = [
        f"{ask.queries.people.name(made.to_id)}代{ask.queries.people.name(made.person_id)}审批："
        f"{said_scope(made, ask.calendar, ask.now)}"
        for made in found
    ]
    ask.say("\n".join([*lines, *(["提前回来发“取消代批”。"] if mine else [])]))


def _one(ask: Ask, understood: Understood, what: str) -> ApprovalView:
    """Return the request that is meant, which waits for the sender; of several none is guessed."""
    no = understood.slots.get("approval_no") or understood.slots.get("quote_no")
    if no:
        return ask.queries.approvals.by_no(str(no), ask.actor)
    views = ask.queries.approvals.pending_for(ask.actor)
    if not views:
        raise NotFound("没有等您审批的单子。")
    if len(views) > 1:
        if ask.focus is not None:
            ask.focus.show(ask.now, [view.subject for view in views])
        lines = "\n".join(f"{index}. {row(view)}" for index, view in enumerate(views, 1))
        raise Invalid(f"有几份在等您，请带上审批号说{what}，例如：{views[0].no} 转给周敏批。\n{lines}")
    return views[0]


def _own(ask: Ask, understood: Understood, question: str) -> ApprovalView:
    """Return the sender's own request that is meant; of several it is asked for once."""
    no = understood.slots.get("approval_no") or understood.slots.get("quote_no")
    if no:
        return ask.queries.approvals.by_no(str(no).split()[0], ask.actor)
    whom = understood.slots.get("staff")
    views = [view for view in ask.queries.approvals.asked_by(ask.actor) if not whom or whom in view.waiting_for]
    if not views:
        raise NotFound("您没有在等审批的单子。")
    if len(views) > 1:
        offered = tuple(f"{view.no} {said_money(view.amount_fen)}" for view in views[:_ANSWERS])
        raise Missing("approval_no", question, offered)
    return views[0]


def _check_sure(ask: Ask, understood: Understood, view: ApprovalView, to: str, said: str) -> None:
    """Ask for one tap unless the request was named: it becomes somebody else's business."""
    named = understood.slots.get("approval_no") or understood.slots.get("quote_no")
    if not (named or understood.tapped):
        del ask
        raise Confirm({"approval_no": view.no, "staff": to, "reason": _reason(understood)}, (said,))


def _colleagues(ask: Ask, view: ApprovalView) -> tuple[str, ...]:
    return tuple(name for _, name in ask.queries.approvals.page(view.id, ask.actor).colleagues[:_ANSWERS])


def _reason(understood: Understood) -> str:
    return str(understood.slots.get("reason") or "")


def _press_hand_on(ask: Ask, action: Action) -> None:
    chosen = _chosen(ask)
    if chosen:
        command = HandStepOn(approval_id=number(action.subject), version=action.version, to_id=chosen)
        ask.say(f"已转给{ask.act(command)}审批。")
    else:
        _ask_whom(ask, action, "transfer_approval")


def _press_add(ask: Ask, action: Action) -> None:
    chosen = _chosen(ask)
    if chosen:
        command = AddApprover(approval_id=number(action.subject), version=action.version, to_id=chosen)
        ask.say(f"已请{ask.act(command)}加签，您同意后轮到他。")
    else:
        _ask_whom(ask, action, "add_approver")


def _ask_whom(ask: Ask, action: Action, intent: str) -> None:
    view = ask.queries.approvals.card(number(action.subject), ask.actor)
    dialogue.carry_out(ask, Understood(intent=intent, slots={"approval_no": view.no}))


def _chosen(ask: Ask) -> int:
    """Return the colleague chosen on the page, 0 for none."""
    assert ask.envelope.click is not None
    chosen = ask.envelope.click.selections.get("colleague", ())
    return int(chosen[0]) if chosen and chosen[0].isdigit() else 0


def _press_urge(ask: Ask, action: Action) -> None:
    names = ask.act(UrgeApproval(approval_id=number(action.subject)))
    ask.say(f"已催{'、'.join(names)}。")


def _press_withdraw(ask: Ask, action: Action) -> None:
    _withdraw(ask, ask.queries.approvals.card(number(action.subject), ask.actor))


def _withdraw(ask: Ask, view: ApprovalView) -> None:
    kind, _, id_ = view.about.partition(":")
    command = WithdrawSolution(solution_id=int(id_)) if kind == SOLUTION else WithdrawQuote(quote_id=int(id_))
    ask.act(command)


INTENTS: Mapping[str, IntentHandler] = {
    "transfer_approval": hand_on,
    "add_approver": add,
    "urge_approval": urge,
    "say_impact": say_impact,
    "my_approvals": my_approvals,
    "withdraw_approval": withdraw,
    "delegate_approvals": delegate,
    "end_delegation": end_delegation,
    "my_delegations": my_delegations,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "hand_step_on": _press_hand_on,
    "add_approver": _press_add,
    "urge_approval": _press_urge,
    "withdraw_approval": _press_withdraw,
}
