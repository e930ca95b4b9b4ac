"""Moving all that belongs to one customer to another: every table that points to customers, and its kept fields.

The tables are read from the schema, so a record that is added later follows without being named here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, select, update
from sqlalchemy.orm import Session

from domain.customers.customer import Customer
from domain.dictionary.definition import FieldValue
from domain.record import Record

_STAY = {"customers", "customer_merges", "customer_aliases", "customer_looks", "search_keys"}
"""Names are copied and found by anew, not moved; a merge remembers whom it was about, a look what was looked at."""
_ITS_OWN = {"contacts", "registrations"}
"""What a customer has although nothing was done for it yet."""
_FIELDS = "field_values"


def move_all(session: Session, giver: int, taker: int) -> dict[str, list[int]]:
    """Move everything of ``giver`` and return the ids of the rows moved, by ``table.column``."""
    session.flush()
    moved = {}
    for name, table, column in pointing():
        ids = list(session.scalars(select(table.c.id).where(column == giver).order_by(table.c.id)))
        if ids and not (column.unique and session.scalar(select(table.c.id).where(column == taker))):
            _point(session, table, column, ids, giver, taker)
            moved[name] = ids
    if ids := _fields_lacking(session, giver, taker):
        _refile(session, ids, giver, taker)
        moved[_FIELDS] = ids
    session.expire_all()
    return moved


def move_back(session: Session, moved: Mapping[str, Sequence[int]], giver: int, taker: int) -> None:
    """Move the rows of ``moved`` from ``giver`` to ``taker``, those of them that are still ``giver``'s."""
    session.flush()
    for name, table, column in pointing():
        if name in moved:
            _point(session, table, column, moved[name], giver, taker)
    if _FIELDS in moved:
        _refile(session, moved[_FIELDS], giver, taker)
    session.expire_all()


def any_of(session: Session, customer_id: int) -> bool:
    """Return whether anything was filed under a customer but the people there and whose it is."""
    session.flush()
    return any(
        session.scalar(select(table.c.id).where(column == customer_id).limit(1)) is not None
        for _, table, column in pointing()
        if table.name not in _ITS_OWN
    )


def pointing() -> Iterator[tuple[str, Table, Column[Any]]]:
    """Yield every column that points to customers: its name, table and itself."""
    for table in Record.metadata.sorted_tables:
        for column in table.columns:
            points = any(key.column.table.name == Customer.__tablename__ for key in column.foreign_keys)
            if points and table.name not in _STAY:
                yield f"{table.name}.{column.name}", table, column


def _point(session: Session, table: Table, column: Column[Any], ids: Sequence[int], giver: int, taker: int) -> None:
    values: dict[str, Any] = {column.name: taker}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    session.execute(update(table).where(table.c.id.in_(ids), column == giver).values(values))


def _fields_lacking(session: Session, giver: int, taker: int) -> list[int]:
    """Return the kept values of fields in which ``taker`` has none."""
    his = select(FieldValue.field).where(FieldValue.record == "customer", FieldValue.record_id == taker)
    query = select(FieldValue.id).where(
        FieldValue.record == "customer", FieldValue.record_id == giver, FieldValue.field.not_in(his)
    )
    return list(session.scalars(query.order_by(FieldValue.id)))


def _refile(session: Session, ids: Sequence[int], giver: int, taker: int) -> None:
    query = update(FieldValue).where(FieldValue.id.in_(ids), FieldValue.record_id == giver)
    session.execute(query.values(record_id=taker, version=FieldValue.version + 1))
