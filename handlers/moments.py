"""Days and hours in a few words, for sentences that are about nothing else: 推到下周五, 明早."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from domain.clock import WorkCalendar
from handlers.language.calendar import ChineseCalendar
from handlers.language.normalize import normalize
from handlers.language.time import When, find_times


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """``due`` in UTC; with ``whole_day`` the end of that day's work, or of the part of it in ``window``."""

    due: datetime
    whole_day: bool
    window: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """Return it as the fields of a command."""
        return {"due": self.due, "due_whole_day": self.whole_day, "window": self.window}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A moment and where in the words it stands."""

    moment: Moment
    start: int
    end: int


def find_moments(words: str, now: datetime, calendar: WorkCalendar, *, latest: bool = False) -> list[Found]:
    """Return the moments still to come, in their order; of 下周 the first day, or with ``latest`` the last."""
    local = calendar.local(now)
    text = normalize(words).text
    found = []
    for span in find_times(text, local, _CALENDAR):
        if span.kind != "time":
            continue
        moment = _moment(span.value, calendar, now, latest=latest)
        if moment is not None:
            found.append(Found(moment=moment, start=span.start, end=span.end))
    return found


def moment_of(said: Any, window: Any, calendar: WorkCalendar, now: datetime) -> Moment | None:
    """Return the moment of the slots ``due`` and ``due_window``; None when none was said."""
    if not said:
        return None
    if len(str(said)) > len("2025-11-25"):
        at = datetime.fromisoformat(str(said))
        return Moment(due=(at if at.tzinfo else at.replace(tzinfo=calendar.zone)).astimezone(UTC), whole_day=False)
    return _whole_day(date.fromisoformat(str(said)), str(window or ""), calendar, now)


def _moment(when: When, calendar: WorkCalendar, now: datetime, *, latest: bool) -> Moment | None:
    day = when.last if latest or when.edge == "before" else max(when.first, calendar.local(now).date())
    if when.clock is not None:
        moment = Moment(due=datetime.combine(day, when.clock, calendar.zone).astimezone(UTC), whole_day=False)
    else:
        window = "/".join(f"{each:%H:%M}" for each in when.window) if when.window is not None else ""
        moment = _whole_day(day, window, calendar, now)
    return moment if moment.due > now else None


def _whole_day(day: date, window: str, calendar: WorkCalendar, now: datetime) -> Moment:
    ends = calendar.shifts[-1][1] if calendar.shifts else time(18, 0)
    if window:
        ends = time.fromisoformat(window.partition("/")[2])
    due = datetime.combine(day, ends, calendar.zone).astimezone(UTC)
    if due <= now and day == calendar.local(now).date():
        due = datetime.combine(day, time(23, 59), calendar.zone).astimezone(UTC)
    return Moment(due=due, whole_day=True, window=window)


_CALENDAR = ChineseCalendar()
