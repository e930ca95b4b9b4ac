"""Writing very many rows that nobody watches: a made-up past to measure with. What people do takes the one road."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from domain.record import Entity
from storage.database import Database
from storage.newly import row_of, table_of
from storage.search import search_keys

_CHUNK = 5_000
_SET = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :highest)")

Row = dict[str, Any]


def bare(record: Entity) -> Row:
    """Return what a new record of this kind holds before anybody says anything of it, without its number."""
    row = row_of(record)
    del row["id"]
    return {**row, "version": 1}


def highest(database: Database, kind: type[Entity]) -> int:
    """Return the highest number of a kind, 0 for none."""
    return database.look(lambda session: session.scalar(select(func.max(table_of(kind).c.id)))) or 0


def fill(database: Database, kind: type[Entity], rows: Iterable[Row]) -> int:
    """Write rows that bring their numbers along, some thousand to a transaction; return how many."""
    table = table_of(kind)
    written = _fill(database, table, rows)
    if not database.is_sqlite and written:
        last = highest(database, kind)
        database.transact(lambda session: session.execute(_SET, {"name": table.name, "highest": last}))
    return written


def fill_keys(database: Database, rows: Iterable[Row]) -> int:
    """Write what customers are found by."""
    return _fill(database, search_keys, rows)


def _fill(database: Database, table: Table, rows: Iterable[Row]) -> int:
    written = 0
    for chunk in _chunks(rows):
        written += database.transact(lambda session, chunk=chunk: _put(session, table, chunk))  # type: ignore[misc]
    return written


def _put(session: Session, table: Table, chunk: list[Row]) -> int:
    session.execute(table.insert(), chunk)
    return len(chunk)


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rest = iter(rows)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
