"""The database itself: what it refuses to run on, and that nobody ever meets a lock."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text

from storage import counting
from storage.database import Database, DatabaseUnsafe, Urgency
from storage.schema import metadata
from storage.tables import heartbeats


@pytest.fixture
def database(database_url):
    database = Database(database_url, writers=4)
    metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_weak_sqlite_is_refused(database):
    """R-19: a commit must be on the disk when it returns."""
    database.check_safety()
    database.engine.dispose()
    event.listen(database.engine, "connect", lambda connection, record: connection.execute("PRAGMA synchronous=NORMAL"))
    with pytest.raises(DatabaseUnsafe, match="synchronous is 1"):
        database.check_safety()


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_weak_postgres_is_refused(database):
    """R-19: with synchronous_commit off a power cut loses what was acknowledged."""
    event.listen(database.engine, "begin", lambda connection: connection.exec_driver_sql("SET synchronous_commit=off"))
    with pytest.raises(DatabaseUnsafe, match="=off"):
        database.check_safety()


async def test_thirty_two_writers_see_no_lock(database):
    """R-50: read-then-write transactions of 32 tasks, beside readers; every one of them counts."""

    def add(session):
        before = session.execute(text("SELECT value FROM counters WHERE name = 'n'")).scalar() or 0
        counting.count(session, "n")
        return before

    async def writer():
        for _ in range(10):
            await database.write(add)

    async def reader():
        for _ in range(20):
            await database.read(lambda session: session.execute(text("SELECT value FROM counters")).all())

    await asyncio.gather(*(writer() for _ in range(32)), *(reader() for _ in range(4)))
    query = text("SELECT value FROM counters WHERE name = 'n'")
    assert database.look(lambda session: session.execute(query).scalar()) == 320


def test_numbers_are_unique_under_eight_threads(database):
    """R-51: 8 × 25 document numbers drawn at once, in transactions of their own."""
    drawn = []

    def draw():
        for _ in range(25):
            drawn.append(database.transact(lambda session: counting.count(session, "Q-2611")))  # noqa: PERF401

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(drawn) == list(range(1, 201))


async def test_readers_have_sessions_of_their_own(database):
    """A reader sees what was committed, neither waits for a writer nor sees his work half done."""
    writing, seen = threading.Event(), threading.Event()
    query = text("SELECT count(*) FROM heartbeats")

    def write(session):
        session.execute(heartbeats.insert().values(name="x", at=datetime(2026, 1, 1, tzinfo=UTC)))
        writing.set()
        assert seen.wait(10)

    task = asyncio.ensure_future(database.write(write))
    await asyncio.to_thread(writing.wait, 10)
    assert await database.read(lambda session: session.execute(query).scalar()) == 0
    seen.set()
    await task
    assert await database.read(lambda session: session.execute(query).scalar()) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_arrivals_go_before_effects(database):
    """Somebody's platform waits for the acknowledgement: it overtakes effects that wait for the writer."""
    order, begun, go = [], threading.Event(), threading.Event()

    def hold(session):
        begun.set()
        assert go.wait(10)

    holding = asyncio.ensure_future(database.write(hold))
    await asyncio.to_thread(begun.wait, 10)
    effect = asyncio.ensure_future(database.write(lambda session: order.append("effect")))
    arrival = asyncio.ensure_future(database.write_raw(lambda connection: order.append("arrival")))
    await asyncio.sleep(0)
    assert database.should_yield(Urgency.EFFECT)
    assert not database.should_yield(Urgency.ARRIVAL)
    go.set()
    await asyncio.gather(holding, effect, arrival)
    assert order == ["arrival", "effect"]


async def test_a_failing_transaction_leaves_nothing(database):
    def half(session):
        counting.count(session, "half")
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await database.write(half)
    query = text("SELECT count(*) FROM counters")
    assert database.look(lambda session: session.execute(query).scalar()) == 0
