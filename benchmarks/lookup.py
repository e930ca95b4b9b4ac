"""A customer looked up and shown, among 100,000: python -m benchmarks.lookup [--customers N] [--postgres]

Prints the p50 and p95 of each kind of look-up through ``search_keys``, of a LIKE scan over the names beside it, and of
a customer's card from the first query to the card. The limits at p95 are 100 ms for a look-up and 150 ms for a card.
Measured on an SQLite file that is thrown away, or with ``--postgres`` on the tests' own server.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session

from cards.card import Card
from cards.glance import Glance
from domain.activities.activity import Activity, ActivityKind, Outcome
from domain.actor import Actor, Role
from domain.customers.customer import Contact, Customer
from domain.customers.keys import name_key
from domain.customers.search import keys_of
from domain.customers.sounds import syllables
from domain.equipment.equipment import Equipment
from domain.inquiries.inquiry import Inquiry
from domain.people.person import Person
from domain.quotes.quote import Quote
from domain.record import Entity
from domain.service.ticket import Ticket
from jobs.drawing import DRAWINGS
from storage import migrate
from storage.database import Database
from storage.queries import Queries
from storage.search import search_keys
from tests.support import postgres

_PLACES = ["苏州", "无锡", "常州", "宁波", "东莞", "佛山", "武汉", "长沙", "成都", "重庆", "天津", "青岛"]
_SIGNS = "恒盛锦泰博远启航鼎新天骏海润瑞丰宏达金科永利华昌中明锐申腾皖星渝江湘楚冀工顺德力信"
_TRADES = ["精密机械", "自动化设备", "模具", "电气", "五金制品", "液压", "轴承", "汽车零部件", "包装机械", "泵业"]
_CHUNK = 2_000
LIMIT, CARD_LIMIT = 0.1, 0.15
"""Seconds, at p95."""
_BEGAN = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


def main() -> int:
    """Measure and print; return 1 when a limit is broken."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--customers", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=200)
    asked.add_argument("--postgres", action="store_true")
    options = asked.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(postgres.server()) if options.postgres else None
        database = Database(f"sqlite:///{Path(folder)}/lookup.db" if server is None else server.create())
        try:
            migrate.upgrade(database)
            database.transact(_hire)
            _fill(database, options.customers)
            return 0 if database.look(lambda session: _measure(session, options.customers, options.rounds)) else 1
        finally:
            database.close()


def _fill(database: Database, count: int) -> None:
    for start in range(1, count + 1, _CHUNK):
        numbers = range(start, min(start + _CHUNK, count + 1))
        database.transact(lambda session, numbers=numbers: _add(session, numbers))


def _add(session: Session, numbers: range) -> None:
    customers, contacts, keys = [], [], []
    for number in numbers:
        name, phone = _name(number), _phone(number)
        customers.append(
            {"id": number, "version": 1, "name": name, "key": name_key(name) + str(number), "aliases": [],
             "region": "", "level": "", "active": True, "owner_id": 1, "legal_name": name, "industry": "",
             "history_summary": ""}
        )  # fmt: skip
        contacts.append(
            {"version": 1, "customer_id": number, "name": "王总", "title": "", "phone": phone, "active": True,
             "temperament": ""}
        )  # fmt: skip
        keys += [
            {"key": key, "kind": kind.value, "customer_id": number} for kind, key in keys_of([name], phones=[phone])
        ]
    session.execute(insert(Customer), customers)
    for kind, rows in _history(numbers).items():
        session.execute(insert(kind), rows)
    session.execute(insert(Contact), contacts)
    session.execute(insert(search_keys), keys)


def _hire(session: Session) -> None:
    session.add(Person(name="陈静", roles=["sales"]))


