"""What dispatchers and service type and press: giving a job to somebody, calling it off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.errors import Invalid, NotAllowed, Stale
from domain.service.dispatch import AssignJob
from domain.service.sign import CancelJob
from domain.service.states import NEXT, JobState
from domain.service.tell import KEEPERS
from handlers.context import Confirm, Understood
from handlers.dialogue import carry_out
from handlers.jobs_meant import job_id, list_jobs, look_at, numbered, which

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cards.action import Action
    from handlers.context import Ask, ButtonHandler, IntentHandler

_NOBODY_WAITS = "现在没有待派的工单。"
_ANYBODY = ("随便", "自动", "你定", "你看着", "谁都行", "系统派")
"""Who leaves the choice to the machine."""


def dispatch(ask: Ask, understood: Understood) -> None:
    """``这单派给老何``; without a name the card offers who fits, ``自动派`` takes the best of them."""
    _only_keepers(ask)
    name = str(understood.slots.get("staff") or "")
    engineer = _called(ask, name) if name else None
    if name and engineer is None:
        raise Invalid(f"没有找到工程师“{name}”，请写工程师的名字，例如“派给老何”。")
    jobs = ask.queries.service.without_engineer()
    company = str(understood.slots.get("company") or "")
    if company:
        jobs = [each for each in ask.queries.service.open_of(company) if each.state is not JobState.SIGNING]
    if engineer is not None:
        visits = ask.queries.service.engineer_called(name) is not None
        jobs = [each for each in jobs if each.is_desk is not visits] or jobs
    looked_at = ask.focus.subject if ask.focus is not None and ask.focus.fresh(ask.now) else ""
    job = which(ask, understood, [each for each in jobs if f"workorder:{each.id}" == looked_at] or jobs, _NOBODY_WAITS)
    if job is None:
        return
    if engineer is None:
        picks = ask.queries.service.unassigned(job.id, ask.actor).picks
        if not picks or not any(word in ask.envelope.text for word in _ANYBODY):
            look_at(ask, job.id)
            ask.say(f"工单 {job.no} 派给谁？点卡片上的人，或发“派给老何”；让我挑请发“自动派”。")
            ask.show("service.unassigned", f"workorder:{job.id}")
            return
        engineer = picks[0].person_id
    called = ask.act(AssignJob(work_order_id=job.id, engineer_id=engineer))
    look_at(ask, job.id)
    ask.say(f"工单 {job.no} 已派给{called}，等他答复。")


def list_unassigned(ask: Ask, understood: Understood) -> None:
    """``待派工``: the jobs nobody has taken; one of them, or the one chosen, as a card."""
    _only_keepers(ask)
    jobs = ask.queries.service.without_engineer()
    chosen = [job for job in jobs if f"workorder:{job.id}" == understood.slots.get("subject")] or jobs
    if len(chosen) == 1:
        look_at(ask, chosen[0].id)
        ask.show("service.unassigned", f"workorder:{chosen[0].id}")
        return
    if not chosen:
        ask.say("没有待派的工单。")
        return
    list_jobs(ask, chosen, {"intent": understood.intent})
    ask.say(f"待派工 {len(chosen)} 单，回复序号看卡片：\n{numbered(chosen)}")


def dispatch_board(ask: Ask, understood: Understood) -> None:
    """``派单看板``: every open job, the most pressing first."""
    del understood
    _only_keepers(ask)
    strategic = list(ask.policies.service.strategic)
    ask.show("service.board", "board:0", at=ask.now.isoformat(), strategic=strategic)


def cancel_job(ask: Ask, understood: Understood) -> None:
    """``取消 WO-2611-0001 客户自己修好了``: named on a card and confirmed there, then the engineer hears of it."""
    _only_keepers(ask)
    jobs = [job for job in ask.queries.service.open_jobs() if JobState.CANCELLED in NEXT[job.state]]
    looked_at = ask.focus.subject if ask.focus is not None and ask.focus.fresh(ask.now) else ""
    job = which(
        ask,
        understood,
        [each for each in jobs if f"workorder:{each.id}" == looked_at] or jobs,
        "现在没有可以取消的工单。",
    )
    if job is None:
        return
    if JobState.CANCELLED not in NEXT[job.state]:
        raise Stale(f"工单 {job.no} 现在是“{job.state.label}”，不能取消。", subject=f"workorder:{job.id}")
    reason = str(understood.slots.get("reason") or "")
    if not understood.tapped:
        told = "，会通知工程师不用去了" if job.state is not JobState.REPORTED else ""
        notes = (f"{job.customer} {job.model}，现在是“{job.state.label}”{told}",)
        raise Confirm({"ticket_no": job.no, **({"reason": reason} if reason else {})}, notes)
    no = ask.act(CancelJob(work_order_id=job.id, reason=reason))
    look_at(ask, job.id)
    ask.say(f"工单 {no} 已取消。")


def press_assign(ask: Ask, action: Action) -> None:
    """派给何平."""
    engineer = int(action.args["to"])
    name = ask.act(AssignJob(work_order_id=job_id(action), engineer_id=engineer, version=action.version))
    look_at(ask, job_id(action))
    ask.say(f"已派给{name}，等他答复。")


def press_cancel(ask: Ask, action: Action) -> None:
    """取消工单: asks for the same yes as the sentence does."""
    no = ask.queries.service.job(job_id(action), ask.actor).no
    typed = replace(ask, envelope=replace(ask.envelope, text=f"取消 {no}"))
    carry_out(typed, Understood(intent="cancel_job", slots={"ticket_no": no}))


def _called(ask: Ask, name: str) -> int | None:
    """Return whom a job may be given to; complaints go to the desk as well."""
    return ask.queries.service.engineer_called(name) or ask.queries.service.keeper_called(name)


def _only_keepers(ask: Ask) -> None:
    if not ask.actor.has(*KEEPERS, Role.MANAGEMENT, Role.ADMIN):
        raise NotAllowed("派单、改派和取消由调度来做，请把单号发给调度。")


INTENTS: Mapping[str, IntentHandler] = {
    "dispatch": dispatch,
    "list_unassigned": list_unassigned,
    "dispatch_board": dispatch_board,
    "cancel_job": cancel_job,
}
BUTTONS: Mapping[str, ButtonHandler] = {"assign_job": press_assign, "cancel_job": press_cancel}
