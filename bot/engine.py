"""Everything below the sockets, built once: queues, effects, deliveries and what ticks them.

The same engine runs behind ``serve``, ``demo`` and the tests; only the channels differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.arrivals import Arrivals
from bot.metrics import Metrics
from cards.channel import Channel
from domain.clock import Clock
from domain.imports.commands import BAD_ROWS
from domain.imports.exporting import EXPORT
from handlers.envelope import Envelope
from jobs.business import Business
from jobs.drawing import Drawer
from jobs.imports.job import ImportJob
from jobs.imports.worker import SheetWorker
from jobs.intake import Intake, Pressed, Route, Taken
from jobs.media import MediaJob
from jobs.relay import Relay, Write
from jobs.scheduler import Recurring, Scheduler
from jobs.sweeping import FileSweeper
from jobs.timers import TimerJob
from jobs.trouble import Trouble
from storage import care
from storage.database import Database, Urgency
from storage.files import Files
from storage.inbox import Inbox

_log = structlog.get_logger()
_LOOK_FOR_TABLES = 0.5
"""Seconds between looks at the imports, of which there are a few a week: one small query."""


class Engine:
    """Owns the loops. ``start`` them, ``stop`` them; everything in between is in the database."""

    def __init__(
        self,
        *,
        database: Database,
        files: Files,
        business: Business,
        route: Route,
        drawer: Drawer,
        documents: Mapping[str, Write],
        clock: Clock,
        metrics: Metrics | None = None,
        tick: timedelta = timedelta(seconds=1),
        batch: int = 64,
        workers: int = 2,
        hold: timedelta = timedelta(0),
    ) -> None:
        self.database = database
        self.files = files
        self.business = business
        self.drawer = drawer
        self._documents = documents
        self.clock = clock
        self.inbox = Inbox(database)
        self.metrics = metrics or Metrics()
        self.arrivals = Arrivals(inbox_=self.inbox, database=database, clock=clock, metrics=self.metrics, hold=hold)
        self.timers = TimerJob(database=database, business=business)
        self.sweeper = FileSweeper(database=database, files=files, clock=clock)
        self.trouble = Trouble(database=database, business=business)
        self.imports = ImportJob(database=database, business=business, files=files, worker=SheetWorker())
        self._route = route
        self._tick = tick
        self._batch = batch
        self._workers = 1 if database.is_sqlite else workers
        self._promised = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._listener: care.Listener | None = None
        self._scheduler: Scheduler | None = None
        self.relay: Relay | None = None
        self.intake: Intake | None = None

    def start(
        self,
        channels: Mapping[str, Channel],
        pressed: Mapping[str, Pressed],
        extra: tuple[Recurring, ...] = (),
        *,
        readable: asyncio.Event,
    ) -> None:
        """Start the loops on the running event loop; ``channels`` and ``pressed`` are by platform.

        What was kept is carried out as soon as ``readable`` is set.
        """
        self.relay = Relay(
            database=self.database,
            channels=channels,
            drawer=self.drawer,
            clock=self.clock,
            trouble=self.trouble,
            documents={**self._documents, BAD_ROWS: self.imports.bad_rows, EXPORT: self.imports.export},
        )
        self.intake = Intake(
            database=self.database,
            business=self.business,
            route=self._route,
            read=Envelope.from_json,
            pressed=pressed,
            batch=self._batch,
        )
        media = MediaJob(
            database=self.database, channels=channels, files=self.files, read=Envelope.from_json, clock=self.clock
        )
        for _ in range(self._workers):
            self._tasks.append(asyncio.create_task(self._take_in(self.intake, readable)))
        self._tasks.append(asyncio.create_task(self.relay.run(self._promised)))
        self._tasks.append(asyncio.create_task(self._fetch_media(media)))
        self._tasks.append(asyncio.create_task(self._bring_in(readable)))
        if not self.database.is_sqlite:
            self._listen()
        self._scheduler = Scheduler(
            [
                Recurring("timers", self._tick, self._fire),
                Recurring("heartbeat", timedelta(seconds=5), self._beat, first=timedelta()),
                Recurring("sweep", timedelta(seconds=30), self._sweep),
                Recurring("files", timedelta(hours=6), self.sweeper.run, first=timedelta(minutes=5)),
                Recurring("retention", timedelta(days=1), self._forget),
                *extra,
            ]
        )
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop ticking and taking; what is under way ends, what is kept waits for the next start (R-24)."""
        if self._scheduler is not None:
            self._scheduler.stop()
            self._scheduler = None
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()
        if self._listener is not None:
            await asyncio.to_thread(self._listener.close)

    async def recur(self, name: str) -> None:
        """Let the recurring job ``name`` come round now."""
        assert self._scheduler is not None
        await self._scheduler.run(name)

    def wake(self) -> None:
        """Look at the queues now."""
        self.inbox.kept.set()
        self._promised.set()

    async def _take_in(self, intake: Intake, readable: asyncio.Event) -> None:
        await readable.wait()
        await intake.run(self.inbox.kept, finished=self._finished)

    def _finished(self, taken: Taken) -> None:
        self.arrivals.finished(taken, self._promised.set)

    async def _fire(self) -> None:
        fired = await self.timers.run_due()
        if fired:
            self.metrics.timers.inc(fired)
            self._promised.set()

    async def _beat(self) -> None:
        now = self.clock.now()
        self.metrics.heartbeat.set(now.timestamp())
        await self.database.write(lambda session: care.beat(session, "scheduler", now), urgency=Urgency.CARE)

    async def _sweep(self) -> None:
        self.wake()

    async def _forget(self) -> None:
        now = self.clock.now()
        gone = await self.database.write(lambda session: care.forget(session, now), urgency=Urgency.CARE)
        _log.info("forgotten", rows=gone)

    async def _fetch_media(self, media: MediaJob) -> None:
        while True:
            try:
                fetched = await media.run_due()
            except Exception:  # noqa: BLE001 - the edge of a background loop: log and come round again
                _log.exception("media_failed")
                fetched = 0
            if fetched:
                self.inbox.kept.set()
            else:
                await self._until_something_is_kept()

    async def _bring_in(self, readable: asyncio.Event) -> None:
        """Work on the tables people have sent, one at a time."""
        await readable.wait()
        while True:
            try:
                worked = await self.imports.run_due()
            except Exception:  # noqa: BLE001 - the edge of a background loop: log and come round again
                _log.exception("import_failed")
                worked = False
            if worked:
                self._promised.set()
            else:
                await asyncio.sleep(_LOOK_FOR_TABLES)

    async def _until_something_is_kept(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.inbox.media_kept.wait(), 1.0)
        self.inbox.media_kept.clear()

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        events = {"gendan_inbox": self.inbox.kept, "gendan_outbox": self._promised}

        def woken(channel: str) -> None:
            loop.call_soon_threadsafe(events[channel].set)

        self._listener = care.Listener(self.database, woken)
        self._listener.start()
