"""Dates and times put together: a day, a time of day, and what 前/后/到 make of them."""

# ruff: noqa: E501  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from handlers.language.calendar import Calendar
from handlers.language.clock import Clock, Window, find_clocks
from handlers.language.days import Day, Today, add_months, find_days, month_range, week_range
from handlers.language.numbers import SMALL, read_number
from handlers.language.spans import Span, best_cover

_GAP: Final = re.compile(r"(?:的|[,，、 ]|最晚|最迟|大概|大约|差不多|约){0,3}")
_SUFFIX: Final = re.compile(
    r"(?P<before>\s?(?:之前|以前|前(?!台|面|期|端|后|途|提(?!醒)|年|天|往|景|段|去)|以内|之内|内(?!容|部|饰|径)|为止))|(?P<after>之后|以后|后(?!台|面|期|端|天|续|来|备|勤|悔|果))|(?P<about>左右|前后)"
)
_DAYS_BEFORE: Final = re.compile(r"(?:的)?(?:前|头)(?P<n>[一两二三1-3])天(?!内)")
"""月底前一天: the day before."""
_SINCE: Final = re.compile(r"\s?(?:份|的)?(?:以来|至今|迄今|(?:到|至)(?:现在|今天|目前|今日?)(?:为止)?)")
"""年初到现在, 今年以来: up to today."""
_TO: Final = re.compile(r"\s?起?(?:到|至|-|~|——)\s?")
_OR: Final = re.compile(r"(?:或者?|、|和|跟)?")
_EVERY: Final = re.compile(
    rf"每(?:个)?(?:(?P<day>天|日|个?工作日)|(?:周|星期|礼拜)(?P<week>[一二三四五六日天1-7])|(?:个?月)(?:的)?(?P<month>{SMALL})[号日]|(?P<bare>周|星期|礼拜|个?月|个?季度|年))"
)
_REPEATS: Final = {
    "周": "weekly",
    "星期": "weekly",
    "礼拜": "weekly",
    "月": "monthly",
    "季度": "quarterly",
    "年": "yearly",
}
_DURATION: Final = re.compile(
    rf"(?:{SMALL}|半)(?:个)?半?(?:多|来)?(?:天|小时|钟头|分钟|刻钟|个?月(?![底初中末\d])|个?星期|个?礼拜|周(?![一二三四五六日末边])|年(?![\d底初中末])|季度|工作日)半?"
)


_WHOLE: Final = -0.5
"""Below zero, so that one reading of a stretch wins over two halves of it (2015年三月3号)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Days ``first``..``last``, on them ``clock`` or a ``window``; see ``Day`` for ``past`` and ``grain``.

    ``edge`` is ``before`` (a deadline), ``after`` or empty; ``said_day`` tells a said day from today by default;
    ``repeat`` is daily, weekly, monthly, quarterly or yearly.
    """

    first: date
    last: date
    grain: str
    clock: time | None = None
    window: Window | None = None
    past: tuple[date, date] | None = None
    past_clock: time | None = None
    edge: str = ""
    said_day: bool = True
    repeat: str = ""
    note: str = ""
    bare_weekday: bool = False
    """周四, which is the nearest one unless what was said before says otherwise."""


def find_times(text: str, now: datetime, calendar: Calendar) -> tuple[Span, ...]:
    """Return non-overlapping spans of kind ``time`` (value: When) and ``duration`` (value: the words)."""
    days = _chosen_days(text, Today(now.date(), calendar))
    clocks = _chosen_clocks(text)
    spans: list[Span] = list(_joined(text, days, clocks, now))
    spans += (_repeating(text, match, clocks, now) for match in _EVERY.finditer(text))
    for match in _DURATION.finditer(text):
        spans.append(_span("duration", match.start(), match.end(), match[0], "time.duration", 2.0))
    return best_cover(spans)


def _chosen_days(text: str, today: Today) -> list[Day]:
    found = {(day.start, day.end, day.rule): day for day in find_days(text, today)}
    cover = best_cover(_span("day", day.start, day.end, day, day.rule, _WHOLE) for day in found.values())
    return [span.value for span in cover]


def _chosen_clocks(text: str) -> list[Clock]:
    cover = best_cover(_span("clock", each.start, each.end, each, each.rule, _WHOLE) for each in find_clocks(text))
    return [span.value for span in cover]


