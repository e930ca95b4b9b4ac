"""Counters within one transaction: read and locked once, counted in memory, written at its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables import counters


class Counters:
    """What the finished effects of a transaction have counted."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._values: dict[str, int] = {}
        self._changed: set[str] = set()

    def value(self, name: str) -> int:
        """Return a counter as it stands; from now on it is ours until the transaction ends."""
        if name not in self._values:
            self._values[name] = count(self._session, name, 0)
        return self._values[name]

    def drawn(self, name: str) -> int | None:
        """Return a document number drawn beside the transaction; None where there is only one writer anyway.

        Drawn within it, the counter would be locked until the commit, and processes would take turns. Its own
        commit need not be on the disk: whatever uses the number is committed after it, in the same log.
        """
        engine = self._session.get_bind()
        if engine.dialect.name == "sqlite":
            return None
        with engine.engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
            return int(connection.execute(_COUNT["postgresql"], {"name": name, "value": 1}).scalar_one())

    def keep(self, counted: dict[str, int]) -> None:
        """Take over what an effect that ended well has counted."""
        self._values |= counted
        self._changed |= counted.keys()

    def drop(self, names: Iterable[str]) -> None:
        """Forget what an effect read that was rolled back: its locks went with it."""
        for name in names:
            if name not in self._changed:
                self._values.pop(name, None)

    def write(self) -> None:
        """Write what changed."""
        if self._changed:
            rows = [{"counter": name, "counted": self._values[name]} for name in sorted(self._changed)]
            self._session.connection().execute(_SET, rows)
            self._changed.clear()


def count(session: Session, name: str, by: int = 1) -> int:
    """Add to a counter and return its new value; one statement, so two writers never get the same."""
    connection = session.connection()
    return int(connection.execute(_COUNT[connection.dialect.name], {"name": name, "value": by}).scalar_one())


def _counting(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["name"], set_={"value": counters.c.value + insert.excluded.value}
    ).returning(counters.c.value)


_COUNT = {
    "sqlite": _counting(sqlite.insert(counters)),
    "postgresql": _counting(postgresql.insert(counters)),
}
"""Built once: putting a statement together costs as much as running it."""

_SET = update(counters).where(counters.c.name == bindparam("counter")).values(value=bindparam("counted"))
