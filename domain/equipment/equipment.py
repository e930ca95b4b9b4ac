"""A machine that stands at a customer."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record

SLUG = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""At least 96 random bits in the URL-safe alphabet (R-70)."""


class Equipment(Entity, Record):
    """``slug`` is the word in the QR code: random, not the serial, and worth nothing once ``retired``.

    ``region`` is where it stands when that differs from the customer's own region; ``engineer_id`` who looks after it.
    """

    __tablename__ = "equipment"
    __table_args__ = (Index("ix_equipment_customer_id", "customer_id"),)

    serial: Mapped[str] = mapped_column(String(64), unique=True)
    model: Mapped[str] = mapped_column(String(64))
    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"))
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    site: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[str] = mapped_column(String(32), default="")
    installed_on: Mapped[date | None] = mapped_column(default=None)
    warranty_until: Mapped[date | None] = mapped_column(default=None)
    retired: Mapped[bool] = mapped_column(default=False)
    latitude: Mapped[float | None] = mapped_column(default=None)
    longitude: Mapped[float | None] = mapped_column(default=None)
    engineer_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)

    @property
    def tail(self) -> str:
        """Return the last four characters of the serial: all of it that a stranger may see (R-71)."""
        return self.serial[-4:]

    def is_under_warranty(self, day: date) -> bool:
        """Return whether repairs are free on ``day``; a warranty nobody noted is none."""
        return self.warranty_until is not None and day <= self.warranty_until

    def charges_on(self, day: date) -> bool:
        """Return whether parts cost something on ``day``; where no warranty is known, they do not."""
        return self.warranty_until is not None and day > self.warranty_until

    def warranty_on(self, day: date) -> str:
        """Return how the warranty stands on ``day``, in words."""
        if self.warranty_until is None:
            return "保修期未登记"
        if day <= self.warranty_until:
            return f"保修期内（至 {self.warranty_until:%Y-%m-%d}）"
        return f"已过保（{self.warranty_until:%Y-%m-%d} 到期）"
