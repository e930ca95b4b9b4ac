"""Reminding of a task: quietly, once for each day it has had, and never when it is moot.

=====================  ====================================================================
what is due            is told
=====================  ====================================================================
a promise, a quote     before its day (working time), then the ladder climbs to the leader
a named hour           at that hour, whatever the hour: he asked for it
a whole day            in the morning's list; on a day off, or when that list has gone out,
                       by a card of its own
=====================  ====================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from domain.actor import Actor
from domain.clock import said_moment
from domain.messages import Command
from domain.people.person import Person
from domain.policy_ladder import Ladder
from domain.scope import line_above
from domain.tasks.events import TaskEscalated, TaskReminded
from domain.tasks.quiet import evening_of, hours_of, morning_of, out_loud
from domain.tasks.repeat import next_due
from domain.tasks.task import Task, TaskKind
from domain.work import Work

CARD = "tasks.task"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindTask(Command):
    """A timer: tell the owner that his task is near its day, or over it."""

    nags: ClassVar[bool] = True

    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindAtHour(Command):
    """A timer: tell the owner at the hour he named himself; it does not wait for the morning."""

    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateTask(Command):
    """A timer: tell the owner's leader that the task is still open."""

    nags: ClassVar[bool] = True

    task_id: int


def promise_timers(task: Task, work: Work) -> None:
    """Promise the reminders of ``task``, replacing earlier ones."""
    if task.promised:
        _promise_ladder(task, work)
    else:
        work.cancel(f"task:{task.id}:again")
        work.cancel(f"task:{task.id}:escalate")
    at = _remind_at(task, work)
    if at is not None:
        work.promise(f"task:{task.id}:remind", at, reminder(task))
    else:
        work.cancel(f"task:{task.id}:remind")


def reminder(task: Task) -> RemindTask | RemindAtHour:
    """Return the command that reminds of the task."""
    return RemindAtHour(task_id=task.id) if _named_hour(task) else RemindTask(task_id=task.id)


def remind_task(command: RemindTask | RemindAtHour, actor: Actor, work: Work) -> None:
    """Show the task's card, or draw the one he has anew; moot when the task is closed (R-41)."""
    del actor
    task = work.get(Task, command.task_id)
    if not task.is_open:
        return
    quiet = hours_of(work.get(Person, task.owner_id), work.policies.tasks.quiet)
    if not _named_hour(task) and (later := out_loud(work.now, quiet, work.calendar)) > work.now:
        work.promise(f"task:{task.id}:remind", later, RemindTask(task_id=task.id))
        return
    if task.repeat:
        _roll(task, work)
    key = f"{task.due.isoformat() if task.due else ''}/{'over' if _is_over(task, work) else 'before'}"
    if task.reminded == key:
        return
    if task.reminded and task.reminded.partition("/")[0] == key.partition("/")[0]:
        work.redraw(task.subject)
    else:
        work.tell(task.owner_id, CARD, task.subject)
    task.reminded = key
    work.record(TaskReminded(subject=task.subject, title=task.title))


def escalate_task(command: EscalateTask, actor: Actor, work: Work) -> None:
    """Tell the nearest leader; moot when the task is closed, later in the quiet hours."""
    del actor
    task = work.get(Task, command.task_id)
    if not task.is_open:
        return
    later = out_loud(work.now, work.policies.tasks.quiet, work.calendar)
    if later > work.now:
        work.promise(f"task:{task.id}:escalate", later, command)
        return
    owner = work.get(Person, task.owner_id).name
    leader = next(line_above(task.owner_id, work.find.people.leader_of), None)
    if leader is not None:
        work.say(leader.id, f"{owner}的任务“{task.title}”还没有完成，{said_due(task, work)}，请关注。")
    told = f"，已告知{leader.name}" if leader is not None else ""
    work.say(task.owner_id, f"任务“{task.title}”还没有完成，{said_due(task, work)}{told}。")
    work.redraw(task.subject)
    work.record(TaskEscalated(subject=task.subject, title=task.title, to=leader.name if leader else ""))


def said_due(task: Task, work: Work) -> str:
    """Return ``12月2日（周三）17:30 已到期``."""
    if task.due is None:
        return "没有约定期限"
    zone = work.calendar.zone
    said = said_moment(task.due, zone, today=work.calendar.local(work.now).date())
    return f"{said} 到期" if task.due > work.now else f"{said} 已到期"


def _promise_ladder(task: Task, work: Work) -> None:
    """With a day the ladder counts from it, without one from now."""
    policy = work.policies.tasks
    ladder = policy.quote if task.kind is TaskKind.QUOTE else policy.promise
    start = work.now if task.due is None else max(task.due, work.now)
    again, climbs = (_after(start, wait, ladder, work) for wait in (ladder.remind_after, ladder.escalate_after))
    work.promise(f"task:{task.id}:again", again, RemindTask(task_id=task.id))
    work.promise(f"task:{task.id}:escalate", climbs, EscalateTask(task_id=task.id))


def _after(start: datetime, wait: timedelta, ladder: Ladder, work: Work) -> datetime:
    return work.calendar.add(start, wait) if ladder.working else start + wait


def _remind_at(task: Task, work: Work) -> datetime | None:
    if task.due is None:
        return None
    if task.promised or task.kind is TaskKind.BID:
        before = work.calendar.back(task.due, work.policies.tasks.remind_before_due)
        return before if before > work.now else None
    if _named_hour(task):
        return task.due if task.due > work.now else None
    return _on_its_day(task, task.due, work)


def _on_its_day(task: Task, due: datetime, work: Work) -> datetime | None:
    """Return when a whole day's task gets a card of its own; None when a morning's list will name it."""
    morning = morning_of(due, work.calendar)
    if task.repeat:
        return morning if morning > work.now else next_due(morning, task.repeat, work.now, work.calendar.zone)
    if morning > work.now:
        return None if work.calendar.works_on(work.calendar.local(due).date()) else morning
    before = work.calendar.back(due, work.policies.tasks.remind_before_due)
    soon = max(before, work.now + work.policies.tasks.snooze)
    return soon if soon < due else None


def _roll(task: Task, work: Work) -> None:
    """Move what comes again to its latest day, and promise the one after."""
    zone = work.calendar.zone
    assert task.due is not None
    first = task.first_due or task.due
    while (coming := next_due(first, task.repeat, task.due, zone)) <= evening_of(work.now, work.calendar):
        task.due = coming
    coming = next_due(first, task.repeat, max(task.due, work.now), zone)
    at = coming if _named_hour(task) else morning_of(coming, work.calendar)
    work.promise(f"task:{task.id}:remind", at, reminder(task))


def _named_hour(task: Task) -> bool:
    """Whether its owner himself named the hour: that is the one time to be heard."""
    return task.due is not None and not task.due_whole_day and not task.promised


def _is_over(task: Task, work: Work) -> bool:
    return task.due is None or task.due <= work.now
