"""Everybody's own quiet hours: when he does not want to be reminded (S-052)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from domain.actor import Actor
from domain.errors import Invalid, NotAllowed
from domain.messages import Command, Event
from domain.people.person import Person
from domain.policy import QuietHours
from domain.tasks.quiet import hours_of
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuiet(Command):
    """Do not remind the actor from ``begins`` to ``ends`` next day; None leaves that end, ``clear`` forgets both."""

    begins: time | None = None
    ends: time | None = None
    clear: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietSet(Event):
    """Somebody is reminded at other hours; ``hours`` is empty for the company's."""

    hours: str


def set_quiet(command: SetQuiet, actor: Actor, work: Work) -> QuietHours:
    """Return when he is left alone from now on. An hour he names himself in a reminder still counts."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能设置提醒的时间。")
    person, company = work.lock(Person, actor.person_id), work.policies.tasks.quiet
    known = company if command.clear else hours_of(person, company)
    begins, ends = command.begins or known.begins, command.ends or known.ends
    if begins <= ends:
        raise Invalid("免打扰要从晚上到第二天早上，例如：晚上8点以后别提醒我、早上9点前别提醒我。")
    person.quiet = "" if command.clear else f"{begins:%H:%M}/{ends:%H:%M}"
    work.flush()
    work.record(QuietSet(subject=person.subject, hours=person.quiet))
    return hours_of(person, company)
