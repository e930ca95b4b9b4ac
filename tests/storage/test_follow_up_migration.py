"""A company that already works gets the new columns filled from what is known (R-91)."""

from __future__ import annotations

from alembic import command
from sqlalchemy import text

from storage import migrate
from storage.database import Database

_BEFORE = """
INSERT INTO people (id, version, name, roles, team, regions, skills, nicknames, phone, preferred, active)
VALUES (1, 1, '陈静', '[]', '', '[]', '[]', '[]', '', '', true);
INSERT INTO customers (id, version, name, key, owner_id, aliases, region, level, active)
VALUES (1, 1, '恒力', '恒力', 1, '[]', '', '', true), (2, 1, '锦腾', '锦腾', 1, '[]', '', '', true);
INSERT INTO inquiries (id, version, no, owner_id, requirement, created_at, customer_id, contact, phone,
budget_approx, source, region, due_whole_day, notes, made_customer, made_contact, state)
VALUES (7, 1, 'XJ-1', 1, '', '2026-11-20 02:00:00', 1, '', '', false, '', '', false, '[]', false, false, 'open');
INSERT INTO tasks (id, version, title, owner_id, about, card, created_at, due, state)
VALUES (1, 1, '报价', 1, 'inquiry:7', 'inquiries.logged', '2026-11-20 02:00:00', '2026-11-25 09:30:00', 'open')
"""


def test_what_is_known_is_kept(database_url: str) -> None:
    database = Database(database_url)
    try:
        with database.engine.begin() as connection:
            command.upgrade(migrate.config(connection), "0002")
        with database.engine.begin() as connection:
            for statement in _BEFORE.split(";"):
                connection.execute(text(statement))
        migrate.upgrade(database)
        with database.engine.connect() as connection:
            task = connection.execute(
                text("SELECT kind, source, customer_id, first_due = due, reminded FROM tasks")
            ).one()
            contacts = connection.execute(
                text("SELECT id, last_contact_at IS NOT NULL, last_contact_by FROM customers ORDER BY id")
            ).all()
    finally:
        database.close()
    assert tuple(task) == ("quote", "promise", 1, True, "")
    assert [tuple(each) for each in contacts] == [(1, True, 1), (2, False, None)]
