"""Sessions and spent logins on both databases, as the migrations make them (R-63, R-67)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.actor import Actor, Role
from domain.people.person import Person
from storage import migrate, sessions, tables
from storage.database import Database

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    migrate.upgrade(database)
    yield database
    database.close()


def enrol(database: Database) -> Actor:
    def store(session) -> Actor:
        person = Person(name="陈静", roles=[Role.SALES.value], wecom="chenjing")
        session.add(person)
        session.flush()
        return person.actor("wecom")

    return database.transact(store)


def test_a_login_is_spent_once(database):
    spent = [database.transact(lambda session: sessions.spend_login(session, "a state", NOW)) for _ in range(3)]
    assert spent == [True, False, False]


def test_a_session_is_found_until_it_ends(database):
    actor = enrol(database)
    database.transact(lambda session: sessions.begin(session, "word", actor, NOW))

    def find(token: str, now: datetime) -> sessions.Seen | None:
        return database.look(lambda session: sessions.find(session, token, now))

    assert find("word", NOW) == sessions.Seen(actor, NOW)
    assert find("another", NOW) is None
    assert find("word", NOW + sessions.IDLE) is not None
    assert find("word", NOW + sessions.IDLE + timedelta(seconds=1)) is None
    later = NOW + timedelta(hours=10)
    database.transact(lambda session: sessions.touch(session, "word", later))
    assert find("word", later + sessions.IDLE) == sessions.Seen(actor, later)
    database.transact(lambda session: sessions.end(session, "word"))
    assert find("word", later) is None


def test_only_hashes_are_kept_and_old_rows_are_swept_out(database):
    actor = enrol(database)

    def rows() -> list[str]:
        return database.look(lambda session: list(session.scalars(select(tables.sessions.c.token))))

    database.transact(lambda session: sessions.begin(session, "old", actor, NOW))
    database.transact(lambda session: sessions.spend_login(session, "a state", NOW))
    assert [len(token) for token in rows()] == [64]
    before = rows()
    later = NOW + timedelta(days=2)
    database.transact(lambda session: sessions.begin(session, "new", actor, later))
    assert len(rows()) == 1
    assert rows() != before
    spent = database.look(lambda session: list(session.scalars(select(tables.spent_logins.c.state))))
    assert spent == []


def test_a_person_without_the_account_has_no_session(database):
    """R-58."""
    actor = enrol(database)
    database.transact(lambda session: sessions.begin(session, "word", actor, NOW))

    def lose(session) -> None:
        session.get(Person, actor.person_id).wecom = "chenjing2"

    database.transact(lose)
    assert database.look(lambda session: sessions.find(session, "word", NOW)) is None
