"""Rows that were found good become records, some hundred in one effect. Nothing that is known is changed (R-93).

A row is left out when what it names is somebody else's; one that was brought in before is known by its key.
Nobody is notified of single rows, and no promises are made for the past.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.actor import Actor
from domain.errors import Stale
from domain.fields import Field
from domain.imports.chunk import Chunk, Taken
from domain.imports.commands import own_run
from domain.imports.companies import take_activity, take_customer
from domain.imports.goods import take_equipment, take_product
from domain.imports.kinds import SheetName
from domain.imports.row import Row
from domain.imports.run import ImportState
from domain.messages import Command, Event
from domain.work import Work

_TAKERS: Mapping[SheetName, Callable[[Chunk, Row], bool]] = {
    SheetName.CUSTOMER: take_customer,
    SheetName.ACTIVITY: take_activity,
    SheetName.EQUIPMENT: take_equipment,
    SheetName.PRODUCT: take_product,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRows(Command):
    """Bring in ``rows`` of one import; ``dry`` only says what would become of them."""

    import_id: int
    kind: SheetName
    rows: tuple[Row, ...]
    fields: tuple[Field, ...] = ()
    """Those the company has added to customers."""
    dry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsTaken(Event):
    """Some rows of a table became records."""

    first: int
    last: int
    added: int
    known: int


def take_rows(command: TakeRows, actor: Actor, work: Work) -> Taken:
    """Return what became of the rows."""
    if not command.dry and own_run(command.import_id, actor, work).state is not ImportState.IMPORTING:
        raise Stale("这份表格已经不在导入了。")
    known = work.find.imports.known(command.kind, command.rows)
    chunk = Chunk(actor=actor, work=work, known=known, fields=command.fields, dry=command.dry)
    taken, take = chunk.taken, _TAKERS[command.kind]
    for row in command.rows:
        if row.key in known.rows:
            taken.known += 1
        elif take(chunk, row):
            taken.added += 1
            known.rows.add(row.key)
    if not command.dry:
        work.flush()
        work.find.imports.bring(command.import_id, chunk.brought, chunk.found_by)
        work.find.imports.count(command.import_id, added=taken.added, known=taken.known)
        if command.rows:
            lines = command.rows[0].line, command.rows[-1].line
            subject = f"importrun:{command.import_id}"
            work.record(RowsTaken(subject=subject, first=lines[0], last=lines[1], added=taken.added, known=taken.known))
    return taken
