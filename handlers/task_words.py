"""Sentences about what is to be done, which the general reader does not tell apart: whole messages only.

Every entry names the deed and, where one is meant, finds the task: by its number in the list shown last, by
words of its title, else the one in focus or reminded of last. A sentence that means none of them is left
to the reader.
"""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from domain.tasks.views import TaskView
from handlers.context import Ask, Understood
from handlers.moments import find_moments

_N: Final = r"(?:第?(?P<n>\d{1,2}|[一二两三四五六七八九十])(?:个|条|件|项)?)"
_WHICH: Final = rf"(?:{_N}[,， ]?|(?P<words>[^\s,，第推挪延改]{{2,16}}?)(?:的?(?:事|任务|提醒))?[,， ]?)?"
_TARGETED: Final = tuple(
    (re.compile(pattern), deed)
    for pattern, deed in (
        (rf"{_WHICH}(?:都?已经?)?(?:做完|办完|完成|搞定|弄好|弄完|处理完|处理好|打完|联系过)了?", "complete_task"),
        (rf"{_WHICH}(?:晚点|稍后|稍晚|等会儿?|一会儿?|过会儿?|过一会儿?)(?:再)?(?:提醒|说|弄)(?:我|一下)?", "snooze_task"),
        (rf"{_WHICH}(?:往后)?(?:推迟?|挪|延期?|顺延|改期|改|换)(?:到|至|成)?(?P<when>.{{2,16}})", "postpone_task"),
        (rf"{_WHICH}(?:不用(?:做|管|提醒|跟)了?|取消提醒|别提醒了?|不做了)", "cancel_task"),
        (rf"{_WHICH}(?:还?没(?:有)?(?:做完|完成|办完|弄完)|重开|重新打开)", "reopen_task"),
    )
)  # fmt: skip
_WHOLE: Final = tuple(
    (re.compile(pattern), deed)
    for pattern, deed in (
        (r"(?:查?看?一?下?)?(?:我的?)?(?:今[日天]的?)?待办(?:事项|列表|清单)?|今天(?:我?要?)(?:干啥|干什么|干嘛|干点啥|做啥|做什么|忙啥|有啥事|有什么事)(?:啊|呢)?|(?:今天)?还?有(?:啥|什么)(?:要做的|事要做|任务)|我的(?:任务|提醒|承诺)", "list_today"),
        (r"(?:查?看?一?下?)?(?:我的?)?(?:承诺)?兑现率(?:是?多少|怎么样)?", "show_keeping"),
        (r"(?:查?看?一?下?)?(?:有)?(?:哪些|谁|哪几[个家])?(?:客户)?(?:超过?|有)?(?:(?P<days>\d{1,3})天|好?久|多久|很久)(?:以上)?(?:都)?[没未](?:有)?(?:联系|跟进)(?:过|了)?(?:的)?(?:客户)?(?:有哪些)?|沉默(?:的)?客户", "silence_list"),
        (r"一键排跟进(?:[,， ]?每天(?:最多)?(?P<per_day>\d{1,2})[个家])?|把?(?:它们|他们|这些)?(?:都)?排(?:一下)?跟进", "plan_calls"),
        (r"确认排跟进", "confirm_calls"),
        (r"(?:查?看?一?下?)?(?:(?P<whose>[^的]{2,4})的|我的?)?(?:客户)?(?:跟进)?热力图", "heat_map"),
        (r"(?:查?看?一?下?)?团队(?:的)?(?:跟进)?热力图", "team_heat_map"),
        (r"(?:查?看?一?下?)?(?:团队|大家|组里)(?:的)?跟进(?:情况|看板|怎么样)?", "team_board"),
        (r"(?:刚才?)?(?:记|写|说|报)(?:串|错|岔|混)了?[,， ]*(?:应该|要|得)?(?:挪|移|改|转|记|放)(?:到|给|成)(?P<company>.{2,24})", "move_activity"),
        (r"新建(?:客户)?", "create_for_activity"),
    )
)  # fmt: skip
_OF_AN_ACTIVITY: Final = ("create_for_activity", "move_activity")
"""Said of anything else these are somebody else's words."""
_DIGITS: Final = "零一二三四五六七八九十"
_SUBJECTS: Final = ("task", "activity", "daylist", "inquiry")


def read_task_words(text: str, ask: Ask) -> Understood | None:
    """Return the deed that the whole of ``text`` names, None when it is not one of these."""
    plain = text.strip().strip("。.!！?？~～ ")
    for pattern, deed in _WHOLE:
        match = pattern.fullmatch(plain)
        if match is not None and _applies(deed, ask):
            return Understood(intent=deed, slots={name: said for name, said in match.groupdict().items() if said})
    for pattern, deed in _TARGETED:
        match = pattern.fullmatch(plain)
        if match is None:
            continue
        slots = _slots(deed, match.groupdict(), ask)
        if slots is not None:
            return Understood(intent=deed, slots=slots)
    return None


def _applies(deed: str, ask: Ask) -> bool:
    return deed not in _OF_AN_ACTIVITY or _focused(ask).startswith("activity:")


def _slots(deed: str, said: Mapping[str, str | None], ask: Ask) -> dict[str, Any] | None:
    slots: dict[str, Any] = {}
    if said.get("when"):
        found = find_moments(str(said["when"]), ask.now, ask.calendar)
        if not found:
            return None
        slots["moment"] = found[0].moment
    task = _meant(said, ask, closed=deed == "reopen_task")
    return None if task is None else {**slots, "task": task}


def _meant(said: Mapping[str, str | None], ask: Ask, *, closed: bool) -> TaskView | None:
    if said.get("n"):
        place = str(said["n"])
        return _by_place(int(place) if place.isdigit() else _DIGITS.index(place.replace("两", "二")), ask)
    if said.get("words"):
        found = ask.queries.tasks.mine(ask.actor, str(said["words"]))
        return found[0] if len(found) == 1 else None
    subject = _focused(ask)
    if subject.startswith("task:"):
        return ask.queries.tasks.card(int(subject.partition(":")[2]), ask.actor)
    if closed:
        return None
    about = ask.queries.tasks.of(subject, ask.actor) if subject.partition(":")[0] in _SUBJECTS else []
    if about:
        return about[0] if len(about) == 1 else None
    return ask.queries.tasks.last_reminded(ask.actor) if not subject or subject.startswith("daylist:") else None


def _by_place(place: int, ask: Ask) -> TaskView | None:
    listed: Sequence[str] = ()
    if ask.focus is not None and ask.focus.fresh(ask.now):
        listed = [each for each in ask.focus.listed if each.startswith("task:")]
    if not listed and ask.actor.person_id is not None:
        listed = ask.queries.tasks.listed_today(ask.actor.person_id, ask.calendar.local(ask.now).date())
    if not 1 <= place <= len(listed):
        return None
    return ask.queries.tasks.card(int(listed[place - 1].partition(":")[2]), ask.actor)


def _focused(ask: Ask) -> str:
    return ask.focus.subject if ask.focus is not None and ask.focus.fresh(ask.now) else ""
