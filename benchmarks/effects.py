"""Full effects per second: taken from the inbox, read, decided, timeline + outbox + timers, committed.

The inbox is filled and then drained by the intake, in a process of its own that has warmed up on other
rows: what the first effects cost beyond the later ones is told apart. Beside it, on the same disk in the
same run, stands the plainest thing an ORM can do, one object inserted per commit, and the floor: the very
statements that the database was told for these effects, told again by ``sqlite3`` with nothing around it.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import day
from company import ROOT, empty_database, found, settings_for
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from bot.opening import business_of
from bot.reading import Understanding
from domain.clock import SystemClock
from domain.people.person import Person
from handlers.context import Ask, Understood
from handlers.envelope import Envelope
from handlers.router import Router
from handlers.tables import TABLES
from jobs.intake import Intake
from storage.database import Database
from storage.inbox import Arrival, Inbox
from storage.tables import inbox

_WARM = 100
_ELSEWHERE = 1_000_000
"""Where the numbers of warming rows begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """``rate`` per second of the wall clock; milliseconds of processor time per effect, and of reading in it.

    ``first`` is the very first effect of a process, in milliseconds of processor time.
    """

    rate: float
    cpu: float
    reading: float
    first: float


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


def full_effects(kind: str, count: int, *, mixed: bool = False, processes: int = 1) -> Measured:
    """Measure ``processes`` intakes that start at the same moment on inquiries, or on a day's mix."""
    with empty_database(kind) as url:
        found(url)
        arrivals = _day(url, count) if mixed else day.inquiries(0, count)
        drains = []
        for index in range(processes):
            _fill(url, day.inquiries(_ELSEWHERE * (index + 1), _WARM))
            drains.append(_Drain(url))
        _fill(url, arrivals)
        began = time.perf_counter()
        for drain in drains:
            drain.go()
        told = [drain.wait() for drain in drains]
        took = time.perf_counter() - began
        _check(url)
    return Measured(
        rate=count / took,
        cpu=sum(each["cpu"] for each in told) / count * 1000,
        reading=sum(each["reading"] for each in told) / count * 1000,
        first=told[0]["first"] * 1000,
    )


def floor(count: int) -> float:
    """Return effects per second when ``sqlite3`` alone is told what the intake of ``count`` inquiries told it."""
    with empty_database("sqlite") as url, empty_database("sqlite") as again:
        found(url)
        _fill(url, day.inquiries(0, count))
        path = url.removeprefix("sqlite:///")
        copy = again.removeprefix("sqlite:///")
        with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        said = _overheard(url)
        connection = sqlite3.connect(copy, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        began = time.perf_counter()
        for statement, parameters, many in said:
            if many:
                connection.executemany(statement, parameters)
            else:
                connection.execute(statement, parameters).fetchall()
        took = time.perf_counter() - began
        connection.close()
    return count / took


def _overheard(url: str) -> list[tuple[str, Any, bool]]:
    """Drain in this process and return every statement as the driver was given it."""
    said: list[tuple[str, Any, bool]] = []
    at_work = _AtWork(url)

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        said.append((statement, parameters, many))

    def commit(_connection: Any) -> None:
        said.append(("COMMIT", (), False))

    engine = at_work.database.engine
    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", commit)
    while at_work.step():
        pass
    at_work.database.close()
    return said


def _day(url: str, count: int) -> list[Arrival]:
    database = Database(url)
    try:
        business = business_of(settings_for(url), SystemClock())
        return day.mixed(0, count, day.ask_leaders(database, business, day.presses(count)))
    finally:
        database.close()


def _fill(url: str, arrivals: Sequence[Arrival]) -> None:
    database = Database(url)
    rows = [arrival.row() for arrival in arrivals]
    store = Inbox(database)
    for start in range(0, len(rows), 256):
        database._transact_raw(lambda connection, start=start: store._store(connection, rows[start : start + 256]))
    database.close()


def _check(url: str) -> None:
    database = Database(url)
    states = select(inbox.c.state, func.count()).group_by(inbox.c.state)
    found_ = dict(database.look(lambda session: [tuple(row) for row in session.execute(states)]))
    database.close()
    if set(found_) != {"done"}:
        raise RuntimeError(f"not everything was carried out: {found_}")


class _Drain:
    """A process that takes in until the inbox is empty: once to warm up, once when told to go."""

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

    def wait(self) -> dict[str, float]:
        told, _ = self._process.communicate()
        if self._process.returncode:
            raise RuntimeError("the intake failed")
        seconds: dict[str, float] = json.loads(told)
        return seconds


class _AtWork:
    """An intake as the bot builds it, with a clock around the reading."""

    def __init__(self, url: str) -> None:
        self.reading = 0.0
        self.database = Database(url)
        self._understanding = Understanding(self.database)
        asyncio.run(self._understanding.refresh())
        self._intake = Intake(
            database=self.database,
            business=business_of(settings_for(url), SystemClock()),
            route=Router(tables=TABLES, read=self._read, codec=day.CODEC),
            read=Envelope.from_json,
            pressed={},
        )

    def step(self, most: int | None = None) -> int:
        return self.database.transact(lambda session: self._intake.take(session, most)).rows

    def drain(self) -> None:
        while self.step() or self._left():
            pass

    def _left(self) -> int:
        left = select(func.count()).select_from(inbox).where(inbox.c.state == "ready")
        return self.database.look(lambda session: session.execute(left).scalar_one())

    def _read(self, text: str, ask: Ask) -> Understood:
        began = time.thread_time()
        try:
            return self._understanding(text, ask)
        finally:
            self.reading += time.thread_time() - began


def main(url: str) -> None:
    """What the process does."""
    at_work = _AtWork(url)
    began = time.process_time()
    at_work.step(1)
    first = time.process_time() - began
    at_work.drain()
    at_work.reading = 0.0
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.process_time()
    at_work.drain()
    cpu = time.process_time() - began
    print(json.dumps({"cpu": cpu, "reading": at_work.reading, "first": first}))
    at_work.database.close()


if __name__ == "__main__":
    main(sys.argv[1])
