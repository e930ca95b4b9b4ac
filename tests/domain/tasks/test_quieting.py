"""Somebody's own quiet hours: his reminders wait, whatever the company's hours are; what he timed himself does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from domain.errors import Invalid
from domain.people.person import Person
from domain.tasks.commands import AddTask
from domain.tasks.quieting import SetQuiet
from domain.tasks.timers import RemindTask
from tests.support.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as opened:
        yield opened


def at(day: int, hour: int) -> datetime:
    """A moment of November 2026 in Shanghai."""
    return datetime(2026, 11, day, hour, tzinfo=UTC) - timedelta(hours=8)


def test_a_reminder_waits_for_his_own_morning(company: Company) -> None:
    hours = company.act(SetQuiet(begins=time(18)), "陈静")
    assert (hours.begins, hours.ends) == (time(18), time(8))
    company.act(SetQuiet(ends=time(9, 30)), "陈静")
    task = company.act(AddTask(title="发资料", due=at(25, 18), due_whole_day=True), "陈静")
    company.clock.set(at(25, 19))
    company.act(RemindTask(task_id=task))
    assert company.told("陈静") == []
    assert company.pending()[f"task:{task}:remind"] == at(26, 9) + timedelta(minutes=30)

    assert company.act(SetQuiet(clear=True), "陈静").begins == time(20)
    company.act(RemindTask(task_id=task))
    assert company.told("陈静") == [f"tasks.task task:{task}"]


def test_it_lasts_over_a_night_and_is_his_alone(company: Company) -> None:
    with pytest.raises(Invalid, match="免打扰要从晚上到第二天早上"):
        company.act(SetQuiet(begins=time(7)), "陈静")
    company.act(SetQuiet(begins=time(21)), "陈静")
    assert {each.name: each.quiet for each in company.all(Person) if each.quiet} == {"陈静": "21:00/08:00"}
