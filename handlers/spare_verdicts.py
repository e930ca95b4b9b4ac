"""Yes or no to a request for parts: pressed, or read by ``handlers.spare_words``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import Stale
from domain.money import said_money
from domain.spares.agreeing import ApproveRequest, RefuseRequest, WithholdPart
from domain.spares.part_request import RequestState
from handlers.context import Missing, Understood
from handlers.dialogue import carry_out
from handlers.jobs_meant import job_id
from handlers.spares import CARD, listed, look_at_request, numbered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cards.action import Action
    from domain.spares.views import RequestView
    from handlers.context import Ask, ButtonHandler, IntentHandler

_REASONS = ("主库没有，请另想办法", "留给更急的单", "请用替代件")


def approve_part(ask: Ask, understood: Understood) -> None:
    """``同意 丝杠`` is done; a bare ``批了`` names the only one that waits, to be tapped."""
    request = _decided(ask, understood)
    if request is None:
        return
    if not understood.slots.get("named"):
        look_at_request(ask, request)
        ask.say(f"请确认：{_row(request)}。点卡片上的“同意”，或发“同意 {request.name}”。")
        ask.show(CARD, f"partrequest:{request.id}")
        return
    ask.act(ApproveRequest(request_id=request.id))
    ask.say(f"已同意 {request.said}（{request.engineer}，工单 {request.job_no}），{request.engineer}和仓库都收到了。")


def refuse_part(ask: Ask, understood: Understood) -> None:
    """``不批 太贵了`` by whoever approves, ``不发 留给无锡那台`` by the store; the engineer is told why."""
    request = _decided(ask, understood)
    if request is None:
        return
    if understood.slots["store"] and request.state is RequestState.ASKED:
        raise Stale(f"{request.said}还在等审批，还没到仓库。", subject=f"partrequest:{request.id}")
    reason = str(understood.slots.get("reason") or "")
    if not reason:
        raise Missing("reason", f"{request.said} 为什么不给？{request.engineer}会看到。", _REASONS)
    look_at_request(ask, request)
    if understood.slots["store"]:
        ask.act(WithholdPart(request_id=request.id, reason=reason))
    else:
        ask.act(RefuseRequest(request_id=request.id, reason=reason))
    ask.say(f"{_row(request)}：记为不给，原因“{reason}”。{request.engineer}收到了。")


def press_approve(ask: Ask, action: Action) -> None:
    """同意."""
    ask.act(ApproveRequest(request_id=job_id(action), version=action.version))


def press_refuse(ask: Ask, action: Action) -> None:
    """不同意."""
    ask.act(RefuseRequest(request_id=job_id(action)))


def press_withhold(ask: Ask, action: Action) -> None:
    """不发: why is asked for, the engineer has to find another way."""
    slots = {"subjects": [action.subject], "named": True, "store": True, "reason": ""}
    carry_out(replace(ask, envelope=replace(ask.envelope, text="不发")), Understood(intent="refuse_part", slots=slots))


def _decided(ask: Ask, understood: Understood) -> RequestView | None:
    """Return the request a yes or no is about; None when that had to be asked."""
    subjects = [str(understood.slots["subject"])] if "subject" in understood.slots else understood.slots["subjects"]
    found = [ask.queries.spares.request(int(each.partition(":")[2]), ask.actor) for each in subjects]
    if len(found) > 1:
        slots = {**understood.slots, "named": True}
        listed(ask, found, {"intent": understood.intent, "slots": slots})
        ask.say(f"您说的是哪一条？回复序号：\n{numbered(found)}")
        return None
    return found[0]


def _row(request: RequestView) -> str:
    cost = f"，{said_money(request.amount_fen)}" if request.amount_fen else ""
    return f"{request.engineer}要 {request.said}（工单 {request.job_no}，{request.machine}{cost}）"


INTENTS: Mapping[str, IntentHandler] = {"approve_part": approve_part, "refuse_part": refuse_part}
BUTTONS: Mapping[str, ButtonHandler] = {
    "approve_request": press_approve,
    "refuse_request": press_refuse,
    "withhold_part": press_withhold,
}
