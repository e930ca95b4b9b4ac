"""The played platforms' clock: real time plus an offset that tests and the page can move."""

from __future__ import annotations

import time


class Clock:
    """Unix seconds. Token expiry, the 72 h of a response code and frequency windows all read it."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._frozen: float | None = None

    def now(self) -> float:
        """Return the time in unix seconds."""
        return (time.time() if self._frozen is None else self._frozen) + self._offset

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``; a clock never goes back this way."""
        if seconds < 0:
            raise ValueError("a clock is not turned back; use set")
        self._offset += seconds

    def set(self, moment: float) -> None:
        """Stand still at ``moment`` (unix seconds) until moved."""
        self._frozen, self._offset = moment, 0.0
