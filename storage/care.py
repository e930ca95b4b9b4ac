"""Looking after the database: heartbeats, forgetting what is finished, waking up on PostgreSQL."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.database import Database
from storage.tables import counters, heartbeats, inbox, outbox, timers

if TYPE_CHECKING:
    import psycopg

_log = structlog.get_logger()
_KEPT = timedelta(days=31)
"""Callback keys must be known for at least 30 days (R-02)."""


def beat(session: Session, name: str, now: datetime) -> None:
    """Note that a background job came round."""
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(heartbeats)
    session.execute(insert.values(name=name, at=now).on_conflict_do_update(index_elements=["name"], set_={"at": now}))


def last_beat(session: Session, name: str) -> datetime | None:
    """Return when the job last came round."""
    return session.execute(select(heartbeats.c.at).where(heartbeats.c.name == name)).scalar()


def forget(session: Session, now: datetime) -> int:
    """Delete finished queue rows older than 31 days; return how many."""
    before = now - _KEPT
    gone = 0
    for statement in (
        delete(inbox).where(inbox.c.state == "done", inbox.c.done_at < before),
        delete(outbox).where(outbox.c.state.in_(("sent", "refused")), outbox.c.sent_at < before),
        delete(timers).where(timers.c.state.in_(("fired", "cancelled")), timers.c.ended_at < before),
    ):
        gone += session.connection().execute(statement).rowcount
    return gone


def set_number(session: Session, name: str, value: int) -> None:
    """Keep a number under ``name``."""
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(counters)
    session.execute(
        insert.values(name=name, value=value).on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )


def number(session: Session, name: str) -> int:
    """Return the number kept under ``name``, 0 when there is none."""
    return session.execute(select(counters.c.value).where(counters.c.name == name)).scalar() or 0


class Listener:
    """LISTENs on PostgreSQL on a thread of its own and calls ``woken(channel)``; never the only wake-up."""

    def __init__(self, database: Database, woken: Callable[[str], None]) -> None:
        self._conninfo = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._woken = woken
        self._stop = threading.Event()
        self._stopped, self._stopper = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="gendan-listen", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        self._stopper.close()
        self._thread.join()
        self._stopped.close()

    def _run(self) -> None:
        import psycopg  # noqa: PLC0415 - companies on SQLite start without the driver, a twentieth of what is imported

        while not self._stop.is_set():
            try:
                with psycopg.connect(self._conninfo, autocommit=True, connect_timeout=5) as connection:
                    connection.execute("LISTEN gendan_inbox")
                    connection.execute("LISTEN gendan_outbox")
                    self._wait(connection)
            except psycopg.OperationalError as error:
                # The database is away; the loops' own polling finds out the same and waits.
                _log.warning("listen_lost", error=str(error))
                self._stop.wait(1.0)

    def _wait(self, connection: psycopg.Connection[Any]) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(connection, selectors.EVENT_READ)
            ready.register(self._stopped, selectors.EVENT_READ)
            while not self._stop.is_set():
                ready.select()
                for notice in connection.notifies(timeout=0):
                    self._woken(notice.channel)
