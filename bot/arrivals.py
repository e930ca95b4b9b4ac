"""Where every door ends: keep what arrived, and let those who wait hear what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.metrics import Metrics
from domain.clock import Clock
from handlers.envelope import Envelope, Kind
from jobs.intake import Taken
from storage import inbox
from storage.database import Database
from storage.inbox import Arrival, Inbox

_ELSEWHERE_EVERY = 0.25
"""Seconds between looks at a row that another process may be carrying out."""


class Arrivals:
    """``keep`` for callbacks, ``submit`` for pages and cards that wait for the effect."""

    def __init__(
        self, *, inbox_: Inbox, database: Database, clock: Clock, metrics: Metrics, hold: timedelta = timedelta(0)
    ) -> None:
        self._metrics = metrics
        self._inbox = inbox_
        self._database = database
        self._clock = clock
        self._hold = hold
        self._waiting: dict[str, list[asyncio.Future[dict[str, Any]]]] = {}

    async def keep(self, envelope: Envelope) -> None:
        """Return when the envelope is on the disk. Raises when it is not: do not acknowledge then."""
        arrival = Arrival(
            key=envelope.key,
            platform=envelope.platform,
            account=envelope.account,
            conversation=f"{envelope.platform}:{envelope.conversation}"[:200],
            kind=envelope.kind.value,
            body=envelope.to_json(),
            received_at=self._clock.now(),
            fetch=any(not attachment.file_id for attachment in envelope.attachments),
            hold=self._hold if envelope.kind is Kind.TEXT and envelope.mentioned else timedelta(0),
        )
        outcome = "failed"
        try:
            await self._inbox.keep(arrival)
            outcome = "kept"
        finally:
            self._metrics.arrived(envelope.platform, outcome)

    async def submit(self, envelope: Envelope, *, wait: float) -> dict[str, Any] | None:
        """Keep the envelope and wait up to ``wait`` seconds for its effect.

        Return what its handler answered, also when the same envelope was carried out long ago; None
        when it is kept and will be carried out later.
        """
        await self.keep(envelope)
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                return await self.wait_for(envelope.key)
        return None

    async def wait_for(self, key: str) -> dict[str, Any]:
        """Wait for the effect of a kept row, carried out here or by another process; cancel to stop waiting."""
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(future)
        try:
            while True:
                row = await self._database.read(lambda session: inbox.result(session, key))
                if row is not None and row[0] in ("done", "parked"):
                    return row[1] or {}
                with suppress(TimeoutError):
                    return await asyncio.wait_for(asyncio.shield(future), _ELSEWHERE_EVERY)
        finally:
            self._forget(key, future)

    def finished(self, taken: Taken, then: Callable[[], None]) -> None:
        """Wake those who wait for the effects just committed; ``then`` wakes the relay."""
        for key, answer in taken.answers.items():
            outcome = "refused" if "refused" in answer else "done"
            self._metrics.effects.labels(key.partition(":")[0], outcome).inc()
            for future in self._waiting.get(key, ()):
                if not future.done():
                    future.set_result(answer)
        for key, _, parked in taken.failures:
            self._metrics.effects.labels(key.partition(":")[0], "parked" if parked else "failed").inc()
        if taken.answers or taken.failures:
            then()

    def _forget(self, key: str, future: asyncio.Future[dict[str, Any]]) -> None:
        waiting = self._waiting.get(key, [])
        if future in waiting:
            waiting.remove(future)
        if not waiting:
            self._waiting.pop(key, None)
