"""What people look at, in a company of a hundred thousand or a million follow-ups.

    python -m benchmarks.queries [--size 100k|1m] [--seed N] [--url URL]

Makes the past of ``gendan seed`` (or reads the one at ``--url``) and prints p50 and p95 of each query, for a seller,
his leader and the management. The limits at p95: 100 ms for a list or a look-up, 150 ms for a customer's card, 300 ms
for a heat map or the silent customers.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.seed_bulk import BULK, seed_bulk
from domain.actor import Actor
from domain.condition import ALWAYS
from domain.condition_yaml import parse
from domain.errors import NotFound
from domain.people.person import Person
from storage import migrate
from storage.database import Database
from storage.queries import Queries
from storage.scope import in_scope

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
LOOK_UP, CARD, MAP = 0.1, 0.15, 0.3


def main() -> int:
    """Measure and print; return 1 when a limit is broken."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--size", choices=sorted(BULK), default="100k")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--rounds", type=int, default=40)
    asked.add_argument("--url", default="")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(options.url or f"sqlite:///{folder}/queries.db")
        try:
            if not options.url:
                migrate.upgrade(database)
                began = time.perf_counter()
                list(seed_bulk(database, size=options.size, seed=options.seed))
                print(f"{'made up in':44} {time.perf_counter() - began:8.1f} s")
            return 0 if _measure(database, BULK[options.size].customers, options.rounds) else 1
        finally:
            database.close()


def _measure(database: Database, customers: int, rounds: int) -> bool:
    viewers = database.look(
        lambda session: {
            who: session.get_one(Person, id_).actor("wecom")
            for who, id_ in (("boss", 1), ("leader", 2), ("seller", 40))
        }
    )
    chance = random.Random(7)
    numbers = [chance.randint(1, customers) for _ in range(rounds)]
    good = True
    for who, viewer in viewers.items():
        for name, (limit, look) in _queries(viewer).items():
            taken = []
            for number in numbers:
                began = time.perf_counter()
                database.look(lambda session, look=look, number=number: look(Queries(session), number))
                taken.append(time.perf_counter() - began)
            taken.sort()
            p50, p95 = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
            good &= p95 <= limit
            mark = "" if p95 <= limit else f"  over {limit * 1000:.0f} ms"
            print(f"{who:8} {name:35} p50 {p50 * 1000:8.2f} ms   p95 {p95 * 1000:8.2f} ms{mark}")
    return good


def _queries(viewer: Actor) -> dict[str, tuple[float, Callable[[Queries, int], object]]]:
    def listed(record: str, tree: object) -> Callable[[Queries, int], object]:
        def look(queries: Queries, _number: int) -> object:
            kind = queries.fields.record(record).readable(viewer)
            condition = ALWAYS if tree is None else parse(tree, kind.facts)
            scope = in_scope(kind, viewer)
            records = queries.listing.records(kind, condition, scope)
            return records, queries.listing.count(kind, condition, scope)

        return look

    return {
        "list of customers": (LOOK_UP, listed("customer", None)),
        "list of customers by region": (LOOK_UP, listed("customer", {"region": {"is": "华东"}})),
        "list of inquiries": (LOOK_UP, listed("inquiry", None)),
        "customer found by the end of a number": (
            LOOK_UP,
            lambda queries, number: queries.customers.hits(f"139{number * 7919 % 100_000_000:08d}"[-4:], viewer),
        ),
        "customer found by two signs": (LOOK_UP, lambda queries, _number: queries.customers.hits("恒盛", viewer)),
        "a customer at a glance": (CARD, lambda queries, number: _glance(queries, number, viewer)),
        "heat map, own": (MAP, lambda queries, _number: queries.activities.heat(viewer, NOW, ZONE)),
        "heat map, team": (MAP, lambda queries, _number: queries.activities.team_heat(viewer, NOW, ZONE)),
        "silent customers": (
            MAP,
            lambda queries, _number: queries.activities.silence(viewer, (30, 60, 90), NOW, over=30),
        ),
    }


def _glance(queries: Queries, number: int, viewer: Actor) -> object:
    """Ask for a customer; that it is somebody else's is an answer too."""
    try:
        return queries.overview.card(number, viewer)
    except NotFound:
        return None


if __name__ == "__main__":
    raise SystemExit(main())