def _history(numbers: Iterable[int]) -> dict[type[Entity], list[dict[str, Any]]]:
    """Return what happened with each: an inquiry, two calls, a quotation, a machine, here and there a fault."""
    made: dict[type[Entity], list[Any]] = {kind: [] for kind in (Inquiry, Activity, Quote, Equipment, Ticket)}
    for number in numbers:
        at = _BEGAN + timedelta(minutes=number)
        made[Inquiry].append(
            Inquiry(no=f"XJ-{number}", owner_id=1, requirement="两台X200", created_at=at, customer_id=number)
        )
        made[Activity] += [
            Activity(
                author_id=1, kind=ActivityKind.CALL, outcome=Outcome.REACHED, at=at + timedelta(days=day),
                created_at=at, text="问了交期", customer_id=number,
            )
            for day in (1, 9)
        ]  # fmt: skip
        made[Quote].append(Quote(no=f"Q-{number}", owner_id=1, created_at=at, customer_id=number))
        made[Equipment].append(Equipment(serial=f"SN{number:08d}", model="X200", customer_id=number, slug=f"s{number}"))
        if number % 10 == 0:
            made[Ticket].append(Ticket(no=f"BX-{number}", customer_id=number, fault="异响", opened_at=at))
    return {kind: [_values(each) for each in records] for kind, records in made.items() if records}


def _values(record: Any) -> dict[str, Any]:
    """Return a record as a row; its id is the database's own."""
    names = [each.key for each in inspect(type(record)).column_attrs if each.key != "id"]
    return {name: 1 if name == "version" else getattr(record, name) for name in names}


def _name(number: int) -> str:
    chance = random.Random(number)
    core = "".join(chance.choices(_SIGNS, k=chance.choice((2, 2, 3))))
    return f"{chance.choice(_PLACES)}{core}{chance.choice(_TRADES)}有限公司"


def _phone(number: int) -> str:
    return f"139{number * 7919 % 100_000_000:08d}"


def _measure(session: Session, count: int, rounds: int) -> bool:
    viewer = Actor(name="秦岚", roles=frozenset({Role.MANAGEMENT}), person_id=None)
    queries, chance = Queries(session), random.Random(7)
    picked = [chance.randint(1, count) for _ in range(rounds)]

    def core(number: int) -> str:
        return _name(number)[2:5]

    kinds: dict[str, Callable[[int], object]] = {
        "short name": lambda number: queries.customers.hits(core(number), viewer),
        "phone tail": lambda number: queries.customers.hits(_phone(number)[-4:], viewer),
        "pinyin": lambda number: queries.customers.hits(_sound(core(number)), viewer),
        "initials": lambda number: queries.customers.hits(_sound(_name(number)[:4], 1), viewer),
        "card": lambda number: _card(queries, number),
        "LIKE scan": lambda number: session.execute(
            select(Customer.id).where(Customer.name.like(f"%{core(number)}%")).limit(9)
        ).all(),
        "LIKE scan, no such name": lambda _number: session.execute(
            select(Customer.id).where(Customer.name.like("%没有这个%")).limit(9)
        ).all(),
    }
    good = True
    for name, look in kinds.items():
        taken = []
        for number in picked:
            began = time.perf_counter()
            look(number)
            taken.append(time.perf_counter() - began)
        taken.sort()
        p50, p95 = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
        good &= name.startswith("LIKE") or p95 <= (CARD_LIMIT if name == "card" else LIMIT)
        print(f"{name:26} p50 {p50 * 1000:7.2f} ms   p95 {p95 * 1000:7.2f} ms")
    return good


def _card(queries: Queries, number: int) -> Card:
    keeper = Actor(name="陈静", roles=frozenset({Role.SALES}), person_id=1)
    drawing = DRAWINGS["customers.customer"]
    glance = Glance(viewer=keeper, now=_BEGAN + timedelta(days=90), zone=ZoneInfo("Asia/Shanghai"), base="")
    return drawing.build(drawing.view(queries, number, keeper), glance)


def _sound(words: str, letters: int | None = None) -> str:
    return "".join(sound[:letters] for sound in syllables(words))


if __name__ == "__main__":
    raise SystemExit(main())
