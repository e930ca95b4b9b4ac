"""Opening what the settings name: the database, the files, the business rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

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
def open_database(settings: Settings) -> Iterator[Database]:
    """Yield the database, closed afterwards."""
    database = Database(settings.database.url.get_secret_value(), writers=settings.jobs.workers)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def open_business(settings: Settings) -> Iterator[tuple[Database, Business]]:
    """Yield the database at the newest schema, and the business on it."""
    with open_database(settings) as database:
        migrate.check(database)
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
