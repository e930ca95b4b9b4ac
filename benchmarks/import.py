"""Bringing a table in, end to end, while callbacks come: python -m benchmarks.import [--rows N] [--url URL]

Prints rows per second for a customer list (parsed and checked in the worker, written as effects of five hundred) beside
calamine alone on the same file, and how long an arrival had to wait for its commit meanwhile. Goals: 8,000 rows/s,
p99 of an arrival at most 1 s.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

import bot  # noqa: F401 - sets what the reader of pinyin is to leave out, as in production
from benchmarks.company import arrival, found, settings_for
from bot.opening import business_of
from domain.actor import SYSTEM
from domain.clock import SystemClock
from domain.imports.commands import ReceiveTable, StartImport
from domain.messages import Command
from jobs.business import Business
from jobs.imports.job import ImportJob
from jobs.imports.worker import SheetWorker
from storage.database import Database
from storage.files import Files
from storage.inbox import Inbox
from storage.queries import Queries

HEAD = ("客户名称", "联系人", "职务", "联系电话", "区域", "客户等级", "业务员", "行业", "性格", "备注", "来源", "网址")
LEAST, LONGEST = 8_000, 1.0


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
    data = _workbook(rows)
    began = time.perf_counter()
    CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    alone = time.perf_counter() - began
    business = business_of(settings_for(url), SystemClock())
    files = Files.open(f"file:{folder}/files")
    file_id = files.put(data, "application/octet-stream", "客户.xlsx")
    job = ImportJob(database=database, business=business, files=files, worker=SheetWorker())
    import_id = _act(database, business, ReceiveTable(file_id=file_id, name="客户.xlsx"))

    async def carry_out() -> float:
        run = await database.read(lambda session: Queries(session).imports.run(import_id))
        began = time.perf_counter()
        await job.carry_out(run)
        return time.perf_counter() - began

    looked = await carry_out()
    _act(database, business, StartImport(import_id=import_id))
    waits: list[float] = []
    ticking = asyncio.create_task(_arrive(database, every, waits))
    took = await carry_out()
    ticking.cancel()
    run = await database.read(lambda session: Queries(session).imports.run(import_id))
    waits.sort()
    p99 = waits[len(waits) * 99 // 100] if waits else 0.0
    print(f"calamine alone             {rows / alone:10,.0f} rows/s")
    print(f"looked at for the card     {rows / looked:10,.0f} rows/s")
    print(f"brought in ({run.added} rows)   {rows / took:10,.0f} rows/s")
    print(f"arrivals meanwhile: {len(waits)}, p50 {waits[len(waits) // 2] * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")
    return 0 if rows / took >= LEAST and p99 <= LONGEST and run.added == rows else 1


async def _arrive(database: Database, every: float, waits: list[float]) -> None:
    inbox, number = Inbox(database), 0
    while True:
        began = time.perf_counter()
        await inbox.keep(arrival(10_000_000 + number, "在吗"))
        waits.append(time.perf_counter() - began)
        number += 1
        await asyncio.sleep(every)


def _act(database: Database, business: Business, command: Command) -> int:
    def write(session: Session) -> int:
        batch = business.batch(session)
        key = f"bench:{type(command).__name__}:{datetime.now(UTC).timestamp()}"
        result = business.attempt(batch, key, SYSTEM, lambda work: work.act(command))
        batch.finish()
        return int(result or 0)

    return database.transact(write)


def _workbook(rows: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        for number in range(rows):
            name = f"苏州{'恒宏新华远大金永'[number % 8]}{'立达泰盛兴隆昌源顺'[number // 8 % 9]}{number}机械有限公司"
            contact = "王李张刘陈杨赵"[number % 7] + "总"
            phone, seller = 13_800_000_000 + number, f"销售{number % 50:02}"
            sheet.write_row(
                number + 1, 0,
                (name, contact, "经理", phone, "华东", "重点", seller, "机械", "爽快型", "老客户", "展会", "-"),
            )  # fmt: skip
    return out.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
