"""Something a person has to do: promised, asked for by a rule, or noted by himself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Stale
from domain.record import Entity, Identity, Record, choice


class TaskState(StrEnum):
    """``open → done | cancelled``, and back to ``open`` when that was a mistake."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """Which deed completes it by itself; ``other`` is completed by its owner's word alone."""

    QUOTE = "quote"
    FIRST_CONTACT = "first_contact"
    CONTACT = "contact"
    BID = "bid"
    OTHER = "other"


class TaskSource(StrEnum):
    """Where it comes from: said to a customer, a rule, a stage that began, or the owner's own wish."""

    PROMISE = "promise"
    RULE = "rule"
    STAGE = "stage"
    MANUAL = "manual"


TITLE_MAX = 128
WHY_MAX = 200


class Task(Entity, Record):
    """Something ``owner_id`` has to do about ``about`` (``inquiry:7``, ``customer:3``, or nothing).

    ``due`` None: as soon as possible; with ``due_whole_day`` it is the end of that day's work, and ``window``
    (``08:00/12:00``) the part of the day that was named. ``first_due`` is the day first agreed: only that one
    counts for keeping a promise. ``repeat`` is daily, weekly, monthly, quarterly, yearly or empty.
    """

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_owner_id_state_due", "owner_id", "state", "due"),)

    title: Mapped[str] = mapped_column(String(TITLE_MAX))
    owner_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column()
    about: Mapped[str] = mapped_column(String(80), default="", index=True)
    customer_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("customers.id"), default=None, index=True)
    due: Mapped[datetime | None] = mapped_column(default=None)
    due_whole_day: Mapped[bool] = mapped_column(default=False)
    window: Mapped[str] = mapped_column(String(11), default="")
    first_due: Mapped[datetime | None] = mapped_column(default=None)
    repeat: Mapped[str] = mapped_column(String(16), default="")
    kind: Mapped[TaskKind] = mapped_column(choice(TaskKind), default=TaskKind.OTHER)
    source: Mapped[TaskSource] = mapped_column(choice(TaskSource), default=TaskSource.MANUAL)
    why: Mapped[str] = mapped_column(String(WHY_MAX), default="")
    """Shown with every reminder: the sentence or the rule it comes from."""
    origin: Mapped[str] = mapped_column(String(80), default="", index=True)
    """The record that brought it about (``activity:5``); undoing that one cancels it."""
    closed_by: Mapped[str] = mapped_column(String(80), default="", index=True)
    """The record that closed it, empty when its owner did; undoing that one opens it again."""
    kept_at: Mapped[datetime | None] = mapped_column(default=None)
    reminded: Mapped[str] = mapped_column(String(64), default="")
    """What the last reminder was about, its day included: a moved task is reminded of anew (U15)."""
    state: Mapped[TaskState] = mapped_column(choice(TaskState), default=TaskState.OPEN)

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done."""
        return self.state is TaskState.OPEN

    @property
    def promised(self) -> bool:
        """Whether somebody outside waits for it, or a rule watches over it: only these climb to the leader."""
        return self.source is TaskSource.PROMISE or self.kind in (TaskKind.QUOTE, TaskKind.FIRST_CONTACT)

    def check_open(self, version: int = 0) -> None:
        """Raise Stale when it is closed, or the button shows an earlier state; 0 stands for what was typed."""
        if self.state is not TaskState.OPEN:
            ended = "已经完成" if self.state is TaskState.DONE else "已经取消"
            raise Stale(f"“{self.title}”{ended}了，不用再处理。发“待办”可以看剩下的。", subject=self.subject)
        if version not in (0, self.version):
            raise Stale(f"“{self.title}”刚刚改过，请看最新的卡片再操作。", subject=self.subject)

    def complete(self, at: datetime, by: str = "") -> None:
        """Note that it was done, by its owner or by the deed ``by``."""
        self.state, self.kept_at, self.closed_by = TaskState.DONE, at, by

    def cancel(self, by: str = "") -> None:
        """Note that it need not be done any more."""
        self.state, self.closed_by = TaskState.CANCELLED, by

    def reopen(self) -> None:
        """Take the end back."""
        if self.state is TaskState.OPEN:
            raise Stale(f"“{self.title}”还没有完成，不用重开。", subject=self.subject)
        self.state, self.kept_at, self.closed_by = TaskState.OPEN, None, ""

    def move(self, due: datetime, *, whole_day: bool, window: str = "") -> None:
        """Agree on another day; the first one stays known."""
        self.due, self.due_whole_day, self.window = due, whole_day, window
        self.first_due = self.first_due or due
