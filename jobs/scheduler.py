"""Every recurring job on one page. APScheduler only ticks; whatever is due lies in the database.

name        every      does
timers      1 s        fires what is due
sweep       30 s       wakes intake and relay, in case a wake-up was lost
heartbeat   5 s        says that the scheduler lives; /readyz looks at it
mornings    60 s       shows everybody his day, once, when work begins
files       6 h        removes files that no row names, twelve hours after they were written
compare     10 min     once a night: cards about approvals that stand differently from the books are drawn anew
cleaning    5 min      shows everybody what is wrong with his customers' records, Monday at half past eight
directory   6 h        brings staff up to date from the platforms; first soon after the start
llm         1 min      finds out what the language model's endpoint can do, until it is known; only with one
retention   24 h       forgets finished queue rows after 30 days
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from storage.database import is_down

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job: its name, how often, and what it does (never two of one at the same time).

    ``first`` is how long after the start it comes for the first time; without it, after ``every``.
    """

    name: str
    every: timedelta
    run: Callable[[], Awaitable[Any]]
    first: timedelta | None = None


class Scheduler:
    """Starts the jobs it is given; a job that fails is logged and comes round again."""

    def __init__(self, jobs: list[Recurring]) -> None:
        self._jobs = jobs
        self._ticker = AsyncIOScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})

    def start(self) -> None:
        """Begin to tick on the running event loop."""
        for job in self._jobs:
            first = job.every if job.first is None else job.first
            self._ticker.add_job(
                _guarded(job),
                "interval",
                seconds=job.every.total_seconds(),
                next_run_time=datetime.now(UTC) + first,
                id=job.name,
                name=job.name,
            )
        self._ticker.start()

    async def run(self, name: str) -> None:
        """Run one job now, beside its own rhythm."""
        await next(job for job in self._jobs if job.name == name).run()

    def stop(self) -> None:
        """Stop ticking; a job under way is not waited for (its transaction decides)."""
        self._ticker.shutdown(wait=False)


def _guarded(job: Recurring) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        try:
            await job.run()
        except asyncio.CancelledError:
            _log.info("job_stopped", job=job.name)
        except SQLAlchemyError as error:
            # Without its words, which hold the row; what says "down" needs no trace.
            _log.error("job_failed", job=job.name, error=type(error).__name__, down=is_down(error))
        except Exception:  # noqa: BLE001 - the edge: a failing job must come round again
            _log.exception("job_failed", job=job.name)

    return run
