"""How many of what, whose and since when: ``我这周拜访了谁``, ``陈静手上有多少客户``, ``这个月新增了几条询价``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from domain.activities.activity import ActivityKind
from domain.actor import Role
from handlers.context import Ask, Understood
from handlers.language.calendar import ChineseCalendar
from handlers.language.time import When, find_times

_CALENDAR: Final = ChineseCalendar()
_MANY: Final = "(?:多少|几|哪些|哪几|什么)"
_PIECES: Final = "(?:[个家条次单份张笔位]|通)?"
_VISITED: Final = "拜访|走访|跑|去见|见|上门拜访"
_SPOKE: Final = "跟进?|联系|回访|沟通"
_MADE: Final = "新增|新来|新进|进|来|收到|接到?|记|录|建|新建|有"
_KINDS: Final[Mapping[str, str]] = {
    "询价": "inquiry",
    "询盘": "inquiry",
    "询单": "inquiry",
    "商机": "opportunity",
    "报价": "quote",
    "报价单": "quote",
    "客户": "customer",
}
_RECORDS: Final = "|".join(sorted(_KINDS, key=len, reverse=True))
_WHOSE: Final = (
    r"我们?组里?|我们?团队|全组|团队|组里|大家|我自己|我"
    r"|(?![这本上今昨前最近去])[\u4e00-\u9fa5]{2,4}?(?=手|名|的|这|本|上|今|昨|最|近|一共)"
)
_WHEN: Final = (
    r"(?:这|本|上)(?:一?个)?(?:周|星期|礼拜|月|季度)|今年|去年|今天|昨天|前天"
    r"|(?:最)?近(?:这)?[一二两三四五六七八九十\d]{1,3}(?:天|周|个月)"
)
_WHAT: Final = (
    rf"(?P<visit>(?:{_VISITED})(?:了|过)?(?:{_MANY}{_PIECES}(?:客户|公司|人)?|谁|哪[里儿])|(?:拜访|走访)记录)"
    rf"|(?P<call>打(?:了|过)?{_MANY}{_PIECES}(?:电话)?|(?:电话|通话)记录)"
    rf"|(?P<spoke>(?:{_SPOKE})(?:了|过)?(?:{_MANY}{_PIECES}(?:客户|公司|人)?|谁)|(?:跟进|联系|沟通)记录)"
    rf"|(?P<quoted>报(?:了|过)?{_MANY}[个份单张次](?:价|报价)?)"
    rf"|(?:{_MADE})?(?:了|过|的)?{_MANY}{_PIECES}(?:新的?)?(?:的)?(?P<record>{_RECORDS})"
    rf"|(?:新增|新的?|新来的?|新进的?)?(?:的)?(?P<records>{_RECORDS})"
    rf"(?:新增了?|来了|进了|有|一共有?)*(?:{_MANY}{_PIECES})?(?:列表|清单)?"
)
_ASKED: Final = re.compile(
    r"(?:帮我|给我)?(?:看看|看一?下|查看|查一?下|查|统计一?下|数一?下|说说|列出|列一?下)?"
    rf"(?P<whose>{_WHOSE})?(?:手[上里头]|名下|负责)?的?(?P<when>{_WHEN})?(?:以来|里|内|之内)?的?(?:一共|总共|大概|都)?"
    rf"(?:{_WHAT})(?:了)?(?:呢|啊|呀|吗)?[?？。]?"
)
_LEADS: Final = (Role.MANAGER, Role.MANAGEMENT, Role.ADMIN, Role.FINANCE)
_OURS: Final = re.compile("组|团队|大家")
_SINCE: Final[Mapping[str, str]] = {
    "inquiry": "created_at",
    "opportunity": "created_at",
    "quote": "created_at",
    "activity": "at",
}


def read(text: str, ask: Ask) -> Understood | None:
    """Return the list a question asks for; None for any other sentence."""
    plain = text.strip()
    match = _ASKED.fullmatch(plain)
    if match is None or ask.actor.person_id is None:
        return None
    record, tree = _what(match)
    whose = _whose(match["whose"], ask)
    days = _days(match["when"], ask)
    if whose is None or (days is None and match["when"]) or (days is not None and record not in _SINCE):
        return None
    if days is None and (record != "customer" or not match["whose"]):
        return None  # 报价, 商机有哪些: somebody else's words
    if days is not None:
        first, last = days
        tree[_SINCE[record]] = {"is": first} if first == last else {"between": [first, last]}
    if whose:
        tree["owner"] = {"is": whose}
    return Understood(intent="find_records", slots={"record": record, "tree": tree})


def _what(match: re.Match[str]) -> tuple[str, dict[str, Any]]:
    """Return the kind of record and what is asked of it beside whose and when."""
    if match["visit"]:
        return "activity", {"kind": {"is": ActivityKind.VISIT.label}}
    if match["call"]:
        return "activity", {"kind": {"is": ActivityKind.CALL.label}}
    if match["spoke"]:
        return "activity", {}
    if match["quoted"]:
        return "quote", {}
    return _KINDS[match["record"] or match["records"]], {}


def _whose(said: str | None, ask: Ask) -> str | None:
    """Return the name of whose they are, empty for all the sender may see; None for a word that is nobody's name."""
    if said is None or _OURS.search(said):
        return "" if ask.actor.has(*_LEADS) else ask.actor.name
    if said in ("我", "我自己"):
        return ask.actor.name
    return ask.queries.people.called(said)


def _days(said: str | None, ask: Ask) -> tuple[str, str] | None:
    if not said:
        return None
    today = ask.calendar.local(ask.now)
    found = [span.value for span in find_times(said, today, _CALENDAR) if isinstance(span.value, When)]
    return None if not found else (found[0].first.isoformat(), min(found[0].last, today.date()).isoformat())
