"""After hours or days down: one reminder for each thing instead of the whole ladder, and none in the night (R-40).

Only commands that nag are touched (``Command.nags``); a promise that does something else is kept as it is.
A timer's name says what it is about: ``approval:12:remind`` and ``approval:12:escalate`` nag about the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from storage import timers
from storage.batch import Batch

_LATE = timedelta(minutes=10)
"""Later than this a timer fires only because nobody was there when it was due."""


def put_off(session: Session, batch: Batch, rows: Sequence[RowMapping]) -> set[int]:
    """Return the ids of what is not to fire now: taken back for a later step of its ladder, or due in the morning."""
    nags = [row for row in rows if batch.executor.book.nags(row["command"])]
    if not nags:
        return set()
    morning = batch.calendar.quiet_until(batch.now)
    if morning is not None:
        timers.postpone(session, [row["id"] for row in nags], morning)
        return {row["id"] for row in nags}
    late = [row for row in nags if batch.now - row["due"] > _LATE]
    if not late:
        return set()
    last = timers.last_due(session, {_about(row) for row in late}, batch.now)
    passed = [row for row in late if last[_about(row)] != row["name"]]
    timers.cancel(session, [row["name"] for row in passed], batch.now)
    return {row["id"] for row in passed}


def _about(row: RowMapping) -> str:
    return str(row["name"]).rpartition(":")[0]
