"""Thousands of rows in a few statements, past the work that is done for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.orm import Session

_PARAMETERS = 1_500
"""Of one statement. While the database works on it, other threads run; a row each would take turns with them."""


def insert(
    session: Session, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]], *, or_known: bool = False
) -> None:
    """Insert rows whose values stand in the order of ``names``; with ``or_known`` what is there stays."""
    if not rows:
        return
    connection = session.connection()
    rows = _written(connection.dialect, table, names, rows)
    quote = connection.dialect.identifier_preparer.quote
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    head = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, names))}) VALUES "  # noqa: S608 - names of our own
    row = f"({', '.join([mark] * len(names))})"
    tail = " ON CONFLICT DO NOTHING" if or_known else ""
    at_once = max(1, _PARAMETERS // len(names))
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        connection.exec_driver_sql(f"{head}{', '.join([row] * len(some))}{tail}", tuple(chain.from_iterable(some)))


def _written(
    dialect: Dialect, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> Sequence[Sequence[Any]]:
    """Return the rows as the driver takes them, column by column; most columns are as they are."""
    writers = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    if not any(writers):
        return rows
    columns: Iterable[Iterable[Any]] = zip(*rows, strict=True)
    return [*zip(*(map(write, column) if write else column for write, column in zip(writers, columns, strict=True)),
                 strict=True)]  # fmt: skip
