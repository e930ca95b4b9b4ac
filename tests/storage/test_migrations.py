"""The schema's history ends where the records are, on both databases, and starting twice changes nothing (R-91)."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage import migrate
from storage.database import Database
from storage.schema import metadata


def test_the_history_ends_where_the_records_are(database_url: str) -> None:
    database = Database(database_url)
    try:
        before, after = migrate.upgrade(database)
        again = migrate.upgrade(database)
        migrate.check(database)
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, metadata)
    finally:
        database.close()
    assert before is None
    assert again == (after, after)
    assert differences == []
