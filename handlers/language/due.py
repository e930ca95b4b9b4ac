"""Which date of a sentence is the deadline, which the report, which the period asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from handlers.language.days import shift
from handlers.language.filling import Filling
from handlers.language.numbers import read_number
from handlers.language.spans import Span
from handlers.language.time import When

WEEKDAY: Final = "一二三四五六日"
_PAST_AFTER: Final = re.compile(
    r"^[^,，。;；!?？\n]{0,12}?(?:了|过(?!来|去|户|年|完)|见的|来的|去的|到的|打的|加的|认识|打电话来|打来|来电|打电话过来|拜访的|聊的|谈的|签的|收到|说|问|反馈|刚|来个|来一个|遇到|碰到|介绍来|找来|加微信|联系我|找我)"
)
_FUTURE_AFTER: Final = re.compile(
    r"^[^,，。;；!?？\n]{0,6}?(?:前|要|会|给(?:他|客户|报|我)|再|签(?!了|的)|交(?!流|了)|准备|打款|付|安排|联系(?!我|了)|上门|过来|来厂|定(?!了|的)|出(?!来|了)|开标|招标|投产|下单|试|去(?!了|的)|见(?!了|的|到)|回(?!了|访了)|提醒|到货|交货|发|量产|启动|动工|决定)"
)
_MET: Final = re.compile(
    r"^(?:上午|下午|晚上)?(?:又|刚)?(?:和|跟|与|陪|去|在)[^,，。;；]{0,14}?(?:吃饭|吃了|喝酒|喝茶|喝了|聊|谈|见面|碰头|沟通|打球|开会|视频|会议|电话|通话|对接)"
)
_PAST_BEFORE: Final = re.compile(r"(?:刚|已经|早在|自从|从)[^,，。;；]{0,3}$")
_HISTORY: Final = re.compile(
    r"^(?:份|的时候|时)?(?:就)?(?:买|装|上|签|订|采购|购|投产|交|发|修|保养|安装|验收)(?:过)?的"
)
_CANNOT: Final = re.compile(r"^[ ]?(?:肯定|估计|真|实在)?(?:是)?(?:弄|修|装|干|搞|做|完|走|去|来|过)不(?:了|完|去)")
"""今天弄不了了 names no appointment."""
_BROKE: Final = re.compile(
    r"[^,，。;；!?？\n]{0,6}?(?:发现|坏的|出的(?:问题|毛病)|开始(?:就)?(?:漏|响|报|不|抖|卡|这样)|就(?:这样|不|坏|漏|响|卡|报)|到现在|起就)"
)
"""早上发现的: when it broke, and no appointment."""
_VALID: Final = re.compile(r"有效期?(?:到|至|截止到?|是)?[^,，。]{0,2}$|(?:质保|保修|合同)(?:到|至|期到)$")
_MOVED_TO: Final = re.compile(r"(?:排|定|约|改|推|拖|挪|延)(?:期|迟|后)?(?:到|在|至)[ ]?$")
"""排到周四了 is settled, and still to come."""
_EXPECTED: Final = re.compile(r"(?:原来|原定|原本|本来|之前定|之前说)[^,，。;；]{0,4}$")
_DELAY: Final = re.compile(
    r"(?:推迟|延期|延后|晚|往后推|顺延|推后|拖)(?:了)?(?:到)?(?P<n>\d{1,3}|[一二两三四五六七八九十半]{1,2})(?:个)?(?P<unit>天|周|星期|礼拜|月)"
)
_AHEAD: Final = re.compile(
    r"提前(?P<n>\d{1,3}|半|[一二两三四五六七八九十]{1,2})个?(?P<unit>天|周|星期|礼拜|小时|钟头|分钟|刻钟)(?!前)"
)
"""12月20号截止 提前三天提醒我: the day that is named is not the one to be reminded on."""
_LENGTHS: Final = {
    "天": timedelta(days=1),
    **dict.fromkeys(("周", "星期", "礼拜"), timedelta(weeks=1)),
    **dict.fromkeys(("小时", "钟头"), timedelta(hours=1)),
    "分钟": timedelta(minutes=1),
    "刻钟": timedelta(minutes=15),
}
_WHOLE_DAYS: Final = frozenset({"天", "周", "星期", "礼拜"})
_BALANCE: Final = re.compile(r"(?:剩下?|余款|尾款|其余|另一半|下一?笔|剩余|还有)[^,，。;；]{0,12}$")
_WHILE: Final = frozenset({"一上", "一下", "一早", "一晚", "一天"})
"""等一上午了 is how long, not when."""
_PERIODS: Final = frozenset({"query_funnel", "query_order", "query_customer"})
_REPORTS: Final = frozenset(
    {"log_follow_up", "log_inquiry", "record_payment", "finish_service", "arrive", "advance_stage"}
)


def fill_times(
    filling: Filling, intent: str, allowed: frozenset[str], text: str, spans: Sequence[Span], today: date
) -> None:
    """Fill ``due``, ``at`` and ``period`` (with windows and ends) as ``intent`` has them."""
    times = [span for span in spans if span.kind == "time"]
    if intent in _PERIODS or ("period" in allowed and "due" not in allowed):
        asked = [
            span
            for span in times
            if not _HISTORY.match(text[span.end : span.end + 20])
            and (span.value.clock is None or span.value.said_day)
            and text[span.start : span.start + 2] not in _WHILE
            and text[max(0, span.start - 1) : span.start] != "一"
        ]
        if "period" in allowed and asked:
            _period(filling, text, asked[0], today)
        return
    dues: list[Span] = []
    for span in times:
        left, right = text[max(0, span.start - 14) : span.start], text[span.end : span.end + 20]
        if _HISTORY.match(right) or _VALID.search(left) or _CANNOT.match(right):
            continue
        if intent == "report_fault" and _BROKE.match(right):
            continue
        if intent in _REPORTS and _is_report(span.value, left, right, today):
            if "at" in allowed:
                _put_at(filling, span, text)
            continue
        when: When = span.value
        if when.last < today and when.past is None:
            continue
        dues.append(span)
    missing = next((span for span in spans if span.kind == "no_date"), None)
    if "due" in allowed and missing is not None:
        filling.ask("due", missing, tuple(day.isoformat() for day in missing.value), text)
    elif "due" in allowed and dues:
        _put_due(filling, intent, _which(dues, text, intent), text, today)
        if intent == "accept_dispatch":
            _put_latest(filling, dues, text)


def _is_report(when: When, left: str, right: str, today: date) -> bool:
    if when.first >= today and not when.repeat and (when.edge == "before" or _MOVED_TO.search(left)):
        return False
    if when.past is None:
        if when.first > today:
            return False
        if when.last < today:
            return True
    elif (
        when.first > today
        and when.said_day
        and when.past[0] <= today
        and _FUTURE_AFTER.match(right)
        and not _PAST_AFTER.match(right)
    ):
        return False
    if when.past is not None and _MET.match(right) and not re.search(r"约|要|准备|打算|提醒", left[-4:]):
        return True
    if _PAST_AFTER.match(right) or _PAST_BEFORE.search(left):
        return not _FUTURE_AFTER.match(right) or bool(re.match(r"^[^,，。]{0,14}?(?:了|过)", right))
    return (
        when.first <= today == when.last
        and when.grain == "day"
        and not _FUTURE_AFTER.match(right)
        and when.clock is None
    )


def _which(dues: Sequence[Span], text: str, intent: str) -> Span:
    for span in dues:
        if _EXPECTED.search(text[max(0, span.start - 8) : span.start]):
            return span
    if intent == "record_payment":
        for span in dues:
            if _BALANCE.search(text[max(0, span.start - 14) : span.start]):
                return span
    for span in dues:
        if span.value.edge == "before":
            return span
    return dues[0]


def _put_due(filling: Filling, intent: str, span: Span, text: str, today: date) -> None:
    when: When = span.value
    first, last = when.first, when.last
    note = when.note
    delay = _DELAY.search(text)
    if delay and _EXPECTED.search(text[max(0, span.start - 8) : span.start]):
        first = last = shift(first, read_number(delay["n"]) or 0, delay["unit"], 1)
        note = f"原定日期加 {delay['n']}{delay['unit']}"
    elif (
        when.edge == "before" and last > first and when.grain in {"week", "month", "quarter", "half", "year", "period"}
    ):
        first = last
    elif first < today <= last:
        first = today
    if (
        intent == "set_reminder"
        and when.edge == "after"
        and when.clock is None
        and when.grain == "day"
        and "后" in text[span.start : span.end]
    ):
        note = note or "按当天算"
    ahead = _AHEAD.search(text, span.end) if intent == "set_reminder" else None
    if ahead is not None and (when.clock is not None or ahead["unit"] in _WHOLE_DAYS):
        length = (read_number(ahead["n"]) or 1) * _LENGTHS[ahead["unit"]]
        moment = datetime.combine(first, when.clock or time()) - length
        first = last = moment.date()
        when = replace(when, clock=moment.time() if when.clock is not None else None)
        note = ahead[0]
    value = _moment(first, when)
    filling.put("due", value, span, text, note=f"{_said(first)}{'，' + note if note else ''}")
    if last > first:
        filling.put("due_end", last.isoformat(), span, text)
    if when.window is not None:
        filling.put("due_window", "/".join(each.strftime("%H:%M") for each in when.window), span, text)
    if when.repeat:
        filling.put("repeat", when.repeat, span, text)


def _put_latest(filling: Filling, dues: Sequence[Span], text: str) -> None:
    """三点半到 堵的话四点: what is said second is the end of the window."""
    first, *later = dues
    begin, end = first.value.clock, later[0].value.clock if later else None
    if begin is not None and end is not None and first.value.first == later[0].value.first and begin < end:
        filling.put("due_window", f"{begin:%H:%M}/{end:%H:%M}", later[0], text)


def _moment(day: date, when: When) -> str:
    if when.clock is None:
        return day.isoformat()
    return datetime.combine(day, when.clock).isoformat()


def _put_at(filling: Filling, span: Span, text: str) -> None:
    when: When = span.value
    first = when.past[0] if when.past else when.first
    clock = when.past_clock or when.clock
    filling.put(
        "at",
        first.isoformat() if clock is None else datetime.combine(first, clock).isoformat(),
        span,
        text,
        note=_said(first),
    )
    if clock is None and when.window is not None:
        filling.put("at_window", "/".join(each.strftime("%H:%M") for each in when.window), span, text)


def _period(filling: Filling, text: str, span: Span, today: date) -> None:
    when: When = span.value
    first, last = when.first, when.last
    planned = re.search(
        r"几点(?:去|到|来|出发)|(?:去|跑|排|接)了?(?:哪|几|谁)|有几[单家个趟]|安排|预计|预测|计划|(?:要|待|该|能)(?:交|发|到|签|装)|该|交(?:模|货|付|期)(?!了)",
        text,
    )
    if when.past and first > today and not planned:
        first, last = when.past
    if when.edge == "before" and today < first:
        first = today
    filling.put("period", f"{first.isoformat()}/{last.isoformat()}", span, text, note=when.note)


def _said(day: date) -> str:
    return f"{day.isoformat()} 周{WEEKDAY[day.weekday()]}"


def with_zone(value: str, offset: timedelta | None) -> str:
    """Return an ISO moment with its offset; a bare date is left as it is."""
    if "T" not in value or offset is None:
        return value
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    return f"{value}{sign}{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
