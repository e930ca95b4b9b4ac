"""``gendan import``: what sending a table in the chat does, for an administrator at the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.config_file import SettingsError
from domain.actor import SYSTEM
from domain.errors import Refusal
from domain.imports.commands import ReceiveTable, StartImport
from domain.imports.kinds import SheetName
from domain.imports.run import ImportRun, ImportState
from domain.messages import Command
from jobs.business import Business
from jobs.imports.job import ImportJob
from jobs.imports.worker import SheetWorker
from storage.database import Database
from storage.files import Files
from storage.queries import Queries

_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Importing:
    """Where a table goes, and what carries it there."""

    database: Database
    business: Business
    files: Files

    def run(self, path: Path, *, kind: str, dry_run: bool) -> Iterator[str]:
        """Bring a file in, or only say what would come of it; yield what to tell."""
        if kind and kind not in {each.value for each in SheetName}:
            raise SettingsError(f"--kind: 没有“{kind}”，可以是 {'、'.join(SheetName)}")
        try:
            data = path.read_bytes()
        except OSError:
            raise SettingsError(f"{path}: 打不开这个文件") from None
        file_id = self.files.put(data, "application/octet-stream", path.name)
        import_id = self._act(ReceiveTable(file_id=file_id, name=path.name, kind=kind))
        job = ImportJob(database=self.database, business=self.business, files=self.files, worker=SheetWorker())
        run = self._carried_out(job, import_id)
        if run.state is ImportState.REFUSED:
            raise SettingsError(f"{path}: {run.reason}")
        found = run.found
        counts = f"能导入 {found['good']} 行，已有 {found['known']} 行，有问题 {found['bad']} 行"
        yield f"识别为{run.kind.label if run.kind else ''}：{counts}"
        yield "列对应：" + "、".join(f"{heading}→{label}" for heading, label in found["columns"])
        if found["unknown"]:
            yield "不导入的列：" + "、".join(found["unknown"])
        for said in found["problems"][:_TOLD]:
            yield f"  {said}"
        if not dry_run and found["good"]:
            self._act(StartImport(import_id=import_id))
            run = self._carried_out(job, import_id)
            yield f"新增 {run.added} 行，已有 {run.known} 行，没导入 {run.refused} 行。"
        if found["bad"]:
            report = path.with_name(f"{path.stem}-有问题的行.xlsx")
            report.write_bytes(asyncio.run(job.report(run)))
            yield f"有问题的行写在 {report}，改好后可以直接再导入。"

    def _carried_out(self, job: ImportJob, import_id: int) -> ImportRun:
        asyncio.run(job.carry_out(self._run(import_id)))
        return self._run(import_id)

    def _run(self, import_id: int) -> ImportRun:
        return self.database.look(lambda session: Queries(session).imports.run(import_id))

    def _act(self, command: Command) -> Any:
        def write(session: Session) -> Any:
            batch = self.business.batch(session)
            key = f"cli:{type(command).__name__}:{batch.now.timestamp()}"
            result = self.business.attempt(batch, key, SYSTEM, lambda work: work.act(command))
            batch.finish()
            return result

        try:
            return self.database.transact(write)
        except Refusal as refusal:
            raise SettingsError(refusal.message) from None
