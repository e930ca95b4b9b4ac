"""Two records that are one customer: proposed on a card, decided field by field, taken back within a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Invalid, Stale
from domain.record import Entity, Identity, Record, choice

UNDO_WITHIN = timedelta(hours=24)
FIELDS = {
    "name": "名称",
    "legal_name": "工商全称",
    "owner_id": "负责人",
    "level": "级别",
    "region": "区域",
    "credit_code": "信用代码",
    "industry": "行业",
    "history_summary": "摘要",
}
"""What one of the two must give, by its label; everything else both keep."""


class MergeState(StrEnum):
    """``proposed → merged → undone``; ``proposed → dropped``."""

    PROPOSED = "proposed"
    MERGED = "merged"
    UNDONE = "undone"
    DROPPED = "dropped"


class Merge(Entity, Record):
    """``left_id`` stays, ``right_id`` goes into it. ``before`` are both sides' fields, ``taken`` those of the result.

    ``moved`` maps each table to the ids of its rows that were the right one's, ``names`` are the keys of aliases
    that came with them: all that undoing needs.
    """

    __tablename__ = "customer_merges"

    left_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), index=True)
    right_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), index=True)
    proposed_by: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    proposed_at: Mapped[datetime] = mapped_column()
    state: Mapped[MergeState] = mapped_column(choice(MergeState), default=MergeState.PROPOSED)
    merged_at: Mapped[datetime | None] = mapped_column(default=None)
    before: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    taken: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    moved: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    names: Mapped[list[str]] = mapped_column(default_factory=list)

    def check_proposed(self, version: int) -> None:
        """Raise Stale when it was decided already, or the card shows an earlier state."""
        if self.state is not MergeState.PROPOSED or version not in (0, self.version):
            raise Stale("这次合并已经处理过了，请看最新的卡片。", subject=self.subject)

    def undo(self, now: datetime) -> None:
        """Note that it is taken back; Invalid after a day."""
        if self.state is not MergeState.MERGED or self.merged_at is None:
            raise Stale("这次合并没有生效，或已经撤销了。", subject=self.subject)
        if now - self.merged_at > UNDO_WITHIN:
            raise Invalid("合并超过 24 小时，不能整体撤销了。请直接修改客户资料。", subject=self.subject)
        self.state = MergeState.UNDONE


def drafted(left: dict[str, Any], right: dict[str, Any], chosen: dict[str, str]) -> dict[str, Any]:
    """Return the fields of the result: the left one's, what it lacks of the right one, and what was chosen."""
    return {
        name: right[name] if chosen.get(name, "left" if left[name] else "right") == "right" else left[name]
        for name in FIELDS
    }
