"""Follow-ups: what people type and press about what happened with a customer, and whom they have forgotten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from cards import activities as cards
from cards.action import Action
from cards.glance import Glance
from domain.activities.activity import ActivityKind
from domain.activities.logging import LogActivity
from domain.activities.plans import ConfirmCalls, PlanCalls, UndoCalls
from domain.activities.revising import ReviseActivity, SettleBid, UndoActivity
from domain.actor import Role
from domain.clock import WorkCalendar
from domain.errors import Invalid, NotAllowed
from domain.money import round_fen
from handlers.activity_words import (
    corrected_kind,
    corrected_outcome,
    kind_of,
    next_step_of,
    outcome_of,
    place_of,
    promises_in,
)
from handlers.context import Ask, ButtonHandler, IntentHandler, Route, Understood
from handlers.inquiries import look_at, number
from handlers.language.meaning import Draft
from handlers.moments import moment_of

CARD = "activities.logged"
PLAN = "activities.plan"
HOW_TO_REVISE = "直接发要改的内容，例如：不对，是恒力机械；不对，是昨天去的；改成电话。"


_PER_DAY = re.compile(r"每天(?:最多)?(\d{1,2})[个家]")
_DAYS = re.compile(r"(\d{1,3})天")


def log_follow_up(ask: Ask, understood: Understood) -> None:
    """``今天下午拜访了华鑫门窗的王总，聊了断桥铝108，明天给他报价``: kept at once; the card takes it back."""
    slots, text = understood.slots, ask.envelope.text
    company, contact = str(slots.get("company") or ""), str(slots.get("contact") or "")
    kind = kind_of(text)
    moment = moment_of(slots.get("due"), slots.get("due_window"), ask.calendar, ask.now)
    promises = promises_in(text, company or contact, ask.now, ask.calendar)
    at, whole_day = _when(slots, ask.calendar, ask.now)
    step = next_step_of(text, moment.due, ask.now, ask.calendar) if moment is not None else ""
    next_at, next_whole = (None, False) if moment is None else (moment.due, moment.whole_day)
    if promises:
        step, next_at, next_whole = promises[0].title, promises[0].due, promises[0].due_whole_day
    activity_id = ask.act(
        LogActivity(
            text=text,
            kind=kind,
            outcome=outcome_of(text),
            at=at,
            at_whole_day=whole_day,
            company=company,
            contact=contact,
            phone=str(slots.get("phone") or ""),
            people=ask.queries.people.named_in(text, ask.actor.person_id),
            place=place_of(text),
            next_step=step,
            next_at=next_at,
            next_whole_day=next_whole,
            deposit_fen=_deposit(slots) if kind is ActivityKind.BID else None,
            promises=promises,
        )
    )
    look_at(ask, f"activity:{activity_id}")
    ask.show(CARD, f"activity:{activity_id}")


def revise(ask: Ask, activity_id: int, understood: Understood) -> None:
    """``不对 是恒力机械``, ``不对 是昨天去的``, ``改成电话``: change what is named; the cards show the rest."""
    slots, text = understood.slots, ask.envelope.text
    at, whole_day = _when(slots, ask.calendar, ask.now) if slots.get("at") else (None, False)
    moment = moment_of(slots.get("due"), slots.get("due_window"), ask.calendar, ask.now)
    ask.act(
        ReviseActivity(
            activity_id=activity_id,
            company=str(slots.get("company") or ""),
            contact=str(slots.get("contact") or ""),
            kind=corrected_kind(text),
            outcome=corrected_outcome(text),
            at=at,
            at_whole_day=whole_day,
            next_at=None if moment is None else moment.due,
            next_whole_day=moment is not None and moment.whole_day,
        )
    )
    look_at(ask, f"activity:{activity_id}")
    ask.say("已改好，卡片已更新。")


def take_back(ask: Ask, activity_id: int) -> str:
    """``撤销``: with everything that followed from it; return what to say."""
    ask.act(UndoActivity(activity_id=activity_id))
    return "已撤销，带出的待办也取消了。"


def take_back_calls(ask: Ask, plan_id: int) -> str:
    """``撤销`` about a plan of calls; return what to say."""
    ask.act(UndoCalls(plan_id=plan_id))
    return "已撤销，没打的电话都取消了。"


def move_activity(ask: Ask, understood: Understood) -> None:
    """``记串了 挪到华鑫门窗``."""
    ask.act(ReviseActivity(activity_id=_last(ask), company=str(understood.slots["company"]).strip(" 。了吧")))
    ask.say("已挪过去，卡片已更新。")


def name_activity(ask: Ask, understood: Understood) -> None:
    """``恒力``: the answer to which customer it was."""
    activity_id = _last(ask)
    ask.act(ReviseActivity(activity_id=activity_id, company=str(understood.slots["company"])))
    look_at(ask, f"activity:{activity_id}")


def create_for_activity(ask: Ask, understood: Understood) -> None:
    """``新建客户``: the company that was said becomes a customer."""
    del understood
    _create(ask, _last(ask))


def silence_list(ask: Ask, understood: Understood) -> None:
    """``多久没联系的客户``, ``60天没联系的客户``."""
    days = ask.policies.tasks.silent
    over = int(understood.slots.get("days") or days[0])
    view = ask.queries.activities.silence(ask.actor, days, ask.now, over=over)
    if ask.focus is not None:
        ask.focus.show(ask.now, [f"customer:{each.id}" for each in view.longest])
        ask.focus.ask(ask.now, {"silent_for": over})
    ask.say(cards.silence(view, over, _glance(ask)))


def plan_calls(ask: Ask, understood: Understood) -> None:
    """``一键排跟进``, ``一键排跟进 每天3个``: seen first, done with one tap."""
    asked = ask.focus.question.get("silent_for") if ask.focus is not None and ask.focus.fresh(ask.now) else None
    per_day = understood.slots.get("per_day")
    plan_id = ask.act(
        PlanCalls(days=asked or ask.policies.tasks.silent[0], per_day=None if per_day is None else int(per_day))
    )
    look_at(ask, f"callplan:{plan_id}")
    ask.show(PLAN, f"callplan:{plan_id}")


def confirm_calls(ask: Ask, understood: Understood) -> None:
    """``确认排跟进``."""
    del understood
    subject = ask.focus.subject if ask.focus is not None and ask.focus.fresh(ask.now) else ""
    if not subject.startswith("callplan:"):
        raise Invalid("没有等确认的安排。请先发“一键排跟进”看预览。")
    _confirm(ask, number(subject), 0)


def heat_map(ask: Ask, understood: Understood) -> None:
    """``我的热力图``, for a leader ``陈静的热力图``: his own people's, unless they are protected for now (S-058)."""
    whose = str(understood.slots.get("whose") or "")
    if whose in ("", "我", ask.actor.name):
        ask.show("pictures.heat", "")
        return
    _check_leads(ask)
    until = ask.policies.tasks.protected_until
    if until is not None and ask.calendar.local(ask.now).date() <= until:
        ask.say(f"{until.month}月{until.day}日前只能看团队合计，个人的客户明细先留给本人。")
        ask.show("pictures.team_heat", "")
        return
    ask.queries.activities.heat_of(whose, ask.actor, ask.now, ask.calendar.zone)
    ask.show("pictures.heat_of", "", name=whose)


