"""Numbers for new records before they are written, so that many are written at once and none is read back."""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, func, select, text
from sqlalchemy.orm import Session

from domain.record import Entity
from storage.newly import table_of

_DRAW = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :many)")


@cache
def _highest(table: Table) -> Select[Any]:
    return select(func.max(table.c.id))


class Identities:
    """Hands out ``id`` values for the length of one transaction, each table's in ascending order.

    SQLite has one writer, so they follow the highest there is; PostgreSQL's sequences are asked for
    ``ahead`` at a time, and what is left over is a gap.
    """

    def __init__(self, session: Session) -> None:
        self.ahead = 1
        self._session = session
        self._left: dict[Table, deque[int]] = {}
        self._last: dict[Table, int] = {}
        self._is_sqlite = session.get_bind().dialect.name == "sqlite"

    def give(self, record: Entity) -> None:
        """Give a new record its ``id``."""
        record.id = self.next_of(type(record))

    def next_of(self, kind: type[Entity]) -> int:
        """Return the ``id`` of the next new record of a kind."""
        table = table_of(kind)
        return self._following(table) if self._is_sqlite else self._drawn(table)

    def _following(self, table: Table) -> int:
        if table not in self._last:
            self._last[table] = int(self._session.connection().scalar(_highest(table)) or 0)
        self._last[table] += 1
        return self._last[table]

    def _drawn(self, table: Table) -> int:
        left = self._left.setdefault(table, deque())
        if not left:
            left.extend(self._session.connection().scalars(_DRAW, {"name": table.name, "many": self.ahead}))
        return left.popleft()
