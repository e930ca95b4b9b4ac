"""一键排跟进: calls to silent customers spread over the next working days, seen before it is done, undoable (S-059)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from domain.activities.events import CallsPlanned, CallsUnplanned
from domain.actor import Actor
from domain.clock import WorkCalendar
from domain.customers.customer import Customer
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.messages import Command
from domain.people.person import Person
from domain.record import Entity, Identity, Record, choice
from domain.tasks.commands import drop, keep
from domain.tasks.quiet import evening_of
from domain.tasks.task import Task, TaskKind, TaskSource
from domain.work import Work

MOST = 50
"""Customers of one plan; the others come up when these are called."""


class PlanState(StrEnum):
    """``seen → done → undone``."""

    SEEN = "seen"
    DONE = "done"
    UNDONE = "undone"


class CallPlan(Entity, Record):
    """Which customer is to be called on which day: ``{"customer_id": 3, "name": "…", "day": "2025-11-24"}``."""

    __tablename__ = "call_plans"

    person_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column()
    days: Mapped[int] = mapped_column()
    """The customers had been silent for at least so many."""
    per_day: Mapped[int] = mapped_column()
    calls: Mapped[list[Any]] = mapped_column(default_factory=list)
    state: Mapped[PlanState] = mapped_column(choice(PlanState), default=PlanState.SEEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCalls(Command):
    """Look at a plan for the actor's own customers who have been silent for ``days``; nothing is done yet."""

    days: int
    per_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmCalls(Command):
    """Do it; who was reached meanwhile is left out, full days are passed over."""

    plan_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoCalls(Command):
    """Take back what nobody has called yet."""

    plan_id: int


def plan_calls(command: PlanCalls, actor: Actor, work: Work) -> int:
    """Return the plan's id; Invalid when nobody is silent."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能排跟进。")
    per_day = command.per_day or work.policies.tasks.calls_per_day
    if not 1 <= per_day <= MOST:
        raise Invalid(f"每天排 1 到 {MOST} 个，例如：一键排跟进 每天5个。")
    silent = _silent(actor.person_id, command.days, work)
    if not silent:
        raise Invalid(f"没有超过 {command.days} 天没联系、又还没排上的客户。")
    days = spread(len(silent), per_day, _planned(actor.person_id, work), _first_day(work), work.calendar)
    plan = work.add(
        CallPlan(
            person_id=actor.person_id,
            created_at=work.now,
            days=command.days,
            per_day=per_day,
            calls=[
                {"customer_id": customer.id, "name": customer.name, "day": day.isoformat()}
                for customer, day in zip(silent, days, strict=True)
            ],
        )
    )
    work.flush()
    return plan.id


def confirm_calls(command: ConfirmCalls, actor: Actor, work: Work) -> int:
    """Return how many calls were planned. The day's limit holds over all plans: the person is locked."""
    plan = _mine(command.plan_id, actor, work)
    if plan.state is not PlanState.SEEN or command.version not in (0, plan.version):
        raise Stale("这份安排已经处理过了。要重新排，请再发“一键排跟进”。", subject=plan.subject)
    silent = {customer.id: customer for customer in _silent(plan.person_id, plan.days, work)}
    wanted = [silent[call["customer_id"]] for call in plan.calls if call["customer_id"] in silent]
    days = spread(len(wanted), plan.per_day, _planned(plan.person_id, work), _first_day(work), work.calendar)
    for customer, day in zip(wanted, days, strict=True):
        _call(customer, day, plan, work)
    plan.calls = [
        {"customer_id": customer.id, "name": customer.name, "day": day.isoformat()}
        for customer, day in zip(wanted, days, strict=True)
    ]
    plan.state = PlanState.DONE
    work.flush()
    work.record(CallsPlanned(subject=plan.subject, calls=len(wanted), days=len(set(days))))
    work.redraw(plan.subject)
    return len(wanted)


def undo_calls(command: UndoCalls, actor: Actor, work: Work) -> None:
    """Cancel the calls that are still open."""
    plan = _mine(command.plan_id, actor, work)
    if plan.state is not PlanState.DONE:
        raise Stale("这份安排没有生效，不用撤销。", subject=plan.subject)
    plan.state = PlanState.UNDONE
    calls = [task for task in work.find.tasks.brought_about_by(plan.subject) if task.is_open]
    for task in calls:
        drop(task, plan.subject, work)
    work.flush()
    work.record(CallsUnplanned(subject=plan.subject, calls=len(calls)))
    work.redraw(plan.subject)


def spread(count: int, per_day: int, planned: Sequence[date], first: date, calendar: WorkCalendar) -> list[date]:
    """Return a working day for each of ``count`` calls, at most ``per_day`` a day with those already ``planned``."""
    load = Counter(planned)
    days = _working_days(first, calendar)
    day = next(days)
    chosen: list[date] = []
    while len(chosen) < count:
        if load[day] >= per_day:
            day = next(days)
            continue
        load[day] += 1
        chosen.append(day)
    return chosen


def _working_days(first: date, calendar: WorkCalendar) -> Iterator[date]:
    day = first
    while True:
        if calendar.works_on(day):
            yield day
        day += timedelta(days=1)


def _first_day(work: Work) -> date:
    return work.calendar.local(work.now).date() + timedelta(days=1)


def _planned(person_id: int, work: Work) -> list[date]:
    return [work.calendar.local(due).date() for due in work.find.tasks.calls_by_day(person_id, work.now)]


def _silent(person_id: int, days: int, work: Work) -> Sequence[Customer]:
    return work.find.customers.silent_of(person_id, work.now - timedelta(days=days), MOST)


def _call(customer: Customer, day: date, plan: CallPlan, work: Work) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=work.calendar.zone)
    keep(
        Task(
            title=f"联系{customer.name}",
            owner_id=plan.person_id,
            created_at=work.now,
            about=customer.subject,
            customer_id=customer.id,
            due=evening_of(noon, work.calendar),
            due_whole_day=True,
            kind=TaskKind.CONTACT,
            source=TaskSource.RULE,
            why=f"超过 {plan.days} 天没有联系",
            origin=plan.subject,
        ),
        work,
    )


def _mine(plan_id: int, actor: Actor, work: Work) -> CallPlan:
    """Return the actor's own plan, with the actor locked: his days are counted over all his plans."""
    plan = work.get(CallPlan, plan_id)
    if plan.person_id != actor.person_id:
        raise NotFound("没有找到这份安排，请发“一键排跟进”重新排。")
    work.lock(Person, plan.person_id)
    return work.lock(CallPlan, plan_id)
