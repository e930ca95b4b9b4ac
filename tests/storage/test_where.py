"""A condition in SQL picks exactly the rows whose facts it holds for, on both databases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Boolean, case, insert, literal, select
from sqlalchemy.orm import Session

from domain.condition import Condition, at
from domain.customers.customer import Customer
from domain.dictionary.definition import FieldValue
from domain.dictionary.values import rows_for
from domain.fields import MEASURES, facts_of
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.people.person import Person
from storage.dictionary import kept_facts
from storage.where import where
from tests.storage.condition_trees import KEPT, KIND, NOW, NUMBERS, WORDS, tree, value_for
from tests.support.prepared import lay_out

ZONE = ZoneInfo("Asia/Shanghai")
ROWS = 40
TREES = 2_500
"""On each database, and not the same ones: 5,000 together."""
AT_ONCE = 50
"""Conditions of one statement."""


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    database = lay_out(database_url)
    with Session(database.engine) as session:
        _fill(session, random.Random(4))
        session.commit()
        yield session
    database.close()


@pytest.mark.slow
def test_facts_and_sql_never_disagree(session: Session) -> None:
    dice = random.Random(session.get_bind().dialect.name)
    conditions = [at(tree(dice, KIND, depth=2), NOW, ZONE) for _ in range(TREES)]
    inquiries = list(session.scalars(select(Inquiry).order_by(Inquiry.id)))
    kept = kept_facts(session, KIND, [inquiry.id for inquiry in inquiries])
    facts = [facts_of(KIND, inquiry, kept.get(inquiry.id, {}), session.get_one) for inquiry in inquiries]
    held = 0
    for start in range(0, TREES, AT_ONCE):
        batch = conditions[start : start + AT_ONCE]
        for answers, known in zip(_answers(session, batch), facts, strict=True):
            expected = [condition.holds(known) for condition in batch]
            assert answers == expected, [
                (condition, known)
                for condition, sql, plain in zip(batch, answers, expected, strict=True)
                if sql != plain
            ][:1]
            held += sum(expected)
    assert TREES * ROWS // 5 < held < TREES * ROWS * 4 // 5  # trees that hold always or never would prove nothing


def _answers(session: Session, conditions: list[Condition]) -> list[list[bool]]:
    columns = [
        case((where(condition, KIND), literal(True)), else_=literal(False)).cast(Boolean).label(f"c{index}")
        for index, condition in enumerate(conditions)
    ]
    return [list(row) for row in session.execute(select(*columns).select_from(Inquiry).order_by(Inquiry.id))]


def _fill(session: Session, dice: random.Random) -> None:
    owner = Person(name="陈静")
    session.add(owner)
    session.flush()
    session.execute(
        insert(Customer),
        [
            {"version": 1, "name": name, "key": str(key), "region": region, "level": level, "owner_id": owner.id,
             "aliases": [], "active": True}
            for key, (name, region, level) in enumerate(
                (dice.choice(WORDS), dice.choice(("华东", "华南", "")), dice.choice(("A", "B", ""))) for _ in range(6)
            )
        ],
    )  # fmt: skip
    for number in range(ROWS):
        session.add(
            Inquiry(
                no=f"XJ-{number}",
                owner_id=owner.id,
                requirement=dice.choice(WORDS),
                created_at=value_for(dice, MEASURES[KIND.field("created_at").type], said=False),
                customer_id=dice.choice((None, *range(1, 7))),
                contact=dice.choice(("", *WORDS)),
                budget_fen=dice.choice((None, *NUMBERS)),
                source=dice.choice(("", "展会", "官网")),
                region=dice.choice(("", "华东", "华南")),
                due=None if dice.random() < 0.3 else value_for(dice, MEASURES[KIND.field("due").type], said=False),
                state=dice.choice(list(InquiryState)),
            )
        )
    session.flush()
    for inquiry_id in range(1, ROWS + 1):
        for field in KEPT:
            if dice.random() < 0.7:
                value = value_for(dice, MEASURES[field.type], said=False)
                if field.options and MEASURES[field.type] == "word":
                    value = dice.choice(field.options).name
                session.add_all(
                    FieldValue(record=KIND.name, record_id=inquiry_id, field=field.name, position=position,
                               text=row.text, number=row.number)
                    for position, row in enumerate(rows_for(field, value))
                )  # fmt: skip
        if dice.random() < 0.2:
            session.add(FieldValue(record=KIND.name, record_id=inquiry_id, field="expo"))  # left empty on purpose
