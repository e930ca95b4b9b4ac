"""What an effect costs the database: counted, because a count is the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, insert

from cards.action import ActionCodec
from handlers.context import Ask, Understood
from handlers.envelope import Envelope, Kind
from handlers.router import Router
from handlers.tables import TABLES
from jobs.intake import Intake
from jobs.timers import TimerJob
from storage.inbox import Arrival
from storage.tables import inbox
from tests.support.company import Company, open_company

_OF_THE_BATCH = 22
"""Take, look who it is and what is known, one INSERT per kind of record, write what was promised, seal the timeline,
mark as done: however many effects."""


@pytest.fixture
def company(tmp_path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as opened:
        yield opened


def understood(text: str, ask: Ask) -> Understood:
    slots = {"product": "X200", "quantity": 2, "contact": text, "phone": f"139{text:0>8}"}
    return Understood(intent="log_inquiry", slots=slots)


def intake_of(company: Company) -> Intake:
    route = Router(tables=TABLES, read=understood, codec=ActionCodec(b"x" * 32))
    return Intake(
        database=company.database, business=company.business, route=route, read=Envelope.from_json, pressed={}
    )


def keep(company: Company, numbers: range) -> None:
    """Keep inquiries, alternately of two reps."""
    rows = []
    for number in numbers:
        platform, account = (("wecom", "chenjing"), ("dingtalk", "1013"))[number % 2]
        envelope = Envelope(
            key=f"{platform}:{number}",
            platform=platform,
            account=account,
            conversation=account,
            kind=Kind.TEXT,
            sent_at=company.clock.now(),
            text=str(number),
        )
        arrival = Arrival(
            key=envelope.key,
            platform=platform,
            account=account,
            conversation=account,
            kind="text",
            body=envelope.to_json(),
            received_at=company.clock.now(),
        )
        rows.append(arrival.row())
    company.database.transact(lambda session: session.execute(insert(inbox), rows))


@contextmanager
def statements(company: Company) -> Iterator[list[str]]:
    said: list[str] = []

    def note(connection, cursor, statement, parameters, context, many):
        said.append(statement)

    event.listen(company.database.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(company.database.engine, "before_cursor_execute", note)


def test_a_logged_inquiry_costs_one_statement(company):
    """The look-up of a number that nobody could foresee. People, products, focus and document numbers are read, and
    records, promises and timeline written, once for the whole batch: whoever asks the database again for what the
    transaction already holds, or writes a row by itself, is seen here.
    """
    intake = intake_of(company)

    def cost(numbers: range) -> tuple[int, int]:
        keep(company, numbers)
        left, batches = len(numbers), 0
        with statements(company) as said:
            while left:  # a slow machine ends a batch early, then the batch's own statements come once more
                left -= company.database.transact(intake.take).rows
                batches += 1
        return len(said), batches

    cost(range(2))  # the first of all also makes the head of the chain and the two rows of focus
    spent, batches = cost(range(10, 34))
    assert spent <= 24 * 1 + batches * _OF_THE_BATCH
    assert company.told("陈静")[-1:] == ["inquiries.logged inquiry:25"]


def test_a_timer_costs_two_statements_at_most(company):
    """Of its own: what a task remembers of its reminder, inside a savepoint. Records and the line of leaders are
    read, and what is told is written, once for the batch.
    """
    intake = intake_of(company)
    keep(company, range(20))
    while company.database.transact(intake.take).rows:
        pass
    company.clock.move(timedelta(days=30))
    job = TimerJob(database=company.database, business=company.business)
    fired = batches = 0
    with statements(company) as said:
        while fired < 60:  # a slow machine ends a batch early, then the batch's own statements come once more
            fired += company.database.transact(job.fire)
            batches += 1
    assert len(said) <= 2 * fired + batches * _OF_THE_BATCH
