"""Field service with a long past: python -m benchmarks.service [--jobs N] [--open N] [--engineers N] [--url URL]

Fills a database with work orders, a few thousand of them open, and prints p50 and p95 of: choosing the engineers for
a job (limit 20 ms at p95), the dispatcher's board, an engineer's own jobs, what is known before a visit, stock by a
spoken name (limit 100 ms each). Without ``--url`` it is measured on an SQLite file that is thrown away, in time of
the processor, which busy neighbours do not change.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.catalog.part import Part
from domain.catalog.stock import MAIN, Stock
from domain.clock import ManualClock, WorkCalendar
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.execute import Executor
from domain.people.person import Person
from domain.policy import DEFAULT_POLICIES
from domain.registry import HANDLERS, REACTIONS
from domain.service.choosing import roster
from domain.service.states import JobState
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.work_order import WorkOrder
from jobs.business import Business
from storage import migrate
from storage.database import Database
from storage.queries import Queries

_NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_REGIONS = ("华东", "华南", "华北", "华中", "西南")
_SKILLS = ("机械", "电气")
_OPEN = (JobState.ACCEPTED, JobState.ON_SITE, JobState.WAITING_PARTS, JobState.REVISIT, JobState.OFFERED)
_CHUNK = 5_000
_DECISION, _LIST = 0.02, 0.1
_KEEPER = Actor(name="唐悦", roles=frozenset({Role.DISPATCHER}), person_id=1, platform="wecom", account="x")


def main() -> int:
    """Measure and print; return 1 when a limit is broken."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--jobs", type=int, default=1_000_000)
    asked.add_argument("--open", type=int, default=5_000)
    asked.add_argument("--engineers", type=int, default=500)
    asked.add_argument("--rounds", type=int, default=100)
    asked.add_argument("--url", default="")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(options.url or f"sqlite:///{Path(folder)}/service.db")
        try:
            migrate.upgrade(database)
            began = time.perf_counter()
            _fill(database, options.jobs, options.open, options.engineers)
            print(f"{options.jobs:,} work orders, {options.open:,} open, in {time.perf_counter() - began:.0f} s")
            return _measure(database, options.jobs, options.rounds)
        finally:
            database.close()


