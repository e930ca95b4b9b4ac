"""Time: always UTC inside, the company's zone at the edges, working hours between.

Working days come from the State Council's calendar as ``chinesecalendar`` has it, overruled day
by day in the configuration; a year it does not know yet falls back to plain weekdays (R-117).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import chinese_calendar


class Clock(Protocol):
    """The only source of the present moment."""

    def now(self) -> datetime:
        """Return an aware UTC datetime."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved: tests and the playground."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return where the hands stand."""
        return self._at

    def move(self, by: timedelta) -> None:
        """Go forward (or back) by ``by``."""
        self._at += by

    def set(self, at: datetime) -> None:
        """Jump to ``at``."""
        self._at = at.astimezone(UTC)


QUIET = (time(22, 0), time(8, 0))
"""From evening to morning in the company's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """When a company works. ``shifts`` are half-open local intervals of one working day, in order."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    shifts: tuple[tuple[time, time], ...] = ((time(8, 30), time(12, 0)), (time(13, 0), time(17, 30)))
    overrides: Mapping[date, bool] = field(default_factory=dict)
    """Company days: True works, False is off; wins over the public calendar."""

    def local(self, at: datetime) -> datetime:
        """Return ``at`` in the company's zone."""
        return at.astimezone(self.zone)

    def works_on(self, day: date) -> bool:
        """Return whether ``day`` is a working day."""
        if day in self.overrides:
            return self.overrides[day]
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5

    def quiet_until(self, at: datetime) -> datetime | None:
        """Return when the night ends in which nobody is reminded of anything, None by day (R-40)."""
        local = self.local(at)
        evening, morning = QUIET
        if morning <= local.time() < evening:
            return None
        day = local.date() + timedelta(days=1 if local.time() >= evening else 0)
        return datetime.combine(day, morning, self.zone).astimezone(UTC)

    def add(self, start: datetime, worked: timedelta) -> datetime:
        """Return the moment when ``worked`` of working time has passed since ``start`` (UTC in, UTC out)."""
        left = worked
        day = self.local(start).date()
        while True:
            for begins, ends in self._intervals(day):
                begin = max(begins, start)
                if begin >= ends:
                    continue
                if left <= ends - begin:
                    return begin + left
                left -= ends - begin
            day += timedelta(days=1)

    def back(self, end: datetime, worked: timedelta) -> datetime:
        """Return the moment from which ``worked`` of working time is left until ``end`` (UTC in, UTC out)."""
        left = worked
        day = self.local(end).date()
        while True:
            for begins, ends in reversed(self._intervals(day)):
                until = min(ends, end)
                if until <= begins:
                    continue
                if left <= until - begins:
                    return until - left
                left -= until - begins
            day -= timedelta(days=1)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time inside ``[start, end)``; zero when ``end`` is not after ``start``."""
        total = timedelta()
        day = self.local(start).date()
        while day <= self.local(end).date():
            for begins, ends in self._intervals(day):
                total += max(min(ends, end) - max(begins, start), timedelta())
            day += timedelta(days=1)
        return total

    def _intervals(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.works_on(day):
            return []
        return [
            (
                datetime.combine(day, begins, self.zone).astimezone(UTC),
                datetime.combine(day, ends, self.zone).astimezone(UTC),
            )
            for begins, ends in self.shifts
        ]


WEEKDAYS = "一二三四五六日"


def said_day(at: datetime, zone: ZoneInfo, *, today: date) -> str:
    """Return ``11月26日（周四）``, with the year when it is not this one."""
    day = at.astimezone(zone).date()
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def said_moment(at: datetime, zone: ZoneInfo, *, today: date) -> str:
    """Return ``11月26日（周四）14:30``."""
    return f"{said_day(at, zone, today=today)}{at.astimezone(zone):%H:%M}"


def said_ago(at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """Return ``今天``, ``昨天`` or ``12 天前``, by the days of the calendar."""
    days = (now.astimezone(zone).date() - at.astimezone(zone).date()).days
    return (
        {0: "今天", 1: "昨天"}.get(days, f"{days} 天前")
        if days >= 0
        else said_day(at, zone, today=now.astimezone(zone).date())
    )


def said_clock(at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """Return ``14:30`` for a moment of today, the whole moment for other days."""
    today = now.astimezone(zone).date()
    local = at.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == today else said_moment(at, zone, today=today)
