"""A hand-over: from whom, how, and every record that changed hands."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Stale
from domain.record import Entity, Identity, Record, choice


class HandoverState(StrEnum):
    """``proposed → done | dropped``."""

    PROPOSED = "proposed"
    DONE = "done"
    DROPPED = "dropped"


class How(StrEnum):
    """To one person, by the region of each customer, or to nobody: the pool, in which the leader keeps the rest."""

    PERSON = "person"
    REGION = "region"
    POOL = "pool"


class Handover(Entity, Record):
    """``to_id`` is the taker, or the leader for what a rule leaves over. ``moved`` maps taker and table to ids."""

    __tablename__ = "handovers"

    from_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    to_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    proposed_by: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"))
    proposed_at: Mapped[datetime] = mapped_column()
    state: Mapped[HandoverState] = mapped_column(choice(HandoverState), default=HandoverState.PROPOSED)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    moved: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)

    def decide(self, version: int, state: HandoverState) -> None:
        """Do it or drop it, once; Stale when that was done already."""
        if self.state is not HandoverState.PROPOSED or version not in (0, self.version):
            raise Stale("这次交接已经处理过了，请看最新的卡片。", subject=self.subject)
        self.state = state
