"""What is done with a task: adding, completing, moving, dropping it, and taking that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.actor import Actor
from domain.customers.customer import Customer
from domain.errors import Invalid, NotAllowed
from domain.messages import Command
from domain.scope import require
from domain.tasks.events import TaskAdded, TaskCancelled, TaskDone, TaskPostponed, TaskReopened
from domain.tasks.repeat import next_due
from domain.tasks.task import TITLE_MAX, WHY_MAX, Task, TaskKind, TaskSource
from domain.tasks.timers import RemindAtHour, promise_timers
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTask(Command):
    """Remind the actor of ``title``; ``due`` with ``due_whole_day`` is the end of that day's work."""

    title: str
    due: datetime
    due_whole_day: bool = False
    window: str = ""
    repeat: str = ""
    customer_id: int | None = None
    kind: TaskKind = TaskKind.OTHER
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask(Command):
    """It is done; something that comes again is due next time."""

    task_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenTask(Command):
    """It is not done after all."""

    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTask(Command):
    """It need not be done any more; for something that comes again this ends it for good."""

    task_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponeTask(Command):
    """Another day: ``推到下周五``."""

    task_id: int
    due: datetime
    due_whole_day: bool = False
    window: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeTask(Command):
    """Remind again a little later; the day stays."""

    task_id: int
    version: int = 0


def add_task(command: AddTask, actor: Actor, work: Work) -> int:
    """Return the task's id."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能设提醒。")
    title = command.title.strip()
    if not title:
        raise Invalid("请说提醒您做什么，例如：下周三提醒我给王总打电话。")
    if command.due <= work.now:
        raise Invalid("这个时间已经过去了，请换一个以后的时间，例如：明天上午提醒我给王总打电话。")
    if command.customer_id is not None:
        customer = work.get(Customer, command.customer_id)
        require(actor, customer.owner_id, work.find.people.leader_of, region=customer.region)
    return keep(
        Task(
            title=title,
            owner_id=actor.person_id,
            created_at=work.now,
            about="" if command.customer_id is None else f"customer:{command.customer_id}",
            customer_id=command.customer_id,
            due=command.due,
            due_whole_day=command.due_whole_day,
            window=command.window,
            repeat=command.repeat,
            kind=command.kind,
            why=command.why,
        ),
        work,
    ).id


def keep(task: Task, work: Work) -> Task:
    """Keep a new task with its reminders; words too long for its columns are cut."""
    task.title, task.why = task.title[:TITLE_MAX], task.why[:WHY_MAX]
    task.first_due = task.due
    work.add(task)
    promise_timers(task, work)
    work.record(TaskAdded(subject=task.subject, title=task.title, due=task.due, kind=task.kind, source=task.source))
    return task


def complete_task(command: CompleteTask, actor: Actor, work: Work) -> None:
    """By its owner or somebody above him."""
    task = _mine(command.task_id, actor, work)
    task.check_open(command.version)
    if task.repeat and task.due is not None:
        _again(task, work)
    else:
        finish(task, "", work)


def finish(task: Task, by: str, work: Work) -> None:
    """Close a task as done, by the deed ``by``, and take its reminders back; nothing happens when it is closed."""
    if task.is_open:
        task.complete(work.now, by)
        _ended(task, work)
        work.record(TaskDone(subject=task.subject, title=task.title, kind=task.kind, about=task.about, by=by))


def drop(task: Task, by: str, work: Work) -> None:
    """Close a task as moot and take its reminders back; nothing happens when it is closed."""
    if task.is_open:
        task.cancel(by)
        _ended(task, work)
        work.record(TaskCancelled(subject=task.subject, title=task.title, by=by))


def open_again(task: Task, work: Work) -> None:
    """Open a closed task, with its reminders."""
    task.reopen()
    work.flush()
    promise_timers(task, work)
    work.record(TaskReopened(subject=task.subject, title=task.title, kind=task.kind, about=task.about))
    _redraw(task, work)


def cancel_task(command: CancelTask, actor: Actor, work: Work) -> None:
    """By its owner or somebody above him; what a rule asked for is his leader's to cancel."""
    task = _mine(command.task_id, actor, work)
    task.check_open(command.version)
    if task.source is TaskSource.RULE and task.kind is TaskKind.FIRST_CONTACT and actor.person_id == task.owner_id:
        raise NotAllowed(f"“{task.title}”是公司规定的首次联系，不能自己取消。联系过客户后记一条跟进，它会自动完成。")
    drop(task, "", work)


def reopen_task(command: ReopenTask, actor: Actor, work: Work) -> None:
    """By its owner or somebody above him."""
    open_again(_mine(command.task_id, actor, work), work)


def postpone_task(command: PostponeTask, actor: Actor, work: Work) -> None:
    """Agree on another day and remind of that one; Invalid when it is past."""
    task = _mine(command.task_id, actor, work)
    task.check_open(command.version)
    if command.due <= work.now:
        raise Invalid("要推到以后的时间，例如：推到下周五、推到明天上午。", subject=task.subject)
    before = task.due
    task.move(command.due, whole_day=command.due_whole_day, window=command.window)
    if task.repeat:
        task.first_due = command.due
    work.flush()
    promise_timers(task, work)
    work.record(TaskPostponed(subject=task.subject, title=task.title, before=before, now=command.due))
    _redraw(task, work)


def snooze_task(command: SnoozeTask, actor: Actor, work: Work) -> datetime:
    """Return when he is reminded again."""
    task = _mine(command.task_id, actor, work)
    task.check_open(command.version)
    at = work.now + work.policies.tasks.snooze
    task.reminded = ""
    work.flush()
    work.promise(f"task:{task.id}:remind", at, RemindAtHour(task_id=task.id))
    return at


def _mine(task_id: int, actor: Actor, work: Work) -> Task:
    task = work.lock(Task, task_id)
    require(actor, task.owner_id, work.find.people.leader_of)
    return task


def _again(task: Task, work: Work) -> None:
    assert task.due is not None
    task.due = next_due(task.first_due or task.due, task.repeat, max(task.due, work.now), work.calendar.zone)
    task.kept_at = work.now
    work.flush()
    promise_timers(task, work)
    work.record(TaskDone(subject=task.subject, title=task.title, kind=task.kind, about=task.about, by=""))
    _redraw(task, work)


def _ended(task: Task, work: Work) -> None:
    work.cancel_like(f"task:{task.id}:")
    work.flush()
    _redraw(task, work)


def _redraw(task: Task, work: Work) -> None:
    """Draw the task's own card and its owner's list of the day anew."""
    work.redraw(task.subject)
    listed = work.find.tasks.day_list(task.owner_id, work.calendar.local(work.now).date())
    if listed is not None and task.subject in listed.listed:
        work.redraw(listed.subject)
