"""A step of the playbook as it stands for one deal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record


class DealStep(Entity, Record):
    """Written down when the deal enters the stage, so a later version of the playbook changes nothing about it.

    ``by`` is who the playbook says; ``person_id`` who that is, None when nobody could be found.
    """

    __tablename__ = "deal_steps"
    __table_args__ = (Index("ix_deal_steps_deal", "opportunity_id", "stage", "position", unique=True),)

    opportunity_id: Mapped[int] = mapped_column(Identity, ForeignKey("opportunities.id"))
    stage: Mapped[str] = mapped_column(String(32))
    position: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(80))
    playbook: Mapped[str] = mapped_column(String(64))
    ticks_on: Mapped[list[str]] = mapped_column(default_factory=list)
    person_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None, index=True)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    done_by: Mapped[str] = mapped_column(String(64), default="")
