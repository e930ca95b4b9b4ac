"""A delegation: whose approvals another decides, from when to when, and which ones stay with himself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from domain.approvals.approval import Approval
from domain.record import Entity, Identity, Record


class Delegation(Entity, Record):
    """``person_id`` is away from ``begins`` until ``ends`` (UTC, half open) and ``to_id`` decides.

    ``kinds`` are the kinds of content it is for (``quote``), none for all; what costs more than ``max_fen`` stays
    with himself, that amount itself does not.
    """

    __tablename__ = "delegations"

    person_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    to_id: Mapped[int] = mapped_column(Identity, ForeignKey("people.id"), index=True)
    begins: Mapped[datetime] = mapped_column()
    ends: Mapped[datetime] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    kinds: Mapped[list[str]] = mapped_column(default_factory=list)
    max_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    def covers(self, approval: Approval) -> bool:
        """Return whether this approval goes to the other."""
        amount = int(approval.facts.get("amount") or approval.amount_fen)
        kind = approval.about.partition(":")[0]
        return (not self.kinds or kind in self.kinds) and (self.max_fen is None or amount <= self.max_fen)
