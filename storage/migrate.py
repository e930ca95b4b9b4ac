"""The schema's history: alembic without its command line, the same revisions on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database

_HERE = Path(__file__).parent / "migrations"
_LOCK = 4_711_001
"""Advisory lock: two replicas that start together migrate one after the other."""


class SchemaMismatch(Exception):
    """The database's schema is not the one this program was written for (R-91)."""


def config(connection: Connection | None = None) -> Config:
    """Return alembic's configuration for our revisions."""
    made = Config()
    made.set_main_option("script_location", str(_HERE))
    made.set_main_option("path_separator", "os")
    if connection is not None:
        made.attributes["connection"] = connection
    return made


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the schema to the newest revision in one transaction; return (before, after)."""
    with _transaction(database) as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(config(connection), "head")
        after = MigrationContext.configure(connection).get_current_revision()
    assert after is not None
    return before, after


@contextmanager
def _transaction(database: Database) -> Iterator[Connection]:
    """Yield a connection in a transaction, with SQLite's foreign keys looked at once, before the commit.

    SQLite alters a table by making it anew and dropping the old one; rows that refer to it would forbid that,
    and the setting cannot be changed inside a transaction.
    """
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            with connection.begin():
                yield connection
            return
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                if broken:
                    raise SchemaMismatch(f"升级后有 {len(broken)} 行找不到所引用的记录，已全部撤回；请联系开发者")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def check(database: Database) -> None:
    """Raise SchemaMismatch unless the schema is at the newest revision."""
    head = _head()
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != head:
        raise SchemaMismatch(f"数据库结构是 {current or '空的'}，程序需要 {head}；请先执行 gendan migrate")


@cache
def _head() -> str | None:
    """Return the newest revision; asking reads every script."""
    return ScriptDirectory.from_config(config()).get_current_head()
