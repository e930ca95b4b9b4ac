"""Effects: each in a savepoint of its own, many per commit, replayed without a trace."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import IntegrityError

from domain.actor import SYSTEM, Role
from domain.customers.customer import Customer
from domain.errors import Conflict
from domain.messages import Event
from domain.people.person import Person
from storage import invariants, timeline
from storage.operations import retry_rows
from storage.tables import inbox, outbox, timers
from storage.tables import timeline as timeline_table
from tests.jobs.road import Note, build_road, open_road


@pytest.fixture
def road(database_url):
    with open_road(database_url) as road:
        yield road


def violations(road):
    return list(road.database.look(lambda session: list(invariants.violations(session, lambda file_id: True))))


async def test_a_refusal_leaves_nothing_but_the_answer(road):
    await road.keep("refuse x", key="k")
    taken = await road.drain()
    assert taken.answers == {"k": {"refused": "不行 x"}}
    assert road.states() == ["done"]
    assert road.told() == ["不行 x"]
    assert road.rows(timeline_table, "event", "body") == [("Handled", {"outcome": "refused"})]
    assert road.rows(timers, "id") == []
    assert road.count("notes") == 0


async def test_an_effect_that_fails_takes_nothing_of_its_neighbours(road):
    """Three rows of one batch; the middle one fails after it has written."""
    await road.keep("note 1", account="a")
    await road.keep("break 2", account="b")
    await road.keep("note 3", account="c")
    failures = []
    while (taken := await road.intake.step()).rows:  # one batch, unless the machine is too slow for it
        failures += taken.failures
    assert [failure[1:] for failure in failures] == [("RuntimeError: 2", False)]
    assert road.noted() == ["1", "3"]
    assert road.count("notes") == 2
    assert road.states() == ["done", "ready", "done"]
    assert violations(road) == []


async def test_poison_is_parked_after_five_and_answered_once(road):
    """R-23: 5 poison rows among 20 good ones; the good ones are done, nobody waits for ever, admins hear of it once."""
    road.enrol("管理员", Role.ADMIN, wecom="admin")
    for n in range(20):
        await road.keep(f"note {n}", account=f"good{n}")
    for n in range(5):
        await road.keep(f"break {n}", account=f"bad{n}")
    for _ in range(6):
        await road.drain()
        road.clock.move(timedelta(minutes=1))
    assert len(road.noted()) == 20
    assert sorted(road.states()) == ["done"] * 20 + ["parked"] * 5
    assert road.rows(inbox, "tries", state="parked") == [5] * 5
    assert sorted(words for words in road.told() if words.startswith("没做成")) == [
        f"没做成：break {n}" for n in range(5)
    ]
    assert len([words for words in road.told() if "inbox list --state parked" in words]) == 1
    assert violations(road) == []


async def test_a_row_parked_twice_does_not_stop_the_intake(road):
    """An administrator puts a parked row back, it fails again; the others still go on."""
    await road.keep("break x", key="k")
    for round_ in range(2):
        for _ in range(5):
            await road.drain()
            road.clock.move(timedelta(minutes=1))
        assert road.states() == ["parked"], round_
        (row_id,) = road.rows(inbox, "id")
        road.database.transact(lambda session, row_id=row_id: retry_rows(session, inbox, [row_id]))
    road.clock.set(max(road.clock.now(), road.rows(inbox, "not_before")[0]))
    await road.keep("note after", account="other")
    await road.drain()
    assert road.noted() == ["after"]
    assert road.told().count("没做成：break x") == 1


async def test_what_cannot_be_written_on_the_timeline_fails_alone(road):
    """R-23: a number beyond 64 bits and a lone surrogate in an event; the batch's other rows commit."""

    def event_with(value):
        def run(work, envelope, rest):
            work.record(Measured(subject="x", value=value))

        return run

    road.words.verbs |= {"huge": event_with(10**30), "surrogate": event_with("\ud800"), "long": _long_subject}
    await road.keep("note 1", account="a")
    await road.keep("huge", account="b", key="huge")
    await road.keep("surrogate", account="c", key="surrogate")
    await road.keep("long", account="d", key="long")
    await road.keep("note 2", account="e")
    for _ in range(6):
        await road.drain()
        road.clock.move(timedelta(minutes=1))
    assert road.noted() == ["1", "2"]
    parked = road.rows(inbox, "key", state="parked")
    on_sqlite = road.database.is_sqlite
    assert parked == (["huge", "surrogate"] if on_sqlite else ["huge", "surrogate", "long"])
    assert violations(road) == []


async def test_a_record_that_cannot_be_written_fails_alone(road):
    """R-23: it shows only when the whole batch is written; then the batch is taken again in ever smaller pieces."""

    def add(work, envelope, rest):
        work.add(Customer(name=f"客户{rest}", key="\ud800" if rest == "half" else rest))

    road.words.verbs["add"] = add
    for number in range(9):
        await road.keep(f"add {number}", account=f"a{number}")
        await road.keep(f"note {number}", account=f"n{number}")
    await road.keep("add half", account="b", key="half")
    await road.keep("add last", account="c")
    for _ in range(6):
        await road.drain()
        road.clock.move(timedelta(minutes=1))
    assert road.noted() == [str(number) for number in range(9)]
    assert road.rows(inbox, "key", state="parked") == ["half"]
    names = road.database.look(lambda session: session.scalars(select(Customer.name).order_by(Customer.id)).all())
    assert names == [*(f"客户{number}" for number in range(9)), "客户last"]
    assert violations(road) == []


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Event):
    """An event whose body is what the test wants."""

    value: Any


