"""Between a fact and the rows of the table of field values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.condition import Measure
from domain.dictionary.definition import FieldValue
from domain.fields import MEASURES, Field

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WORDY = frozenset({Measure.WORD, Measure.WORDS})
"""Kept as text; everything else as a number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What one row holds; ``Kept()`` says that the field was left empty on purpose."""

    text: str | None = None
    number: int | None = None


def as_number(value: Any) -> int:
    """Return what ``field_values.number`` holds for a value that is not a word."""
    if isinstance(value, datetime):
        return (value - _EPOCH) // timedelta(microseconds=1)
    return value.toordinal() if isinstance(value, date) else int(value)


def rows_for(field: Field, value: Any) -> tuple[Kept, ...]:
    """Return the rows of a value; ``Kept(text, id)`` comes as it is."""
    if isinstance(value, Kept):
        return (value,)
    if MEASURES[field.type] is Measure.WORDS:
        return tuple(Kept(text=word) for word in value)
    return (Kept(text=value),) if MEASURES[field.type] is Measure.WORD else (Kept(number=as_number(value)),)


def value_of(field: Field, rows: Sequence[FieldValue]) -> Any:
    """Return the fact that the rows of one field make; None for none, and for one left empty on purpose."""
    measure = MEASURES[field.type]
    if measure is Measure.WORDS:
        return tuple(row.text for row in rows if row.text) or None
    kept = rows[0].text if measure in WORDY else rows[0].number
    if kept is None:
        return None
    match measure:
        case Measure.DAY:
            return date.fromordinal(int(kept))
        case Measure.MOMENT:
            return _EPOCH + timedelta(microseconds=int(kept))
        case Measure.YES_NO:
            return bool(kept)
    return kept


def facts_kept(fields: Iterable[Field], rows: Sequence[FieldValue]) -> dict[str, Any]:
    """Return the kept facts of one record by field; fields without a row are left out."""
    by_field: dict[str, list[FieldValue]] = {}
    for row in sorted(rows, key=lambda row: row.position):
        by_field.setdefault(row.field, []).append(row)
    return {field.name: value_of(field, by_field[field.name]) for field in fields if field.name in by_field}
