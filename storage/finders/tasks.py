"""Finding tasks and the numbered list of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.tasks.task import Task, TaskKind, TaskSource, TaskState
from domain.tasks.today import DayList


class TaskFinder:
    """Tasks by what they are about, by customer, by what brought them about or closed them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_about(self, about: str) -> Sequence[Task]:
        """Return the open tasks about a subject."""
        query = select(Task).where(Task.about == about, Task.state == TaskState.OPEN).order_by(Task.id)
        return self._session.scalars(query).all()

    def open_of(self, customer_id: int, *kinds: TaskKind, owner_id: int | None = None) -> Sequence[Task]:
        """Return the open tasks of these kinds for a customer, of everybody or of one owner."""
        query = select(Task).where(Task.customer_id == customer_id, Task.state == TaskState.OPEN, Task.kind.in_(kinds))
        if owner_id is not None:
            query = query.where(Task.owner_id == owner_id)
        return self._session.scalars(query.order_by(Task.id)).all()

    def brought_about_by(self, subject: str) -> Sequence[Task]:
        """Return the tasks a record brought about."""
        return self._session.scalars(select(Task).where(Task.origin == subject).order_by(Task.id)).all()

    def closed_by(self, subject: str) -> Sequence[Task]:
        """Return the tasks a record closed."""
        return self._session.scalars(select(Task).where(Task.closed_by == subject).order_by(Task.id)).all()

    def for_day(self, person_id: int, before: datetime, limit: int) -> Sequence[Task]:
        """Return what a person has to do before a moment, what is due first; without a day it counts as due."""
        query = (
            select(Task)
            .where(
                Task.owner_id == person_id,
                Task.state == TaskState.OPEN,
                or_(Task.due.is_(None), Task.due < before),
            )
            .order_by(Task.due.is_(None), Task.due, Task.id)
            .limit(limit)
        )
        return self._session.scalars(query).all()

    def day_list(self, person_id: int, day: date) -> DayList | None:
        """Return what the person was shown on that day."""
        query = select(DayList).where(DayList.person_id == person_id, DayList.day == day)
        return self._session.scalars(query).first()

    def calls_by_day(self, person_id: int, since: datetime) -> Sequence[datetime]:
        """Return when the calls that rules have planned for a person are due."""
        query = select(Task.due).where(
            Task.owner_id == person_id,
            Task.state == TaskState.OPEN,
            Task.kind == TaskKind.CONTACT,
            Task.source == TaskSource.RULE,
            Task.due >= since,
        )
        return [due for due in self._session.scalars(query) if due is not None]

    def first_contact_done(self, about: str) -> bool:
        """Return whether the first contact asked for about a subject was made."""
        query = select(func.count()).where(
            Task.about == about, Task.kind == TaskKind.FIRST_CONTACT, Task.state == TaskState.DONE
        )
        return self._session.execute(query).scalar_one() > 0