def _joined(text: str, days: Sequence[Day], clocks: Sequence[Clock], now: datetime) -> Iterator[Span]:
    used: set[int] = set()
    skip: set[int] = set()
    for position, day in enumerate(days):
        if position in skip:
            continue
        start, end = day.start, day.end
        if day.grain == "missing":
            match = _SUFFIX.match(text, end)
            yield replace(
                _span("no_date", start, match.end() if match else end, (day.first, day.last), day.rule, 6.0),
                note=day.note,
            )
            continue
        when = When(
            first=day.first,
            last=day.last,
            grain=day.grain,
            past=day.past,
            note=day.note,
            edge="before" if day.deadline else "",
            bare_weekday=day.rule == "time.weekday" and day.past is not None,
        )
        if (since := _SINCE.match(text, end)) and (first := day.past[0] if day.past else day.first) <= now.date():
            skip.update(place for place, later in enumerate(days) if end <= later.start < since.end())
            so_far = When(first=first, last=now.date(), grain="days", note="到今天为止")
            yield _span("time", start, since.end(), so_far, "time.since", 6.0)
            continue
        if position + 1 < len(days):
            other = days[position + 1]
            joint = _join_days(text, day, other)
            if joint:
                when, end = joint, other.end
                skip.add(position + 1)
        clock = next((each for each in clocks if each.start >= end and _GAP.fullmatch(text, end, each.start)), None)
        if clock and clock.offset is None and clock.start not in used and when.last - when.first <= timedelta(days=7):
            when, end = _on(when, clock, now), clock.end
            used.add(clock.start)
            second = next(
                (each for each in clocks if each.clock and each.start > end and _TO.fullmatch(text, end, each.start)),
                None,
            )
            if second and second.clock and when.clock:
                when = replace(when, window=(when.clock, _later(when.clock, second)))
                end = second.end
                used.add(second.start)
            elif when.clock and position + 1 < len(days) and _TO.fullmatch(text, end, days[position + 1].start):
                other = days[position + 1]  # 昨天下午两点到明天四点
                if other.first >= when.first:
                    skip.add(position + 1)
                    when, end = replace(when, last=other.last), other.end
                    until = next(
                        (each for each in clocks if each.start >= end and _GAP.fullmatch(text, end, each.start)), None
                    )
                    if until:
                        end = until.end
                        used.add(until.start)
        else:
            before = next(
                (each for each in clocks if each.end == start and each.clock and each.start not in used), None
            )
            if before:
                when, start = _on(when, before, now), before.start
                used.add(before.start)
        when, end = _suffixed(text, when, end, day)
        yield _span("time", start, end, when, day.rule, 6.0)
    for position, clock in enumerate(clocks):
        if clock.start in used:
            continue
        when, end = _today(clock, now), clock.end
        if position + 1 < len(clocks) and when.clock:
            second = clocks[position + 1]
            if second.clock and _TO.fullmatch(text, end, second.start):
                when = replace(when, window=(when.clock, _later(when.clock, second)))
                end = second.end
                used.add(second.start)
        when, end = _suffixed(text, when, end, None)
        yield _span("time", clock.start, end, when, clock.rule, 5.0)


def _join_days(text: str, day: Day, other: Day) -> When | None:
    between = text[day.end : other.start]
    if _TO.fullmatch(between):
        last = other.last
        if other.past and other.rule.endswith(("_day", "slash", "named_month")):
            last = _same_or_next_year(day.first, other)
        elif other.rule.endswith(("weekday", "weekday_to")) and other.past:
            last = day.first + timedelta(days=(other.first.weekday() - day.first.weekday()) % 7)
        elif other.rule.endswith("day_of_month") and other.past and other.first.day > day.first.day:
            last = day.first.replace(day=other.first.day)
        past = None
        if day.past:
            dated = (
                other.past
                and other.grain == day.grain
                and last.year >= day.first.year
                and day.past[0].year < day.first.year
            )
            past = (day.past[0], _same_or_next_year(day.past[0], other) if dated else day.past[0] + (last - day.first))
        return When(first=day.first, last=max(day.first, last), grain="days", past=past) if last >= day.first else None
    if (
        between in {"", " ", ",", "("}
        and day.rule.endswith("weekday")
        and other.rule.endswith(("_day", "full", "slash", "day_of_month"))
    ):
        return When(first=other.first, last=other.last, grain="day", past=other.past)  # 周三3月18号 is one day
    if _OR.fullmatch(between) and day.grain == other.grain == "day" and 0 < (other.first - day.first).days <= 7:
        return When(first=day.first, last=other.last, grain="days", note=day.note)
    return None


def _same_or_next_year(first: date, other: Day) -> date:
    """Return the end of ``other``, said without a year, in the first year in which it is not before ``first``."""
    year = first.year if (other.last.month, other.last.day) >= (first.month, first.day) else first.year + 1
    if other.grain == "month":
        return month_range(year, other.last.month)[1]
    return min(
        other.last.replace(day=1, year=year) + timedelta(days=other.last.day - 1),
        month_range(year, other.last.month)[1],
    )


