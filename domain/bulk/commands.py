"""Changing one field of many records (S-047): counted and shown, confirmed by its author, taken back within a day.

Every record is checked by itself when it is changed: one that left the author's scope meanwhile, or to which the
field does not apply, is left alone and counted (R-61).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.actor import Actor
from domain.bulk.bulk_edit import VALUE_MAX, BulkEdit, BulkState
from domain.condition import ConditionError, at
from domain.condition_words import said
from domain.condition_yaml import parse
from domain.dictionary.events import FieldsFilled
from domain.dictionary.filling import FillFields, fill_fields, open_record
from domain.dictionary.reading import read_filled
from domain.dictionary.values import Kept
from domain.errors import Invalid, NotAllowed, NotFound, Refusal
from domain.fields import Field, RecordType
from domain.messages import Command, Event
from domain.scope import UNSEEN
from domain.tags import commands as tags
from domain.work import Work

CARD = "bulk.card"
MOST = 500
"""Records of one change: what one transaction carries without keeping others waiting for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeBulk(Command):
    """Set ``field`` of every record for which ``tree`` holds; ``adds``: put the tag ``value`` on each."""

    record: str
    tree: Mapping[str, Any]
    field: str
    value: str
    adds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmBulk(Command):
    """The tap on the card that counted them."""

    bulk_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DropBulk(Command):
    """Not after all."""

    bulk_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoBulk(Command):
    """Give every record back what it had, unless somebody has changed it since."""

    bulk_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkProposed(Event):
    """So many records were counted."""

    said: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDone(Event):
    """They were changed; what each of them had is on its own timeline."""

    changed: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDropped(Event):
    """They stay as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkUndone(Event):
    """They have what they had before; ``kept`` were changed by somebody since and stay."""

    restored: int
    kept: int


def propose_bulk(command: ProposeBulk, actor: Actor, work: Work) -> int:
    """Return its id; nothing is changed yet. Invalid when the value does not fit, or nothing or too much is meant."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能批量修改。")
    kind = work.find.fields.record(command.record).readable(actor)
    field = kind.field(command.field)
    if field is None:
        raise NotFound(f"{kind.label}没有这个字段。发“字段说明 {kind.label}”可以看到全部字段。")
    if field.column is not None and not field.settable:
        raise Invalid(f"{field.label}不能批量改。能改的字段发“字段说明 {kind.label}”看。")
    value = tags.checked(command.value) if command.adds else command.value.strip()
    if len(value) > VALUE_MAX:
        raise Invalid(f"要改成的内容最多 {VALUE_MAX} 个字，请改短后重发。")
    if not command.adds:
        read_filled(field, value)
    try:
        condition = parse(command.tree, kind.facts)
    except ConditionError as error:
        raise Invalid(f"{error}。") from None
    ids = work.find.bulk.ids(kind, at(condition, work.now, work.calendar.zone), actor, MOST + 1)
    if not ids:
        raise Invalid(f"没有{said(condition)}的{kind.label}，没有要改的。")
    if len(ids) > MOST:
        raise Invalid(f"符合的{kind.label}超过 {MOST} 条，一次最多改 {MOST} 条，请再加一个条件。")
    bulk = work.add(
        BulkEdit(
            owner_id=actor.person_id,
            record=kind.name,
            said=said(condition),
            field=field.name,
            value=value,
            proposed_at=work.now,
            adds=command.adds,
            ids=list(ids),
        )
    )
    work.flush()
    work.record(BulkProposed(subject=bulk.subject, said=bulk.said, count=len(ids)))
    return bulk.id


def confirm_bulk(command: ConfirmBulk, actor: Actor, work: Work) -> tuple[int, int]:
    """Return how many records were changed, and how many could not be."""
    bulk = _own(command.bulk_id, actor, work)
    bulk.decide(BulkState.DONE, command.version)
    bulk.done_at = work.now
    kind, field = _field(bulk, work)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    refused = 0
    for id_ in bulk.ids:
        try:
            _, record = open_record(f"{kind.name}:{id_}", actor, work)
            had = _held(kind, field, record, work)
            _change(bulk, record, actor, work)
        except Refusal:
            refused += 1  # its own reason concerns whoever opens it; the card counts it
            continue
        before[str(id_)], after[str(id_)] = had, _held(kind, field, record, work)
    bulk.before, bulk.after, bulk.refused = before, after, refused
    work.flush()
    work.record(BulkDone(subject=bulk.subject, changed=len(before), refused=refused))
    work.redraw(bulk.subject)
    return len(before), refused


def drop_bulk(command: DropBulk, actor: Actor, work: Work) -> None:
    """By its author."""
    bulk = _own(command.bulk_id, actor, work)
    bulk.decide(BulkState.DROPPED, command.version)
    work.flush()
    work.record(BulkDropped(subject=bulk.subject))
    work.redraw(bulk.subject)


def undo_bulk(command: UndoBulk, actor: Actor, work: Work) -> tuple[int, int]:
    """Return how many records have their old value again, and how many stay as somebody left them since."""
    bulk = _own(command.bulk_id, actor, work)
    bulk.undo(work.now)
    kind, field = _field(bulk, work)
    restored = 0
    for id_, had in bulk.before.items():
        try:
            _, record = open_record(f"{kind.name}:{id_}", actor, work)
        except Refusal:
            continue
        if _held(kind, field, record, work) == bulk.after[id_]:
            _restore(kind, field, record, had, work)
            restored += 1
    work.flush()
    work.record(BulkUndone(subject=bulk.subject, restored=restored, kept=len(bulk.before) - restored))
    work.redraw(bulk.subject)
    return restored, len(bulk.before) - restored


Holding = Any
"""What a field holds, as JSON: a column's text, or ``[[text, number], …]`` of the table of field values."""


def _own(bulk_id: int, actor: Actor, work: Work) -> BulkEdit:
    bulk = work.lock(BulkEdit, bulk_id)
    if bulk.owner_id != actor.person_id:
        raise NotFound(UNSEEN)
    return bulk


def _field(bulk: BulkEdit, work: Work) -> tuple[RecordType, Field]:
    kind = work.find.fields.record(bulk.record)
    field = kind.field(bulk.field)
    if field is None:
        raise Invalid("这个字段已经停用，没有修改。", subject=bulk.subject)
    return kind, field


def _change(bulk: BulkEdit, record: Any, actor: Actor, work: Work) -> None:
    if bulk.adds:
        tags.tag_customer(tags.TagCustomer(customer_id=record.id, tag=bulk.value), actor, work)
    else:
        fill_fields(FillFields(subject=record.subject, values=((bulk.field, bulk.value),)), actor, work)


def _held(kind: RecordType, field: Field, record: Any, work: Work) -> Holding:
    if field.column is not None:
        return getattr(record, field.column.key)
    return [[row.text, row.number] for row in work.find.fields.kept(kind.name, record.id, field.name)]


def _restore(kind: RecordType, field: Field, record: Any, had: Holding, work: Work) -> None:
    if field.column is not None:
        setattr(record, field.column.key, had)
    else:
        rows = [Kept(text=text, number=number) for text, number in had]
        work.find.fields.keep(kind.name, record.id, field.name, rows)
    work.flush()
    work.record(FieldsFilled(subject=record.subject, changes={field.label: ("", "撤销批量修改")}))
    work.redraw(record.subject)
