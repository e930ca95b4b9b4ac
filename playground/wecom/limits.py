"""Sliding windows for what may happen so often in a time (WeCom reference 4.2, 4.3)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Window:
    """The moments of the last ``seconds``."""

    seconds: float
    _moments: dict[str, deque[float]] = field(default_factory=dict)

    def count(self, who: str, now: float) -> int:
        """Return how many of ``who`` lie in the window that ends ``now``."""
        moments = self._moments.setdefault(who, deque())
        while moments and moments[0] <= now - self.seconds:
            moments.popleft()
        return len(moments)

    def add(self, who: str, now: float) -> None:
        """Note one more."""
        self._moments.setdefault(who, deque()).append(now)
