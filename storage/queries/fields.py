"""Fields for reading: the dictionary, what is filled in on a record, and what to ask for next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.condition_words import said, said_value
from domain.dictionary.definition import FieldDefinition, FieldState, FieldValue
from domain.dictionary.reading import example_of
from domain.dictionary.values import facts_kept
from domain.dictionary.views import DefinitionView
from domain.errors import NotFound
from domain.fields import Field, FieldType, RecordType, Required, facts_of, shown_fields
from domain.filled import NOTHING_FILLED, FilledView, QuestionView
from storage import dictionary

_ASKED = frozenset(FieldType) - {FieldType.ATTACHMENT}
_YES_NO = ("是", "否")


class FieldQueries:
    """Record types as they are now, and what their records hold."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, name: str) -> RecordType:
        """Return a record type with the fields in use."""
        return dictionary.record_type(self._session, name)

    def definition(self, definition_id: int, viewer: Actor) -> DefinitionView:
        """Return one definition as its administrators see it; NotFound for anybody else."""
        definition = self._session.get(FieldDefinition, definition_id)
        if definition is None or not viewer.has(Role.ADMIN, Role.MANAGEMENT):
            raise NotFound("没有找到这个字段，可能不在您的范围内。")
        return self._definition_view(definition)

    def definition_of(self, record: str, name: str) -> DefinitionView | None:
        """Return the definition of a field that an administrator added and that is in use."""
        query = select(FieldDefinition).where(
            FieldDefinition.record == record,
            FieldDefinition.name == name,
            FieldDefinition.state == FieldState.LIVE,
        )
        definition = self._session.scalars(query).first()
        return None if definition is None else self._definition_view(definition)

    def filled(self, kind_name: str, record: Any, viewer: Actor) -> FilledView:
        """Return the kept fields of a record as the viewer may see them, and the question for what is missing."""
        kind = self.record(kind_name)
        kept = [field for field in kind.fields if field.column is None]
        if not kept:
            return NOTHING_FILLED
        rows = dictionary.value_rows(self._session, kind.name, [record.id]).get(record.id, [])
        owner_id = kind.owner_of(record, self._session.get_one)
        facts = facts_of(kind, record, facts_kept(kept, rows), self._session.get_one)
        shown = [field for field in shown_fields(kind, facts) if field.readable_by(viewer, owner_id)]
        return FilledView(
            rows=tuple(
                (field.label, said_value(facts[field.name], field.fact))
                for field in shown
                if field.column is None and facts[field.name] is not None
            ),
            question=_question(shown, facts, rows),
        )

    def question(self, subject: str, viewer: Actor) -> QuestionView | None:
        """Return what is asked for next on a record in focus; None for a record without such fields."""
        name, _, id_ = subject.partition(":")
        try:
            kind = self.record(name)
        except NotFound:
            return None
        record = self._session.get(kind.entity, int(id_))
        return None if record is None else self.filled(name, record, viewer).question

    def _definition_view(self, definition: FieldDefinition) -> DefinitionView:
        kind = self.record(definition.record)
        field = definition.field
        return DefinitionView(
            id=definition.id,
            version=definition.version,
            state=definition.state.value,
            record=kind.label,
            field=field,
            shown=said(kind.condition(field)) if field.shown_when else "",
        )


def _question(shown: Sequence[Field], facts: dict[str, Any], rows: Sequence[FieldValue]) -> QuestionView | None:
    left_empty = {row.field for row in rows}
    for field in shown:
        if field.required is Required.NO or facts[field.name] is not None or field.type not in _ASKED:
            continue
        if field.required is Required.WARN and (field.column is not None or field.name in left_empty):
            continue
        names = _YES_NO if field.type is FieldType.YES_NO else tuple(option.name for option in field.options)
        return QuestionView(
            name=field.name,
            label=field.label,
            asks=field.asks,
            example=example_of(field),
            options=names,
            may_skip=field.required is Required.WARN,
        )
    return None
