"""Finding definitions and values of fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.dictionary.definition import FieldDefinition, FieldValue
from domain.dictionary.values import Kept
from domain.fields import RecordType
from storage import dictionary


class FieldFinder:
    """Record types as they are now, and what is filled in."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, name: str) -> RecordType:
        """Return a record type with the fields in use; NotFound for what is no record."""
        return dictionary.record_type(self._session, name)

    def forget(self) -> None:
        """Read the definitions anew: one has changed."""
        dictionary.forget(self._session)

    def definition(self, record: str, name: str) -> FieldDefinition | None:
        """Return the definition of a field, whatever its state."""
        query = select(FieldDefinition).where(FieldDefinition.record == record, FieldDefinition.name == name)
        return self._session.scalars(query).first()

    def facts_kept(self, kind: RecordType, record_id: int) -> dict[str, Any]:
        """Return the kept facts of one record."""
        return dictionary.kept_facts(self._session, kind, [record_id]).get(record_id, {})

    def kept(self, record: str, record_id: int, field: str) -> Sequence[FieldValue]:
        """Return the rows of one field of one record."""
        query = select(FieldValue).where(
            FieldValue.record == record, FieldValue.record_id == record_id, FieldValue.field == field
        )
        return self._session.scalars(query.order_by(FieldValue.position, FieldValue.id)).all()

    def keep(self, record: str, record_id: int, field: str, values: Sequence[Kept]) -> None:
        """Replace the rows of one field of one record; two writers meet as a Conflict on the row they share."""
        rows = self.kept(record, record_id, field)
        for row, value in zip(rows, values, strict=False):
            row.text, row.number = value.text, value.number
        for row in rows[len(values) :]:
            self._session.delete(row)
        for position, value in enumerate(values[len(rows) :], len(rows)):
            self._session.add(
                FieldValue(
                    record=record,
                    record_id=record_id,
                    field=field,
                    position=position,
                    text=value.text,
                    number=value.number,
                )
            )
