"""One database: engines, the writer, readers.

SQLite has one writer thread (``BEGIN IMMEDIATE``, WAL, ``synchronous=FULL``), so nobody ever meets
"database is locked"; PostgreSQL has a small pool. What waits goes by priority: arrivals before
effects, because somebody's platform is waiting for the acknowledgement.
"""

from __future__ import annotations

import asyncio
import itertools
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from domain.errors import Conflict

T = TypeVar("T")

_RETRIED_STATES = {"40001", "40P01"}
"""PostgreSQL: serialization failure, deadlock. The whole unit of work is tried again."""

_DOUBLE = "23505"
"""PostgreSQL: unique violation. Whoever looks again finds what the other has written."""

_STATEMENTS_OWN = {"57014", "55P03"}
"""PostgreSQL: statement timeout, lock timeout. They may well be a poison row's own fault."""


class Urgency(IntEnum):
    """Who goes first when several want to write."""

    ARRIVAL = 0
    RECEIPT = 1
    EFFECT = 2
    CARE = 3


class DatabaseUnsafe(Exception):
    """The database is set up so that a committed row could be lost; we refuse to start (R-19)."""


class Database:
    """Runs functions in transactions, off the event loop.

    ``url`` is SQLAlchemy's (``sqlite:///var/gendan.db``, ``postgresql://…``). ``writers`` counts the
    threads that write on PostgreSQL; on SQLite there is always one.
    """

    def __init__(self, url: str, *, writers: int = 2, readers: int = 2) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url, 2 * writers + readers + 2)
        self._writes = _Workers("write", 1 if self.is_sqlite else writers)
        self._reads = _Workers("read", readers)

    def close(self) -> None:
        """Finish what is waiting, then let go of the connections."""
        self._writes.close()
        self._reads.close()
        self.engine.dispose()

    async def write(self, work: Callable[[Session], T], *, urgency: Urgency = Urgency.EFFECT) -> T:
        """Run ``work`` in one transaction on a writer thread and return what it returns, committed."""
        return await asyncio.wrap_future(self._writes.submit(urgency, lambda: self.transact(work)))

    async def write_raw(self, work: Callable[[Connection], T], *, urgency: Urgency = Urgency.ARRIVAL) -> T:
        """Like ``write``, on a bare connection."""
        return await asyncio.wrap_future(self._writes.submit(urgency, lambda: self._transact_raw(work)))

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` on its own read-only session."""
        return await asyncio.wrap_future(self._reads.submit(Urgency.EFFECT, lambda: self.look(work)))

    def should_yield(self, urgency: Urgency) -> bool:
        """Return whether something more urgent than ``urgency`` is waiting for a writer."""
        return self._writes.is_waiting_before(urgency)

    def transact(self, work: Callable[[Session], T], *, tries: int = 4) -> T:
        """Run ``work`` in one transaction on this thread; lost races are tried again (R-50)."""

        def run() -> T:
            with Session(self.engine, expire_on_commit=False, autoflush=False) as session, session.begin():
                return work(session)

        return _raced(run, tries)

    def look(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` on a read-only session on this thread."""
        with (
            self.engine.connect().execution_options(gendan_read_only=True) as connection,
            Session(connection) as session,
        ):
            return work(session)

    def _transact_raw(self, work: Callable[[Connection], T], *, tries: int = 4) -> T:
        def run() -> T:
            with self.engine.begin() as connection:
                return work(connection)

        return _raced(run, tries)

    def check_safety(self) -> None:
        """Raise DatabaseUnsafe unless a commit is on the disk when it returns (R-19)."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                level = connection.execute(text("PRAGMA synchronous")).scalar()
                if level not in (2, 3):
                    raise DatabaseUnsafe(f"SQLite synchronous is {level}, it must be FULL")
                return
            for name in ("fsync", "synchronous_commit"):
                value = connection.execute(text(f"SHOW {name}")).scalar()
                if value == "off":
                    raise DatabaseUnsafe(f"PostgreSQL has {name}=off; a power cut would lose acknowledged messages")


def is_passing(error: BaseException) -> bool:
    """Return whether ``error`` says nothing about the row at hand: the database is away, or a race was lost."""
    return is_down(error) or _lost_a_race(error)


def is_down(error: BaseException) -> bool:
    """Return whether the database cannot be reached or written now.

    SQLite and psycopg raise OperationalError also for a statement that is wrong or took too long;
    counting those as "away" would let one poison row hold up everything behind it (R-23).
    """
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError) or _lost_a_race(error):
        return False
    wrong = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return not wrong and getattr(error.orig, "sqlstate", None) not in _STATEMENTS_OWN


def is_double(error: BaseException) -> bool:
    """Return whether another writer has just written what must be there once (PostgreSQL; SQLite has one writer)."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _DOUBLE


def _lost_a_race(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _RETRIED_STATES


def _raced(run: Callable[[], T], tries: int) -> T:
    """Run a whole transaction, again when it lost a race."""
    for left in range(tries - 1, -1, -1):
        try:
            return run()
        except (DBAPIError, Conflict) as error:
            if left == 0 or not (isinstance(error, Conflict) or _lost_a_race(error) or is_double(error)):
                raise
    raise AssertionError("unreachable")


def _dumps(value: Any) -> str:
    # The same library writes and reads: what it could not read back (integers beyond 64 bits) it does not write.
    return orjson.dumps(value).decode()


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"timeout": 15, "check_same_thread": False},
        pool_size=8,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "cache_size=-65536",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred BEGIN would fail 90 of 100 concurrent read-then-write transactions with SQLITE_BUSY.
        read_only = connection.get_execution_options().get("gendan_read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _postgres_engine(url: str, size: int) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        pool_size=size,
        max_overflow=4,
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args={
            "connect_timeout": 5,
            "options": "-c statement_timeout=5000 -c lock_timeout=4000 -c timezone=UTC",
        },
    )


class _Workers:
    """Threads that take functions by urgency, then by arrival."""

    def __init__(self, name: str, count: int) -> None:
        self._waiting: queue.PriorityQueue[tuple[int, int, Callable[[], Any] | None, Future[Any]]] = (
            queue.PriorityQueue()
        )
        self._order = itertools.count()
        self._threads = [
            threading.Thread(target=self._run, name=f"gendan-{name}-{index}", daemon=True) for index in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, urgency: int, function: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        self._waiting.put((urgency, next(self._order), function, future))
        return future

    def is_waiting_before(self, urgency: int) -> bool:
        with self._waiting.mutex:
            waiting = self._waiting.queue
            return bool(waiting) and waiting[0][0] < urgency

    def close(self) -> None:
        for _ in self._threads:
            self._waiting.put((99, next(self._order), None, Future()))
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while True:
            _urgency, _order, function, future = self._waiting.get()
            if function is None:
                return
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(function())
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the future
                future.set_exception(error)
