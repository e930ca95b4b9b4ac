"""Taking an import back: what it brought and nobody has touched since. What was changed or is in use stays (R-93)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actor import Actor
from domain.imports.commands import own_run
from domain.imports.run import ImportRun, ImportState
from domain.messages import Command, Event
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertImport(Command):
    """Take back what an import brought; within a day."""

    import_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackRows(Command):
    """The program takes back up to ``limit`` of its records; the last time it says how it went."""

    import_id: int
    limit: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertStarted(Event):
    """Somebody wants it taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsTakenBack(Event):
    """Some of its records are gone; ``kept`` of them were changed since or are in use."""

    taken_back: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReverted(Event):
    """What could be taken back is."""

    taken_back: int
    kept: int


def revert_import(command: RevertImport, actor: Actor, work: Work) -> None:
    """Begin to take it back."""
    run = own_run(command.import_id, actor, work)
    run.begin_revert(command.version, work.now)
    work.flush()
    work.record(RevertStarted(subject=run.subject))
    work.redraw(run.subject)


def take_back_rows(command: TakeBackRows, actor: Actor, work: Work) -> bool:
    """Return whether more is left."""
    del actor
    run = work.lock(ImportRun, command.import_id)
    if run.state is not ImportState.REVERTING:
        return False
    gone, kept, more = work.find.imports.take_back(run.id, command.limit)
    run.taken_back += gone
    run.kept += kept
    if gone or kept:
        work.record(RowsTakenBack(subject=run.subject, taken_back=gone, kept=kept))
    if not more:
        run.finish_revert(work.now)
        work.record(ImportReverted(subject=run.subject, taken_back=run.taken_back, kept=run.kept))
    work.flush()
    if not more:
        work.redraw(run.subject)
    return more
