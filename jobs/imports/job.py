"""Carrying imports out: look at the file, bring its good rows in, take them back. Small transactions, callbacks first.

A chunk is one effect with a key of its own, so whatever the process dies in, the next start goes on where it stood.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy.orm import Session

from cards.card import Document
from domain.actor import SYSTEM, Actor
from domain.condition import Measure
from domain.dictionary.views import Column
from domain.fields import Field
from domain.imports.checking import Company
from domain.imports.chunk import Taken
from domain.imports.commands import FinishImport, NoteTable
from domain.imports.exporting import ROWS_MAX
from domain.imports.kinds import SheetKind, SheetName
from domain.imports.reverting import TakeBackRows
from domain.imports.row import Problem, Row
from domain.imports.run import ImportRun, ImportState
from domain.imports.taking import TakeRows
from domain.messages import Command
from domain.money import said_money
from jobs.business import Business
from jobs.imports.reading import CHUNK, Opened, Task, read, write_bad_rows
from jobs.imports.refused import SheetRefused
from jobs.imports.worker import SheetWorker
from jobs.imports.writing import write_workbook
from storage import timeline
from storage.database import Database, Urgency, is_passing
from storage.queries import Queries

_log = structlog.get_logger()
T = TypeVar("T")
_FORMATS = {Measure.MONEY: "#,##0.00", Measure.PERCENT: "0.0%"}
_SAMPLES = 5
_AT_ONCE = {SheetName.EQUIPMENT: 60, SheetName.PRODUCT: 60}
"""Rows of one effect where each is a deed of its own, so that an arrival waits no longer for them than for others."""
_TOLD = 8
"""Problems on the card; all of them are in the table that goes back."""


class Kept(Protocol):
    """``storage.files.Files``, as far as it is needed here."""

    def get(self, file_id: str) -> bytes:
        """Return the bytes."""


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What was found so far."""

    opened: Opened
    good: int = 0
    known: int = 0
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    samples: list[str] = field(default_factory=list)

    def note(self, problems: list[Problem]) -> None:
        for problem in problems:
            self.problems.setdefault(problem.line, []).append(problem)


