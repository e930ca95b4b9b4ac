"""Databases that begin alike are prepared once: the first is built, the others are copies of it.

    prepare(url, "mixed at half past two", lambda: build(url))

A worker of the suite keeps what it built until it ends.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
from sqlalchemy import inspect, make_url

from storage import migrate
from storage.database import Database
from storage.schema import metadata

_KEPT = TemporaryDirectory(prefix="gendan-prepared-")
_prepared: dict[tuple[str, Hashable], str] = {}


def prepare(url: str, alike: Hashable, build: Callable[[], None]) -> None:
    """Fill the empty database ``url`` as ``build`` does, or with what it did for another of the same ``alike``.

    ``build`` must leave nobody connected.
    """
    parsed = make_url(url)
    key = (parsed.get_backend_name(), alike)
    if key not in _prepared:
        build()
    assert parsed.database is not None
    if key[0] == "sqlite":
        _copy_file(Path(parsed.database), key)
    else:
        _copy_database(url, parsed.database, key)


def lay_out(url: str) -> Database:
    """Open the empty database ``url`` with every table in it, as the models have them."""

    def build() -> None:
        database = Database(url)
        metadata.create_all(database.engine)
        database.close()

    prepare(url, "tables", build)
    return Database(url)


def migrated(url: str) -> None:
    """Lead ``url`` through its whole history; one that has been through it keeps what it holds."""
    with closing(Database(url)) as database:
        new = not inspect(database.engine).get_table_names()
    if new:
        prepare(url, "migrated", lambda: _migrate(url))


def _migrate(url: str) -> None:
    with closing(Database(url)) as database:
        migrate.upgrade(database)


def forget(server: str) -> None:
    """Drop the copies that were kept on a PostgreSQL ``server``, given by its administration database."""
    with psycopg.connect(server, autocommit=True) as connection:
        for alike in [alike for alike in _prepared if alike[0] == "postgresql"]:
            connection.execute(f'DROP DATABASE "{_prepared.pop(alike)}"')


def _copy_file(target: Path, key: tuple[str, Hashable]) -> None:
    if key in _prepared:
        shutil.copyfile(_prepared[key], target)
        return
    kept = Path(_KEPT.name) / f"{len(_prepared)}.db"
    # Not a copy of the file: what was committed last may still be in the write-ahead log.
    with closing(sqlite3.connect(target)) as source, closing(sqlite3.connect(kept)) as copy:
        source.backup(copy)
    _prepared[key] = str(kept)


def _copy_database(url: str, name: str, key: tuple[str, Hashable]) -> None:
    parts = urlsplit(url)
    server = f"postgresql://{parts.netloc}/postgres" + (f"?{parts.query}" if parts.query else "")
    with psycopg.connect(server, autocommit=True) as connection:
        if key in _prepared:
            connection.execute(f'DROP DATABASE "{name}"')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_prepared[key]}"')
            return
        kept = f"gendan_prepared_{len(_prepared)}_{name[-12:]}"
        connection.execute(f'CREATE DATABASE "{kept}" TEMPLATE "{name}"')
    _prepared[key] = kept
