"""New records on their way into the database: gathered while effects run, written table by table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, inspect
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from domain.record import Entity, Record

ASKS = "gendan_asks"
"""Execution option of a look-up: the kinds of new records it could miss if they were not written first.

Without it everything is written before the statement. ``()`` says that whoever asks has looked among
the new ones himself.
"""


def write(session: Session, records: Sequence[Entity]) -> None:
    """Insert records that have their ``id``, each kind in one statement and past the ORM's bookkeeping."""
    by_kind: dict[type[Entity], list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        by_kind[type(record)].append(row_of(record))
    connection = session.connection()
    for kind in sorted(by_kind, key=_place):
        connection.execute(table_of(kind).insert(), by_kind[kind])


def adopt(session: Session, records: Sequence[Entity]) -> None:
    """Let the session know records that ``write`` has written as if it had read them."""
    for record in records:
        for name in _attributes(type(record)).values():
            set_committed_value(record, name, getattr(record, name))
        make_transient_to_detached(record)
    session.add_all(records)


def table_of(kind: type[Entity]) -> Table:
    """Return where records of a kind are kept."""
    return kind.__table__  # type: ignore[attr-defined,no-any-return]


def row_of(record: Entity) -> dict[str, Any]:
    """Return a record as the row it is kept in, by column."""
    return {column: getattr(record, name) for column, name in _attributes(type(record)).items()}


@cache
def _attributes(kind: type[Entity]) -> dict[str, str]:
    """Return the attribute that holds each column."""
    return {attribute.columns[0].key: attribute.key for attribute in inspect(kind).column_attrs}


@cache
def _place(kind: type[Entity]) -> int:
    """Return where a kind stands among all tables, ordered so that foreign keys find what they refer to."""
    return Record.metadata.sorted_tables.index(table_of(kind))
