"""``催一下陈静``: she hears what is open; only of her leader about everything, and not all the time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import Invalid, NotFound
from domain.tasks.assigning import AssignTask
from domain.tasks.commands import AddTask, CompleteTask
from domain.tasks.urging import UrgePerson
from tests.support.company import MONDAY, Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as opened:
        yield opened


def test_a_leader_urges_about_what_is_due(company: Company) -> None:
    company.act(AddTask(title="给锦腾发样本", due=MONDAY + timedelta(hours=4)), "陈静")
    company.act(AddTask(title="年底盘点客户", due=MONDAY + timedelta(days=30)), "陈静")
    assert company.act(UrgePerson(to="陈静"), "周敏") == ("给锦腾发样本",)
    assert company.told("陈静")[-1] == "周敏催您：\n1. 给锦腾发样本（14:00）\n做完发“待办”，按序号勾掉。"
    with pytest.raises(Invalid, match="这个钟头已经催过陈静了"):
        company.act(UrgePerson(to="陈静"), "周敏")
    company.clock.move(timedelta(hours=5))
    company.act(UrgePerson(to="陈静"), "周敏")
    assert "已过期" in company.told("陈静")[-1]


def test_with_nothing_near_what_comes_later_is_urged(company: Company) -> None:
    task = company.act(AddTask(title="年底盘点客户", due=MONDAY + timedelta(days=30)), "陈静")
    assert company.act(UrgePerson(to="陈静"), "周敏") == ("年底盘点客户",)
    company.act(CompleteTask(task_id=task), "陈静")
    with pytest.raises(NotFound, match="陈静手上没有待办，没有催"):
        company.act(UrgePerson(to="陈静"), "周敏")


def test_others_urge_only_about_what_they_gave(company: Company) -> None:
    company.act(AssignTask(to="陈静", title="联系锦腾"), "周敏")
    before = company.told("陈静")
    with pytest.raises(NotFound, match="没有您交给陈静的事在等"):
        company.act(UrgePerson(to="陈静"), "何雨")
    assert company.told("陈静") == before


@pytest.mark.parametrize("name", ["没有这个人", "周敏"])
def test_somebody_else_must_be_named(company: Company, name: str) -> None:
    with pytest.raises(NotFound, match="请写同事的名字"):
        company.act(UrgePerson(to=name), "周敏")
