"""What there is to do on another day than today: ``明天有什么安排``, ``本周要干嘛``, ``下周跑哪几家``."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from cards.glance import Glance
from cards.tasks import row
from domain.actor import Role
from handlers.context import Ask, Understood
from handlers.language.calendar import ChineseCalendar
from handlers.language.time import When, find_times

_DAY: Final = r"(?P<day>今天|明天|后天|大后天|这周|本周|下周|下?(?:周|星期)[一二三四五六日天])"
PHRASES: Final = (
    (re.compile(r"(?:我)?接下来(?:我)?(?:该|要|应该)?(?:干|做|忙)(?:啥|什么|嘛)(?:呢|啊)?"), "list_today"),
    (
        re.compile(rf"(?:我)?{_DAY}(?:我)?(?:该|要)?(?:跑|见|去|联系|拜访)(?:哪几家|哪些客户|哪家|谁)(?:客户)?"),
        "list_today",
    ),
    (
        re.compile(rf"(?:我)?{_DAY}(?:我)?(?:都|还)?有(?:什么|啥|哪些)(?:安排|事|任务|待办|要做的)?(?:吗|呢)?"),
        "list_today",
    ),
)
_CALENDAR: Final = ChineseCalendar()
_MOST: Final = 20


def asked_days(ask: Ask, understood: Understood) -> tuple[date, date] | None:
    """Return the days that are asked about; None for today alone, and for engineers, whose jobs stand on today's."""
    slots = understood.slots
    today = ask.calendar.local(ask.now).date()
    if Role.ENGINEER in ask.actor.roles:
        return None
    first = last = today
    if slots.get("day"):
        found = find_times(str(slots["day"]), ask.calendar.local(ask.now), _CALENDAR)
        spans = [span.value for span in found if isinstance(span.value, When)]
        if spans:
            first, last = max(spans[0].first, today), spans[0].last
    elif slots.get("due"):
        first = date.fromisoformat(str(slots["due"])[:10])
        last = date.fromisoformat(str(slots.get("due_end") or slots["due"])[:10])
    return None if (first, last) == (today, today) or last < today else (first, last)


def list_days(ask: Ask, first: date, last: date) -> None:
    """Say what is due on these days, numbered, so that 第2个推到下周五 means the second."""
    today = ask.calendar.local(ask.now).date()
    tasks = [
        task
        for task in ask.queries.tasks.mine(ask.actor, limit=_MOST)
        if task.due is not None
        and (first if first > today else date.min) <= ask.calendar.local(task.due).date() <= last
    ]
    glance = Glance(viewer=ask.actor, now=ask.now, zone=ask.calendar.zone, base="")
    days = f"{first.month}月{first.day}日" + ("" if first == last else f"到{last.month}月{last.day}日")
    if not tasks:
        ask.say(f"{days}还没有安排。说“下周三提醒我给王总打电话”，到时候我提醒您。")
        return
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject="")
        ask.focus.show(ask.now, [task.subject for task in tasks])
    lines = [f"{number}. {row(task, glance)}" for number, task in enumerate(tasks, 1)]
    ask.say("\n".join([f"{days}有 {len(tasks)} 件：", *lines, "可以回复“第1个做完了”“第1个推到下周五”。"]))
