"""A line to each platform: so many calls at once, and none while its breaker is open.

Rows of every platform share the relay's places. Where calls hang, the next ones give theirs back
soon, so that a platform that does not answer costs the other one half a second, not ten (R-32).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from cards.channel import Retry
from domain.clock import Clock
from jobs.breaker import Breaker

_LONGEST_WAIT = 0.5
_AGAIN_AFTER = 1.0
"""Seconds."""
_AWAY_AFTER = timedelta(minutes=5)


class Line:
    """One platform's line."""

    def __init__(self, clock: Clock, *, at_once: int) -> None:
        self._breaker = Breaker(clock)
        self._places = asyncio.Semaphore(at_once)

    def is_away(self) -> bool:
        """Return whether the platform has been out of reach for so long that people are told elsewhere."""
        return self._breaker.has_been_open_for(_AWAY_AFTER)

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Make one call; raise Retry when calls that hang hold the line, or while the breaker is open."""
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                await self._places.acquire()
        except TimeoutError:
            raise Retry("平台应答很慢", code="line.busy", after=_AGAIN_AFTER) from None
        try:
            with self._breaker.guard():
                yield
        finally:
            self._places.release()
