"""Looking into the queues from the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Table
from sqlalchemy.orm import Session

from storage.database import Database
from storage.operations import look, park_rows, retry_rows, states_of
from storage.tables import inbox, outbox, timers

_TABLES: dict[str, Table] = {"inbox": inbox, "outbox": outbox, "timers": timers}


def listing(database: Database, queue: str, *, state: str, limit: int) -> Iterator[str]:
    """Yield a line per row, the newest first; contents of messages are never shown."""
    for row in database.look(lambda session: look(session, _TABLES[queue], state=state, limit=limit)):
        error = f"  {row.error}" if row.error else ""
        yield f"{row.id}\t{row.state}\t试{row.tries}次\t{row.at:%Y-%m-%d %H:%M:%S}Z\t{row.name}{error}"


def retry(database: Database, queue: str, ids: Sequence[int]) -> tuple[int, list[str]]:
    """Put parked rows back; return how many there were, and a sentence for each one that was not."""
    return _change(database, queue, ids, retry_rows, "只有 parked（搁置）和 refused（被拒）的能放回")


def park(database: Database, queue: str, ids: Sequence[int]) -> tuple[int, list[str]]:
    """Take waiting rows out of the way; return how many there were, and a sentence for each one that was not."""
    return _change(database, queue, ids, park_rows, "只有在等的（ready、pending）能搁置")


def _change(
    database: Database, queue: str, ids: Sequence[int], change: Callable[..., list[int]], rule: str
) -> tuple[int, list[str]]:
    def run(session: Session) -> tuple[int, list[str]]:
        states = states_of(session, _TABLES[queue], ids)
        changed = change(session, _TABLES[queue], ids)
        said = [
            f"第 {each} 行：状态是 {states[each]}，{rule}。" if each in states else f"第 {each} 行：没有这一行。"
            for each in dict.fromkeys(ids)
            if each not in changed
        ]
        return len(changed), said

    return database.transact(run)
