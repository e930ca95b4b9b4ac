"""What cards and lists show of tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """A task as its card shows it; ``about_subject`` is the record it is for, ``customer`` its customer's name."""

    id: int
    version: int
    title: str
    state: str
    kind: str
    source: str
    owner: str
    customer: str
    about: str
    due: datetime | None
    due_whole_day: bool
    window: str
    repeat: str
    why: str
    kept_at: datetime | None
    asker: str = ""
    """Who gave it to its owner, empty for nobody else."""

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"task:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayView:
    """One person's day. ``tasks`` keep their numbers all day; ``more`` are open and not listed."""

    id: int
    version: int
    day: date
    owner: str
    tasks: tuple[TaskView, ...]
    more: int
    later: TaskView | None
    """The first of those that are open and not listed."""
    waiting: tuple[str, ...]
    """Numbers of what waits for his decision or answer: approvals and jobs."""

    @property
    def subject(self) -> str:
        """Return how buttons name it."""
        return f"daylist:{self.id}"

    @property
    def open(self) -> tuple[tuple[int, TaskView], ...]:
        """Return what is still open, with its number."""
        return tuple((number, task) for number, task in enumerate(self.tasks, 1) if task.state == "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingView:
    """Promises whose first day has come (or that are kept already): how many, and how many by that day."""

    name: str
    since: datetime
    due: int
    kept: int
    late: int
    """Kept, but after the day."""
    moved: int
    """Whose day was moved."""

    @property
    def percent(self) -> int | None:
        """Return the keeping rate, None when nothing was promised."""
        return None if self.due == 0 else round(100 * self.kept / self.due)
