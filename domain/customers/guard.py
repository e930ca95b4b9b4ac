"""The complaint guard: nobody is sold more of what is broken at his place, or was until a moment ago (S-039)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FRESH = timedelta(days=14)
"""How long a fault is remembered after it was put right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultView:
    """A fault reported on a machine of the model that is being sold; ``closed_at`` None: still open."""

    no: str
    model: str
    closed_at: datetime | None

    def warns(self, now: datetime) -> bool:
        """Return whether somebody who sells should know of it."""
        return self.closed_at is None or now - self.closed_at < FRESH
