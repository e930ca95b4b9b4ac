"""Tasks: what people type and press about what is to be done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from cards.action import Action
from cards.activities import keeping
from cards.glance import Glance
from domain.errors import Invalid
from domain.inquiries.commands import ReviseInquiry
from domain.tasks.commands import AddTask, CancelTask, CompleteTask, PostponeTask, ReopenTask, SnoozeTask
from domain.tasks.task import TaskKind
from domain.tasks.timers import CARD
from domain.tasks.today import CARD as TODAY
from domain.tasks.today import ListToday
from domain.tasks.views import TaskView
from handlers.agenda import asked_days, list_days
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.inquiries import look_at, number
from handlers.moments import Moment, moment_of

_CONTACT = re.compile(r"电话|联系|拜访|回访|跟进|见")
_HOW_TO_REMIND = "请说什么时候提醒您，例如：下周三提醒我给王总打电话。"
_QUARTER = timedelta(days=90)


def set_reminder(ask: Ask, understood: Understood) -> None:
    """``下周三提醒我给王总打电话``, ``每周一提醒我看报表``."""
    slots = understood.slots
    moment = moment_of(slots.get("due"), slots.get("due_window"), ask.calendar, ask.now)
    if moment is None:
        raise Invalid(_HOW_TO_REMIND)
    title = str(slots.get("task") or "").strip(" ，,。") or ask.envelope.text.strip()
    company = str(slots.get("company") or "")
    customer_id = ask.queries.activities.known(company) if company else None
    task_id = ask.act(
        AddTask(
            title=title,
            repeat=str(slots.get("repeat") or ""),
            customer_id=customer_id,
            kind=TaskKind.CONTACT if customer_id is not None and _CONTACT.search(title) else TaskKind.OTHER,
            why=ask.envelope.text,
            **moment.fields,
        )
    )
    look_at(ask, f"task:{task_id}")
    ask.show(CARD, f"task:{task_id}")


def list_today(ask: Ask, understood: Understood) -> None:
    """``今天干啥``, ``待办``; another day is told in a list."""
    if (days := asked_days(ask, understood)) is not None:
        list_days(ask, *days)
        return
    listed = ask.act(ListToday())
    view = ask.queries.tasks.today(listed.id, ask.actor)
    if not (view.tasks or view.waiting or view.more):
        ask.say("今天没有待办。说“下周三提醒我给王总打电话”，到时候我提醒您。")
        return
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=view.subject)
        ask.focus.show(ask.now, list(listed.listed))
    ask.show(TODAY, view.subject)


def show_keeping(ask: Ask, understood: Understood) -> None:
    """``我的兑现率``: of the last ninety days."""
    del understood
    view = ask.queries.tasks.keeping(ask.actor, ask.now - _QUARTER, ask.now)
    ask.say(keeping(view, _glance(ask)))


def complete_task(ask: Ask, understood: Understood) -> None:
    """``第2个做完了``."""
    task: TaskView = understood.slots["task"]
    ask.act(CompleteTask(task_id=task.id))
    look_at(ask, task.subject)
    ask.say(f"已完成：{task.title}。{_what_is_left(ask)}")


def snooze_task(ask: Ask, understood: Understood) -> None:
    """``晚点提醒``."""
    _snooze(ask, understood.slots["task"], 0)


def postpone_task(ask: Ask, understood: Understood) -> None:
    """``推到下周五``."""
    _postpone(ask, understood.slots["task"], understood.slots["moment"])


def cancel_task(ask: Ask, understood: Understood) -> None:
    """``不用做了``."""
    task: TaskView = understood.slots["task"]
    ask.act(CancelTask(task_id=task.id))
    look_at(ask, task.subject)
    ask.say(f"已取消：{task.title}。弄错了回复“撤销”。")


def reopen_task(ask: Ask, understood: Understood) -> None:
    """``第2个没做完``."""
    task: TaskView = understood.slots["task"]
    ask.act(ReopenTask(task_id=task.id))
    look_at(ask, task.subject)
    ask.say(f"已重新打开：{task.title}。")


def which_task(ask: Ask, understood: Understood) -> None:
    """``推到下周五`` with nothing in hand."""
    del ask, understood
    raise Invalid("不知道您说的是哪一件。发“待办”看列表，再带上序号，例如：第1个推到下周五、第1个做完了。")


def take_back(ask: Ask, task_id: int) -> str:
    """``撤销`` about a task: what was closed is open again, what was open is dropped; return what to say."""
    task = ask.queries.tasks.card(task_id, ask.actor)
    if task.state == "open":
        ask.act(CancelTask(task_id=task_id))
        return f"已取消：{task.title}。"
    ask.act(ReopenTask(task_id=task_id))
    return f"已重新打开：{task.title}。"


def _postpone(ask: Ask, task: TaskView, moment: Moment, version: int = 0) -> None:
    """Move it; the day of a quotation is the inquiry's, so that card moves as well."""
    if task.kind == "quote" and task.about.startswith("inquiry:"):
        ask.act(ReviseInquiry(inquiry_id=number(task.about), due=moment.due, due_whole_day=moment.whole_day))
    else:
        ask.act(PostponeTask(task_id=task.id, version=version, **moment.fields))
    look_at(ask, task.subject)
    ask.say(f"“{task.title}”改到{_said(ask, moment.due, whole_day=moment.whole_day, window=moment.window)}。")


