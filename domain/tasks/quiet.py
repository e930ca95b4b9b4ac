"""When a reminder may be heard: pure functions of the calendar and the company's quiet hours (N6, U14)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from domain.clock import WorkCalendar
from domain.people.person import Person
from domain.policy import QuietHours


def out_loud(at: datetime, quiet: QuietHours, calendar: WorkCalendar) -> datetime:
    """Return the first moment from ``at`` on that is neither in the quiet hours nor on a day off (UTC)."""
    local = calendar.local(at)
    while True:
        if quiet.workdays and not calendar.works_on(local.date()):
            local = _at(local + timedelta(days=1), quiet.ends)
        elif local.time() < quiet.ends:
            local = _at(local, quiet.ends)
        elif local.time() >= quiet.begins:
            local = _at(local + timedelta(days=1), quiet.ends)
        else:
            return local.astimezone(UTC)


def hours_of(person: Person, company: QuietHours) -> QuietHours:
    """Return somebody's own quiet hours, the company's where he has none; days off are the company's."""
    if not person.quiet:
        return company
    begins, ends = (time.fromisoformat(each) for each in person.quiet.split("/"))
    return company.model_copy(update={"begins": begins, "ends": ends})


def morning_of(at: datetime, calendar: WorkCalendar) -> datetime:
    """Return the start of work on the day of ``at`` (UTC), also when nobody works on that day."""
    return _at(calendar.local(at), start_of_work(calendar)).astimezone(UTC)


def evening_of(at: datetime, calendar: WorkCalendar) -> datetime:
    """Return the end of work on the day of ``at`` (UTC)."""
    ends = calendar.shifts[-1][1] if calendar.shifts else time(18, 0)
    return _at(calendar.local(at), ends).astimezone(UTC)


def start_of_work(calendar: WorkCalendar) -> time:
    """Return when the first shift begins."""
    return calendar.shifts[0][0] if calendar.shifts else time(9, 0)


def end_of_day(at: datetime, calendar: WorkCalendar) -> datetime:
    """Return midnight after ``at`` in the company's zone (UTC)."""
    return _at(calendar.local(at) + timedelta(days=1), time()).astimezone(UTC)


def _at(local: datetime, clock: time) -> datetime:
    return datetime.combine(local.date(), clock, local.tzinfo)
