"""What an administrator may do to a queue: look, put back, take out of the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Row, Table, func, select, update
from sqlalchemy.orm import Session

from storage.tables import inbox, outbox, timers

_WAITING = {"inbox": "ready", "outbox": "ready", "timers": "pending"}


def look(session: Session, table: Table, *, state: str, limit: int) -> Sequence[Row[Any]]:
    """Return rows (id, state, tries, at, name, error), the newest first; the inbox's error only by its kind."""
    name: Column[str] = timers.c.name if table is timers else table.c.key
    at = inbox.c.received_at if table is inbox else table.c.due
    query = select(
        table.c.id, table.c.state, table.c.tries, at.label("at"), name.label("name"), table.c.error
    ).order_by(table.c.id.desc())
    if state:
        query = query.where(table.c.state == state)
    return session.execute(query.limit(limit)).all()


def states_of(session: Session, table: Table, ids: Sequence[int]) -> dict[int, str]:
    """Return the state of each of these rows that there is."""
    found = session.execute(select(table.c.id, table.c.state).where(table.c.id.in_(ids)))
    return {row.id: row.state for row in found}


def retry_rows(session: Session, table: Table, ids: Sequence[int]) -> list[int]:
    """Put parked (or refused) rows back at the head of the queue with a fresh count of tries; return which."""
    values: dict[str, Any] = {"state": _WAITING[table.name], "tries": 0}
    values["not_before" if table is inbox else "due"] = datetime.now(UTC)
    return _change(session, table, ids, ("parked", "refused"), values)


def park_rows(session: Session, table: Table, ids: Sequence[int]) -> list[int]:
    """Park waiting rows; return which."""
    return _change(session, table, ids, (_WAITING[table.name],), {"state": "parked"})


def _change(
    session: Session, table: Table, ids: Sequence[int], states: Sequence[str], values: dict[str, Any]
) -> list[int]:
    changed = session.execute(
        update(table).where(table.c.id.in_(ids), table.c.state.in_(states)).values(values).returning(table.c.id)
    )
    return list(changed.scalars())


def depths(session: Session) -> dict[tuple[str, str], int]:
    """Return how many rows each queue has in each state."""
    return {
        (table.name, state): rows
        for table in (inbox, outbox, timers)
        for state, rows in session.execute(select(table.c.state, func.count()).group_by(table.c.state))
    }
