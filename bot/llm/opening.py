"""Putting the second opinion together, when the administrator has switched it on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import aiohttp

from bot.engine import Engine
from bot.llm.client import ChatClient
from bot.llm.consultant import BUDGET, Consultant
from bot.reading import Understanding
from bot.settings import Llm
from handlers.envelope import Envelope
from jobs.scheduler import Recurring
from jobs.second_opinion import SecondOpinion

HOLD = timedelta(seconds=BUDGET + 0.5)
"""How long a text may wait for an opinion; without one it is carried out then."""
PROBE_EVERY = timedelta(minutes=1)


def hold_for(settings: Llm) -> timedelta:
    """Return how long arrivals are held back: not at all without a model."""
    return HOLD if settings.enabled else timedelta(0)


class Second:
    """The model's client and the job that asks it."""

    def __init__(
        self, settings: Llm, session: aiohttp.ClientSession, engine: Engine, understanding: Understanding
    ) -> None:
        self._engine = engine
        self._understanding = understanding
        self.client = ChatClient(
            session,
            base_url=settings.base_url,
            model=settings.model,
            api_key=settings.api_key.get_secret_value(),
            timeout=settings.timeout.total_seconds(),
        )
        consultant = Consultant(client=self.client, reader=lambda: understanding.reader, threshold=settings.threshold)
        self._job = SecondOpinion(
            database=engine.database,
            clock=engine.clock,
            calendar=engine.business.calendar,
            consult=consultant,
            read=Envelope.from_json,
            wake=engine.wake,
        )

    @property
    def recurring(self) -> Recurring:
        """The test that finds out what the endpoint can do; once that is known it does nothing."""
        return Recurring("llm", PROBE_EVERY, self.client.probe, first=timedelta(0))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask while the context is open."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        await self._understanding.ready.wait()
        await self._job.run(self._engine.inbox.held_kept)
