"""Sentences of field service that the reader leaves open: hours, serials, causes, the next visit, the store's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.actor import Role
from handlers.context import Ask, Understood
from handlers.language.availability import read_availability
from handlers.language.calendar import ChineseCalendar
from handlers.language.normalize import normalize
from handlers.language.numbers import read_number
from handlers.language.spans import best_cover
from handlers.language.time import find_times
from handlers.moments import find_moments
from handlers.service_calls import only_spoken_of
from handlers.service_phrases import COUNT, DAY, DESKS, FIELD, HOURS, PHRASES

if TYPE_CHECKING:
    from handlers.language.meaning import Draft

_REVISIT = re.compile(
    r"(?:再|还得|还要|改天|下次)(?:来|跑|去)(?:一?[趟次]|一下)?"
    r"|(?:(?:没|未|修不|弄不|干不)(?:修)?(?:完|好)|搞不定).{0,8}(?:再来|再去|接着|继续)"
)
_NOT_DONE = re.compile(r"(?:修|弄|干|搞|装)不(?:好|了|定|完|动)")
_MOVED = re.compile(rf"改(?:到|成|在|约到?)?{DAY}")
_WANTS = re.compile(
    rf"(?:我)?(?:要|申请|领|缺|需要|补)\s*(?P<count>{COUNT})\s*(?:个|只|根|条|套|块|台|盒|包)(?P<part>[^\s,，。]{{2,20}})(?:[\s,，。].*)?"
)
_ASKS_PARTS = re.compile(r"要|申请|缺|等|领|补|没货")
_SERVICE = re.compile(r"修|售后|师傅|工单|上门|装好|派人")
_COVERED = re.compile(r"保修|质保|过保|在保")
_CALLED_OFF = re.compile(r"取消|不用(?:去|来|修)了|撤掉")
_VISIT = re.compile(r"安装|装机|调试|保养|维保|巡检|点检")
_QUESTION = re.compile(r"[?？吗]|什么时候|哪天|几号|多久|到期|多少钱|报价|报个价|了没|好没")
_REGULAR = re.compile(r"每|一次|周期|计划|小时")
_COUNTER = re.compile(
    r"运行(?:到|了)?\s*(?P<hours>\d{1,6})\s*个?小时"
    r"|(?:计数器|小时表|运行(?:小时数?|时间|时长))(?:读数)?(?:到|是|为|:|：)?\s*(?P<read>\d{1,6})"
)
_CONSULT = re.compile(r"咨询|请教|(?:来电|电话|客户)?问(?:一下|下)?.{0,16}(?:怎么|如何|咋)")
_BUYS = re.compile(r"价|多少钱|买|采购|订|询")
_SERIAL_OR_ALARM = re.compile(r"[A-Za-z]{1,3}-?\d{2,4}|[A-Za-z0-9]+(?:[-_/][A-Za-z0-9]+)+")
_BOOKED = re.compile(r"客户(?:已经?|都)?(?:同意|答应|说好|定)|约好|说好了|(?<!不)定了")

DEEDS: frozenset[str] = frozenset(
    {
        "finish_unsigned",
        "block_visit",
        "depart",
        "reschedule_visit",
        "transfer_job",
        "set_duty",
        "cancel_ticket",
        "complain",
        "repeat_fault",
        "request_install",
        "return_part",
        "query_stock",
        "issue_part",
        "out_of_stock",
        "equipment_history",
        "register_equipment",
        "plan_maintenance",
        "engineer_score",
    }
)
"""The reader's deeds that have a handler here."""


def read(text: str, ask: Ask) -> Understood | None:
    """Return what the whole of ``text`` means to this sender, None when it is none of these."""
    plain = text.strip().strip("。.!！~ ")
    for phrase in PHRASES:
        if not phrase.roles.isdisjoint(ask.actor.roles) and (match := phrase.pattern.fullmatch(plain)) is not None:
            slots: dict[str, Any] = {name: said for name, said in match.groupdict().items() if said}
            if "no" in slots:
                slots["ticket_no"] = slots.pop("no").upper()
            if "read" in slots:
                slots["hours"] = slots.pop("read")
            if phrase.intent == "return_part":
                slots["part"] = [{"name": slots["part"], "quantity": read_number(slots.pop("count"))}]
            if _meant(phrase.intent, slots, ask):
                return Understood(intent=phrase.intent, slots=slots)
    return None


def _meant(intent: str, slots: Mapping[str, Any], ask: Ask) -> bool:
    """Whether the words stand in their place: an engineer's name is one, a bare day answers 哪天到货."""
    if intent in ("staff_jobs", "urge_engineer", "return_part", "give_part"):
        return ask.queries.service.engineer_called(str(slots.get("staff") or slots.get("busy"))) is not None
    if intent == "find_services":
        return _searched_for(str(slots["about"]), ask)
    if intent == "out_of_stock" and "words" in slots:
        focus = ask.focus
        return focus is not None and focus.fresh(ask.now) and focus.subject.startswith("partrequest:")
    return True


def _searched_for(about: str, ask: Ask) -> bool:
    """Whether a serial, an alarm or a part is named: 恒力的工单 and 等备件的工单 are asked about otherwise."""
    named = _SERIAL_OR_ALARM.fullmatch(about) is not None or bool(ask.queries.parts.stock_of(about, None))
    return named and not about.upper().startswith(("WO-", "BX-", "TS-", "ZX-"))


