"""Filling in fields of a record: what was said is read, checked, kept, and shown on its cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.actor import Actor
from domain.condition_words import said, said_value
from domain.dictionary.events import FieldLeftEmpty, FieldsFilled
from domain.dictionary.reading import example_of, read_filled
from domain.dictionary.values import Kept, rows_for
from domain.errors import Invalid, NotFound
from domain.fields import Field, FieldType, RecordType, Required, facts_of, shown_fields
from domain.messages import Command
from domain.scope import require
from domain.work import Work

if TYPE_CHECKING:
    from domain.quotes.events import QuoteSubmitted


@dataclass(frozen=True, slots=True, kw_only=True)
class FillFields(Command):
    """Set fields of ``subject`` (``inquiry:7``); each of ``values`` is a field's name and what was said."""

    subject: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveFieldEmpty(Command):
    """Not known now: stop asking for it."""

    subject: str
    field: str


def fill_fields(command: FillFields, actor: Actor, work: Work) -> tuple[str, ...]:
    """Return what was set, in words (``行业：食品``); one value that cannot be refuses them all."""
    kind, record = open_record(command.subject, actor, work)
    facts = _facts(kind, record, work)
    filled = [
        (field := _settable(kind, name, actor, record, work), read_filled(field, text)) for name, text in command.values
    ]
    before = {field.name: facts.get(field.name) for field, _ in filled}
    facts |= {field.name: value for field, value in filled}
    shown = {field.name for field in shown_fields(kind, facts)}
    for field, _ in filled:
        if field.name not in shown:
            when = said(kind.condition(field))
            raise Invalid(f"{when}时才填{field.label}，请先改前面的内容。", subject=command.subject)
    keeping = [(field, _referred(field, value, work)) for field, value in filled]
    for field, value in keeping:
        _keep(field, kind, record, value, work)
    work.flush()
    changes = {field.label: (_words(field, before[field.name]), _words(field, value)) for field, value in filled}
    work.record(FieldsFilled(subject=command.subject, changes=changes))
    work.redraw(command.subject)
    return tuple(f"{label}：{after}" for label, (_, after) in changes.items())


def leave_empty(command: LeaveFieldEmpty, actor: Actor, work: Work) -> None:
    """Only where the field may stay empty, and only while it is."""
    kind, record = open_record(command.subject, actor, work)
    field = _known(kind, command.field)
    if field.required is Required.BLOCK:
        raise Invalid(f"{field.label}必须填，不能空着。请直接回复，例如：{field.label} {example_of(field)}。")
    if field.column is not None or work.find.fields.kept(kind.name, record.id, field.name):
        return
    work.find.fields.keep(kind.name, record.id, field.name, (Kept(),))
    work.flush()
    work.record(FieldLeftEmpty(subject=command.subject, label=field.label))
    work.redraw(command.subject)


def check_complete(event: QuoteSubmitted, actor: Actor, work: Work) -> None:
    """Reaction: a quote cannot be submitted while its inquiry lacks what the company insists on."""
    del actor
    kind = work.find.fields.record("inquiry")
    if event.inquiry_id is None or all(field.required is not Required.BLOCK for field in kind.fields):
        return
    record = work.get(kind.entity, event.inquiry_id)
    facts = _facts(kind, record, work)
    for field in shown_fields(kind, facts):
        if field.required is Required.BLOCK and facts.get(field.name) is None:
            how = f"{record.no} {field.label} {example_of(field)}"
            raise Invalid(f"提交前请先补上询价 {record.no} 的{field.label}，例如：{how}。", subject=record.subject)


def open_record(subject: str, actor: Actor, work: Work) -> tuple[RecordType, Any]:
    """Return a record, locked, and its type; NotFound when unknown or not within the actor's scope."""
    name, _, id_ = subject.partition(":")
    kind = work.find.fields.record(name)
    record = work.lock(kind.entity, int(id_))
    if not actor.has(*kind.seen_by):
        region = str(kind.holder_of(record, work.get, "region") or "")
        require(actor, kind.owner_of(record, work.get), work.find.people.leader_of, region=region)
    return kind, record


def _facts(kind: RecordType, record: Any, work: Work) -> dict[str, Any]:
    return facts_of(kind, record, work.find.fields.facts_kept(kind, record.id), work.get)


def _words(field: Field, value: Any) -> str:
    return "" if value is None else said_value(value, field.fact)


def _known(kind: RecordType, name: str) -> Field:
    field = kind.field(name)
    if field is None:
        raise NotFound(f"{kind.label}没有这个字段，可能已经停用。发“字段说明 {kind.label}”可以看到全部字段。")
    return field


def _settable(kind: RecordType, name: str, actor: Actor, record: Any, work: Work) -> Field:
    field = _known(kind, name)
    if not field.readable_by(actor, kind.owner_of(record, work.get)):
        raise NotFound(f"{kind.label}没有这个字段，可能已经停用。发“字段说明 {kind.label}”可以看到全部字段。")
    if field.column is not None and not field.settable:
        raise Invalid(f"{field.label}不能这样改，请点卡片上的“修改”再说要改什么。")
    return field


def _referred(field: Field, value: Any, work: Work) -> Any:
    """Return a person or a customer with its id beside the name, so that it stays the same one."""
    if field.type is FieldType.PERSON:
        person = work.find.people.by_name(value)
        if person is None:
            raise Invalid(f"{field.label}“{value}”不在人员名单里，请写公司同事的全名。")
        return Kept(text=person.name, number=person.id)
    if field.type is FieldType.REFERENCE and field.refers_to == "customer":
        customer = work.find.customers.by_name(value)
        if customer is None:
            raise Invalid(f"{field.label}“{value}”还不在客户名单里，请写已有客户的名称。")
        return Kept(text=customer.name, number=customer.id)
    return value


def _keep(field: Field, kind: RecordType, record: Any, value: Any, work: Work) -> None:
    if field.column is not None:
        setattr(record, field.column.key, value)
    else:
        work.find.fields.keep(kind.name, record.id, field.name, rows_for(field, value))
