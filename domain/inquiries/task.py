"""Promised work with a day to it, and the timers that keep it from being forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.actor import Actor
from domain.clock import said_moment
from domain.customers.scope import line_above
from domain.messages import Command, Event
from domain.people.person import Person
from domain.record import Entity, Identity, Record, choice
from domain.work import Work


class TaskState(StrEnum):
    """``open → done | cancelled``."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Task(Entity, Record):
    """Something ``owner_id`` has to do about ``about`` (``inquiry:7``). ``due`` None: as soon as possible."""

    __tablename__ = "tasks"

    title: Mapped[str] = mapped_column(String(128))
    owner_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    about: Mapped[str] = mapped_column(String(80), index=True)
    card: Mapped[str] = mapped_column(String(64))
    """The card to send along with a reminder."""
    created_at: Mapped[datetime] = mapped_column()
    due: Mapped[datetime | None] = mapped_column(default=None)
    state: Mapped[TaskState] = mapped_column(choice(TaskState), default=TaskState.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindTask(Command):
    """A timer: tell the owner that his task is near its day, or over it."""

    nags: ClassVar[bool] = True

    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateTask(Command):
    """A timer: tell the owner's leader that the task is still open."""

    nags: ClassVar[bool] = True

    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReminded(Event):
    """The owner was reminded."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEscalated(Event):
    """The owner's leader was told."""

    title: str
    to: str


def promise_timers(task: Task, work: Work) -> None:
    """Promise the reminders of ``task``, replacing earlier ones.

    With a day: before it, then the ladder counts from it. Without: the ladder counts from now.
    """
    policy = work.policies.tasks
    start = work.now if task.due is None else max(task.due, work.now)
    before = None if task.due is None else task.due - policy.remind_before_due
    if before is not None and before > work.now:
        work.promise(f"task:{task.id}:remind", before, RemindTask(task_id=task.id))
    else:
        work.cancel(f"task:{task.id}:remind")
    again = _after(start, policy.quote.remind_after, work, working=policy.quote.working)
    climbs = _after(start, policy.quote.escalate_after, work, working=policy.quote.working)
    work.promise(f"task:{task.id}:again", again, RemindTask(task_id=task.id))
    work.promise(f"task:{task.id}:escalate", climbs, EscalateTask(task_id=task.id))


def end(task: Task, state: TaskState, work: Work) -> None:
    """Close the task and take its timers back; nothing happens when it is closed already."""
    if task.state is TaskState.OPEN:
        task.state = state
        work.cancel_like(f"task:{task.id}:")
        work.flush()


def remind_task(command: RemindTask, actor: Actor, work: Work) -> None:
    """Say it and show the card; moot when the task is closed (R-41)."""
    del actor
    task = work.get(Task, command.task_id)
    if task.state is not TaskState.OPEN:
        return
    work.say(task.owner_id, f"提醒：{task.title}，{_said_due(task, work)}。")
    work.tell(task.owner_id, task.card, task.about)
    work.record(TaskReminded(subject=task.subject, title=task.title))


def escalate_task(command: EscalateTask, actor: Actor, work: Work) -> None:
    """Tell the nearest leader; moot when the task is closed."""
    del actor
    task = work.get(Task, command.task_id)
    if task.state is not TaskState.OPEN:
        return
    owner = work.get(Person, task.owner_id).name
    leader = next(line_above(task.owner_id, work.find.people.leader_of), None)
    if leader is not None:
        work.say(leader.id, f"{owner}的任务“{task.title}”还没有完成，{_said_due(task, work)}，请关注。")
        work.tell(leader.id, task.card, task.about)
    told = f"，已告知{leader.name}" if leader is not None else ""
    work.say(task.owner_id, f"任务“{task.title}”还没有完成，{_said_due(task, work)}{told}。")
    work.record(TaskEscalated(subject=task.subject, title=task.title, to=leader.name if leader else ""))


def _after(start: datetime, wait: timedelta, work: Work, *, working: bool) -> datetime:
    return work.calendar.add(start, wait) if working else start + wait


def _said_due(task: Task, work: Work) -> str:
    if task.due is None:
        return "没有约定期限"
    zone = work.calendar.zone
    said = said_moment(task.due, zone, today=work.calendar.local(work.now).date())
    return f"{said} 到期" if task.due > work.now else f"{said} 已到期"
