"""A company that runs one of the trades' presets: its people, products, formulas, policies and customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.load import load_files
from bot.policies import load_policies
from domain.clock import ManualClock, WorkCalendar
from domain.execute import Executor
from domain.people.person import Person
from domain.registry import HANDLERS, REACTIONS
from jobs.business import Business
from storage.database import Database
from storage.schema import metadata
from tests.support.company import MONDAY, Company

PRESETS = Path(__file__).parent.parent.parent / "presets"


@contextmanager
def open_trade(url: str, preset: str) -> Iterator[Company]:
    """Yield the preset's company as ``gendan demo --preset`` loads it, Monday at ten."""
    folder = PRESETS / preset
    database = Database(url, writers=8)
    clock = ManualClock(MONDAY)
    business = Business(
        executor=Executor(HANDLERS, REACTIONS),
        calendar=WorkCalendar(),
        policies=load_policies(folder / "policies"),
        clock=clock,
    )
    company = Company(database=database, business=business, clock=clock)
    try:
        metadata.create_all(database.engine)
        list(load_files(database, business, [folder]))
        for person in company.all(Person):
            door = person.door()
            assert door is not None
            company.people[person.name] = person.actor(door[0])
        yield company
    finally:
        database.close()
