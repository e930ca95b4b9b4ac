"""Opening what the settings name: the database, the files, the business rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.exc import OperationalError

from bot.config_file import SettingsError
from bot.policies import load_policies
from bot.settings import Settings
from domain.clock import Clock, SystemClock, WorkCalendar
from domain.execute import Executor
from domain.registry import HANDLERS, REACTIONS
from jobs.business import Business
from storage import migrate
from storage.database import Database
from storage.files import Files


@contextmanager
def open_database(settings: Settings, *, create: bool = False) -> Iterator[Database]:
    """Yield the database, closed afterwards.

    Raises SettingsError when it cannot be reached, or, unless ``create``, when a SQLite file is not there:
    looking into nothing must not leave an empty database behind, and an older schema must not be read.
    """
    url = settings.database.url.get_secret_value()
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not create and not file.exists():
        raise SettingsError(f"database.url: 还没有数据库 {file}，请先执行 gendan migrate，或用 --config 指明配置文件")
    database = Database(url, writers=settings.jobs.workers)
    try:
        _reach(database)
        if not create:
            _check_schema(database)
        yield database
    finally:
        database.close()


def _reach(database: Database) -> None:
    try:
        database.engine.connect().close()
    except OperationalError:
        # Without the driver's words: they may quote the address with its password.
        raise SettingsError("database.url: 连不上数据库，请检查地址、用户和密码，以及数据库是否在运行") from None


def _check_schema(database: Database) -> None:
    try:
        migrate.check(database)
    except migrate.SchemaMismatch as error:
        raise SettingsError(f"database.url: {error}") from None


@contextmanager
def open_business(settings: Settings) -> Iterator[tuple[Database, Business]]:
    """Yield the database at the newest schema, and the business on it."""
    with open_database(settings) as database:
        yield database, business_of(settings, SystemClock())


def open_files(settings: Settings) -> Files:
    """Return the attachments' store."""
    return Files.open(settings.files.url)


def business_of(settings: Settings, clock: Clock) -> Business:
    """Return the executor with the company's calendar and policies."""
    return Business(
        executor=Executor(HANDLERS, REACTIONS),
        calendar=WorkCalendar(zone=ZoneInfo(settings.company.timezone)),
        policies=load_policies(settings.policies),
        clock=clock,
    )
