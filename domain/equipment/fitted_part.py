"""What has been built into a machine and taken out again, with serials and days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record


class FittedPart(Entity, Record):
    """``quantity`` pieces of a part in a machine since ``fitted_on``; gone since ``removed_on``.

    ``serial`` is empty for parts without one. ``subject`` is the job that fitted it, ``removed_by`` the one that
    took it out.
    """

    __tablename__ = "fitted_parts"
    __table_args__ = (
        Index("ix_fitted_parts_equipment_id", "equipment_id"),
        Index("ix_fitted_parts_serial", "serial"),
        Index("ix_fitted_parts_subject", "subject"),
    )

    equipment_id: Mapped[int] = mapped_column(Identity, ForeignKey("equipment.id"))
    name: Mapped[str] = mapped_column(String(128))
    part_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("parts.id"), default=None)
    serial: Mapped[str] = mapped_column(String(64), default="")
    quantity: Mapped[int] = mapped_column(Integer, default=1)
    fitted_on: Mapped[date | None] = mapped_column(default=None)
    removed_on: Mapped[date | None] = mapped_column(default=None)
    subject: Mapped[str] = mapped_column(String(80), default="")
    removed_by: Mapped[str] = mapped_column(String(80), default="")
