"""Wires the reader of Chinese to the router: the company's own words as a snapshot, kept fresh beside the road."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta

from sqlalchemy.orm import Session

from handlers.context import Ask, Understood
from handlers.language.gazetteer import Gazetteer
from handlers.language.understand import Reader
from handlers.reading import understood_by
from storage.database import Database
from storage.queries.vocabulary import Vocabulary, vocabulary, vocabulary_stamp


class Understanding:
    """``handlers.router.Read``: understands a text for its sender, after the first ``refresh``.

    The snapshot is built from the records on a thread of its own and swapped in one assignment, so
    nobody waits for it; a new customer is known by name within ``every``. ``ready`` is set with the
    first one: with a hundred thousand names that takes a while, and until then messages are kept.
    """

    every = timedelta(seconds=3)

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stamp: str | None = None
        self._reader: Reader | None = None
        self.ready = asyncio.Event()

    @property
    def reader(self) -> Reader:
        """The reader with the company's words as they are now."""
        assert self._reader is not None, "refresh comes first"
        return self._reader

    def __call__(self, text: str, ask: Ask) -> Understood:
        """Return what the sender of ``ask`` means."""
        return understood_by(self.reader, text, ask)

    async def refresh(self) -> None:
        """Build a new snapshot when people, customers, products or parts have changed."""
        stamp = await self._database.read(vocabulary_stamp)
        if stamp == self._stamp:
            return
        words = await self._database.read(vocabulary)
        self._reader = await _beside(lambda: Reader(_gazetteer(words)))
        self._stamp = stamp
        self.ready.set()


async def _beside(build: Callable[[], Reader]) -> Reader:
    """Return what ``build`` returns, from a thread that a stopping program leaves behind.

    The event loop's own threads are waited for, and a hundred thousand names would outlast the time to stop (R-24).
    """
    built: Future[Reader] = Future()
    built.set_running_or_notify_cancel()

    def run() -> None:
        try:
            built.set_result(build())
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits
            built.set_exception(error)

    threading.Thread(target=run, name="gendan-names", daemon=True).start()
    return await asyncio.wrap_future(built)


def gazetteer_of_database(session: Session) -> Gazetteer:
    """Return the snapshot of a company's own records, for ``gendan understand``."""
    return _gazetteer(vocabulary(session))


def _gazetteer(words: Vocabulary) -> Gazetteer:
    return Gazetteer.from_world(words.as_world())
