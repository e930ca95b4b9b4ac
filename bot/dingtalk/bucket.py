"""Our own brake in front of DingTalk's: 20 calls a second per API, then a wait (DingTalk reference 6.5; R-31)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.dingtalk.crypto import Clock
from cards.channel import Retry

LONGEST_WAIT = 3.0
"""Seconds. Beyond that the outbox is the better queue."""


class Buckets:
    """One token bucket per API, holding a second's worth: ``take`` waits for its turn, in order."""

    def __init__(self, per_second: float, *, clock: Clock, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._step = 1.0 / per_second
        self._burst = 1.0
        self._clock = clock
        self._sleep = sleep
        self._full_again: dict[str, float] = {}

    async def take(self, api: str) -> None:
        """Return when ``api`` may be called; raise Retry where that is more than LONGEST_WAIT away."""
        now = self._clock().timestamp()
        full_again = max(now, self._full_again.get(api, now)) + self._step
        wait = full_again - now - self._burst
        if wait > LONGEST_WAIT:
            raise Retry("钉钉调用过于频繁，稍后再发", code="local.qps", after=wait)
        self._full_again[api] = full_again
        if wait > 1e-9:
            await self._sleep(wait)
