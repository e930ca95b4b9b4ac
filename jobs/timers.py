"""Firing timers: every due command is an effect of the system under the key ``timer:<id>``."""

from __future__ import annotations

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from domain.actor import SYSTEM, Role
from domain.errors import Refusal
from jobs import overdue
from jobs.batches import Pace, ever_fewer
from jobs.business import Business
from storage import timers
from storage.batch import Batch
from storage.database import Database, is_passing
from storage.uow import UnitOfWork

_log = structlog.get_logger()

_PARKED = "有到点要做的事连续五次没做成，已搁置；gendan timers list --state parked 列出它们，timers retry 再试。"
"""Told to every administrator once an hour (R-23)."""


class TimerJob:
    """Takes what is due, carries it out and marks it, all in one transaction per batch."""

    def __init__(self, *, database: Database, business: Business, batch: int = 250) -> None:
        self._database = database
        self._business = business
        self._size = batch

    async def run_due(self) -> int:
        """Fire everything that is due now; return how many were taken."""
        total = 0
        while taken := await self._step():
            total += taken
        return total

    async def _step(self) -> int:
        return await ever_fewer(
            lambda most: self._database.write(lambda session: self.fire(session, most)),
            lambda error: self._database.write(lambda session: self._blame_oldest(session, error)),
            self._size,
        )

    def fire(self, session: Session, most: int | None = None) -> int:
        """Fire one batch (of at most ``most``) inside ``session``'s transaction; return how many rows were taken."""
        rows = timers.take(session, self._business.clock.now(), most or self._size)
        if not rows:
            return 0
        batch = self._business.batch(session)
        batch.expect_records(row["command"] for row in rows)
        pace = Pace(self._database)
        taken = 0
        done: list[int] = []
        put_off = overdue.put_off(session, batch, rows)
        for row in rows:
            if taken and pace.is_enough():
                break
            taken += 1
            if row["id"] in put_off:
                continue
            # An earlier timer of this batch may have taken this one back.
            if not batch.timers.took_back(row["name"]) and self._carry_out(session, batch, row):
                done.append(row["id"])
        timers.fired(session, done, batch.now)
        batch.finish()
        return taken

    def _carry_out(self, session: Session, batch: Batch, row: RowMapping) -> bool:
        def run(work: UnitOfWork) -> None:
            work.act(self._business.executor.book.decode(row["command"]))

        try:
            self._business.attempt(batch, f"timer:{row['id']}", SYSTEM, run)
        except Refusal as refusal:
            # Moot: what it was about has moved on. The promise is kept by doing nothing.
            _log.info("timer_moot", name=row["name"], reason=refusal.message)
        except Exception as error:  # the edge: one bad row must not stop the others
            if batch.is_broken or is_passing(error):
                raise
            # The edge: one broken timer must not stop the others.
            return self._failed(session, batch, row, error)
        return True

    def _blame_oldest(self, session: Session, error: Exception) -> int:
        batch = self._business.batch(session)
        rows = timers.take(session, batch.now, 1)
        for row in rows:
            self._failed(session, batch, row, error)
        return len(rows)

    def _failed(self, session: Session, batch: Batch, row: RowMapping, error: Exception) -> bool:
        said = f"{type(error).__name__}: {error}"
        parked = timers.failed(session, row["id"], batch.now, said)
        if parked:
            self._tell_admins(batch, row)
        _log.error("timer_failed", name=row["name"], error=said, parked=parked)
        return False

    def _tell_admins(self, batch: Batch, row: RowMapping) -> None:
        def tell(work: UnitOfWork) -> None:
            if work.count(f"parked:timers:{batch.now:%Y%m%d%H}") == 1:
                for admin in work.find.people.with_role(Role.ADMIN):
                    work.say(admin.id, _PARKED)

        try:
            self._business.attempt(batch, f"timer:{row['id']}!parked:{batch.now.isoformat()}", SYSTEM, tell)
        except Exception as error:  # the edge: one bad row must not stop the others
            if batch.is_broken or is_passing(error):
                raise
            # The row is parked whether or not anybody could be told.
            _log.error("parked_untold", name=row["name"], error=f"{type(error).__name__}: {error}")
