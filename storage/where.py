"""Conditions as SQL: the same tree that is evaluated on facts, over columns, joined columns and kept values.

Every leaf is true or false and never unknown (``domain.condition`` says what a missing fact does), so ``none``
may turn it round. Values are always bound; integers as 64 bits, because a column of 32 would refuse them.
A field elsewhere is ``key IN (SELECT …)``: both databases answer that from the index of the inner table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    false,
    literal,
    not_,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeEngine

from domain.condition import Condition, Measure, Test, ascii_lower
from domain.dictionary.definition import FieldValue
from domain.dictionary.values import WORDY, as_number
from domain.fields import MEASURES, Field, FieldType, RecordType
from domain.record import UtcDateTime

Clause = ColumnElement[bool]
_ORDER: dict[str, Callable[[Any, Any], Clause]] = {
    "over": lambda on, value: on > value,
    "at_least": lambda on, value: on >= value,
    "under": lambda on, value: on < value,
    "at_most": lambda on, value: on <= value,
    "is": lambda on, value: on == value,
    "is_not": lambda on, value: on != value,
}
_TYPES: dict[Measure, TypeEngine[Any]] = {
    Measure.DAY: Date(),
    Measure.MOMENT: UtcDateTime(),
    Measure.YES_NO: Boolean(),
}


def where(condition: Condition, kind: RecordType) -> Clause:
    """Return the clause over ``kind.entity`` that holds for a row exactly when the condition holds for its facts.

    Relative days must have been fixed before (``domain.condition.at``).
    """
    if isinstance(condition, Test):
        field = kind.field(condition.name)
        assert field is not None, condition.name
        return _test(condition, field, kind)
    parts = [where(part, kind) for part in condition.parts]
    if condition.kind == "all":
        return and_(true(), *parts)
    together = or_(false(), *parts)
    return not_(together) if condition.kind == "none" else together


def _test(test: Test, field: Field, kind: RecordType) -> Clause:
    on, among = _place(field, kind)
    present = _present(on, field)
    match test.op:
        case "is_empty":
            return not_(among(present))
        case "is_set":
            return among(present)
        case "not_in" if field.column is None:
            # Of several values none may be listed, which no single row can tell.
            return and_(among(present), not_(among(and_(present, _passes(test, "in", field, on)))))
    return among(and_(present, _passes(test, test.op, field, on)))


def _place(field: Field, kind: RecordType) -> tuple[Any, Callable[[Clause], Clause]]:
    """Return the column that holds the value, and how a clause about it becomes one about ``kind.entity``."""
    if field.column is None:
        values = select(FieldValue.record_id).where(FieldValue.record == kind.name, FieldValue.field == field.name)
        on = FieldValue.text if MEASURES[field.type] in WORDY else FieldValue.number
        return on, lambda clause: kind.entity.id.in_(values.where(clause))
    if field.via is None:
        return field.column, lambda clause: clause
    others: Select[Any] = select(field.column.class_.id)
    via = field.via
    return field.column, lambda clause: and_(via.is_not(None), via.in_(others.where(clause)))


def _present(on: Any, field: Field) -> Clause:
    if MEASURES[field.type] in WORDY and not _coded(field):
        return and_(on.is_not(None), on != literal("", String()))
    clause: Clause = on.is_not(None)
    return clause


def _passes(test: Test, op: str, field: Field, on: Any) -> Clause:
    if _coded(field):
        fit = [option.code for option in field.options if test.holds({test.name: option.name})]
        return type_coerce(on, String()).in_(fit)
    if op in ("contains", "starts_with") and field.type not in (FieldType.CHOICES, FieldType.ATTACHMENT):
        found = _position(_lower(on), literal(ascii_lower(test.value), String()))
        return found > 0 if op == "contains" else found == 1
    if op == "between":
        low, high = (_bound(end, field) for end in test.value)
        return and_(on >= low, on <= high)
    if op in ("in", "not_in"):
        listed = [_bound(each, field) for each in test.value]
        clause: Clause = on.in_(listed) if op == "in" else on.not_in(listed)
        return clause
    return _ORDER["is" if op == "contains" else op](on, _bound(test.value, field))


def _bound(value: Any, field: Field) -> Any:
    measure = MEASURES[field.type]
    if measure in WORDY:
        return literal(value, String())
    if field.column is None:
        return literal(as_number(value), BigInteger())
    return literal(value, _TYPES.get(measure, BigInteger()))


def _coded(field: Field) -> bool:
    return any(option.code for option in field.options)


class _lower(GenericFunction[str]):  # noqa: N801 - a function of SQL
    """A–Z as a–z and nothing else changed: what ``domain.condition.ascii_lower`` does."""

    type = String()
    inherit_cache = True
    name = "gendan_lower"


class _position(GenericFunction[int]):  # noqa: N801 - a function of SQL
    """Where the second text begins in the first, counted from 1; 0 for nowhere. No pattern: % and _ are letters."""

    type = BigInteger()
    inherit_cache = True
    name = "gendan_position"


@compiles(_lower, "sqlite")
def _lower_on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"lower({compiler.process(element.clauses, **more)})"


@compiles(_lower, "postgresql")
def _lower_on_postgres(element: Any, compiler: Any, **more: Any) -> str:
    return f'lower({compiler.process(element.clauses, **more)} COLLATE "C")'


@compiles(_position, "sqlite")
def _position_on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"instr({compiler.process(element.clauses, **more)})"


@compiles(_position, "postgresql")
def _position_on_postgres(element: Any, compiler: Any, **more: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **more)})"