def team_heat_map(ask: Ask, understood: Understood) -> None:
    """``团队热力图``: totals of each of a leader's people."""
    del understood
    _check_leads(ask)
    ask.show("pictures.team_heat", "")


def team_board(ask: Ask, understood: Understood) -> None:
    """``团队跟进``; a number leads to that person's customers."""
    del understood
    _check_leads(ask)
    rows = ask.queries.activities.board(ask.actor, ask.now, ask.calendar.zone)
    if not rows:
        ask.say("您的团队里还没有销售。")
        return
    if ask.focus is not None:
        ask.focus.show(ask.now, [f"person:{row.person_id}" for row in rows])
        ask.focus.ask(ask.now, {"intent": "board_of", "slots": {}})
    ask.say("\n".join(["团队跟进：", cards.board(rows), "回复序号看他的客户。"]))


def board_of(ask: Ask, understood: Understood) -> None:
    """``2`` after ``团队跟进``."""
    name, customers = ask.queries.activities.of_person(number(str(understood.slots["subject"])), ask.actor)
    glance = _glance(ask)
    lines = [
        f"{place}. {each.name}：{f'{cards.ago(each.last_at, glance)} {each.last_by}' if each.last_at else '从没联系过'}"
        for place, each in enumerate(customers, 1)
    ]
    ask.say("\n".join([f"{name}手上在谈的客户：", *lines]) if lines else f"{name}手上没有在谈的客户。")


def _check_leads(ask: Ask) -> None:
    if not ask.actor.has(Role.MANAGER, Role.MANAGEMENT, Role.ADMIN):
        raise NotAllowed("团队的跟进只有主管能看。发“我的热力图”可以看自己的。")


def _last(ask: Ask) -> int:
    """Return the activity in focus, else the one logged last."""
    if ask.focus is not None and ask.focus.fresh(ask.now) and ask.focus.subject.startswith("activity:"):
        return number(ask.focus.subject)
    latest = ask.queries.activities.latest_of(ask.actor)
    if latest is None:
        raise Invalid("您还没有记过跟进。直接说一句就行，例如：今天拜访了恒力的王总。")
    return latest


