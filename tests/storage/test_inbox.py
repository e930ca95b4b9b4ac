"""Keeping what arrived: once per key, many per commit, nothing acknowledged that is not on the disk."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError

from storage import inbox as queue
from storage.database import is_down
from storage.tables import inbox
from tests.jobs.road import open_road


@pytest.fixture
def road(database_url):
    with open_road(database_url) as road:
        yield road


async def test_eight_deliveries_of_a_key_are_one_row(road):
    """R-10: at once and later, also while the first is still being written."""
    first = [road.inbox.keep(road.arrival("note a", key="k1")) for _ in range(8)]
    await asyncio.gather(*first)
    await road.inbox.keep(road.arrival("note changed", key="k1"))
    assert road.rows(inbox, "key") == ["k1"]
    await road.drain()
    await road.inbox.keep(road.arrival("note again", key="k1"))
    await road.drain()
    assert road.noted() == ["a"]


async def test_many_arrivals_share_one_commit(road):
    """Sixty arrivals at once cost the commit of the first and the commit of the other fifty-nine."""
    commits = []
    event.listen(road.database.engine, "commit", lambda connection: commits.append(1))
    await asyncio.gather(*(road.keep(f"note {n}") for n in range(60)))
    assert len(road.rows(inbox, "id")) == 60
    assert len(commits) <= 2


async def test_a_group_is_kept_as_it_came(road):
    """Seventy rows of one group, more than one statement takes: in their order, and to the last character."""
    awkward = "王总\u2028说：'\"\\n' %s ? $.key 😀\n"
    arrivals = [
        replace(
            road.arrival(f"note {n} {awkward}", key=f"k{n}"), received_at=road.clock.now() + timedelta(microseconds=n)
        )
        for n in range(70)
    ]
    await asyncio.gather(*(road.inbox.keep(each) for each in arrivals))
    columns = [inbox.c[name] for name in arrivals[0].row()]
    with road.database.engine.connect() as connection:
        rows = connection.execute(select(*columns).order_by(inbox.c.id)).mappings().all()
    assert [dict(row) for row in rows] == [each.row() for each in arrivals]


async def test_moments_are_written_as_everywhere(road):
    """Text is compared on SQLite: a moment with no fraction is not shorter than one with."""
    whole = road.clock.now().replace(microsecond=0)
    await road.inbox.keep(replace(road.arrival("note", key="k"), received_at=whole))
    for moment, found in [
        (whole - timedelta(microseconds=1), []),
        (whole, ["k"]),
        (whole + timedelta(microseconds=1), ["k"]),
    ]:
        assert (
            road.database.look(lambda session, at=moment: [row["key"] for row in queue.take(session, at, 9)]) == found
        )


async def test_an_error_reaches_every_waiting_arrival(road):
    """R-20, R-95, R-96: nobody is told that a row is kept when the commit failed."""

    def fail(connection):
        raise OSError("disk full")

    event.listen(road.database.engine, "commit", fail)
    outcomes = await asyncio.gather(*(road.keep(f"note {n}") for n in range(10)), return_exceptions=True)
    event.remove(road.database.engine, "commit", fail)
    assert [type(each) for each in outcomes] == [OSError] * 10
    assert road.rows(inbox, "key") == []
    assert await road.keep("note after", key="k") == "k"
    assert road.rows(inbox, "key") == ["k"]


async def test_a_row_the_database_will_not_take_costs_the_others_nothing(road):
    """R-23: a lone surrogate in one of twenty arrivals that share a commit."""
    arrivals = [road.arrival(f"note {n}", key=f"k{n}") for n in range(20)]
    arrivals[7].body["text"] = "\ud800"
    outcomes = await asyncio.gather(*(road.inbox.keep(each) for each in arrivals), return_exceptions=True)
    assert [index for index, outcome in enumerate(outcomes) if outcome is not None] == [7]
    assert sorted(road.rows(inbox, "key")) == sorted(f"k{n}" for n in range(20) if n != 7)


async def test_the_order_of_a_conversation_holds_behind_a_picture(road):
    """A row whose picture still lies on the platform holds back what the same person wrote after it, nobody else."""
    await road.keep("note 1", account="a", fetch=True)
    await road.keep("note 2", account="a")
    await road.keep("note 3", account="b")
    await road.drain()
    assert road.noted() == ["3"]
    (first,) = road.rows(inbox, "id", state="fetch")
    body = road.rows(inbox, "body", id=first)[0]
    road.database.transact(lambda session: queue.fetched(session, first, body))
    await road.drain()
    assert road.noted() == ["3", "1", "2"]


async def test_the_order_of_a_conversation_holds_behind_a_failure(road):
    """What follows a row that failed waits for it, also inside the batch in which it failed."""
    failing = [True]

    def flaky(work, envelope, rest):
        if failing:
            raise RuntimeError(rest)
        return road.words._note(work, envelope, rest)

    road.words.verbs["flaky"] = flaky
    await road.keep("flaky 1", account="a")
    await road.keep("note 2", account="a")
    await road.keep("note 3", account="b")
    await road.drain()
    assert road.noted() == ["3"]
    failing.clear()
    road.clock.move(timedelta(seconds=5))
    await road.drain()
    assert road.noted() == ["3", "1", "2"]


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_two_sessions_never_share_a_conversation(road):
    """While one worker holds a conversation's first row, another gets neither that row nor the next one."""
    for n in range(6):
        await road.keep(f"note {n}", account=f"person{n % 3}")
    now = road.clock.now()

    def first(session):
        mine = [row["conversation"] for row in queue.take(session, now, 10)]
        other = road.database.transact(lambda other: [row["conversation"] for row in queue.take(other, now, 10)])
        return mine, other

    mine, other = road.database.transact(first)
    assert sorted(mine) == ["wecom:person0", "wecom:person1", "wecom:person2"]
    assert other == []


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_four_workers_keep_every_conversation_in_order(road):
    """Four threads take in 80 rows of ten people; each person's notes come out as he wrote them."""
    for n in range(80):
        await road.keep(f"note {n % 10}:{n:03}", account=f"person{n % 10}")
    errors = []

    def work():
        try:
            while road.database.look(queue.depth):
                road.database.transact(road.intake.take)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    noted = road.noted()
    assert len(noted) == 80
    for person in range(10):
        mine = [each for each in noted if each.startswith(f"{person}:")]
        assert mine == sorted(mine)


async def test_two_processes_that_keep_the_same_keys_crosswise(road):
    """R-50: a deadlock between two groups is tried again, not shown to the platform."""
    forth = [road.arrival(f"note {n}", key=f"k{n}") for n in range(200)]
    barrier = threading.Barrier(2)

    def store(arrivals):
        barrier.wait(10)
        for n in range(0, 200, 50):
            rows = [each.row() for each in arrivals[n : n + 100]]
            road.database._transact_raw(lambda connection, rows=rows: road.inbox._store(connection, rows))

    await asyncio.gather(asyncio.to_thread(store, forth), asyncio.to_thread(store, forth[::-1]))
    assert sorted(road.rows(inbox, "key")) == sorted(each.key for each in forth)


def test_a_locked_statement_is_not_the_database_being_away(road):
    """R-23: an error of one row's own statement counts against the row, not against the database."""
    with pytest.raises(DBAPIError) as wrong:
        road.database.transact(lambda session: session.execute(text("SELECT * FROM nowhere")))
    assert not is_down(wrong.value)
