"""What people do with a table they sent, and what the program notes about it as it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.actor import Actor
from domain.errors import Invalid, NotAllowed, NotFound
from domain.imports.kinds import SheetName, sheet_kinds
from domain.imports.run import WORKED_ON, ImportRun, ImportState
from domain.messages import Command, Event
from domain.scope import UNSEEN
from domain.work import Work

CARD = "imports.run"
BAD_ROWS = "imports.bad_rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTable(Command):
    """Look at a table that was sent; its bytes are kept already. ``kind`` settles what it holds."""

    file_id: str
    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTable(Command):
    """The program has looked at it: what it found, or why it cannot be read."""

    import_id: int
    digest: str = ""
    found: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemapTable(Command):
    """Read it as another kind, or a column (by its heading) as another field; an empty field leaves it out."""

    import_id: int
    version: int = 0
    kind: str = ""
    column: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartImport(Command):
    """Bring in the good rows."""

    import_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelImport(Command):
    """Bring in nothing."""

    import_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishImport(Command):
    """The program has brought in every good row; ``refused`` counts those left out, in reading and in writing."""

    import_id: int
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReceived(Event):
    """Somebody sent a table."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStarted(Event):
    """Somebody said yes to what the card showed."""

    kind: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCancelled(Event):
    """Nothing is brought in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFinished(Event):
    """Every good row is in."""

    added: int
    known: int
    refused: int


def receive_table(command: ReceiveTable, actor: Actor, work: Work) -> int:
    """Return the import's id; the card follows when it has been read."""
    if command.kind:
        _check_may(SheetName(command.kind), actor)
    run = work.add(
        ImportRun(
            person_id=actor.person_id,
            file_id=command.file_id,
            name=command.name[:255],
            received_at=work.now,
            wanted=command.kind,
        )
    )
    work.record(TableReceived(subject=run.subject, name=run.name))
    return run.id


def note_table(command: NoteTable, actor: Actor, work: Work) -> None:
    """Show what was found, or say why nothing can be done with it."""
    del actor
    run = work.lock(ImportRun, command.import_id)
    if run.state not in WORKED_ON:
        return
    if command.reason:
        run.refuse(command.reason, work.now)
    elif run.state is ImportState.READING:
        run.await_yes(dict(command.found), command.digest)
    work.flush()
    if run.person_id is not None:
        work.tell(run.person_id, CARD, run.subject)


def remap_table(command: RemapTable, actor: Actor, work: Work) -> None:
    """Look at it anew."""
    run = own_run(command.import_id, actor, work)
    kind = command.kind or run.wanted or (run.kind.value if run.kind else "")
    if kind:
        _check_may(SheetName(kind), actor)
    if not kind and not command.column:
        raise Invalid("请说这是哪种表：客户、跟进记录、设备或产品。", subject=run.subject)
    run.look_again(kind, {command.column: command.field} if command.column else {}, command.version)
    work.flush()
    work.redraw(run.subject)


def start_import(command: StartImport, actor: Actor, work: Work) -> None:
    """Say yes to it."""
    run = own_run(command.import_id, actor, work)
    assert run.kind is not None or run.state is not ImportState.READY
    if run.kind is not None:
        _check_may(run.kind, actor)
    run.begin(command.version)
    work.flush()
    work.record(ImportStarted(subject=run.subject, kind=run.kind or "", digest=run.digest))
    work.redraw(run.subject)


def cancel_import(command: CancelImport, actor: Actor, work: Work) -> None:
    """Leave it alone."""
    run = own_run(command.import_id, actor, work)
    run.cancel(command.version, work.now)
    work.flush()
    work.record(ImportCancelled(subject=run.subject))
    work.redraw(run.subject)


def finish_import(command: FinishImport, actor: Actor, work: Work) -> None:
    """Say how it went; the bad rows go back to whoever sent them."""
    del actor
    run = work.lock(ImportRun, command.import_id)
    if run.state is not ImportState.IMPORTING:
        return
    run.refused = command.refused
    run.finish(work.now)
    work.flush()
    finished = ImportFinished(subject=run.subject, added=run.added, known=run.known, refused=run.refused)
    work.record(finished)
    work.redraw(run.subject)
    if run.person_id is not None and run.refused:
        work.tell(run.person_id, BAD_ROWS, run.subject)


def own_run(import_id: int, actor: Actor, work: Work) -> ImportRun:
    """Return the import of whoever sent it; NotFound for anybody else, the system excepted."""
    run = work.lock(ImportRun, import_id)
    if not actor.is_system and (run.person_id is None or run.person_id != actor.person_id):
        raise NotFound(UNSEEN)
    return run


def _check_may(kind: SheetName, actor: Actor) -> None:
    if not actor.has(*sheet_kinds()[kind].roles):
        raise NotAllowed(f"您没有权限导入{kind.label}，请联系主管或管理员。")
