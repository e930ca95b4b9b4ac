"""Sentences of field service that the reader leaves open: hours, serials, causes, the next visit, the store's words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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

if TYPE_CHECKING:
    from handlers.language.meaning import Draft

_STORES = frozenset({Role.WAREHOUSE})
_DESKS = frozenset({Role.SERVICE, Role.DISPATCHER, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN})
_FIELD = frozenset({Role.ENGINEER})
_NO = r"(?:(?P<no>(?:WO|BX|TS|ZX)-\d{4}-\d{4,})[\s,，:：]*)?"
_COUNT = r"(?:\d{1,4}|[一二两三四五六七八九十百]{1,4})"
_UNIT = r"(?:个|只|根|条|套|块|台|盒|包)?"


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A whole message: who may mean it and which deed it is; named groups become slots."""

    intent: str
    roles: frozenset[Role]
    pattern: re.Pattern[str]


def _phrase(intent: str, roles: frozenset[Role], pattern: str) -> _Phrase:
    return _Phrase(intent, roles, re.compile(pattern, re.IGNORECASE | re.DOTALL))


_PHRASES: Sequence[_Phrase] = (
    _phrase(
        "note_hours",
        _FIELD,
        _NO + r"(?:一共|总共|共|大概)?(?:干|修|弄|用|花|忙|工时)(?:了|是|:|：)?\s*"
        r"(?P<hours>\d+(?:\.\d+)?|[一二两三四五六七八九十半]+)\s*(?:个)?(?P<half>半)?(?P<unit>小时|钟头|分钟)(?P<more>半)?",
    ),
    _phrase(
        "swap_serial",
        _FIELD,
        _NO + r"(?:换下来?的|旧的?|拆下来?的)?\s*(?P<part>[^\sA-Za-z0-9]{0,12}?)(?:序列号|编号|号)?[是:：\s]*"
        r"(?P<old>[A-Za-z0-9][A-Za-z0-9\-_/]{2,40})[\s,，]*(?:换成|换为|→|->|，?新的?(?:序列号|编号|号)?(?:是|:|：)?)\s*(?:了)?\s*"
        r"(?P<new>[A-Za-z0-9][A-Za-z0-9\-_/]{2,40})",
    ),
    _phrase(
        "read_counter",
        _FIELD | _DESKS,
        r"(?P<product>[A-Za-z0-9]{2,12})?\s*(?:序列号\s*(?P<serial_no>[A-Za-z0-9\-]{4,40})\s*)?"
        r"(?:已经?|累计)?运行(?:到|了)?\s*(?P<hours>\d{1,6})\s*(?:个)?小时(?:了)?",
    ),
    _phrase(
        "relabel_equipment",
        _FIELD | _DESKS,
        r"(?:换码|换个?(?:新)?(?:二维)?码|重打(?:二维)?码|码贴错了?|二维码(?:坏|丢|贴错)了?)[\s,，:：]*"
        r"(?:序列号)?\s*(?P<serial_no>[A-Za-z0-9][A-Za-z0-9\-_/]{3,40})",
    ),
    _phrase("note_cause", _FIELD, _NO + r"(?:故障)?原因(?:是|：|:|\s)\s*(?P<words>.{2,60})"),
    _phrase("note_action", _FIELD, _NO + r"(?:处理|维修)(?:方法|措施|办法)(?:是|：|:|\s)\s*(?P<words>.{2,60})"),
    _phrase(
        "receive_part",
        _STORES | _DESKS,
        rf"(?:到货|入库|进货)[\s:：]*(?P<part>\S{{2,40}}?)[\s*×x]*(?P<count>{_COUNT}){_UNIT}",
    ),
    _phrase(
        "list_requests",
        _STORES | _DESKS,
        r"(?:查?看?一?下?)?待出库(?:的)?(?:备件|单子|列表)?[?？]?|备件申请(?:列表)?[?？]?",
    ),
    _phrase(
        "issue_part",
        _STORES | _DESKS,
        r"(?:已经?|都)?出库(?:了)?|(?:出库|发)[\s:：]*(?P<part>\S{2,40}?)(?:[\s*×x]*\d+" + _UNIT + r")?",
    ),
    _phrase("answer_ticket", _DESKS, _NO + r"(?:答复|处理结果|已解决)[\s:：,，]+(?P<words>.{2,300})"),
    _phrase(
        "respond_ticket",
        _DESKS,
        _NO + r"(?:我)?已(?:经)?(?:联系|回复|回电|致电|安抚)(?:了)?(?:客户|对方)?(?:了)?[\s,，:：]*(?P<words>.{0,300})",
    ),
    _phrase("settle_job", _DESKS, r"结案\s*" + _NO + r"[\s,，:：]*(?P<reason>.{0,200})"),
    _phrase(
        "dispatch_board",
        _DESKS,
        r"(?:查?看?一?下?)?(?:派单|派工|调度|工单)(?:看板|总览|大盘|面板)[?？]?|(?:还有)?几单没派[?？]?",
    ),
    _phrase(
        "service_report",
        _DESKS | _FIELD | frozenset({Role.SALES}),
        r"(?:查?看?一?下?)?(?P<period>本月|这个月|上个?月|本周|这周|上周|今年|本季度|上季度)?(?:的)?"
        r"(?:服务|售后|维修)(?:报表|情况|数据|统计|分析|质量)(?:怎么样|如何)?[?？]?",
    ),
)
"""Read before the reader: nothing of it means anything else to these roles."""

