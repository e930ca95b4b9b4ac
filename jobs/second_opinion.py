"""Texts that wait for a second opinion are asked about before their effect, and go on without one when it is late.

The row is kept and acknowledged long before; it is only not taken until ``not_before``. What was found is written
into the row, so carrying it out again gives the same; if this process dies the row is simply taken without it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import orjson
import structlog
from sqlalchemy import RowMapping

from domain.actor import Actor
from domain.clock import Clock, WorkCalendar
from storage import inbox
from storage.database import Database
from storage.queries import Queries

if TYPE_CHECKING:
    from handlers.envelope import Envelope

_log = structlog.get_logger()

KEY = "opinion"
"""Where in an envelope's ``data`` the opinion is kept, as JSON."""
_AT_ONCE = 16
_PRIVATE = "privatenote:"
"""Subject in focus after a private note: what follows may belong to it and is nobody else's business."""


class Kept(Protocol):
    """An opinion, as far as it is needed here."""

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""


Consult = Callable[["Envelope", Actor, datetime], Awaitable[Kept | None]]
"""Asks about a message of somebody; the moment is local. Never raises for what the model does."""


class SecondOpinion:
    """Takes held rows, asks, and lets them go. ``wake`` lets the intake look at once."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        calendar: WorkCalendar,
        consult: Consult,
        read: Callable[[dict[str, Any]], Envelope],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._calendar = calendar
        self._consult = consult
        self._read = read
        self._wake = wake
        self._asking: set[int] = set()

    async def run(self, kept: asyncio.Event, *, idle: float = 1.0) -> None:
        """Ask until cancelled; ``kept`` is set when a held row was kept. Rows are asked about side by side."""
        async with asyncio.TaskGroup() as group:
            while True:
                kept.clear()
                for row, actor in await self._new():
                    self._asking.add(row["id"])
                    group.create_task(self._let_go(row, actor))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(kept.wait(), idle)

    async def _new(self) -> list[tuple[RowMapping, Actor | None]]:
        now = self._clock.now()

        def look(session: Any) -> list[tuple[RowMapping, Actor | None]]:
            queries = Queries(session)
            found = [
                row for row in inbox.held(session, now, _AT_ONCE + len(self._asking)) if row["id"] not in self._asking
            ]
            return [(row, self._asker(queries, row, now)) for row in found]

        try:
            return await self._database.read(look)
        except Exception as error:  # noqa: BLE001 - the edge of the loop: held rows go on by themselves when their time is up
            _log.error("second_opinion_failed", error=type(error).__name__)
            return []

    @staticmethod
    def _asker(queries: Queries, row: RowMapping, now: datetime) -> Actor | None:
        """Return who may be asked about: a member of staff who is not in the middle of something private."""
        actor = queries.people.actor(row["platform"], row["account"])
        if actor is None or actor.person_id is None:
            return None
        subjects = queries.people.looks_at(actor.person_id, now)
        return None if any(each.startswith(_PRIVATE) for each in subjects) else actor

    async def _let_go(self, row: RowMapping, actor: Actor | None) -> None:
        try:
            body = await self._asked(row, actor) if actor is not None else None
            now = self._clock.now()
            await self._database.write(lambda session: inbox.release(session, row["id"], now, body))
            self._wake()
        except Exception as error:  # noqa: BLE001 - the edge: the row is taken without an opinion when its time is up
            _log.error("second_opinion_failed", error=type(error).__name__)
        finally:
            self._asking.discard(row["id"])

    async def _asked(self, row: RowMapping, actor: Actor) -> dict[str, Any] | None:
        envelope = self._read(row["body"])
        opinion = await self._consult(envelope, actor, self._calendar.local(self._clock.now()))
        if opinion is None:
            return None
        kept = orjson.dumps(opinion.to_json()).decode()
        return replace(envelope, data={**envelope.data, KEY: kept}).to_json()
