"""Tasks: completed, moved, dropped and opened again; reminded of quietly; counted as promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.inquiries.inquiry import Inquiry
from domain.tasks.commands import AddTask, CancelTask, CompleteTask, PostponeTask, ReopenTask, SnoozeTask
from domain.tasks.task import Task, TaskKind, TaskState
from domain.tasks.timers import EscalateTask, RemindTask
from domain.tasks.today import DayList, ListToday, ShowToday
from tests.support.company import MONDAY, Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Shanghai."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


WEDNESDAY = at(25, 15)


def remind(company: Company, due: datetime = WEDNESDAY, **said) -> int:
    return company.act(AddTask(title="给王总打电话", due=due, **said), "陈静")


def test_a_named_hour_is_kept_even_at_night(company: Company) -> None:
    remind(company, at(28, 22))  # a Saturday evening: he asked for it
    company.clock.set(at(28, 22))
    assert company.fire() == 1
    assert company.told("陈静") == ["tasks.task task:1"]
    assert company.fire() == 0


def test_a_whole_day_is_named_by_the_mornings_list(company: Company) -> None:
    remind(company, at(25, 17, 30), due_whole_day=True)
    assert company.pending() == {}
    company.clock.set(at(25, 8, 30))
    company.act(ShowToday(person_id=company.people["陈静"].person_id or 0))
    assert company.told("陈静") == ["tasks.today daylist:1"]


def test_a_whole_day_off_gets_a_card_of_its_own(company: Company) -> None:
    remind(company, at(29, 17, 30), due_whole_day=True)
    assert company.pending() == {"task:1:remind": at(29, 8, 30)}


def test_a_ladder_is_silent_at_night_and_on_days_off(company: Company) -> None:
    """U14: a timer that fires late looks at the clock, not at its own due."""
    company.log()
    company.clock.set(datetime(2026, 12, 5, 19, 0, tzinfo=UTC))  # Sunday 3:00, after a stop
    company.fire()
    assert company.told("陈静") == []
    assert company.told("周敏") == []
    company.clock.set(datetime(2026, 12, 7, 0, 30, tzinfo=UTC))
    company.fire()
    assert "tasks.task task:1" in company.told("陈静")
    assert len(company.told("周敏")) == 1


def test_a_moved_task_is_reminded_of_anew(company: Company) -> None:
    """U15: what was said about the old day does not swallow what is to be said about the new one."""
    remind(company)
    company.clock.set(at(25, 15))
    company.fire()
    company.act(RemindTask(task_id=1))
    assert company.told("陈静") == ["tasks.task task:1"]
    company.act(PostponeTask(task_id=1, due=at(25, 16)), "陈静")
    company.clock.set(at(25, 16))
    company.fire()
    assert company.told("陈静") == ["tasks.task task:1"] * 2


def test_a_task_without_a_day_is_reminded_of_too(company: Company) -> None:
    """Nobody named a day for the quotation: its ladder counts from the inquiry."""
    company.log(due=None, due_whole_day=False)
    before = company.told("陈静").count("tasks.task task:1")
    company.clock.set(at(25, 15))
    company.fire()
    company.act(RemindTask(task_id=1))
    assert company.told("陈静").count("tasks.task task:1") == before + 1


def test_whatever_comes_back_moves_to_its_next_day(company: Company) -> None:
    remind(company, at(30, 9), repeat="weekly")
    company.act(CompleteTask(task_id=1), "陈静")
    task = company.get(Task, 1)
    assert (task.state, task.due, task.kept_at) == (TaskState.OPEN, at(30, 9) + timedelta(days=7), MONDAY)
    company.clock.set(at(30, 9) + timedelta(days=7))
    company.fire()
    assert company.told("陈静") == ["tasks.task task:1"]
    assert company.pending() == {"task:1:remind": at(30, 9) + timedelta(days=14)}
    company.act(CancelTask(task_id=1), "陈静")
    assert company.pending() == {}


def test_ends_are_ends_until_they_are_taken_back(company: Company) -> None:
    remind(company)
    version = company.get(Task, 1).version
    company.act(CompleteTask(task_id=1, version=version), "陈静")
    for command in (
        CompleteTask(task_id=1),
        CancelTask(task_id=1),
        SnoozeTask(task_id=1),
        PostponeTask(task_id=1, due=at(26, 9)),
    ):
        with pytest.raises(Stale, match="已经完成"):
            company.act(command, "陈静")
    company.act(ReopenTask(task_id=1), "陈静")
    with pytest.raises(Stale, match="还没有完成"):
        company.act(ReopenTask(task_id=1), "陈静")
    with pytest.raises(Stale, match="刚刚改过"):
        company.act(CompleteTask(task_id=1, version=version), "陈静")
    assert company.happened("task:1") == ["TaskAdded", "TaskDone", "TaskReopened"]
    assert set(company.pending()) == {"task:1:remind"}


def test_what_cannot_be(company: Company) -> None:
    with pytest.raises(Invalid, match="已经过去了"):
        remind(company, MONDAY)
    with pytest.raises(Invalid, match="提醒您做什么"):
        company.act(AddTask(title=" ", due=at(25, 9)), "陈静")
    remind(company)
    with pytest.raises(Invalid, match="要推到以后的时间"):
        company.act(PostponeTask(task_id=1, due=MONDAY), "陈静")
    for stranger in ("何雨", "罗成"):
        with pytest.raises(NotFound):
            company.act(CompleteTask(task_id=1), stranger)
    company.act(CompleteTask(task_id=1), "周敏")


def test_the_first_contact_moves_the_inquiry_and_back(company: Company) -> None:
    """S-020, S-053: 首次联系 done → 已联系, opened again → not."""
    inquiry_id = company.log(source="官网")
    task = company.get(Task, 2)
    assert (task.kind, task.due) == (TaskKind.FIRST_CONTACT, at(24, 10))
    with pytest.raises(NotAllowed, match="不能自己取消"):
        company.act(CancelTask(task_id=2), "陈静")
    company.act(CompleteTask(task_id=2), "陈静")
    assert company.get(Inquiry, inquiry_id).contacted_at == MONDAY
    company.act(ReopenTask(task_id=2), "陈静")
    assert company.get(Inquiry, inquiry_id).contacted_at is None
    assert company.happened("inquiry:1") == ["InquiryLogged", "InquiryContacted", "InquiryNotContacted"]


def test_the_day_is_shown_once_however_often_it_is_asked_for(company: Company) -> None:
    remind(company, at(23, 17, 30), due_whole_day=True)
    person = company.people["陈静"].person_id or 0
    company.race(*[(ShowToday(person_id=person), "")] * 8)
    assert company.told("陈静") == ["tasks.today daylist:1"]
    company.act(ShowToday(person_id=company.people["何雨"].person_id or 0))
    assert company.told("何雨") == []


def test_numbers_stay_while_the_list_is_worked_through(company: Company) -> None:
    for hour in (15, 16, 17):
        remind(company, at(23, hour))
    listed = company.act(ListToday(), "陈静").listed
    assert listed == ["task:1", "task:2", "task:3"]
    company.act(CompleteTask(task_id=1), "陈静")
    card = company.card("tasks.today", "daylist:1", "陈静")
    assert [(field.label, field.value[0]) for field in card.fields] == [("1", "✓"), ("2", "给"), ("3", "给")]
    assert company.act(ListToday(), "陈静").listed == ["task:2", "task:3"]
    assert len(company.all(DayList)) == 1


def test_eight_presses_complete_once(database_url: str) -> None:
    with open_company(database_url) as company:
        remind(company)
        outcomes = company.race(*[(CompleteTask(task_id=1), "陈静")] * 8)
        assert [outcome for outcome in outcomes if outcome is None] == [None]
        assert [type(outcome) for outcome in outcomes if outcome is not None] == [Stale] * 7
        assert company.happened("task:1") == ["TaskAdded", "TaskDone"]


def test_keeping_counts_the_day_first_agreed(company: Company) -> None:
    def keeping():
        actor = company.actor("陈静")
        return company.look(
            lambda queries: queries.tasks.keeping(actor, MONDAY - timedelta(days=90), company.clock.now())
        )

    assert keeping().percent is None
    first, second, third = (company.log() for _ in range(3))
    del first, second, third
    company.act(CompleteTask(task_id=1), "陈静")
    company.act(PostponeTask(task_id=2, due=datetime(2026, 12, 20, 9, tzinfo=UTC)), "陈静")
    company.clock.set(datetime(2026, 12, 10, 2, tzinfo=UTC))
    company.act(CompleteTask(task_id=3), "陈静")
    view = keeping()
    assert (view.due, view.kept, view.late, view.moved, view.percent) == (3, 1, 1, 1, 33)


def test_an_escalation_of_what_is_done_is_moot(company: Company) -> None:
    company.log()
    company.act(CompleteTask(task_id=1), "陈静")
    company.act(EscalateTask(task_id=1))
    assert company.told("周敏") == []
