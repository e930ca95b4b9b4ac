"""How much of something one sender may do: a bucket of tokens that refills steadily (R-72)."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

_KEYS_MAX = 50_000
"""Senders remembered at once; the longest silent is forgotten first, so a flood of addresses cannot fill the memory."""


class Budget:
    """``count`` acts per ``per`` for each key; ``count`` may come at once after a pause."""

    def __init__(self, count: int, per: timedelta, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._count = float(count)
        self._rate = count / per.total_seconds()
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, key: str) -> bool:
        """Take one token of ``key``; False when there is none left."""
        now = self._clock()
        tokens, since = self._buckets.pop(key, (self._count, now))
        tokens = min(self._count, tokens + (now - since) * self._rate)
        granted = tokens >= 1
        self._buckets[key] = (tokens - 1 if granted else tokens, now)
        if len(self._buckets) > _KEYS_MAX:
            self._buckets.popitem(last=False)
        return granted
