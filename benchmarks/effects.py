"""Full effects per second: understand, decide, timeline + outbox + timers, committed.

The inbox is filled with inquiries as a sales rep types them, then drained by the intake; beside it
the plainest thing an ORM can do: one object inserted per commit, on the same disk in the same run.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

from company import ROOT, arrival, empty_database, found, settings_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.opening import business_of
from bot.reading import Understanding
from cards.action import ActionCodec
from domain.clock import SystemClock
from domain.people.person import Person
from handlers.envelope import Envelope
from handlers.router import Router
from handlers.tables import TABLES
from jobs.intake import Intake
from storage.database import Database
from storage.inbox import Inbox
from storage.tables import inbox


def one_insert_per_commit(kind: str, count: int) -> float:
    """Return ORM objects inserted per second, each in a transaction of its own."""
    with empty_database(kind) as url:
        found(url)
        database = Database(url)
        began = time.perf_counter()
        for number in range(count):
            with Session(database.engine) as session, session.begin():
                session.add(Person(name=f"某人{number}"))
        took = time.perf_counter() - began
        database.close()
    return count / took


def full_effects(kind: str, count: int, *, processes: int = 1) -> float:
    """Return effects per second of ``processes`` intakes that start at the same moment."""
    with empty_database(kind) as url:
        found(url)
        _fill(url, count)
        drains = [_Drain(url) for _ in range(processes)]
        began = time.perf_counter()
        for drain in drains:
            drain.go()
        for drain in drains:
            drain.wait()
        took = time.perf_counter() - began
        _check(url, count)
    return count / took


def _fill(url: str, count: int) -> None:
    database = Database(url)
    rows = [arrival(number).row() for number in range(count)]
    store = Inbox(database)
    for start in range(0, count, 256):
        database._transact_raw(lambda connection, start=start: store._store(connection, rows[start : start + 256]))
    database.close()


def _check(url: str, count: int) -> None:
    database = Database(url)
    states = select(inbox.c.state, func.count()).group_by(inbox.c.state)
    found_ = dict(database.look(lambda session: [tuple(row) for row in session.execute(states)]))
    database.close()
    if found_ != {"done": count}:
        raise RuntimeError(f"not everything was carried out: {found_}")


class _Drain:
    """A process that takes in until the inbox is empty."""

    def __init__(self, url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__)), url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != b"ready\n":
            raise RuntimeError("the intake did not start")

    def go(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"go\n")
        self._process.stdin.flush()

    def wait(self) -> None:
        self._process.communicate()
        if self._process.returncode:
            raise RuntimeError("the intake failed")


def drain(url: str) -> None:
    """What the process does."""
    database = Database(url)
    understanding = Understanding(database)
    asyncio.run(understanding.refresh())
    intake = Intake(
        database=database,
        business=business_of(settings_for(url), SystemClock()),
        route=Router(tables=TABLES, read=understanding, codec=ActionCodec(b"a key of thirty-two bytes, or so")),
        read=Envelope.from_json,
        pressed={},
    )
    left = select(func.count()).select_from(inbox).where(inbox.c.state == "ready")
    print("ready", flush=True)
    sys.stdin.readline()
    while database.transact(intake.take).rows or database.look(lambda session: session.execute(left).scalar()):
        pass
    database.close()


if __name__ == "__main__":
    drain(sys.argv[1])
