"""Holidays and make-up working days as the State Council announces them, with the company's own changes.

``chinesecalendar`` knows the years announced so far; for later years the statutory days are computed from a
small lunar table and Saturdays and Sundays are off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Protocol

import chinese_calendar

NAMES: Final = {
    "国庆节": "National Day", "国庆": "National Day", "十一": "National Day", "黄金周": "National Day",
    "五一": "Labour Day", "劳动节": "Labour Day", "51": "Labour Day",
    "端午节": "Dragon Boat Festival", "端午": "Dragon Boat Festival",
    "春节": "Spring Festival", "过年": "Spring Festival",
    "新年": "Spring Festival", "大年": "Spring Festival", "年": "Spring Festival",
    "中秋节": "Mid-autumn Festival", "中秋": "Mid-autumn Festival",
    "清明节": "Tomb-sweeping Day", "清明": "Tomb-sweeping Day", "元旦": "New Year's Day",
}  # fmt: skip
"""Word → the name ``chinesecalendar`` uses."""

_LUNAR: Final = {  # year: (first day of the year, Tomb-sweeping, Dragon Boat, Mid-autumn)
    2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 13), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 3), (4, 5), (6, 5), (9, 12)),
    2031: ((1, 23), (4, 5), (6, 24), (10, 1)),
    2032: ((2, 11), (4, 4), (6, 12), (9, 19)),
    2033: ((1, 31), (4, 4), (6, 1), (9, 8)),
    2034: ((2, 19), (4, 5), (6, 20), (9, 27)),
    2035: ((2, 8), (4, 5), (6, 10), (9, 16)),
}


class Calendar(Protocol):
    """What the date grammar asks of a calendar."""

    def is_workday(self, day: date) -> bool:
        """Whether people work on ``day``."""
        ...

    def holiday(self, name: str, year: int) -> tuple[date, date] | None:
        """Return first and last day off of the holiday called ``name`` (a value of ``NAMES``) in ``year``."""
        ...


def _announced() -> Mapping[tuple[str, int], tuple[date, date]]:
    ranges: dict[tuple[str, int], tuple[date, date]] = {}
    for day, holiday in sorted(chinese_calendar.holidays.items()):
        for name in (str(getattr(holiday, "value", holiday)), *_joined(day)):
            first, _ = ranges.get((name, day.year), (day, day))
            ranges[name, day.year] = (first, day)
    return MappingProxyType(ranges)


def _joined(day: date) -> tuple[str, ...]:
    """In 2020, 2023 and 2025 Mid-autumn fell into the National Day week, and the library files it under one name."""
    return ("Mid-autumn Festival",) if (day.year, day.month) in {(2023, 9), (2025, 10)} and day.day in {6, 29} else ()


_RANGES: Final = _announced()
_LAST_YEAR: Final = max(year for _, year in _RANGES)


@dataclass(frozen=True, slots=True)
class ChineseCalendar:
    """The public calendar, with ``off`` and ``work`` days an administrator has set."""

    off: frozenset[date] = field(default_factory=frozenset)
    work: frozenset[date] = field(default_factory=frozenset)

    def is_workday(self, day: date) -> bool:
        """Whether people work on ``day``."""
        if day in self.work:
            return True
        if day in self.off:
            return False
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:  # a year not announced yet
            return day.weekday() < 5 and not any(
                span and span[0] <= day <= span[1]
                for span in (_statutory(name, day.year) for name in set(NAMES.values()))
            )

    def holiday(self, name: str, year: int) -> tuple[date, date] | None:
        """Return first and last day off of the holiday called ``name`` (a value of ``NAMES``) in ``year``."""
        return _RANGES.get((name, year)) if year <= _LAST_YEAR else _statutory(name, year)


def next_workday(calendar: Calendar, day: date) -> date:
    """Return ``day`` or the first working day after it."""
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def last_workday(calendar: Calendar, day: date) -> date:
    """Return ``day`` or the last working day before it."""
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def add_workdays(calendar: Calendar, day: date, count: int) -> date:
    """Return the ``count``-th working day after ``day``."""
    for _ in range(min(count, 400)):
        day = next_workday(calendar, day + timedelta(days=1))
    return day


def _statutory(name: str, year: int) -> tuple[date, date] | None:
    if name == "New Year's Day":
        return date(year, 1, 1), date(year, 1, 1)
    if name == "Labour Day":
        return date(year, 5, 1), date(year, 5, 2)
    if name == "National Day":
        return date(year, 10, 1), date(year, 10, 3)
    lunar = _LUNAR.get(year)
    if lunar is None:
        return None
    spring, tomb, dragon, autumn = (date(year, month, day) for month, day in lunar)
    if name == "Spring Festival":
        return spring - timedelta(days=1), spring + timedelta(days=2)
    day = {"Tomb-sweeping Day": tomb, "Dragon Boat Festival": dragon, "Mid-autumn Festival": autumn}.get(name)
    return (day, day) if day else None