def _on(when: When, clock: Clock, now: datetime) -> When:
    """Put a time of day on a day that was said."""
    if clock.clock is None:
        return replace(when, window=clock.window)
    hour = clock.clock.hour
    value = clock.clock
    if (clock.bare and 1 <= hour <= 6) or (
        clock.bare
        and hour < 12
        and when.first == now.date()
        and value <= now.time()
        and value.replace(hour=hour + 12) > now.time()
    ):
        value = value.replace(hour=hour + 12)
    past_clock = clock.clock.replace(hour=hour + 12) if clock.bare and 1 <= hour <= 5 else clock.clock
    if clock.next_day:
        when = replace(when, first=when.first + timedelta(days=1), last=when.last + timedelta(days=1))
    return replace(when, clock=value, past_clock=past_clock, window=clock.window, grain="clock")


def _today(clock: Clock, now: datetime) -> When:
    """Find the day of a time without one: the nearest still to come; in a report, today."""
    today = now.date()
    if clock.offset is not None:
        moment = now + clock.offset
        return When(first=moment.date(), last=moment.date(), grain="clock", clock=moment.time().replace(second=0, microsecond=0), past=(moment.date(),) * 2, past_clock=moment.time().replace(second=0, microsecond=0), edge="before")  # fmt: skip
    base = When(first=today, last=today, grain="part", said_day=False, past=(today, today))
    when = _on(base, clock, now)
    if when.clock and not clock.next_day and when.clock <= now.time().replace(second=0, microsecond=0):
        when = replace(
            when, first=today + timedelta(days=1), last=today + timedelta(days=1), note="已过今天的这个点，按明天算"
        )
    elif when.clock is None and when.window and when.window[1] <= now.time():
        tomorrow = today + timedelta(days=1)
        when = replace(when, first=tomorrow, last=tomorrow)
    return replace(when, past=(today, today))


def _later(first: time, second: Clock) -> time:
    value = second.clock or first
    if second.bare and value <= first and value.hour < 12:
        value = value.replace(hour=value.hour + 12)
    return value


def _suffixed(text: str, when: When, end: int, day: Day | None) -> tuple[When, int]:
    match = _DAYS_BEFORE.match(text, end)
    if match and day is not None and when.grain in {"day", "holiday"}:
        eve = when.first - timedelta(days=int(read_number(match["n"]) or 1))
        return replace(when, first=eve, last=eve, past=None, grain="day", note=f"提前{match['n']}天"), match.end()
    match = _SUFFIX.match(text, end)
    if not match:
        return when, end
    if match["about"]:
        return when, match.end()
    if match["after"]:
        return replace(when, edge="after"), match.end()
    if (
        when.clock is None
        and when.window is None
        and day is not None
        and when.grain in {"month", "week", "quarter", "half", "year"}
    ):
        inside = match["before"].strip() in {"以内", "之内", "内"}
        if inside:
            return replace(when, edge="before"), match.end()
        last = when.first - timedelta(days=1)
        return replace(
            when, first=last, last=last, past=None, grain="day", edge="before", note="到前一个月（周、季）最后一天为止"
        ), match.end()
    if when.clock is None and when.last > when.first:
        when = replace(when, first=when.last)
    return replace(when, edge="before"), match.end()


def _repeating(text: str, match: re.Match[str], clocks: Sequence[Clock], now: datetime) -> Span:
    today, groups = now.date(), match.groupdict()
    if groups["week"]:
        number = "一二三四五六日".find(groups["week"].replace("天", "日"))
        number = int(groups["week"]) - 1 if number < 0 else number
        day, repeat = today + timedelta(days=(number - today.weekday()) % 7), "weekly"
    elif groups["month"]:
        number = int(read_number(groups["month"]) or 1)
        first = today.replace(day=1)
        day = min(first + timedelta(days=number - 1), month_range(first.year, first.month)[1])
        day, repeat = (day if day >= today else add_months(day, 1)), "monthly"
    elif groups["day"]:
        day, repeat = today, "daily"
    else:
        repeat = _REPEATS[groups["bare"].removeprefix("个")]
        day = week_range(today, 1)[0] if repeat == "weekly" else today
    when = When(first=day, last=day, grain="day", repeat=repeat, note="重复")
    end = match.end()
    clock = next((each for each in clocks if each.start >= end and _GAP.fullmatch(text, end, each.start)), None)
    if clock and clock.offset is None:
        when, end = _on(when, clock, now), clock.end
        if repeat == "daily" and when.clock and when.clock <= now.time():
            when = replace(when, first=day + timedelta(days=1), last=day + timedelta(days=1))
    return _span("time", match.start(), end, when, "time.every", 9.0)


def _span(kind: str, start: int, end: int, value: object, rule: str, extra: float) -> Span:
    return Span(kind=kind, start=start, end=end, value=value, weight=extra + 2 * (end - start), rule=rule)