def _long_subject(work, envelope, rest):
    """PostgreSQL takes 80 characters here and finds out only when the batch is sealed."""
    work.record(Measured(subject="x" * 81, value=1))


async def test_a_conflict_is_tried_again_on_fresh_rows(road):
    """The version moved between reading and writing: the whole effect runs again and sees the new row."""
    person = road.enrol("陈静", Role.SALES, wecom="chenjing")
    seen = []

    def change(work, envelope, rest):
        found = work.get(Person, person)
        seen.append(found.team)
        if len(seen) == 1:
            table = Person.__table__
            moved = table.update().where(table.c.id == person).values(team="二组", version=table.c.version + 1)
            work.session.connection().execute(moved)
        found.phone = "13800000000"
        work.act(Note(text=found.team), SYSTEM)

    road.words.verbs["change"] = change
    await road.keep("change")
    await road.drain()
    # The first try's savepoint took the other writer's change back with it, so the second read the old team again.
    assert seen == ["", ""]
    assert road.noted() == [""]
    assert road.count("notes") == 1
    row = road.database.look(lambda session: session.get(Person, person))
    assert (row.phone, row.version) == ("13800000000", 3)


async def test_a_conflict_without_end_is_a_failure(road):
    calls = []

    def conflict(work, envelope, rest):
        calls.append(1)
        work.count("tries")
        raise Conflict("moved")

    road.words.verbs["conflict"] = conflict
    await road.keep("conflict")
    taken = await road.intake.step()
    assert [failure[1:] for failure in taken.failures] == [("Conflict: moved", False)]
    assert (len(calls), road.count("tries")) == (4, 0)


async def test_keys_are_stable_over_replays(road):
    """R-27: a batch that dies before its commit promises the same words under the same keys the next time."""
    promised = []

    def twice(work, envelope, rest):
        work.reply("wecom", "a", "一")
        work.reply("wecom", "a", "二")
        promised.append([row["key"] for row in work.told])

    road.words.verbs["twice"] = twice
    await road.keep("twice", key="k")

    def die(connection):
        raise OSError("power cut")

    event.listen(road.database.engine, "commit", die)
    with pytest.raises(OSError, match="power cut"):
        await road.intake.step()
    event.remove(road.database.engine, "commit", die)
    assert road.rows(outbox, "key") == []
    await road.drain()
    assert promised == [["k#0", "k#1"]] * 2
    assert road.rows(outbox, "key") == ["k#0", "k#1"]


def test_the_same_effect_cannot_be_committed_twice(road):
    """UNIQUE(key, step): whatever the code above does, the database has the last word (R-10)."""

    def once(session):
        batch = road.business.batch(session)
        road.business.attempt(batch, "k", SYSTEM, lambda work: (work.act(Note(text="x")), work.handled("text")))
        batch.finish()

    road.database.transact(once)
    with pytest.raises(IntegrityError):
        road.database.transact(once)
    assert road.noted() == ["x"]


async def test_a_key_forgotten_by_the_inbox_has_no_second_effect(road):
    """R-02, R-13: after 31 days the row is gone; delivered again, the books still know it, and nothing stands still."""
    await road.keep("note x", key="k")
    await road.drain()
    road.database.transact(lambda session: session.execute(inbox.delete()))
    await road.keep("note x", key="k")
    await road.keep("note y", account="other")
    await road.drain()
    assert road.noted() == ["x", "y"]
    assert road.states() == ["done", "done"]


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_eight_writers_seal_without_a_gap(road):
    """R-118: one chain, whoever commits first; also when the very first effects of all race."""
    errors = []

    def write(number):
        own = build_road(road.database)
        try:
            for turn in range(10):

                def run(session, turn=turn):
                    batch = own.business.batch(session)
                    own.business.attempt(
                        batch, f"{number}:{turn}", SYSTEM, lambda work: work.handled(f"{number}:{turn}")
                    )
                    batch.finish()

                road.database.transact(run)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert road.rows(timeline_table, "seq") == list(range(1, 81))
    assert road.database.look(lambda session: list(timeline.verify(session))) == []


async def test_timers_of_one_name_replace_each_other(road):
    await road.keep("later x", key="one")
    await road.drain()
    road.clock.move(timedelta(minutes=1))
    await road.keep("later x", key="two")
    await road.drain()
    assert road.rows(timers, "made_by", "state") == [("one", "cancelled"), ("two", "pending")]


def test_a_second_pending_timer_of_a_name_is_impossible(road):
    row = {
        "name": "x",
        "due": road.clock.now(),
        "command": {},
        "state": "pending",
        "tries": 0,
        "made_by": "k",
        "created_at": road.clock.now(),
    }
    road.database.transact(lambda session: session.execute(insert(timers), [row]))
    with pytest.raises(IntegrityError):
        road.database.transact(lambda session: session.execute(insert(timers), [row]))
    assert road.database.look(lambda session: len(session.execute(select(timers)).all())) == 1