def _fill(database: Database, jobs: int, open_: int, engineers: int) -> None:
    machines = max(jobs // 20, 100)
    database.transact(lambda session: _add(session, Person, [_person(each) for each in range(1, engineers + 1)]))
    customers = max(machines // 4, 10)
    for start in range(1, customers + 1, _CHUNK):
        rows = [_customer(each) for each in range(start, min(start + _CHUNK, customers + 1))]
        database.transact(lambda session, rows=rows: _add(session, Customer, rows))
    for start in range(1, machines + 1, _CHUNK):
        rows = [_machine(each, customers) for each in range(start, min(start + _CHUNK, machines + 1))]
        database.transact(lambda session, rows=rows: _add(session, Equipment, rows))
    parts = [
        {"code": f"P{each:04d}", "name": f"备件{each:04d}", "aliases": [], "substitutes": []} for each in range(500)
    ]
    database.transact(lambda session: _add(session, Part, parts))
    stock = [{"part_id": each + 1, "place": MAIN, "on_hand": 10} for each in range(500)]
    database.transact(lambda session: _add(session, Stock, stock))
    for start in range(1, jobs + 1, _CHUNK):
        numbers = range(start, min(start + _CHUNK, jobs + 1))
        pairs = [_job(each, machines, customers, engineers, ended=each <= jobs - open_) for each in numbers]
        database.transact(lambda session, pairs=pairs: _add(session, Ticket, [ticket for ticket, _ in pairs]))
        database.transact(lambda session, pairs=pairs: _add(session, WorkOrder, [job for _, job in pairs]))


def _add(session: Session, kind: Any, rows: list[dict[str, Any]]) -> None:
    session.execute(insert(kind), [{"version": 1, **row} for row in rows])


def _person(number: int) -> dict[str, Any]:
    return {
        "name": f"工程师{number}",
        "roles": ["engineer"],
        "regions": [_REGIONS[number % 5]],
        "skills": [_SKILLS[number % 2]],
        "nicknames": [],
        "latitude": 30 + number % 7,
        "longitude": 115 + number % 9,
    }


def _customer(number: int) -> dict[str, Any]:
    name = f"第{number}精密机械有限公司"
    return {"name": name, "key": name, "aliases": [f"第{number}精密"], "region": _REGIONS[number % 5]}


def _machine(number: int, customers: int) -> dict[str, Any]:
    return {
        "serial": f"SN-{number:07d}",
        "model": f"X{number % 40}00",
        "customer_id": number % customers + 1,
        "slug": f"slug-{number:016d}",
        "latitude": 31.0,
        "longitude": 120.0,
    }


def _job(
    number: int, machines: int, customers: int, engineers: int, *, ended: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    machine = number % machines + 1
    opened = _NOW - timedelta(hours=1 + number % 20_000)
    state = JobState.CONFIRMED if ended else _OPEN[number % len(_OPEN)]
    ticket = {
        "id": number,
        "no": f"BX-0000-{number:07d}",
        "customer_id": machine % customers + 1,
        "equipment_id": machine,
        "fault": "主轴异响",
        "fault_code": f"E{number % 900:03d}",
        "type": ServiceType.REPAIR,
        "opened_at": opened,
        "responded_at": opened,
        "resolve_due": opened + timedelta(days=5),
        "closed_at": opened + timedelta(hours=9) if ended else None,
        "windows": [],
        "exclusions": [],
    }
    job = {
        "id": number,
        "no": f"WO-0000-{number:07d}",
        "ticket_id": number,
        "type": ServiceType.REPAIR,
        "kind": "机械类",
        "skill": _SKILLS[number % 2],
        "region": _REGIONS[number % 5],
        "state": state,
        "engineer_id": None if state is JobState.OFFERED else number % engineers + 1,
        "finished_at": opened + timedelta(hours=8) if ended else None,
        "words": "换了轴承，试车正常" if ended else "",
        "outside": [],
        "checklist": {},
        "rating": 5 if ended else None,
    }
    return ticket, job


def _measure(database: Database, jobs: int, rounds: int) -> int:
    dice = random.Random(7)
    business = Business(
        executor=Executor(HANDLERS, REACTIONS),
        calendar=WorkCalendar(),
        policies=DEFAULT_POLICIES,
        clock=ManualClock(_NOW),
    )

    def decide(session: Session) -> None:
        batch = business.batch(session)
        with batch.effect("bench", _KEEPER) as work:
            job = work.get(WorkOrder, jobs - dice.randrange(1000))
            roster(job, work).ranked(frozenset())

    def board(session: Session) -> None:
        Queries(session).service_board.board(_KEEPER, _NOW, strategic=("战略",), limit=50)

    def own(session: Session) -> None:
        Queries(session).service.jobs_of(dice.randrange(1, 500), _OPEN[:4])

    def before(session: Session) -> None:
        Queries(session).service.job(jobs - dice.randrange(1000), _KEEPER)

    def month(session: Session) -> None:
        since = (_NOW - timedelta(days=30)).date()
        Queries(session).service_reports.report(_KEEPER, since, _NOW.date(), business.calendar.zone)

    def stock(session: Session) -> None:
        Queries(session).parts.stock_of(f"备件{dice.randrange(500):04d}", 1)

    broken = 0
    for name, read, limit in (
        ("choosing engineers", decide, _DECISION),
        ("the dispatcher's board", board, _LIST),
        ("an engineer's jobs", own, _LIST),
        ("a job before the visit", before, _LIST),
        ("stock by name", stock, _LIST),
        ("a month's figures", month, None),
    ):
        broken += _time(database, name, read, limit, rounds if limit else 3)
    return 1 if broken else 0


def _time(database: Database, name: str, read: Callable[[Session], None], limit: float | None, rounds: int) -> bool:
    clock = time.process_time if database.is_sqlite else time.perf_counter
    taken = []
    for _ in range(rounds):
        began = clock()
        database.look(read)
        taken.append(clock() - began)
    taken.sort()
    p50, p95 = taken[len(taken) // 2], taken[min(int(len(taken) * 0.95), len(taken) - 1)]
    said = "" if limit is None else f"   limit {limit * 1000:.0f} ms {'ok' if p95 <= limit else 'BROKEN'}"
    print(f"{name:26} p50 {p50 * 1000:7.1f} ms   p95 {p95 * 1000:7.1f} ms{said}")
    return limit is not None and p95 > limit


if __name__ == "__main__":
    raise SystemExit(main())
