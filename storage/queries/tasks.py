"""Tasks for reading."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.actor import Actor
from domain.customers.customer import Customer
from domain.errors import NotFound
from domain.people.person import Person
from domain.scope import require
from domain.service.states import JobState
from domain.tasks.task import Task, TaskSource, TaskState
from domain.tasks.today import DayList
from domain.tasks.views import KeepingView, TaskView, TodayView
from storage.finders.people import PeopleFinder
from storage.queries.approvals import ApprovalQueries
from storage.queries.service import ServiceQueries


class TaskQueries:
    """What a viewer may see of tasks: his own, his people's, or all."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def card(self, task_id: int, viewer: Actor) -> TaskView:
        """Return one task; NotFound when unknown or not for this viewer."""
        task = self._session.get(Task, task_id)
        if task is None:
            raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
        require(viewer, task.owner_id, PeopleFinder(self._session).leader_of)
        return self._view(task)

    def today(self, list_id: int, viewer: Actor) -> TodayView:
        """Return a list of a day as it is now; only its own person sees it."""
        listed = self._session.get(DayList, list_id)
        if listed is None or listed.person_id != viewer.person_id:
            raise NotFound("没有找到这张待办，发“待办”可以看到今天的。")
        ids = [int(subject.partition(":")[2]) for subject in listed.listed]
        found = {task.id: task for task in self._session.scalars(select(Task).where(Task.id.in_(ids)))}
        unlisted = (Task.owner_id == listed.person_id, Task.state == TaskState.OPEN, Task.id.not_in(ids))
        rest = select(func.count()).where(*unlisted)
        later = self._session.scalars(
            select(Task).where(*unlisted).order_by(Task.due.is_(None), Task.due, Task.id).limit(1)
        ).first()
        return TodayView(
            id=listed.id,
            version=listed.version,
            day=listed.day,
            owner=viewer.name,
            tasks=tuple(self._view(found[id_]) for id_ in ids if id_ in found),
            more=self._session.execute(rest).scalar_one(),
            later=None if later is None else self._view(later),
            waiting=self._waiting(viewer),
        )

    def listed_today(self, person_id: int, day: date) -> tuple[str, ...]:
        """Return the subjects of the list somebody was shown on ``day``."""
        query = select(DayList.listed).where(DayList.person_id == person_id, DayList.day == day)
        return tuple(self._session.scalars(query).first() or ())

    def mine(self, viewer: Actor, words: str = "", limit: int = 20) -> list[TaskView]:
        """Return the viewer's open tasks, what is due first; with ``words`` those whose title holds them."""
        query = select(Task).where(Task.owner_id == viewer.person_id, Task.state == TaskState.OPEN)
        if words:
            query = query.where(Task.title.contains(words, autoescape=True))
        query = query.order_by(Task.due.is_(None), Task.due, Task.id).limit(limit)
        return [self._view(task) for task in self._session.scalars(query)]

    def of(self, subject: str, viewer: Actor) -> list[TaskView]:
        """Return the viewer's open tasks that a record is about or has brought about."""
        query = select(Task).where(
            Task.owner_id == viewer.person_id,
            Task.state == TaskState.OPEN,
            or_(Task.about == subject, Task.origin == subject),
        )
        return [self._view(task) for task in self._session.scalars(query.order_by(Task.id))]

    def last_reminded(self, viewer: Actor) -> TaskView | None:
        """Return the open task the viewer was reminded of last; the one 推到明早 is about."""
        query = select(Task).where(Task.owner_id == viewer.person_id, Task.state == TaskState.OPEN, Task.reminded != "")
        task = self._session.scalars(query.order_by(Task.due.desc(), Task.id.desc()).limit(1)).first()
        return None if task is None else self._view(task)

    def keeping(self, viewer: Actor, since: datetime, now: datetime) -> KeepingView:
        """Return how the viewer has kept his promises whose day was after ``since``."""
        query = select(Task).where(
            Task.owner_id == viewer.person_id,
            Task.source == TaskSource.PROMISE,
            Task.state != TaskState.CANCELLED,
            Task.first_due >= since,
            or_(Task.first_due <= now, Task.state == TaskState.DONE),
        )
        tasks = self._session.scalars(query).all()
        done = [(task.kept_at, task.first_due) for task in tasks if task.kept_at is not None]
        kept = sum(1 for kept_at, first_due in done if first_due is not None and kept_at <= first_due)
        return KeepingView(
            name=viewer.name,
            since=since,
            due=len(tasks),
            kept=kept,
            late=len(done) - kept,
            moved=sum(1 for task in tasks if task.due != task.first_due),
        )

    def _waiting(self, viewer: Actor) -> tuple[str, ...]:
        service = ServiceQueries(self._session)
        approvals = [view.no for view in ApprovalQueries(self._session).pending_for(viewer)]
        jobs = [*service.offered_to(viewer.person_id), *service.jobs_of(viewer.person_id, (JobState.SIGNING,))]
        return (*approvals, *(job.no for job in jobs))

    def _view(self, task: Task) -> TaskView:
        customer = None if task.customer_id is None else self._session.get(Customer, task.customer_id)
        owner = self._session.get(Person, task.owner_id)
        kind, _, asker_id = task.origin.partition(":")
        asker = self._session.get(Person, int(asker_id)) if kind == "person" else None
        return TaskView(
            id=task.id,
            version=task.version,
            title=task.title,
            state=task.state.value,
            kind=task.kind.value,
            source=task.source.value,
            owner="" if owner is None else owner.name,
            customer="" if customer is None else customer.name,
            about=task.about,
            due=task.due,
            due_whole_day=task.due_whole_day,
            window=task.window,
            repeat=task.repeat,
            why=task.why,
            kept_at=task.kept_at,
            asker="" if asker is None else asker.name,
        )
