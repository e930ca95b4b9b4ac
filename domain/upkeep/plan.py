"""A plan: this machine is visited every so many months, or after so many hours of running, whichever comes first."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.months import months_after
from domain.record import Entity, Identity, Record, choice
from domain.service.types import ServiceType


class MaintenancePlan(Entity, Record):
    """``months`` and ``hours`` are 0 when the plan does not go by them; ``due_on`` is the next visit.

    ``counter`` is the last reading in hours of running, taken on ``read_on``; ``counter_done`` what it was at the
    last visit. Two readings tell how fast the machine runs, and so the day it will be due.
    """

    __tablename__ = "maintenance_plans"
    __table_args__ = (Index("ix_maintenance_plans_equipment_id", "equipment_id"),)

    equipment_id: Mapped[int] = mapped_column(Identity, ForeignKey("equipment.id"))
    due_on: Mapped[date] = mapped_column()
    begun_on: Mapped[date] = mapped_column()
    type: Mapped[ServiceType] = mapped_column(choice(ServiceType), default=ServiceType.MAINTENANCE)
    months: Mapped[int] = mapped_column(Integer, default=0)
    hours: Mapped[int] = mapped_column(Integer, default=0)
    words: Mapped[str] = mapped_column(String(200), default="")
    counter: Mapped[int] = mapped_column(Integer, default=0)
    counter_done: Mapped[int] = mapped_column(Integer, default=0)
    read_on: Mapped[date | None] = mapped_column(default=None)
    done_on: Mapped[date | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def said(self) -> str:
        """Return ``每 3 个月保养``."""
        often = [f"每 {self.months} 个月"] if self.months else []
        often += [f"每运行 {self.hours} 小时"] if self.hours else []
        return f"{'或'.join(often)}{self.type.label}"

    def read(self, counter: int, day: date) -> None:
        """Take a reading; the next visit moves to the day the machine will have run so long."""
        begun = self.done_on or self.begun_on
        before, since = (self.counter, self.read_on) if self.read_on is not None else (self.counter_done, begun)
        days = (day - since).days
        self.counter, self.read_on = counter, day
        left = self.counter_done + self.hours - counter
        if not self.hours:
            return
        if left <= 0:
            self.due_on = day
        elif days > 0 and counter > before:
            self.due_on = min(self._by_months(), day + timedelta(days=left * days // (counter - before)))

    def done(self, day: date) -> None:
        """Count from this visit on."""
        self.done_on, self.counter_done = day, self.counter
        self.due_on = self._by_months()

    def _by_months(self) -> date:
        """Return the day the calendar asks for; a plan by hours alone is looked at after a year at the latest."""
        return months_after(self.done_on or self.begun_on, self.months or 12)