def _create(ask: Ask, activity_id: int, version: int = 0) -> None:
    view = ask.queries.activities.card(activity_id, ask.actor)
    if view.customer or not view.company:
        raise Invalid("这条跟进已经有客户了。要改客户请回复，例如：不对，是恒力机械。", subject=view.subject)
    ask.act(ReviseActivity(activity_id=activity_id, version=version, company=view.company, create=True))
    look_at(ask, view.subject)


def _confirm(ask: Ask, plan_id: int, version: int) -> None:
    count = ask.act(ConfirmCalls(plan_id=plan_id, version=version))
    look_at(ask, f"callplan:{plan_id}")
    ask.say(f"已排好 {count} 家，到那天会出现在您的待办里。")


def _when(slots: Mapping[str, Any], calendar: WorkCalendar, now: datetime) -> tuple[datetime, bool]:
    """Return when it happened; a day alone is its noon, today alone is now."""
    said = str(slots.get("at") or "")
    if not said:
        return now, False
    if len(said) > len("2025-11-25"):
        at = datetime.fromisoformat(said)
        return (at if at.tzinfo else at.replace(tzinfo=calendar.zone)).astimezone(UTC), False
    day = date.fromisoformat(said)
    if day == calendar.local(now).date():
        return now, True
    return datetime.combine(day, time(12), calendar.zone).astimezone(UTC), True


def _deposit(slots: Mapping[str, Any]) -> int | None:
    yuan = slots.get("amount_cny")
    return None if yuan is None else round_fen(Decimal(str(yuan)) * 100)


def _glance(ask: Ask) -> Glance:
    return Glance(viewer=ask.actor, now=ask.now, zone=ask.calendar.zone, base="")


def _press_name(ask: Ask, action: Action) -> None:
    ask.act(
        ReviseActivity(activity_id=number(action.subject), version=action.version, customer_id=int(action.args["to"]))
    )
    look_at(ask, action.subject)


def _press_create(ask: Ask, action: Action) -> None:
    _create(ask, number(action.subject), action.version)


def _press_revise(ask: Ask, action: Action) -> None:
    look_at(ask, action.subject)
    if ask.focus is not None:
        ask.focus.ask(ask.now, {"asks": "revise"})
    ask.say(HOW_TO_REVISE)


def _press_undo(ask: Ask, action: Action) -> None:
    ask.act(UndoActivity(activity_id=number(action.subject), version=action.version))


def _press_bid(ask: Ask, action: Action) -> None:
    ask.act(SettleBid(activity_id=number(action.subject), version=action.version, won=action.args.get("won") == "1"))
    look_at(ask, action.subject)


def _press_confirm(ask: Ask, action: Action) -> None:
    _confirm(ask, number(action.subject), action.version)


def _press_undo_calls(ask: Ask, action: Action) -> None:
    ask.act(UndoCalls(plan_id=number(action.subject)))


def _plan(draft: Draft, text: str, ask: Ask) -> Understood:
    del draft, ask
    per_day = _PER_DAY.search(text)
    return Understood(intent="plan_calls", slots={} if per_day is None else {"per_day": per_day[1]})


def _silent(draft: Draft, text: str, ask: Ask) -> Understood:
    del draft, ask
    days = _DAYS.search(text)
    return Understood(intent="silence_list", slots={} if days is None else {"days": days[1]})


def _of_the_last(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """Said of anything but a follow-up 记串了 and 新建 are somebody else's words."""
    del text
    if not ask.in_hand.startswith("activity:"):
        return None
    return Understood(intent=draft.deed, slots=dict(draft.deed_slots))


def _bid(draft: Draft, text: str, ask: Ask) -> Understood:
    """``恒力那个项目12月5号投标，保证金5万``: a follow-up with its deadline and deposit."""
    del text, ask
    slots = {name: str(value) if name in ("due", "due_end") else value for name, value in draft.deed_slots.items()}
    return Understood(intent="log_follow_up", slots=slots, notes=draft.assumptions)


ROUTES: Mapping[str, Route] = {
    "log_bid": _bid,
    "schedule_silent": _plan,
    "silence_list": _silent,
    "create_for_activity": _of_the_last,
    "move_activity": _of_the_last,
}
INTENTS: Mapping[str, IntentHandler] = {
    "log_follow_up": log_follow_up,
    "move_activity": move_activity,
    "name_activity": name_activity,
    "create_for_activity": create_for_activity,
    "silence_list": silence_list,
    "plan_calls": plan_calls,
    "confirm_calls": confirm_calls,
    "heat_map": heat_map,
    "team_heat_map": team_heat_map,
    "team_board": team_board,
    "board_of": board_of,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "name_activity": _press_name,
    "create_for_activity": _press_create,
    "revise_activity": _press_revise,
    "undo_activity": _press_undo,
    "settle_bid": _press_bid,
    "confirm_calls": _press_confirm,
    "undo_calls": _press_undo_calls,
}
