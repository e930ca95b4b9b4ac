"""Leaves a model alone for a while after it has failed several times in a row."""

from __future__ import annotations

from collections.abc import Callable

FAILURES = 3
OPEN_SECONDS = 60.0


class Breaker:
    """``now`` is a monotonic clock in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures = 0
        self._closed_again = 0.0

    @property
    def open(self) -> bool:
        """Whether nobody may ask now."""
        return self._now() < self._closed_again

    def failed(self) -> None:
        """Count a failure; the third in a row, and each after it, opens for a minute."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._closed_again = self._now() + OPEN_SECONDS

    def answered(self) -> None:
        """Forget the failures."""
        self._failures = 0
