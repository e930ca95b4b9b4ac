"""Dates by the conventions of docs/understanding.md; 2026-03-11 is a Wednesday."""

from datetime import date, datetime

import pytest

from handlers.language.calendar import ChineseCalendar, add_workdays, last_workday, next_workday
from handlers.language.time import find_times

NOW = datetime.fromisoformat("2026-03-11T10:30:00+08:00")


def read(text, now=NOW):
    return [
        (str(when.first), str(when.last), when.clock.strftime("%H:%M") if when.clock else "")
        for when in (span.value for span in find_times(text, now, ChineseCalendar()) if span.kind == "time")
    ]


@pytest.mark.parametrize(
    ("text", "first", "last", "clock"),
    [
        ("下周三前", "2026-03-18", "2026-03-18", ""),
        ("下下周一", "2026-03-23", "2026-03-23", ""),
        ("这周五", "2026-03-13", "2026-03-13", ""),
        ("周五", "2026-03-13", "2026-03-13", ""),
        ("周三", "2026-03-11", "2026-03-11", ""),
        ("礼拜天", "2026-03-15", "2026-03-15", ""),
        ("月底前", "2026-03-31", "2026-03-31", ""),
        ("5月前", "2026-04-30", "2026-04-30", ""),
        ("四月中旬", "2026-04-11", "2026-04-20", ""),
        ("下个月", "2026-04-01", "2026-04-30", ""),
        ("下月初", "2026-04-01", "2026-04-10", ""),
        ("Q3", "2026-07-01", "2026-09-30", ""),
        ("下半年", "2026-07-01", "2026-12-31", ""),
        ("上季度", "2025-10-01", "2025-12-31", ""),
        ("去年四季度", "2025-10-01", "2025-12-31", ""),
        ("国庆后", "2026-10-08", "2026-10-08", ""),
        ("国庆前", "2026-09-30", "2026-09-30", ""),
        ("五一后", "2026-05-06", "2026-05-06", ""),
        ("过完端午", "2026-06-22", "2026-06-22", ""),
        ("节前", "2026-04-03", "2026-04-03", ""),
        ("两周内", "2026-03-25", "2026-03-25", ""),
        ("过两天", "2026-03-13", "2026-03-13", ""),
        ("两个月后", "2026-05-11", "2026-05-11", ""),
        ("半个月后", "2026-03-26", "2026-03-26", ""),
        ("3个工作日内", "2026-03-16", "2026-03-16", ""),
        ("3天前", "2026-03-08", "2026-03-08", ""),
        ("近半年", "2025-09-11", "2026-03-11", ""),
        ("最近七天", "2026-03-05", "2026-03-11", ""),
        ("这两天", "2026-03-11", "2026-03-13", ""),
        ("明后天", "2026-03-12", "2026-03-13", ""),
        ("周二到周五", "2026-03-17", "2026-03-20", ""),
        ("3月15号", "2026-03-15", "2026-03-15", ""),
        ("3/18前", "2026-03-18", "2026-03-18", ""),
        ("周三3月18号", "2026-03-18", "2026-03-18", ""),
        ("2026年", "2026-01-01", "2026-12-31", ""),
        ("明早九点前", "2026-03-12", "2026-03-12", "09:00"),
        ("三点半", "2026-03-11", "2026-03-11", "15:30"),
        ("8点", "2026-03-11", "2026-03-11", "20:00"),
        ("今晚八点", "2026-03-11", "2026-03-11", "20:00"),
        ("明天下班前", "2026-03-12", "2026-03-12", "18:00"),
        ("周五下午两点到四点", "2026-03-13", "2026-03-13", "14:00"),
        ("半小时后", "2026-03-11", "2026-03-11", "11:00"),
        ("大概四十分钟到", "2026-03-11", "2026-03-11", "11:10"),
        ("每周五早上9点", "2026-03-13", "2026-03-13", "09:00"),
        ("每月5号", "2026-04-05", "2026-04-05", ""),
    ],
)
def test_resolves_the_day(text, first, last, clock):
    assert read(text) == [(first, last, clock)]


@pytest.mark.parametrize(
    "text",
    ["三号车间", "快一点", "三年质保", "堵了四十分钟", "第三批", "85折", "3.5万", "周期长", "前面那台", "30号工位"],
)
def test_is_not_fooled(text):
    assert read(text) == []


def test_a_bare_weekday_has_a_past_reading_too():
    (span,) = find_times("周五", NOW, ChineseCalendar())
    assert span.value.past == (date(2026, 3, 6), date(2026, 3, 6))


def test_a_bare_hour_gone_by_means_tomorrow():
    assert read("三点", datetime.fromisoformat("2026-03-11T17:45:00+08:00")) == [("2026-03-12", "2026-03-12", "15:00")]


def test_years_without_an_announcement_fall_back_to_statutory_days():
    calendar = ChineseCalendar()
    assert read("元旦后", datetime.fromisoformat("2026-12-30T15:00:00+08:00")) == [("2027-01-04", "2027-01-04", "")]
    assert calendar.holiday("Spring Festival", 2027) == (date(2027, 2, 5), date(2027, 2, 8))
    assert not calendar.is_workday(date(2027, 10, 1))


def test_an_administrator_has_the_last_word():
    calendar = ChineseCalendar(off=frozenset({date(2026, 3, 12)}), work=frozenset({date(2026, 3, 14)}))
    assert next_workday(calendar, date(2026, 3, 12)) == date(2026, 3, 13)
    assert last_workday(calendar, date(2026, 3, 15)) == date(2026, 3, 14)
    assert add_workdays(calendar, date(2026, 3, 11), 2) == date(2026, 3, 14)
