"""Bringing a table in, end to end, while callbacks come: python -m benchmarks.import [--rows N] [--url URL]

Prints rows per second of processor time, and on the clock, for a customer list: checked (what its own process does),
written (what is left to the program: records, what they are found by, where they came from), end to end on two cores
(the slower of the two). Beside it the limit: calamine, the same check, and a plain insert of one row for each line.
Then another table, while an arrival comes every so often: how long each had to wait for its commit. Goals: 8,000 rows/s
where calamine alone reads 80,000, that is a tenth of calamine; p99 of an arrival at most 1 s.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

import bot  # noqa: F401 - sets what the reader of pinyin is to leave out, as in production
from benchmarks.company import arrival, found, settings_for
from bot.opening import business_of
from domain.actor import SYSTEM
from domain.clock import SystemClock
from domain.imports.checking import Company
from domain.imports.commands import ReceiveTable, StartImport
from domain.messages import Command
from jobs.business import Business
from jobs.imports.job import ImportJob
from jobs.imports.reading import Task, read
from jobs.imports.worker import SheetWorker
from storage.database import Database
from storage.files import Files
from storage.inbox import Inbox
from storage.queries import Queries

HEAD = ("客户名称", "联系人", "职务", "联系电话", "区域", "客户等级", "业务员", "行业", "性格", "备注", "来源", "网址")
LEAST, LONGEST = 0.1, 1.0
"""Of what calamine reads, and seconds an arrival may wait."""


def main() -> int:
    """Measure and print; return 1 when a goal is missed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=20_000)
    asked.add_argument("--every", type=float, default=0.05, help="seconds between arrivals")
    asked.add_argument("--url", default="")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/import.db"
        found(url)
        database = Database(url)
        try:
            return asyncio.run(_measure(database, url, Path(folder), options.rows, options.every))
        finally:
            database.close()


async def _measure(database: Database, url: str, folder: Path, rows: int, every: float) -> int:
    data = _workbook(0, rows)
    alone = rows / _spent(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python())
    business = business_of(settings_for(url), SystemClock())
    files = Files.open(f"file:{folder}/files")
    job = ImportJob(database=database, business=business, files=files, worker=SheetWorker())

    def receive(table: bytes) -> int:
        file_id = files.put(table, "application/octet-stream", "客户.xlsx")
        return _act(database, business, ReceiveTable(file_id=file_id, name="客户.xlsx"))

    async def carry_out(import_id: int) -> tuple[float, float]:
        """Return the rows per second of the program's processor time, and on the clock."""
        run = await database.read(lambda session: Queries(session).imports.run(import_id))
        began, spent = time.perf_counter(), time.process_time()
        await job.carry_out(run)
        return rows / (time.process_time() - spent), rows / (time.perf_counter() - began)

    first = receive(data)
    looked = await carry_out(first)
    _act(database, business, StartImport(import_id=first))
    wrote = await carry_out(first)
    second = receive(_workbook(rows, rows))
    await carry_out(second)
    _act(database, business, StartImport(import_id=second))
    waits: list[float] = []
    ticking = asyncio.create_task(_arrive(database, every, waits))
    await carry_out(second)
    ticking.cancel()
    waits.sort()
    p99 = waits[len(waits) * 99 // 100]
    runs = [await database.read(lambda session, id_=id_: Queries(session).imports.run(id_)) for id_ in (first, second)]
    task = _task(database, data, runs[0].person_id)
    checked = rows / _spent(lambda: list(read(task)))
    plain = rows / _spent(lambda: _insert(folder, list(read(task))))
    both = min(checked, wrote[0])
    print(f"rows per second of processor time; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"calamine alone             {alone:10,.0f}")
    print(f"limit, on one core         {plain:10,.0f}   calamine, check, one plain row for each line")
    print(f"checked                    {checked:10,.0f}")
    print(f"foreseen for the card      {looked[0]:10,.0f}   on the clock {looked[1]:,.0f}")
    print(f"written                    {wrote[0]:10,.0f}   on the clock {wrote[1]:,.0f}")
    print(f"end to end, on two cores   {both:10,.0f}   {both / alone:.3f} of calamine (goal {LEAST})")
    print(f"arrivals meanwhile: {len(waits)}, p50 {waits[len(waits) // 2] * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")
    is_whole = all(run.added == rows for run in runs)
    return 0 if both / alone >= LEAST and p99 <= LONGEST and is_whole else 1


async def _arrive(database: Database, every: float, waits: list[float]) -> None:
    inbox, number = Inbox(database), 0
    while True:
        began = time.perf_counter()
        await inbox.keep(arrival(10_000_000 + number, "在吗"))
        waits.append(time.perf_counter() - began)
        number += 1
        await asyncio.sleep(every)


def _spent(work: Callable[[], object]) -> float:
    """Return the processor time ``work`` took, in seconds."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _task(database: Database, data: bytes, person_id: int | None) -> Task:
    """Return what the process that checks is handed."""

    def build(session: Session) -> Task:
        queries = Queries(session)
        importer = queries.imports.importer(person_id)
        assert importer is not None
        company = Company(zone=ZoneInfo("Asia/Shanghai"), now=datetime.now(UTC), staff=queries.imports.staff(importer))
        return Task(data=data, kinds=queries.imports.kinds(), company=company)

    return database.look(build)


def _insert(folder: Path, parts: list[Any]) -> None:
    """Write checked rows as bare as can be: the limit."""
    with sqlite3.connect(folder / "plain.db") as plain:
        plain.execute("PRAGMA journal_mode=WAL")
        plain.execute("CREATE TABLE plain (name, key, contact, title, phone, region, level, owner, industry)")
        fields = ("name", "contact", "title", "phone", "region", "level", "owner", "industry")
        found = (row for part in parts[1:] for row in part)
        plain.executemany(
            "INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((row.key, *(row.values.get(name) for name in fields)) for row in found),
        )
    plain.close()


def _act(database: Database, business: Business, command: Command) -> int:
    def write(session: Session) -> int:
        batch = business.batch(session)
        key = f"bench:{type(command).__name__}:{datetime.now(UTC).timestamp()}"
        result = business.attempt(batch, key, SYSTEM, lambda work: work.act(command))
        batch.finish()
        return int(result or 0)

    return database.transact(write)


def _workbook(first: int, rows: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        for line, number in enumerate(range(first, first + rows), 1):
            name = f"苏州{'恒宏新华远大金永'[number % 8]}{'立达泰盛兴隆昌源顺'[number // 8 % 9]}{number}机械有限公司"
            contact = "王李张刘陈杨赵"[number % 7] + "总"
            phone, seller = 13_800_000_000 + number, f"销售{number % 50:02}"
            sheet.write_row(
                line, 0,
                (name, contact, "经理", phone, "华东", "重点", seller, "机械", "爽快型", "老客户", "展会", "-"),
            )  # fmt: skip
    return out.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