def _snooze(ask: Ask, task: TaskView, version: int) -> None:
    at = ask.act(SnoozeTask(task_id=task.id, version=version))
    look_at(ask, task.subject)
    ask.say(f"好的，{ask.calendar.local(at):%H:%M} 再提醒您：{task.title}。")


def _what_is_left(ask: Ask) -> str:
    left = len(ask.queries.tasks.mine(ask.actor))
    return f"还有 {left} 件待办。" if left else "待办都处理完了。"


def _said(ask: Ask, at: datetime, *, whole_day: bool, window: str) -> str:
    glance = _glance(ask)
    return f"{glance.day(at)}{window.replace('/', '～')}" if whole_day else glance.moment(at)


def _glance(ask: Ask) -> Glance:
    return Glance(viewer=ask.actor, now=ask.now, zone=ask.calendar.zone, base="")


def _press_complete(ask: Ask, action: Action) -> None:
    ask.act(CompleteTask(task_id=number(action.subject), version=action.version))
    look_at(ask, action.subject)


def _press_snooze(ask: Ask, action: Action) -> None:
    _snooze(ask, ask.queries.tasks.card(number(action.subject), ask.actor), action.version)


def _press_move(ask: Ask, action: Action) -> None:
    _ask_for_a_day(ask, ask.queries.tasks.card(number(action.subject), ask.actor))


def _press_cancel(ask: Ask, action: Action) -> None:
    ask.act(CancelTask(task_id=number(action.subject), version=action.version))
    look_at(ask, action.subject)


def _ask_for_a_day(ask: Ask, task: TaskView) -> None:
    look_at(ask, task.subject)
    ask.say(f"“{task.title}”改到哪天？直接回复，例如：推到明天上午、推到下周五。")


def _press_complete_listed(ask: Ask, action: Action) -> None:
    ask.act(CompleteTask(task_id=_chosen(ask, action).id))


def _press_snooze_listed(ask: Ask, action: Action) -> None:
    _snooze(ask, _chosen(ask, action), 0)


def _press_move_listed(ask: Ask, action: Action) -> None:
    _ask_for_a_day(ask, _chosen(ask, action))


def _chosen(ask: Ask, action: Action) -> TaskView:
    """Return the task that was ticked; where the platform sends no ticks with this button, the only one there is."""
    assert ask.envelope.click is not None
    ticked = ask.envelope.click.selections.get("task", ())
    if ticked and ticked[0].isdecimal():
        return ask.queries.tasks.card(int(ticked[0]), ask.actor)
    open_ = ask.queries.tasks.today(number(action.subject), ask.actor).open
    if len(open_) != 1:
        raise Invalid("请说是第几个，例如：第1个晚点提醒、第2个推到下周五。", subject=action.subject)
    return open_[0][1]


INTENTS: Mapping[str, IntentHandler] = {
    "set_reminder": set_reminder,
    "list_today": list_today,
    "show_keeping": show_keeping,
    "complete_task": complete_task,
    "snooze_task": snooze_task,
    "postpone_task": postpone_task,
    "cancel_task": cancel_task,
    "reopen_task": reopen_task,
    "which_task": which_task,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "complete_task": _press_complete,
    "snooze_task": _press_snooze,
    "move_task": _press_move,
    "cancel_task": _press_cancel,
    "done_listed": _press_complete_listed,
    "snooze_listed": _press_snooze_listed,
    "move_listed": _press_move_listed,
}
