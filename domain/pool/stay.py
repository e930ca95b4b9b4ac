"""One stay of a customer in the pool: why it came, who had it, who took it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.errors import Stale
from domain.record import Entity, Identity, Record, choice

REASON_MAX = 200


class StayState(StrEnum):
    """``proposed → waiting → claimed``; a proposal that was not confirmed changes nothing."""

    PROPOSED = "proposed"
    WAITING = "waiting"
    CLAIMED = "claimed"


class PoolStay(Entity, Record):
    """``from_id`` had the customer before, None when nobody did; ``by_rule`` names the rule that recycled it."""

    __tablename__ = "pool_stays"
    __table_args__ = (Index("ix_pool_stays_claimed_by_claimed_at", "claimed_by", "claimed_at"),)

    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), index=True)
    state: Mapped[StayState] = mapped_column(choice(StayState))
    since: Mapped[datetime] = mapped_column()
    from_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
    reason: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    by_rule: Mapped[str] = mapped_column(String(64), default="")
    claimed_by: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)

    def begin(self, at: datetime) -> None:
        """Let the customer into the pool: somebody has confirmed it."""
        if self.state is not StayState.PROPOSED:
            raise Stale("这次退回已经处理过了，请发“公海有什么”看现在的公海。", subject=self.subject)
        self.state, self.since = StayState.WAITING, at

    def claim(self, person_id: int, at: datetime) -> None:
        """Note who took the customer."""
        self.state, self.claimed_by, self.claimed_at = StayState.CLAIMED, person_id, at
