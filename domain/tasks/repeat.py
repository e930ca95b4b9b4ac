"""When something that comes again is due next: a pure function."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = {"daily": 1, "weekly": 7}
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


def next_due(first: datetime, repeat: str, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first occurrence later than ``after`` of what was first due at ``first`` (UTC in, UTC out).

    The clock on the wall stays the same; a day the month does not have is its last one, and the next
    month has it again. KeyError for an unknown rhythm.
    """
    local = first.astimezone(zone)
    step = 1
    while True:
        day = _shifted(local.date(), repeat, step)
        due = datetime.combine(day, local.time(), zone).astimezone(UTC)
        if due > after:
            return due
        step += 1


def _shifted(day: date, repeat: str, times: int) -> date:
    if repeat in _DAYS:
        return day + timedelta(days=_DAYS[repeat] * times)
    month = day.month - 1 + _MONTHS[repeat] * times
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
