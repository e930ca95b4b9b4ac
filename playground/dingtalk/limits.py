"""Calls per second and per month (reference 6.5, 6.6): what is refused, and what was spent."""

from __future__ import annotations

from collections import Counter, defaultdict, deque

from playground.dingtalk.scene import Scene

API = "api"
PUSH = "push"
"""The class called Webhook & Stream."""


class Limits:
    """``spent`` counts calls by (month, class); ``calls`` counts every accepted call by API name."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._recent: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self.spent: Counter[tuple[str, str]] = Counter()
        self.calls: Counter[str] = Counter()

    def too_fast(self, client_id: str, api: str) -> bool:
        """Tell whether this app calls this API more than ``qps`` times a second; a refused call counts for nothing."""
        now = self._scene.clock.now()
        recent = self._recent[client_id, api]
        while recent and recent[0] <= now - 1.0:
            recent.popleft()
        if len(recent) >= self._scene.knobs.qps:
            return True
        recent.append(now)
        return False

    def spend(self, kind: str) -> bool:
        """Count one call of the month's class; False when the month's quota is used up."""
        quota = self._scene.knobs.api_quota if kind == API else self._scene.knobs.push_quota
        key = (self._scene.day()[:7], kind)
        if self.spent[key] >= quota:
            return False
        self.spent[key] += 1
        return True

    def spent_now(self, kind: str) -> int:
        """Return this month's count of a class."""
        return self.spent[self._scene.day()[:7], kind]
