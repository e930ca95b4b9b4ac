"""一键排跟进: seen, done, undone; never more calls a day than agreed, whoever presses how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.activities.activity import ActivityKind, Outcome
from domain.activities.logging import LogActivity
from domain.activities.plans import CallPlan, ConfirmCalls, PlanCalls, PlanState, UndoCalls, spread
from domain.clock import WorkCalendar
from domain.customers.commands import EnrolCustomer
from domain.errors import Invalid, NotFound, Stale
from domain.tasks.task import Task, TaskState
from tests.support.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


def silent(company: Company, count: int) -> None:
    """陈静 has as many customers whom nobody has ever called, and one that was called today."""
    for number in range(count):
        company.act(EnrolCustomer(name=f"沉默客户{number:02d}", owner="陈静"))
    called = LogActivity(
        text="拜访锦腾", kind=ActivityKind.VISIT, outcome=Outcome.REACHED, at=company.clock.now(), company="锦腾"
    )
    company.act(called, "陈静")


def load(company: Company) -> Counter[date]:
    local = company.business.calendar.local
    return Counter(local(task.due).date() for task in company.all(Task) if task.state is TaskState.OPEN and task.due)


def test_days_off_are_passed_over() -> None:
    friday = date(2026, 11, 27)
    assert spread(3, 1, [friday], friday, WorkCalendar()) == [
        date(2026, 11, 30),
        date(2026, 12, 1),
        date(2026, 12, 2),
    ]


def test_it_is_seen_before_it_is_done_and_can_be_undone(company: Company) -> None:
    silent(company, 7)
    plan_id = company.act(PlanCalls(days=30, per_day=3), "陈静")
    assert company.all(Task) == []
    assert [(day.day, len(names)) for day, names in _view(company, plan_id).calls] == [(24, 3), (25, 3), (26, 1)]
    assert company.act(ConfirmCalls(plan_id=plan_id), "陈静") == 7
    assert sorted(load(company).values()) == [1, 3, 3]
    with pytest.raises(Stale, match="已经处理过了"):
        company.act(ConfirmCalls(plan_id=plan_id), "陈静")
    company.act(UndoCalls(plan_id=plan_id), "陈静")
    assert load(company) == Counter()
    with pytest.raises(Stale, match="没有生效"):
        company.act(UndoCalls(plan_id=plan_id), "陈静")


def test_who_was_called_meanwhile_is_left_out(company: Company) -> None:
    silent(company, 2)
    plan_id = company.act(PlanCalls(days=30), "陈静")
    call = LogActivity(
        text="打了电话", kind=ActivityKind.CALL, outcome=Outcome.REACHED, at=company.clock.now(), company="沉默客户00"
    )
    company.act(call, "陈静")
    assert company.act(ConfirmCalls(plan_id=plan_id), "陈静") == 1


def test_a_plan_is_its_own_persons(company: Company) -> None:
    silent(company, 1)
    plan_id = company.act(PlanCalls(days=30), "陈静")
    for other in ("何雨", "周敏"):
        with pytest.raises(NotFound):
            company.act(ConfirmCalls(plan_id=plan_id), other)
    company.act(ConfirmCalls(plan_id=plan_id), "陈静")
    with pytest.raises(Invalid, match="没有超过 30 天没联系"):
        company.act(PlanCalls(days=30), "陈静")
    with pytest.raises(Invalid, match="每天排 1 到 50 个"):
        company.act(PlanCalls(days=30, per_day=51), "陈静")


def test_eight_plans_at_once_keep_the_days_limit(database_url: str) -> None:
    with open_company(database_url) as company:
        silent(company, 8)
        plans = [company.act(PlanCalls(days=30, per_day=2), "陈静") for _ in range(8)]
        outcomes = company.race(*[(ConfirmCalls(plan_id=plan_id), "陈静") for plan_id in plans])
        assert outcomes == [None] * 8
        assert sorted(load(company).values()) == [2, 2, 2, 2]
        assert {plan.state for plan in company.all(CallPlan)} == {PlanState.DONE}


def test_the_longest_silent_come_first(company: Company) -> None:
    silent(company, 1)
    company.clock.move(timedelta(days=100))
    actor = company.actor("陈静")
    view = company.look(lambda queries: queries.activities.silence(actor, (30, 60, 90), company.clock.now(), over=90))
    assert view.counts == ((30, 2), (60, 2), (90, 2))
    assert [(each.name, each.last_by) for each in view.longest] == [
        ("沉默客户00", ""),
        ("无锡锦腾模具有限公司", "陈静"),
    ]


def _view(company: Company, plan_id: int):
    actor = company.actor("陈静")
    return company.look(lambda queries: queries.activities.plan(plan_id, actor))
