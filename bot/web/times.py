"""When somebody is there: boxes to tick for the next three days, and what is believed of the ticks.

A tick says its day and hours itself (``2026-11-22 13:00-18:00``), so a page that was left open over
night means what it showed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_PARTS = (("上午", "08:00", "12:00"), ("下午", "13:00", "18:00"), ("晚上", "18:00", "21:00"))
_DAYS = ("今天", "明天", "后天")
_TICK = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d-\d\d:\d\d)")
_HOURS = frozenset(f"{begins}-{ends}" for _, begins, ends in _PARTS)
_MOST_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A row of boxes: (label, value)."""

    label: str
    boxes: tuple[tuple[str, str], ...]


def offered(now: datetime) -> list[Day]:
    """Return the boxes of today and the two days after it (company time); what is over today is not offered."""
    days = []
    for ahead, label in enumerate(_DAYS):
        day = now.date() + timedelta(days=ahead)
        boxes = tuple(
            (part, f"{day} {begins}-{ends}") for part, begins, ends in _PARTS if ahead or f"{now:%H:%M}" < ends
        )
        if boxes:
            days.append(Day(label=f"{label} {day.month}/{day.day}", boxes=boxes))
    return days


def ticked(values: Iterable[str], today: date) -> list[str]:
    """Return the ticks that can have come from a page of ours, each once, in order of time."""
    good = set()
    for value in values:
        found = _TICK.fullmatch(value)
        if found is None or found[2] not in _HOURS:
            continue
        try:
            day = date.fromisoformat(found[1])
        except ValueError:
            continue
        if timedelta() <= day - today < timedelta(days=_MOST_DAYS):
            good.add(value)
    return sorted(good)
