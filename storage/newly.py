"""New records on their way into the database: gathered while effects run, written table by table."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, inspect
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from domain.record import Entity, Record
from storage import many

Rows = Mapping[type[Entity], Sequence[dict[str, Any]]]
"""New records nobody looks at, by kind, each by its attributes; what is left out has its default."""

ASKS = "gendan_asks"
"""Execution option of a look-up: the kinds of new records it could miss if they were not written first.

Without it everything is written before the statement. ``()`` says that whoever asks has looked among
the new ones himself.
"""


def write(session: Session, records: Sequence[Entity], rows: Rows | None = None) -> None:
    """Insert records that have their ``id``, each kind in one statement and past the ORM's bookkeeping."""
    by_kind: dict[type[Entity], list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        by_kind[type(record)].append(row_of(record))
    rows = rows or {}
    connection = session.connection()
    for kind in sorted({*by_kind, *rows}, key=_place):
        if kind in by_kind:
            connection.execute(table_of(kind).insert(), by_kind[kind])
        if kind in rows:
            _write_rows(session, kind, rows[kind])


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


def _write_rows(session: Session, kind: type[Entity], rows: Sequence[Mapping[str, Any]]) -> None:
    blank, attributes = _blank(kind), _attributes(kind)
    filled = [{**blank, **row} for row in rows]
    columns = [[row[name] for row in filled] for name in attributes.values()]
    many.insert(session, table_of(kind), [*attributes], [*zip(*columns, strict=True)])


@cache
def _blank(kind: type[Entity]) -> dict[str, Any]:
    """Return what a record of this kind holds before anybody says anything of it; what must be said is missing."""
    made = {each.name: each.default_factory for each in dataclasses.fields(kind)}
    blank: dict[str, Any] = {}
    for column, name in _attributes(kind).items():
        kept = table_of(kind).c[column]
        if isinstance(kept.default, ScalarElementColumnDefault):
            blank[name] = kept.default.arg
        elif callable(factory := made.get(name)):
            blank[name] = factory()
        elif kept.nullable:
            blank[name] = None
    return blank


@cache
def _place(kind: type[Entity]) -> int:
    """Return where a kind stands among all tables, ordered so that foreign keys find what they refer to."""
    return Record.metadata.sorted_tables.index(table_of(kind))
