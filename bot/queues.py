"""Looking into the queues from the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Table

from storage.database import Database
from storage.operations import look, park_rows, retry_rows
from storage.tables import inbox, outbox, timers

_TABLES: dict[str, Table] = {"inbox": inbox, "outbox": outbox, "timers": timers}


def listing(database: Database, queue: str, *, state: str, limit: int) -> Iterator[str]:
    """Yield a line per row, the newest first; contents of messages are never shown."""
    for row in database.look(lambda session: look(session, _TABLES[queue], state=state, limit=limit)):
        error = f"  {row.error}" if row.error else ""
        yield f"{row.id}\t{row.state}\t试{row.tries}次\t{row.at:%Y-%m-%d %H:%M:%S}Z\t{row.name}{error}"


def retry(database: Database, queue: str, ids: Sequence[int]) -> int:
    """Put parked rows back; return how many there were."""
    return database.transact(lambda session: retry_rows(session, _TABLES[queue], ids))


def park(database: Database, queue: str, ids: Sequence[int]) -> int:
    """Take waiting rows out of the way; return how many there were."""
    return database.transact(lambda session: park_rows(session, _TABLES[queue], ids))
