"""Who looks, when, and from where: what a card's builder knows besides the read view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.actor import Actor
from domain.clock import said_day, said_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """``base`` is the company's public address without a slash at its end."""

    viewer: Actor
    now: datetime
    zone: ZoneInfo
    base: str

    def page(self, path: str) -> str:
        """Return the address of one of our pages."""
        return f"{self.base}{path}"

    def day(self, at: datetime) -> str:
        """Return ``11月26日（周四）``."""
        return said_day(at, self.zone, today=self.now.astimezone(self.zone).date())

    def moment(self, at: datetime) -> str:
        """Return ``11月26日（周四）14:30``."""
        return said_moment(at, self.zone, today=self.now.astimezone(self.zone).date())

    def clock(self, at: datetime) -> str:
        """Return ``14:30`` for today, the whole moment for other days."""
        local = at.astimezone(self.zone)
        return f"{local:%H:%M}" if local.date() == self.now.astimezone(self.zone).date() else self.moment(at)