_REVISIT = re.compile(
    r"(?:再|还得|还要|改天|下次)(?:来|跑|去)(?:一?[趟次]|一下)?|(?:没|未|修不)(?:修)?(?:完|好).{0,8}(?:再来|再去|接着|继续)"
)
_BOOKED = re.compile(r"客户(?:已经?|都)?(?:同意|答应|说好|定)|约好|说好了|定了")

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
    for phrase in _PHRASES:
        if not phrase.roles.isdisjoint(ask.actor.roles) and (match := phrase.pattern.fullmatch(plain)) is not None:
            slots: dict[str, Any] = {name: said for name, said in match.groupdict().items() if said}
            if "no" in slots:
                slots["ticket_no"] = slots.pop("no").upper()
            return Understood(intent=phrase.intent, slots=slots)
    return None


def reread(understood: Understood, draft: Draft, text: str, ask: Ask) -> Understood:
    """Return the deed of field service the sentence asks for; unchanged when it is about something else."""
    engineer = Role.ENGINEER in ask.actor.roles
    if engineer and draft.deed in ("", "reschedule_visit") and _REVISIT.search(text) and _leaves(understood, text):
        return replace(understood, intent="propose_visit", confirm=False)
    if draft.deed not in DEEDS:
        return understood
    said = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in draft.deed_slots.items()
    }
    return replace(understood, intent=draft.deed, slots={**understood.slots, **said}, confirm=False)


def _leaves(understood: Understood, text: str) -> bool:
    """Whether coming again is the engineer's own proposal, and not a part waited for or a visit agreed on."""
    return understood.intent in ("other", "finish_service", "arrive", "set_reminder", "accept_dispatch") and not (
        _BOOKED.search(text)
    )


def hours_of(slots: Mapping[str, Any]) -> int:
    """Return the minutes of ``note_hours``: 三个半小时 is 210."""
    number = read_number(str(slots["hours"])) or 0.0
    number += 0.5 if slots.get("half") or slots.get("more") else 0.0
    return round(number * (1 if slots.get("unit") == "分钟" else 60))


_WORKED = re.compile(
    r"(?:干|修|弄|用|花|忙)了?\s*(?P<hours>\d+(?:\.\d+)?|[一二两三四五六七八九十半]+)\s*(?:个)?(?P<half>半)?"
    r"(?P<unit>小时|钟头|分钟)(?P<more>半)?"
)


def hours_in(text: str) -> int:
    """Return the minutes of work told in passing, 0 when none are."""
    match = _WORKED.search(text)
    return 0 if match is None else hours_of(match.groupdict())


def window_in(text: str, now: datetime, ask: Ask) -> tuple[datetime | None, datetime | None]:
    """Return the hour and, where a later one is feared (``三点半到 堵的话四点``), the end of the window."""
    hours = [each.moment for each in find_moments(text, now, ask.calendar) if not each.moment.whole_day]
    if not hours:
        return None, None
    later = [each.due for each in hours[1:] if timedelta() < each.due - hours[0].due <= timedelta(hours=6)]
    return hours[0].due, later[0] if later else None


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
