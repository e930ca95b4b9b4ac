"""Deeds for later, by the played clock: redeliveries fall due as soon as the clock is moved."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from itertools import count

from playground.clock import Clock

_TICK = 0.01
"""Real seconds between two looks at a clock that anybody may move at any time."""

Deed = Callable[[], Awaitable[object]]


class Timers:
    """Runs each deed once, when the clock has reached its time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: list[tuple[float, int, Deed]] = []
        self._numbers = count()
        self._added = asyncio.Event()
        self._tasks: set[asyncio.Task[object]] = set()

    def start(self) -> None:
        """Begin to watch the clock."""
        self.spawn(self._watch)

    def after(self, seconds: float, deed: Deed) -> None:
        """Run ``deed`` in ``seconds`` of the played clock."""
        heapq.heappush(self._due, (self._clock.now() + seconds, next(self._numbers), deed))
        self._added.set()

    def spawn(self, deed: Deed) -> None:
        """Run ``deed`` now, beside everything else, and end it with ``close``."""
        task: asyncio.Task[object] = asyncio.ensure_future(_run(deed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Forget what is due and end what runs."""
        self._due.clear()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            await self._added.wait()
            while self._due:
                if self._due[0][0] <= self._clock.now():
                    self.spawn(heapq.heappop(self._due)[2])
                else:
                    await asyncio.sleep(_TICK)
            self._added.clear()


async def _run(deed: Deed) -> object:
    return await deed()
