"""今日待办: what is due today or over, numbered; in the morning by itself, and whenever somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.actor import Actor
from domain.errors import NotAllowed
from domain.messages import Command, Event
from domain.record import Entity, Identity, Record
from domain.tasks.quiet import end_of_day
from domain.work import Work

CARD = "tasks.today"
LONGEST = 10
"""What WeCom's card lets one choose from; more are counted, and come up when these are done."""


class DayList(Entity, Record):
    """The tasks (``task:7``) as somebody last saw them today, in their order: 第2个 means the second of these."""

    __tablename__ = "day_lists"
    __table_args__ = (UniqueConstraint("person_id", "day"),)

    person_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    day: Mapped[date] = mapped_column()
    listed: Mapped[list[str]] = mapped_column(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListToday(Command):
    """Number the actor's open tasks anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowToday(Command):
    """The morning of a working day: show a person what waits, once, and nothing when nothing waits."""

    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayShown(Event):
    """Somebody was shown what waits for him."""

    tasks: int


def list_today(command: ListToday, actor: Actor, work: Work) -> DayList:
    """Return the list of today."""
    del command
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才有待办。")
    return _numbered(actor.person_id, work)


def show_today(command: ShowToday, actor: Actor, work: Work) -> None:
    """Show it unless that was done today already, whoever asks how often (R-36)."""
    del actor
    today = work.calendar.local(work.now).date()
    if work.count(f"today:{command.person_id}:{today:%Y%m%d}") > 1:
        return
    listed = _numbered(command.person_id, work)
    if listed.listed or work.find.approvals.waiting_seats_of(command.person_id):
        work.tell(command.person_id, CARD, listed.subject)
        work.record(TodayShown(subject=listed.subject, tasks=len(listed.listed)))


def _numbered(person_id: int, work: Work) -> DayList:
    today = work.calendar.local(work.now).date()
    tasks = work.find.tasks.for_day(person_id, end_of_day(work.now, work.calendar), LONGEST)
    listed = work.find.tasks.day_list(person_id, today)
    if listed is None:
        listed = work.add(DayList(person_id=person_id, day=today))
    listed.listed = [task.subject for task in tasks]
    work.flush()
    return listed
