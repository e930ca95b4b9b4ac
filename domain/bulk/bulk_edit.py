"""A change of many records: which ones, what was theirs before, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Stale
from domain.record import Entity, Identity, Record, choice

UNDO_FOR = timedelta(hours=24)
VALUE_MAX = 200


class BulkState(StrEnum):
    """``proposed → done → undone``, or ``proposed → dropped``."""

    PROPOSED = "proposed"
    DONE = "done"
    UNDONE = "undone"
    DROPPED = "dropped"


class BulkEdit(Entity, Record):
    """``ids`` are the records that were counted on the card: those and no others are changed.

    ``before`` and ``after`` map the id of each record that was changed to what its field held (``Holding``);
    ``refused`` counts those that could not be. ``adds`` puts a tag beside the ones there are.
    """

    __tablename__ = "bulk_edits"

    owner_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    record: Mapped[str] = mapped_column(String(32))
    said: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(String(VALUE_MAX))
    proposed_at: Mapped[datetime] = mapped_column()
    adds: Mapped[bool] = mapped_column(default=False)
    ids: Mapped[list[int]] = mapped_column(default_factory=list)
    state: Mapped[BulkState] = mapped_column(choice(BulkState), default=BulkState.PROPOSED)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    before: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    refused: Mapped[int] = mapped_column(default=0)

    def decide(self, state: BulkState, version: int) -> None:
        """Do it or drop it, once."""
        if self.state is not BulkState.PROPOSED or version not in (0, self.version):
            raise Stale("这次批量修改已经处理过了，请看最新的卡片。", subject=self.subject)
        self.state = state

    def undo(self, at: datetime) -> None:
        """Take it back, once and within a day."""
        if self.state is not BulkState.DONE or self.done_at is None or at - self.done_at > UNDO_FOR:
            raise Stale("这次批量修改已经不能撤销了：只能在 24 小时内撤销一次。", subject=self.subject)
        self.state = BulkState.UNDONE
