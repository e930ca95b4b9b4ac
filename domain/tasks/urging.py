"""``催一下陈静``: a colleague is reminded of what is open with him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.actor import Actor
from domain.clock import said_clock
from domain.customers.customer import Customer
from domain.errors import Invalid, NotFound
from domain.messages import Command, Event
from domain.people.person import Person
from domain.scope import within
from domain.tasks.task import Task
from domain.work import Work

_SOON = timedelta(days=2)
_MOST = 5
_ALL = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgePerson(Command):
    """Remind ``to``, a name, of what he has to do soon; of ``customer_id`` alone where one is named."""

    to: str
    customer_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonUrged(Event):
    """Somebody asked a colleague for haste; ``tasks`` are the subjects of what he was reminded of."""

    by: str
    tasks: tuple[str, ...]


def urge_person(command: UrgePerson, actor: Actor, work: Work) -> tuple[str, ...]:
    """Return the titles he was reminded of: a leader urges about everything, others about what they gave him."""
    person = work.find.people.called(command.to)
    if person is None or person.id == actor.person_id:
        raise NotFound(f"没有找到“{command.to[:20]}”，请写同事的名字，例如：催一下陈静。")
    open_ = work.find.tasks.for_day(person.id, work.now + timedelta(days=3650), _ALL)
    leads = within(actor, person.id, work.find.people.leader_of)
    mine = [each for each in open_ if leads or each.origin == f"person:{actor.person_id}"]
    if command.customer_id is not None:
        mine = [each for each in mine if each.customer_id == command.customer_id]
    soon = [each for each in mine if each.due is None or each.due < work.now + _SOON]
    tasks = (soon or mine)[:_MOST]
    if not tasks:
        raise NotFound(_nothing(person, command, work, leads=leads))
    if work.count(f"urge:{actor.person_id}:{person.id}:{command.customer_id or 0}:{work.now:%Y%m%d%H}") > 1:
        raise Invalid(f"这个钟头已经催过{person.name}了，过一会儿再催。")
    work.say(person.id, "\n".join([f"{actor.name}催您：", *_lines(tasks, work), "做完发“待办”，按序号勾掉。"]))
    work.record(PersonUrged(subject=f"person:{person.id}", by=actor.name, tasks=tuple(each.subject for each in tasks)))
    return tuple(each.title for each in tasks)


def _lines(tasks: Sequence[Task], work: Work) -> list[str]:
    lines = []
    for place, task in enumerate(tasks, start=1):
        customer = None if task.customer_id is None else work.get(Customer, task.customer_id)
        whose = "" if customer is None or customer.name in task.title else f"{customer.name}："
        late = "，已过期" if task.due is not None and task.due < work.now else ""
        day = "" if task.due is None else f"（{said_clock(task.due, work.calendar.zone, now=work.now)}{late}）"
        lines.append(f"{place}. {whose}{task.title}{day}")
    return lines


def _nothing(person: Person, command: UrgePerson, work: Work, *, leads: bool) -> str:
    about = "" if command.customer_id is None else f"关于{work.get(Customer, command.customer_id).name}的"
    if leads:
        return f"{person.name}手上没有{about}待办，没有催。要安排事情请发：让{person.name}明天联系恒力。"
    return f"没有您交给{person.name}的{about}事在等，没有催。催审批请发“催一下审批”，催工单请带上单号。"
