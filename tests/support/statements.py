"""Every test has a database of its own, and so an engine; what SQLAlchemy makes of a statement is the same for all.

A process that serves compiles each statement once. Ten messages to a house of their own would compile
all of them anew, which is a fifth of the suite's work.
"""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_compiled = LRUCache(2_000)


def share() -> None:
    """Let the engines of this process share what they compiled, by kind of database."""
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        # Statements are kept by their dialect: two of a kind speak alike.
        kind.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign,assignment]
        kind.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign,assignment]
    made = Engine.__init__

    def init(self: Engine, *args: object, **options: object) -> None:
        made(self, *args, **options)  # type: ignore[arg-type]
        self._compiled_cache = _compiled

    Engine.__init__ = init  # type: ignore[method-assign]
