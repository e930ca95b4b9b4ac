"""Timers: what a tick costs when nothing is due, and how fast what is due fires."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from company import empty_database, found, settings_for
from sqlalchemy import insert

from bot.opening import business_of
from domain.clock import ManualClock
from domain.inquiries.inquiry import Inquiry
from domain.tasks.task import Task
from domain.tasks.timers import RemindTask
from jobs.timers import TimerJob
from storage.database import Database
from storage.tables import timers

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Measured:
    """``tick`` in milliseconds; ``fired`` reminders a second, each with its two outbox rows and timeline line.

    ``cpu`` and ``tick_cpu`` are milliseconds of processor time: of one reminder, of one tick.
    """

    tick: float
    tick_cpu: float
    fired: float
    cpu: float


def timers_with(kind: str, *, pending: int, due: int) -> Measured:
    with empty_database(kind) as url:
        found(url)
        database = Database(url)
        clock = ManualClock(NOW)
        business = business_of(settings_for(url), clock)
        job = TimerJob(database=database, business=business)
        _fill(database, business.executor.book.encode, pending, due)
        ticks = 200
        database.transact(job.fire)
        began, cpu_began = time.perf_counter(), time.process_time()
        for _ in range(ticks):
            database.transact(job.fire)
        tick, tick_cpu = time.perf_counter() - began, time.process_time() - cpu_began
        clock.move(timedelta(hours=1))
        fired = 0
        began, cpu_began = time.perf_counter(), time.process_time()
        while taken := database.transact(job.fire):
            fired += taken
        took, cpu = time.perf_counter() - began, time.process_time() - cpu_began
        database.close()
    if fired != due:
        raise RuntimeError(f"{fired} of {due} fired")
    return Measured(
        tick=tick / ticks * 1000, tick_cpu=tick_cpu / ticks * 1000, fired=fired / took, cpu=cpu / fired * 1000
    )


def _fill(database: Database, encode: object, pending: int, due: int) -> None:
    assert callable(encode)

    def write(session: object) -> None:
        session.add(Inquiry(no="XJ-1", owner_id=1, requirement="两台X200", created_at=NOW))
        session.flush()
        session.add(Task(title="报价", owner_id=1, about="inquiry:1", created_at=NOW))
        session.flush()

    database.transact(write)
    command = encode(RemindTask(task_id=1))
    for start in range(0, pending, 5000):
        rows = [
            {
                "name": f"timer:{number}",
                "due": NOW + (timedelta(minutes=30) if number < due else timedelta(days=30)),
                "command": command,
                "state": "pending",
                "tries": 0,
                "made_by": "bench",
                "created_at": NOW,
            }
            for number in range(start, min(start + 5000, pending))
        ]
        database.transact(lambda session, rows=rows: session.execute(insert(timers), rows))
