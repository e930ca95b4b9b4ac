"""Looking a customer up by a few signs, among 100,000: python -m benchmarks.lookup [--customers N] [--url URL]

Prints the p50 and p95 of each kind of look-up through ``search_keys`` and of a LIKE scan over the names beside it.
The limit is 100 ms at p95. Without ``--url`` it is measured on an SQLite file that is thrown away.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.customers.customer import Contact, Customer
from domain.customers.keys import name_key
from domain.customers.search import keys_of
from domain.customers.sounds import syllables
from storage import migrate
from storage.database import Database
from storage.queries import Queries
from storage.search import search_keys

_PLACES = ["苏州", "无锡", "常州", "宁波", "东莞", "佛山", "武汉", "长沙", "成都", "重庆", "天津", "青岛"]
_SIGNS = "恒盛锦泰博远启航鼎新天骏海润瑞丰宏达金科永利华昌中明锐申腾皖星渝江湘楚冀工顺德力信"
_TRADES = ["精密机械", "自动化设备", "模具", "电气", "五金制品", "液压", "轴承", "汽车零部件", "包装机械", "泵业"]
_CHUNK = 2_000
LIMIT = 0.1
"""Seconds, at p95."""


def main() -> int:
    """Measure and print; return 1 when a limit is broken."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--customers", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=200)
    asked.add_argument("--url", default="")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(options.url or f"sqlite:///{Path(folder)}/lookup.db")
        try:
            migrate.upgrade(database)
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
             "region": "", "level": "", "active": True, "legal_name": name, "industry": "", "history_summary": ""}
        )  # fmt: skip
        contacts.append(
            {"version": 1, "customer_id": number, "name": "王总", "title": "", "phone": phone, "active": True,
             "temperament": ""}
        )  # fmt: skip
        keys += [
            {"key": key, "kind": kind.value, "customer_id": number} for kind, key in keys_of([name], phones=[phone])
        ]
    session.execute(insert(Customer), customers)
    session.execute(insert(Contact), contacts)
    session.execute(insert(search_keys), keys)


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
        good &= name.startswith("LIKE") or p95 <= LIMIT
        print(f"{name:26} p50 {p50 * 1000:7.2f} ms   p95 {p95 * 1000:7.2f} ms")
    return good


def _sound(words: str, letters: int | None = None) -> str:
    return "".join(sound[:letters] for sound in syllables(words))


if __name__ == "__main__":
    raise SystemExit(main())
