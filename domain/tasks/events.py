"""What happens to tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.messages import Event
from domain.tasks.task import TaskKind, TaskSource


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAdded(Event):
    """Somebody has something to do."""

    title: str
    due: datetime | None
    kind: TaskKind
    source: TaskSource


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(Event):
    """It was done; ``about`` is the record it was for, ``by`` the deed that did it, empty for its owner's word."""

    title: str
    kind: TaskKind
    about: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReopened(Event):
    """Its end was taken back."""

    title: str
    kind: TaskKind
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCancelled(Event):
    """It need not be done any more."""

    title: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPostponed(Event):
    """Another day was agreed on."""

    title: str
    before: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReminded(Event):
    """The owner was reminded."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEscalated(Event):
    """The owner's leader was told."""

    title: str
    to: str
