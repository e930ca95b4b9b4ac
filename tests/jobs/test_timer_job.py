"""Promises for later: fired once, whoever ticks, however late, unless they were taken back."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert

from domain.actor import SYSTEM, Role
from storage import timers as queue
from storage.tables import timeline, timers
from tests.jobs.road import Nag, Note, TakeBack, build_road, open_road


@pytest.fixture
def road(database_url):
    with open_road(database_url) as road:
        yield road


def promise(road, *names, due=timedelta(hours=1), command=None):
    encode = road.business.executor.book.encode
    rows = [
        {
            "name": name,
            "due": road.clock.now() + due,
            "command": encode(command or Note(text=name)),
            "state": "pending",
            "tries": 0,
            "made_by": "test",
            "created_at": road.clock.now(),
        }
        for name in names
    ]
    road.database.transact(lambda session: session.execute(insert(timers), rows))


async def test_a_timer_fires_when_it_is_due_and_once(road):
    promise(road, "a")
    assert await road.timers.run_due() == 0
    road.clock.move(timedelta(hours=1))
    assert (await road.timers.run_due(), await road.timers.run_due()) == (1, 0)
    assert road.noted() == ["a"]
    assert road.rows(timers, "state", "ended_at") == [("fired", road.clock.now())]
    assert road.rows(timeline, "key", "actor") == [(f"timer:{road.rows(timers, 'id')[0]}", "系统")]


async def test_three_hundred_that_fell_due_while_we_were_away_all_fire(road):
    """R-36: nothing is dropped because it is late, the longest waiting go first."""
    for n in range(3):
        promise(road, *(f"{n}:{each:03}" for each in range(100)), due=timedelta(minutes=3 - n))
    road.clock.move(timedelta(days=3))
    assert await road.timers.run_due() == 300
    noted = road.noted()
    assert len(set(noted)) == 300
    assert [each[0] for each in noted] == ["2"] * 100 + ["1"] * 100 + ["0"] * 100
    assert set(road.states(timers)) == {"fired"}


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_two_processes_fire_each_timer_once(road):
    """R-37: two replicas tick at the same moment, four threads in all."""
    promise(road, *(f"t{n:03}" for n in range(200)), due=timedelta(0))
    jobs = [build_road(road.database, clock=road.clock).timers for _ in range(4)]
    errors = []

    def tick(job):
        try:
            while road.database.transact(lambda session: job.fire(session, 10)):
                pass
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=tick, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert sorted(road.noted()) == [f"t{n:03}" for n in range(200)]


async def test_a_timer_taken_back_by_an_earlier_one_of_the_same_batch_does_not_fire(road):
    """R-41."""
    promise(road, "first", due=timedelta(minutes=1), command=TakeBack(name="second"))
    promise(road, "second", due=timedelta(minutes=2))
    road.clock.move(timedelta(hours=1))
    assert await road.timers.run_due() == 2
    assert road.noted() == ["took back second"]
    assert road.rows(timers, "name", "state") == [("first", "fired"), ("second", "cancelled")]


async def test_the_clock_may_step(road):
    """R-38: two hours and a day back and forth: nothing is lost, nothing fires twice, nothing early."""
    promise(road, "soon", due=timedelta(minutes=30))
    promise(road, "tomorrow", due=timedelta(hours=25))
    for step, expected in (
        (timedelta(hours=-2), []),
        (timedelta(days=-1), []),
        (timedelta(days=1, hours=2), []),
        (timedelta(minutes=31), ["soon"]),
        (timedelta(hours=-2), ["soon"]),
        (timedelta(hours=2), ["soon"]),
        (timedelta(days=1, hours=1), ["soon", "tomorrow"]),
        (timedelta(days=-1), ["soon", "tomorrow"]),
    ):
        road.clock.move(step)
        await road.timers.run_due()
        assert road.noted() == expected, step


async def test_a_broken_timer_is_parked_after_five_and_holds_nobody_up(road):
    promise(road, "broken", "fine", due=timedelta(0))
    for _ in range(7):
        await road.timers.run_due()
        road.clock.move(timedelta(minutes=1))
    assert road.noted() == ["fine"]
    assert road.rows(timers, "name", "state", "tries", "error") == [
        ("broken", "parked", 5, "RuntimeError: broken"),
        ("fine", "fired", 0, None),
    ]
    assert road.count("notes") == 1


async def test_a_command_nobody_knows_any_more_is_parked(road):
    promise(road, "old", due=timedelta(0))
    road.database.transact(lambda session: session.execute(timers.update().values(command={"type": "Gone"})))
    for _ in range(6):
        await road.timers.run_due()
        road.clock.move(timedelta(minutes=1))
    assert road.states(timers) == ["parked"]


async def test_a_moot_promise_is_kept_by_doing_nothing(road):
    promise(road, "moot", due=timedelta(0))
    assert await road.timers.run_due() == 1
    assert (road.noted(), road.states(timers), road.count("notes")) == ([], ["fired"], 0)


async def test_an_effect_that_cannot_be_sealed_holds_nobody_up(road):
    """A key already in the books makes the whole batch fail at its end: the culprit is found and parked."""
    promise(road, "a", "b", "c", due=timedelta(0))
    culprit = road.rows(timers, "id")[1]

    def forge(session):
        batch = road.business.batch(session)
        road.business.attempt(batch, f"timer:{culprit}", SYSTEM, lambda work: work.handled("forged"))
        batch.finish()

    road.database.transact(forge)
    for _ in range(6):
        await road.timers.run_due()
        road.clock.move(timedelta(minutes=1))
    assert sorted(road.noted()) == ["a", "c"]
    assert sorted(road.states(timers)) == ["fired", "fired", "parked"]


async def test_cancelled_by_its_beginning(road):
    promise(road, "task:1:remind", "task:1:again", "task:10:remind", "task_1:x")
    now = road.clock.now()
    road.database.transact(lambda session: queue.cancel_like(session, "task:1:", now))
    assert road.rows(timers, "name", state="pending") == ["task:10:remind", "task_1:x"]


async def test_ticks_beside_each_other_in_one_process(road):
    promise(road, *(f"t{n}" for n in range(20)), due=timedelta(0))
    await asyncio.gather(*(road.timers.run_due() for _ in range(4)))
    assert sorted(road.noted()) == sorted(f"t{n}" for n in range(20))


async def test_administrators_hear_of_parked_timers_once_an_hour(road):
    road.enrol("管理员", Role.ADMIN, wecom="admin")
    promise(road, "broken 1", "broken 2", "broken 3", due=timedelta(0))
    for _ in range(6):
        await road.timers.run_due()
        road.clock.move(timedelta(seconds=40))
    assert road.states(timers) == ["parked"] * 3
    assert len([words for words in road.told() if "timers list --state parked" in words]) == 1
    road.clock.move(timedelta(hours=1))
    promise(road, "broken 4", due=timedelta(0))
    for _ in range(6):
        await road.timers.run_due()
        road.clock.move(timedelta(seconds=40))
    assert len([words for words in road.told() if "timers list --state parked" in words]) == 2


async def test_two_thousand_overdue_are_one_for_each_subject(road):
    """R-40: every subject's ladder of four steps fell due during three days; only its last step is told."""
    for step in range(4):
        names = [f"nag:{subject}:{step}" for subject in range(500)]
        promise(road, *names, due=timedelta(hours=step), command=Nag(text="x"))
    promise(road, "other:1:0", "other:1:1", due=timedelta(hours=1))
    road.clock.move(timedelta(days=3))
    await road.timers.run_due()
    names = road.rows(timers, "name", state="fired")
    assert sorted(names) == sorted([*(f"nag:{subject}:3" for subject in range(500)), "other:1:0", "other:1:1"])
    assert len(road.noted()) == 502


async def test_what_is_on_time_is_told_though_more_comes_soon(road):
    promise(road, "nag:1:0", due=timedelta(hours=1), command=Nag(text="first"))
    promise(road, "nag:1:1", due=timedelta(hours=2), command=Nag(text="second"))
    for _ in range(2):
        road.clock.move(timedelta(hours=1))
        await road.timers.run_due()
    assert road.noted() == ["first", "second"]
