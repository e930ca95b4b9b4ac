"""Leave: ``我明天请假``, or set by somebody above. Nobody has to end it; its last day does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actor import Actor
from domain.assignment.assignment import Leave
from domain.assignment.events import LeaveEnded, LeaveTaken
from domain.customers.scope import within
from domain.errors import Invalid, NotFound
from domain.messages import Command
from domain.people.person import Person
from domain.work import Work

_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeLeave(Command):
    """``who`` (a name; empty: the actor) is away from ``begins`` until ``ends`` (half open)."""

    begins: datetime
    ends: datetime
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndLeave(Command):
    """``who`` (a name; empty: the actor) is back, or does not go."""

    who: str = ""


def take_leave(command: TakeLeave, actor: Actor, work: Work) -> str:
    """Return whose leave it is. The same days said twice are one leave."""
    person = _meant(command.who, actor, work)
    if command.ends <= work.now:
        raise Invalid("请假的日子已经过去了。请写今天以后的日子，例如：我明天请假。")
    if command.begins >= command.ends or command.ends - command.begins > _LONGEST:
        raise Invalid("请假要从早到晚写两个日子，最长一年，例如：我下周二到周四请假。")
    known = work.find.assignment.leaves(person.id, work.now)
    if not any(each.begins <= command.begins and each.ends >= command.ends for each in known):
        work.add(Leave(person_id=person.id, begins=command.begins, ends=command.ends))
        work.flush()
        work.record(LeaveTaken(subject=person.subject, name=person.name, begins=command.begins, ends=command.ends))
    return person.name


def end_leave(command: EndLeave, actor: Actor, work: Work) -> str:
    """Return who is back; every leave under way or to come is over."""
    person = _meant(command.who, actor, work)
    leaves = work.find.assignment.leaves(person.id, work.now)
    if not leaves:
        raise Invalid(f"{person.name}现在没有请假，不用销假。")
    for leave in leaves:
        leave.ends = max(leave.begins, work.now)
        leave.begins = min(leave.begins, leave.ends)
    work.flush()
    work.record(LeaveEnded(subject=person.subject, name=person.name))
    return person.name


def _meant(who: str, actor: Actor, work: Work) -> Person:
    if not who and actor.person_id is not None:
        return work.lock(Person, actor.person_id)
    person = work.find.people.by_name(who)
    if person is None or not within(actor, person.id, work.find.people.leader_of):
        raise NotFound(f"没有找到“{who}”，或不在您的团队里。请写全名。")
    return work.lock(Person, person.id)
