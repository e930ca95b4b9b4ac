"""Thousands of small rows in one statement, past the work that is done for each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.orm import Session


def insert(session: Session, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of plain words and numbers, all with the same columns: no type of ours has to translate them."""
    connection = session.connection()
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    if compiled.positiontup is None:
        connection.exec_driver_sql(str(compiled), [dict(row) for row in rows])
        return
    order = compiled.positiontup
    connection.exec_driver_sql(str(compiled), [tuple(row[name] for name in order) for row in rows])
