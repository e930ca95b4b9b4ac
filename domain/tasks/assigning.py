"""A leader gives somebody something to do, and hears when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.actor import Actor
from domain.customers.editing import open_customer
from domain.errors import Invalid, NotFound
from domain.messages import Command
from domain.people.person import Person
from domain.scope import within
from domain.tasks.commands import keep
from domain.tasks.events import TaskDone
from domain.tasks.task import Task, TaskKind
from domain.tasks.timers import CARD
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTask(Command):
    """Let ``to``, a name, do ``title``; without ``due`` as soon as possible. ``why`` is the sentence it came in."""

    to: str
    title: str
    due: datetime | None = None
    due_whole_day: bool = False
    window: str = ""
    customer_id: int | None = None
    kind: TaskKind = TaskKind.OTHER
    why: str = ""


def assign_task(command: AssignTask, actor: Actor, work: Work) -> Task:
    """Return the task; only to somebody the actor leads, who is shown it at once."""
    person = work.find.people.called(command.to)
    if person is None or person.id == actor.person_id or not within(actor, person.id, work.find.people.leader_of):
        raise NotFound(f"没有找到“{command.to[:20]}”，可能写错了名字，或不在您的团队里。只能给自己团队的同事安排。")
    if not command.title.strip():
        raise Invalid(f"请说让{person.name}做什么，例如：让{person.name}明天联系恒力。")
    if command.due is not None and command.due <= work.now:
        raise Invalid(f"这个时间已经过去了，请换一个以后的时间，例如：让{person.name}明天上午联系恒力。")
    if command.customer_id is not None:
        open_customer(command.customer_id, actor, work)
    task = keep(
        Task(
            title=command.title.strip(),
            owner_id=person.id,
            created_at=work.now,
            about="" if command.customer_id is None else f"customer:{command.customer_id}",
            customer_id=command.customer_id,
            due=command.due,
            due_whole_day=command.due_whole_day,
            window=command.window,
            kind=command.kind,
            why=command.why,
            origin=f"person:{actor.person_id}",
        ),
        work,
    )
    work.tell(person.id, CARD, task.subject)
    return task


def tell_asker(event: TaskDone, actor: Actor, work: Work) -> None:
    """Reaction: whoever gave the task hears that it is done, unless he said so himself."""
    task = work.get(Task, int(event.subject.partition(":")[2]))
    kind, _, id_ = task.origin.partition(":")
    if kind == "person" and int(id_) != actor.person_id:
        work.say(int(id_), f"{work.get(Person, task.owner_id).name}做完了您安排的事：{task.title}")
