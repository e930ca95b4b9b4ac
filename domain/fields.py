"""The field registry: what every record type is made of, each field defined once.

The chat asks from it, cards and forms draw from it, filters and conditions are checked against it. A noun
describes its records in ``domain/<noun>/fields.py``; ``domain/dictionary`` gathers them and adds the fields
an administrator defines while the program runs. A field's value lies in a column of the record, in a column
of a record it points to (``via``), or, without ``column``, in the table of field values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, cast

from sqlalchemy.orm import InstrumentedAttribute

from domain.actor import Actor, Role
from domain.condition import ALWAYS, Condition, Fact, Facts, Measure, Option
from domain.condition_yaml import parse

Column = InstrumentedAttribute[Any]
Look = Callable[[type[Any], int], Any]
"""Returns the record of a kind by its id (``work.get``, ``session.get``)."""

DECIMALS = 3
"""Of a number that an administrator defines: 7.5 kW, 0.915 m."""


class FieldType(StrEnum):
    """What kind of value a field holds."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    PERSON = "person"
    REFERENCE = "reference"
    PHONE = "phone"
    ATTACHMENT = "attachment"
    REGION = "region"


TYPE_LABELS: Mapping[FieldType, str] = {
    FieldType.TEXT: "文字",
    FieldType.NUMBER: "数字",
    FieldType.MONEY: "金额",
    FieldType.PERCENT: "百分比",
    FieldType.DATE: "日期",
    FieldType.MOMENT: "时间",
    FieldType.CHOICE: "选项",
    FieldType.CHOICES: "多选",
    FieldType.YES_NO: "是否",
    FieldType.PERSON: "人员",
    FieldType.REFERENCE: "关联",
    FieldType.PHONE: "电话",
    FieldType.ATTACHMENT: "附件",
    FieldType.REGION: "区域",
}
MEASURES: Mapping[FieldType, Measure] = {
    **dict.fromkeys(FieldType, Measure.WORD),
    FieldType.NUMBER: Measure.NUMBER,
    FieldType.MONEY: Measure.MONEY,
    FieldType.PERCENT: Measure.PERCENT,
    FieldType.DATE: Measure.DAY,
    FieldType.MOMENT: Measure.MOMENT,
    FieldType.CHOICES: Measure.WORDS,
    FieldType.ATTACHMENT: Measure.WORDS,
    FieldType.YES_NO: Measure.YES_NO,
}


class Required(StrEnum):
    """``block``: not without it; ``warn``: asked once and may be left empty; ``no``: not asked."""

    NO = "no"
    WARN = "warn"
    BLOCK = "block"


class FieldClass(StrEnum):
    """Whose eyes a field is for, besides those who may see the record at all."""

    PUBLIC = "public"
    PHONE = "phone"
    COST = "cost"
    MARGIN = "margin"
    PRIVATE = "private"


_MONEY_PEOPLE = frozenset({Role.MANAGER, Role.MANAGEMENT, Role.FINANCE, Role.ADMIN})
_READERS: Mapping[FieldClass, frozenset[Role]] = {
    FieldClass.PUBLIC: frozenset(Role) - {Role.CUSTOMER},
    FieldClass.PHONE: frozenset(Role) - {Role.CUSTOMER},
    FieldClass.COST: _MONEY_PEOPLE,
    FieldClass.MARGIN: _MONEY_PEOPLE,
    FieldClass.PRIVATE: frozenset(),
}
"""A private field is its owner's alone; the record's scope decides about the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. ``least`` and ``most`` are in the measure's own integers (fen, ppm, scaled numbers).

    ``shown_when`` is a condition in plain data over the other fields of the record. ``check`` names one of
    ``domain.dictionary.reading.CHECKS``. ``settable``: may be set in words though it is a column.
    """

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    synonyms: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    unit: str = ""
    decimals: int = 0
    required: Required = Required.NO
    shown_when: Any = None
    audience: FieldClass = FieldClass.PUBLIC
    question: str = ""
    example: str = ""
    pattern: str = ""
    least: int | None = None
    most: int | None = None
    longest: int = 200
    check: str = ""
    refers_to: str = ""
    settable: bool = False
    custom: bool = False
    column: Column | None = field(default=None, compare=False)
    via: Column | None = field(default=None, compare=False)

    @property
    def fact(self) -> Fact:
        """The field as conditions know it."""
        return Fact(self.label, MEASURES[self.type], self.synonyms, self.options, self.unit, self.decimals)

    @property
    def words(self) -> tuple[str, ...]:
        """Everything the field is called."""
        return (self.label, *self.synonyms)

    @property
    def asks(self) -> str:
        """The question for it."""
        return self.question or f"{self.label}是什么"

    def readable_by(self, actor: Actor, owner_id: int | None) -> bool:
        """Return whether somebody who may see the record may see this field of it (and filter by it)."""
        if self.audience is FieldClass.PRIVATE:
            return actor.person_id is not None and actor.person_id == owner_id
        return actor.has(*_READERS[self.audience])