def reread(understood: Understood, draft: Draft, text: str, ask: Ask) -> Understood:
    """Return the deed of field service the sentence asks for; unchanged when it is about something else."""
    engineer = Role.ENGINEER in ask.actor.roles
    if understood.intent == "finish_service" and "request_part" in understood.also and not _ASKS_PARTS.search(text):
        understood = replace(understood, also=tuple(each for each in understood.also if each != "request_part"))
    if engineer and draft.deed in ("", "reschedule_visit") and _REVISIT.search(text) and _leaves(understood, text):
        return replace(understood, intent="propose_visit", confirm=False)
    if engineer and draft.intent == "other" and not draft.deed and _NOT_DONE.search(text):
        return replace(understood, intent="not_mended", confirm=False)
    if engineer and draft.intent == "other" and not draft.deed and _MOVED.search(text):
        return replace(understood, intent="reschedule_visit", confirm=False)
    if engineer and draft.intent == "other" and (wish := _WANTS.fullmatch(text.strip())) is not None:
        part = {"name": wish["part"], "quantity": read_number(wish["count"])}
        return replace(understood, intent="request_part", slots={**understood.slots, "part": [part]}, confirm=False)
    if understood.intent == "query_order" and _COVERED.search(text):
        return replace(understood, intent="query_warranty", confirm=False)
    counter = _COUNTER.search(text)
    if counter is not None and not ask.actor.roles.isdisjoint(DESKS | FIELD) and not _VISIT.search(text):
        hours = {"hours": counter["hours"] or counter["read"]}
        return replace(understood, intent="read_counter", slots={**understood.slots, **hours}, confirm=False)
    if deed := _of_the_desk(understood, draft, text, ask):
        return replace(understood, intent=deed, confirm=False)
    if understood.intent == "query_order" and _SERVICE.search(text) and draft.deed not in DEEDS:
        return replace(understood, intent="query_ticket", confirm=False)
    if draft.deed not in DEEDS:
        return understood
    said = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in draft.deed_slots.items()
    }
    return replace(understood, intent=draft.deed, slots={**understood.slots, **said}, confirm=False)


def _of_the_desk(understood: Understood, draft: Draft, text: str, ask: Ask) -> str:
    """Return what a customer is said to need, or not to need any more; empty when the sentence is something else."""
    if not understood.slots.get("company") or ask.actor.roles.isdisjoint(DESKS | FIELD | {Role.SALES}):
        return ""
    desk = not ask.actor.roles.isdisjoint({Role.SERVICE, Role.DISPATCHER})
    if desk and draft.intent in ("log_inquiry", "other") and _CONSULT.search(text) and not _BUYS.search(text):
        return "request_consult"
    if _QUESTION.search(text):
        return ""
    if draft.intent == "other" and not draft.deed and desk and _CALLED_OFF.search(text):
        return "cancel_ticket"
    regular = _REGULAR.search(text) is not None
    once = draft.deed == "plan_maintenance" and not regular
    meant = once or (draft.intent in ("query_order", "other") and not draft.deed)
    if meant and _VISIT.search(text) and not only_spoken_of(text):
        return "plan_maintenance" if regular else "request_visit"
    return ""


def _leaves(understood: Understood, text: str) -> bool:
    """Whether coming again is the engineer's own proposal, and not a part waited for or a visit agreed on."""
    return understood.intent in ("other", "finish_service", "arrive", "set_reminder", "accept_dispatch") and not (
        _BOOKED.search(text)
    )


_MINUTES: Mapping[str, int] = {"分钟": 1, "刻钟": 15}


def hours_of(slots: Mapping[str, Any]) -> int:
    """Return the minutes of ``note_hours``: 三个半小时 is 210."""
    number = read_number(str(slots["hours"]).replace("俩", "两")) or 0.0
    number += 0.5 if slots.get("half") or slots.get("more") else 0.0
    return round(number * _MINUTES.get(str(slots.get("unit")), 60))


_WORKED = re.compile(
    rf"(?:干|修|弄|用|花|忙)了?\s*(?P<hours>{HOURS})\s*(?:个)?(?P<half>半)?"
    r"(?P<unit>小时|钟头|分钟)(?P<more>半)?"
)


def hours_in(text: str) -> int:
    """Return the minutes of work told in passing, 0 when none are."""
    match = _WORKED.search(text)
    return 0 if match is None else hours_of(match.groupdict())


def window_in(text: str, now: datetime, ask: Ask) -> tuple[datetime | None, datetime | None]:
    """Return the hour and, where a later one is feared (``三点半到 堵的话四点``), the end of the window."""
    hours = [each.moment.due for each in find_moments(text, now, ask.calendar) if not each.moment.whole_day]
    if not hours:
        return None, None
    later = [at for each in hours[1:] if (at := _soon_after(hours[0], each)) is not None]
    return hours[0], later[0] if later else None


def _soon_after(first: datetime, said: datetime) -> datetime | None:
    """Return the hour as one shortly after ``first``: 九点 after 明早八点半 is that of the same morning."""
    gap = (said - first) % timedelta(hours=12)
    return first + gap if timedelta() < gap <= timedelta(hours=6) else None


def ticked_windows(packed: str) -> tuple[dict[str, Any], ...]:
    """Return the times ticked on the report page, as the page packs them: ``2026-11-22 13:00-18:00;…``."""
    windows = []
    for each in filter(None, packed.split(";")):
        day, _, hours = each.partition(" ")
        begins, _, ends = hours.partition("-")
        windows.append({"date": day, "from": begins, "to": ends})
    return tuple(windows)


def windows_in(text: str, ask: Ask) -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """Return when somebody is there and when nobody is: ``今天三点以后有人 明天上午也行 后天不行``."""
    local = ask.calendar.local(ask.now)
    plain = normalize(text).text
    found = read_availability(plain, best_cover(find_times(plain, local, ChineseCalendar())))
    return tuple(dict(each) for each in found.windows), tuple(dict(each) for each in found.exclusions)
