"""R-21, R-26: the process may die after any statement; what the next one makes of it equals a day without faults."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from domain.actor import Role
from storage import invariants
from storage.schema import metadata
from storage.tables import inbox
from tests.jobs.road import open_road

WORDS = ("note 一", "refuse 二", "later 三", "card 1", "redraw 1", "note 四")
_BY_THE_WAY = {"id", "error", "tries", "not_before"}
"""Columns that tell how often something was tried, not what became of it."""


class Crash(BaseException):
    """The process is gone: nothing may catch this."""


class Faults:
    """Raises at the n-th statement or commit of the engine."""

    def __init__(self, engine):
        self.left = None
        self.seen = 0
        event.listen(engine, "before_cursor_execute", self._step)
        event.listen(engine, "commit", self._step)

    def _step(self, *_args):
        self.seen += 1
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                self.left = None
                raise Crash


@pytest.fixture(autouse=True)
def whole_batches(monkeypatch):
    """A slow machine must not cut a batch short: the statements are counted."""
    monkeypatch.setattr("jobs.batches._LONGEST_SECONDS", 60)


async def _day(road, faults, crash_at):
    """Keep six messages, take them in with one crash on the way, then cleanly; return what the books say."""
    road.enrol("陈静", Role.SALES, wecom="chenjing")
    for number, words in enumerate(WORDS):
        await road.inbox.keep(road.arrival(words, key=f"k{number}"))
    faults.seen = 0
    faults.left = crash_at
    crashed = False
    try:
        while road.database.transact(road.intake.take).rows:
            pass
    except Crash:
        crashed = True
    faults.left = None
    statements = faults.seen
    await road.drain()
    return statements, crashed, _books(road)


def _books(road):
    def look(session):
        assert list(invariants.violations(session, lambda file_id: True)) == []
        books = {}
        for name, table in metadata.tables.items():
            kept = [column for column in table.c if column.name not in _BY_THE_WAY]
            order = table.c.key if table is inbox else next(iter(table.primary_key))
            books[name] = [tuple(row) for row in session.execute(select(*kept).order_by(order))]
        return books

    return road.database.look(look)


async def test_every_point_on_sqlite(tmp_path):
    """All n, not a sample."""
    with open_road(f"sqlite:///{tmp_path}/clean.db") as road:
        statements, crashed, clean = await _day(road, Faults(road.database.engine), None)
    assert not crashed
    assert statements > 20
    for point in range(1, statements + 1):
        with open_road(f"sqlite:///{tmp_path}/crash{point}.db") as road:
            _, crashed, books = await _day(road, Faults(road.database.engine), point)
        assert crashed, point
        assert books == clean, point


@pytest.mark.postgres
async def test_every_fifth_point_on_postgres(postgres_server):
    async def day(crash_at):
        url = postgres_server.create()
        try:
            with open_road(url) as road:
                return await _day(road, Faults(road.database.engine), crash_at)
        finally:
            postgres_server.drop(url)

    statements, crashed, clean = await day(None)
    assert not crashed
    for point in range(1, statements + 1, 5):
        _, crashed, books = await day(point)
        assert crashed, point
        assert books == clean, point
