"""The registry as the database completes it: record types with the fields that are live now.

Read once per session, because every message asks; a session in which a definition changed asks again each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.dictionary.definition import FieldDefinition, FieldState, FieldValue
from domain.dictionary.records import RECORDS
from domain.dictionary.values import facts_kept
from domain.errors import NotFound
from domain.fields import RecordType

_LIVE = select(FieldDefinition).where(FieldDefinition.state == FieldState.LIVE).order_by(FieldDefinition.id)
_READ, _CHANGED = "dictionary", "dictionary_changed"


def record_type(session: Session, name: str) -> RecordType:
    """Return the type of record ``name`` with its live fields; NotFound for what is no record."""
    kinds: dict[str, RecordType] | None = session.info.get(_READ)
    if kinds is None:
        definitions = session.scalars(_LIVE).all()
        kinds = {
            kind.name: kind.with_fields([each.field for each in definitions if each.record == kind.name])
            for kind in RECORDS.values()
        }
        if not session.info.get(_CHANGED):
            session.info[_READ] = kinds
    if name not in kinds:
        raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
    return kinds[name]


def forget(session: Session) -> None:
    """Read definitions anew from now on: this transaction changed one, and may yet take it back."""
    session.info.pop(_READ, None)
    session.info[_CHANGED] = True


def value_rows(session: Session, record: str, ids: Sequence[int]) -> dict[int, list[FieldValue]]:
    """Return the kept values of several records, by record."""
    rows: dict[int, list[FieldValue]] = {}
    query = select(FieldValue).where(FieldValue.record == record, FieldValue.record_id.in_(ids))
    for row in session.scalars(query.order_by(FieldValue.position, FieldValue.id)):
        rows.setdefault(row.record_id, []).append(row)
    return rows


def kept_facts(session: Session, kind: RecordType, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the kept facts of several records, in one query, or none when the type keeps nothing there."""
    fields = [field for field in kind.fields if field.column is None]
    if not fields or not ids:
        return {}
    return {id_: facts_kept(fields, rows) for id_, rows in value_rows(session, kind.name, ids).items()}