class ImportJob:
    """Works on one import at a time, the oldest first."""

    def __init__(self, *, database: Database, business: Business, files: Kept, worker: SheetWorker) -> None:
        self._database = database
        self._business = business
        self._files = files
        self._worker = worker

    async def run_due(self) -> bool:
        """Do the next thing there is to do; return whether there was any."""
        run = await self._look(lambda queries: queries.imports.waiting())
        if run is None:
            return False
        await self.carry_out(run)
        return True

    async def carry_out(self, run: ImportRun) -> None:
        """Do what an import waits for."""
        try:
            match run.state:
                case ImportState.READING:
                    await self._read(run)
                case ImportState.IMPORTING:
                    await self._import(run)
                case ImportState.REVERTING:
                    await self._revert(run)
        except SheetRefused as refused:
            await self._give_up(run, str(refused))
        except Exception as error:  # the edge: a table that breaks the reader must not be tried for ever
            if is_passing(error):
                raise
            _log.exception("import_failed", run=run.id)
            await self._give_up(run, "读这份表格时出了错，已记入日志。请另存为 .xlsx 再发一次。")

    async def _give_up(self, run: ImportRun, reason: str) -> None:
        await self._act(NoteTable(import_id=run.id, reason=reason), f"import:{run.id}:{run.version}:refused")

    async def examine(self, run: ImportRun) -> tuple[dict[str, Any], list[Problem]]:
        """Return what is in the file, for a card, and everything that is wrong with its rows. Writes nothing."""
        data = await asyncio.to_thread(self._files.get, run.file_id)
        tally = await self._go_through(run, data, dry=True)
        return self._found(tally, await self._look(lambda queries: queries.imports.kinds())), [
            problem for line in sorted(tally.problems) for problem in tally.problems[line]
        ]

    async def bad_rows(self, subject: str, args: Mapping[str, Any], viewer: Actor) -> Document:
        """Return the rows that were left out as a table to be corrected and sent again; for whoever sent them."""
        del args
        import_id = int(subject.partition(":")[2])
        view = await self._look(lambda queries: queries.imports.card(import_id, viewer))
        run = await self._look(lambda queries: queries.imports.run(import_id))
        return Document(
            name=f"{view.name.rpartition('.')[0] or view.name}-有问题的行.xlsx", data=await self.report(run)
        )

    async def export(self, subject: str, args: Mapping[str, Any], viewer: Actor) -> Document:
        """Return a whole list as a table, as its owner may see it now."""
        del args
        listing_id = int(subject.partition(":")[2])
        table = await self._look(lambda queries: queries.listing.whole(listing_id, viewer, ROWS_MAX))
        local = self._business.calendar.local
        rows = [[local(cell) if isinstance(cell, datetime) else cell for cell in row] for row in table.rows]
        heading, formats = [each.label for each in table.columns], [_format(each) for each in table.columns]
        data: bytes = await self._worker.call(write_workbook, table.label, heading, rows, formats)
        day = local(self._business.clock.now()).date()
        return Document(name=f"{table.label}-{day:%Y%m%d}-{len(rows)}条.xlsx", data=data)

    async def report(self, run: ImportRun) -> bytes:
        """Return the table of the rows that are left out."""
        data = await asyncio.to_thread(self._files.get, run.file_id)
        tally = await self._go_through(run, data, dry=True)
        task = await self._task(run, data)
        report: bytes = await self._worker.call(write_bad_rows, task, tally.problems)
        return report

    async def _read(self, run: ImportRun) -> None:
        data = await asyncio.to_thread(self._files.get, run.file_id)
        tally = await self._go_through(run, data, dry=True)
        found = self._found(tally, await self._look(lambda queries: queries.imports.kinds()))
        note = NoteTable(import_id=run.id, digest=hashlib.sha256(data).hexdigest(), found=found)
        await self._act(note, f"import:{run.id}:{run.version}:read")

    async def _import(self, run: ImportRun) -> None:
        data = await asyncio.to_thread(self._files.get, run.file_id)
        tally = await self._go_through(run, data, dry=False)
        finish = FinishImport(import_id=run.id, refused=len(tally.problems))
        await self._act(finish, f"import:{run.id}:{run.version}:finish")

    async def _revert(self, run: ImportRun) -> None:
        more = True
        while more:
            current = await self._look(lambda queries: queries.imports.run(run.id))
            key = f"import:{run.id}:{current.version}:back"
            more = await self._act(TakeBackRows(import_id=run.id), key, urgency=Urgency.CARE)

    async def _go_through(self, run: ImportRun, data: bytes, *, dry: bool) -> _Tally:
        """Read the whole file and take its rows, or only see what would become of them."""
        task = await self._task(run, data)
        actor = await self._importer(run)
        fields = await self._look(lambda queries: queries.imports.custom_fields())
        tally: _Tally | None = None
        async with aclosing(self._worker.stream(read, task)) as found:
            async for part in found:
                if isinstance(part, Opened):
                    tally = _Tally(opened=part)
                    if not actor.has(*task.kinds[part.head.kind].roles):
                        raise SheetRefused(f"您没有权限导入{part.head.kind.label}，请联系主管或管理员。")
                    continue
                assert tally is not None
                await self._take(run, actor, tally, part, fields, dry=dry)
        assert tally is not None
        return tally

    async def _take(self, run: ImportRun, actor: Actor, tally: _Tally, part: list[Any], fields: tuple[Field, ...],
                    *, dry: bool) -> None:  # fmt: skip
        rows = tuple(outcome for outcome in part if isinstance(outcome, Row))
        for outcome in part:
            if not isinstance(outcome, Row):
                tally.note(outcome)
        if not rows:
            return
        kind = tally.opened.head.kind
        tally.samples += [_sample(row) for row in rows[: _SAMPLES - len(tally.samples)]]
        at_once = _AT_ONCE.get(kind, CHUNK)
        for start in range(0, len(rows), at_once):
            some = rows[start : start + at_once]
            command = TakeRows(import_id=run.id, kind=kind, rows=some, fields=fields, dry=dry)
            key = f"import:{run.id}:rows:{some[0].line}"
            taken = await (self._foresee(command, key, actor) if dry else self._bring(command, key, actor))
            tally.good += taken.added
            tally.known += taken.known
            tally.note(taken.problems)

    async def _foresee(self, command: TakeRows, key: str, actor: Actor) -> Taken:
        return await self._database.read(lambda session: self._carry_out(session, command, key, actor))

    async def _bring(self, command: TakeRows, key: str, actor: Actor) -> Taken:
        def effect(session: Session) -> Taken | None:
            return None if timeline.knows(session, key) else self._carry_out(session, command, key, actor, finish=True)

        taken = await self._database.write(effect, urgency=Urgency.CARE)
        if taken is None:  # carried out before the process died: only what was left out is asked for again
            dry = TakeRows(import_id=command.import_id, kind=command.kind, rows=command.rows, dry=True)
            taken = await self._foresee(dry, key, actor)
        return taken

    async def _act(self, command: Command, key: str, *, urgency: Urgency = Urgency.EFFECT) -> Any:
        return await self._database.write(
            lambda session: self._carry_out(session, command, key, SYSTEM, finish=True), urgency=urgency
        )

    def _carry_out(self, session: Session, command: Command, key: str, actor: Actor, *, finish: bool = False) -> Any:
        batch = self._business.batch(session)
        batch.identities.ahead = CHUNK
        result = self._business.attempt(batch, key, actor, lambda work: work.act(command))
        if finish:
            batch.finish()
        return result

    async def _task(self, run: ImportRun, data: bytes) -> Task:
        actor = await self._importer(run)

        def build(queries: Queries) -> Task:
            zone, now = self._business.calendar.zone, self._business.clock.now()
            company = Company(zone=zone, now=now, staff=queries.imports.staff(actor))
            wanted = SheetName(run.wanted) if run.wanted else run.kind
            return Task(
                data=data, kinds=queries.imports.kinds(), company=company, wanted=wanted, chosen=dict(run.chosen)
            )

        return await self._look(build)

    async def _importer(self, run: ImportRun) -> Actor:
        actor = await self._look(lambda queries: queries.imports.importer(run.person_id))
        if actor is None:
            raise SheetRefused("发来这份表格的人已经离职，没有导入。")
        return actor

    async def _look(self, read_: Callable[[Queries], T]) -> T:
        return await self._database.read(lambda session: read_(Queries(session)))

    @staticmethod
    def _found(tally: _Tally, kinds: Any) -> dict[str, Any]:
        head = tally.opened.head
        kind: SheetKind = kinds[head.kind]
        problems = [problem for line in sorted(tally.problems)[:_TOLD] for problem in tally.problems[line]]
        return {
            "kind": head.kind.value,
            "sheet": tally.opened.sheet,
            "columns": [[head.names[place], kind.field(name).label] for place, name in sorted(head.columns.items())],
            "unknown": list(head.unknown),
            "headings": [name for name in head.names if name],
            "samples": tally.samples,
            "problems": [problem.said for problem in problems[:_TOLD]],
            "good": tally.good,
            "known": tally.known,
            "bad": len(tally.problems),
        }


def _sample(row: Row) -> str:
    """Return a row as one line of the card."""
    shown = [_shown(name, value) for name, value in row.values.items() if value not in ("", None) and name not in _IDS]
    return "｜".join(shown)[:80]


_IDS = ("owner", "author", "legal_name", "tax")
"""Not shown in a sample: a number that means nothing to people, or what was not in the file."""


def _shown(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return said_money(value) if name in ("price", "cost") else str(value)


def _format(column: Column) -> str:
    """Return how Excel shows the numbers of a column; a unit stands behind them and they can still be added up."""
    if column.measure in _FORMATS:
        return _FORMATS[column.measure]
    return f'General"{column.unit}"' if column.unit else ""