@dataclass(frozen=True)
class RecordType:
    """What one kind of record is made of.

    ``owner`` (``owner_via``) is the column that says who looks after it; ``seen_by`` are roles that see all of
    them. ``listed`` names the fields of a line in a list, ``card`` the card that shows one and ``page`` its page
    (``/m/<page>/<id>``), ``gone`` a fact that
    takes a record out of every list.
    """

    name: str
    label: str
    entity: type[Any]
    fields: tuple[Field, ...]
    owner: Column
    owner_via: Column | None = None
    synonyms: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    card: str = ""
    page: str = ""
    seen_by: frozenset[Role] = frozenset()
    gone: Callable[[], Any] | None = None

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """Every field as conditions know it, by name."""
        return {each.name: each.fact for each in self.fields}

    @cached_property
    def _by_name(self) -> Mapping[str, Field]:
        return {each.name: each for each in self.fields}

    def field(self, name: str) -> Field | None:
        """Return the field of this name."""
        return self._by_name.get(name)

    def called(self, word: str) -> Field | None:
        """Return the field of this label, synonym or name."""
        return next((each for each in self.fields if word == each.name or word in each.words), None)

    def condition(self, tested: Field) -> Condition:
        """Return when ``tested`` is shown."""
        return ALWAYS if tested.shown_when is None else parse(tested.shown_when, self.facts)

    def readable(self, actor: Actor) -> RecordType:
        """Return the type without the fields the actor may not read, so that he cannot filter by them either."""
        return replace(self, fields=tuple(each for each in self.fields if each.readable_by(actor, actor.person_id)))

    def with_fields(self, more: Sequence[Field]) -> RecordType:
        """Return the type with further fields."""
        return replace(self, fields=(*self.fields, *more)) if more else self

    def owner_of(self, record: Any, look: Look) -> int | None:
        """Return the id of whoever looks after the record."""
        owner_id: int | None = self.holder_of(record, look, self.owner.key)
        return owner_id

    def holder_of(self, record: Any, look: Look, name: str) -> Any:
        """Return a value of the record that says who looks after it; None when it has no such column."""
        holder = _reached(record, self.owner, self.owner_via, look)
        return None if holder is None else getattr(holder, name, None)


def facts_of(kind: RecordType, record: Any, kept: Facts, look: Look) -> dict[str, Any]:
    """Return the facts of one record; ``kept`` are its values in the table of field values. Missing is None."""
    facts: dict[str, Any] = {}
    for each in kind.fields:
        if each.column is None:
            value: Any = kept.get(each.name)
        else:
            holder = _reached(record, each.column, each.via, look)
            value = None if holder is None else getattr(holder, each.column.key)
            if any(option.code for option in each.options):
                value = next((option.name for option in each.options if option.code == value), None)
        facts[each.name] = None if value in ("", ()) else value
    return facts


def shown_fields(kind: RecordType, facts: Facts) -> list[Field]:
    """Return the fields whose condition holds for a record of these facts, in their order."""
    return [each for each in kind.fields if each.shown_when is None or kind.condition(each).holds(facts)]


def _reached(record: Any, column: Column, via: Column | None, look: Look) -> Any:
    if via is None:
        return record
    id_ = getattr(record, via.key)
    return None if id_ is None else look(cast("type[Any]", column.class_), id_)
