"""A leader gives one of his people something to do; nobody else can, and he hears when it is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import Invalid, NotFound
from domain.tasks.assigning import AssignTask
from domain.tasks.commands import CompleteTask, ReopenTask
from domain.tasks.task import Task
from tests.support.company import MONDAY, Company, open_company

FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as opened:
        yield opened


def test_it_is_shown_at_once_and_told_back_when_done(company: Company) -> None:
    task = company.act(AssignTask(to="陈静", title="联系锦腾", due=FRIDAY, why="让陈静周五前联系锦腾"), "周敏")
    assert company.told("陈静") == [f"tasks.task {task.subject}"]
    card = company.card("tasks.task", task.subject, "陈静")
    assert [(row.label, row.value) for row in card.fields] == [("来自", "周敏安排")]
    company.act(CompleteTask(task_id=task.id), "陈静")
    assert "陈静做完了您安排的事：联系锦腾" in company.told("周敏")[-1]
    company.act(ReopenTask(task_id=task.id), "陈静")
    before = len(company.told("周敏"))
    company.act(CompleteTask(task_id=task.id), "周敏")
    assert len(company.told("周敏")) == before


@pytest.mark.parametrize(("by", "to"), [("周敏", "何雨"), ("陈静", "周敏"), ("周敏", "周敏"), ("周敏", "没有这个人")])
def test_only_to_ones_own_people(company: Company, by: str, to: str) -> None:
    with pytest.raises(NotFound, match="可能写错了名字，或不在您的团队里"):
        company.act(AssignTask(to=to, title="联系锦腾"), by)
    assert company.all(Task) == []


@pytest.mark.parametrize(
    ("title", "hours", "says"), [(" ", 1, "请说让陈静做什么"), ("联系锦腾", -1, "这个时间已经过去了")]
)
def test_what_and_when_must_make_sense(company: Company, title: str, hours: int, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        company.act(AssignTask(to="陈静", title=title, due=MONDAY + timedelta(hours=hours)), "周敏")
