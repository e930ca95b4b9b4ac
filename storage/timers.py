"""Timers: promises as rows. A due row holds a command; firing it is an effect like any other.

They are taken and marked in the transaction that carries the command out, so a crash leaves them
pending and nothing fires twice (R-36, R-37); nothing is skipped because the clock jumped (R-38).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storage.agenda import Agenda
from storage.tables import PENDING, timers

MOST_TRIES = 5

_PUT = insert(timers)
_CANCEL = (
    update(timers)
    .where(timers.c.name.in_(bindparam("names", expanding=True)), timers.c.state == PENDING)
    .values(state="cancelled", ended_at=bindparam("now"))
)
_DUE = (
    select(timers)
    .where(timers.c.state == PENDING, timers.c.due <= bindparam("now"))
    .order_by(timers.c.due)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_FIRED = (
    update(timers)
    .where(timers.c.id.in_(bindparam("ids", expanding=True)))
    .values(state="fired", ended_at=bindparam("now"), error=None)
)


def put(session: Session, agenda: Agenda, now: datetime) -> None:
    """Write what was decided: first what is taken back or replaced, then what is promised."""
    for prefix in agenda.prefixes:
        cancel_like(session, prefix, now)
    cancel(session, [*agenda.cancelled], now)
    if agenda.promised:
        session.execute(_PUT, [*agenda.promised.values()])


def cancel(session: Session, names: Sequence[str], now: datetime) -> None:
    """Take pending timers back by name."""
    if names:
        session.execute(_CANCEL, {"names": names, "now": now})


def cancel_like(session: Session, prefix: str, now: datetime) -> None:
    """Take back every pending timer whose name starts with ``prefix``."""
    session.execute(
        update(timers)
        .where(timers.c.name.startswith(prefix, autoescape=True), timers.c.state == PENDING)
        .values(state="cancelled", ended_at=now)
    )


def take(session: Session, now: datetime, limit: int) -> Sequence[RowMapping]:
    """Return up to ``limit`` timers that are due, the longest waiting first, locked on PostgreSQL."""
    return session.execute(_DUE, {"now": now, "most": limit}).mappings().all()


def last_due(session: Session, abouts: Collection[str], now: datetime) -> dict[str, str]:
    """Return for each beginning of names (``approval:12``) the name of the due timer that was due last."""
    # A range and not LIKE, which neither database would look up in the index of the names.
    mine = or_(*(and_(timers.c.name > f"{about}:", timers.c.name < f"{about};") for about in abouts))
    query = select(timers.c.name).where(timers.c.state == PENDING, timers.c.due <= now, mine)
    return {name.rpartition(":")[0]: name for name in session.scalars(query.order_by(timers.c.due, timers.c.id))}


def postpone(session: Session, ids: Sequence[int], due: datetime) -> None:
    """Let pending timers fall due later."""
    session.execute(update(timers).where(timers.c.id.in_(ids), timers.c.state == PENDING).values(due=due))


def fired(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Mark timers as fired, in the transaction that carried their commands out."""
    if ids:
        session.execute(_FIRED, {"ids": ids, "now": now})


def failed(session: Session, timer_id: int, now: datetime, error: str) -> bool:
    """Count a failure; after five the timer is parked. Return whether it was parked now."""
    tries = session.execute(select(timers.c.tries).where(timers.c.id == timer_id)).scalar_one() + 1
    parked: bool = tries >= MOST_TRIES
    values: dict[str, Any] = {"tries": tries, "error": error[:2000], "due": now + timedelta(seconds=2**tries)}
    if parked:
        values["state"] = "parked"
    session.execute(update(timers).where(timers.c.id == timer_id).values(values))
    return parked


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Return the due time of the most overdue pending timer."""
    return session.execute(
        select(func.min(timers.c.due)).where(timers.c.state == PENDING, timers.c.due <= now)
    ).scalar()


def next_due(session: Session) -> datetime | None:
    """Return when the next timer is due."""
    return session.execute(select(func.min(timers.c.due)).where(timers.c.state == PENDING)).scalar()
