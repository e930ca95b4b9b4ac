"""A note that nobody but its author ever sees: no leader, no administrator, no export."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Stale
from domain.record import Entity, Identity, Record


class PrivateNote(Entity, Record):
    """``text`` stands in this column and nowhere else (decision 10); ``in_group``: it was said where others could read.

    ``dropped_at`` says when its author took it away; its text is gone then.
    """

    __tablename__ = "private_notes"

    author_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    text: Mapped[str] = mapped_column(Text, repr=False)
    at: Mapped[datetime] = mapped_column()
    customer_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("customers.id"), default=None, index=True)
    in_group: Mapped[bool] = mapped_column(default=False)
    dropped_at: Mapped[datetime | None] = mapped_column(default=None)

    def drop(self, at: datetime) -> None:
        """Take the words away for good."""
        if self.dropped_at is not None:
            raise Stale("这条私密备注已经删除了。", subject=self.subject)
        self.text = ""
        self.dropped_at = at
