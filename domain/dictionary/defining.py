"""Adding a field while the program runs: described in a sentence, shown, confirmed, and in use at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from domain.actor import Actor
from domain.condition import ConditionError
from domain.condition_yaml import NUMBER_MAX, parse
from domain.dictionary.definition import TEXT_MAX, FieldDefinition, FieldState
from domain.dictionary.events import FieldProposed, FieldRetired, FieldWentLive
from domain.dictionary.reading import CHECKS, read_filled
from domain.dictionary.records import RECORDS
from domain.errors import Invalid
from domain.fields import DECIMALS, Field, FieldClass, FieldType, RecordType, Required
from domain.messages import Command
from domain.work import Work

CARD = "dictionary.field"
OPTIONS_MAX = 20
LABEL_MAX = 10
"""Characters, so that a button can carry the name."""
_LABEL = re.compile(rf"[A-Za-z0-9\u4e00-\u9fff]{{1,{LABEL_MAX}}}")
_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,23}}|[A-Za-z0-9\u4e00-\u9fff]{{1,{LABEL_MAX}}}")
_UNIT = re.compile(r"[A-Za-z%°²³/\u4e00-\u9fff]{0,8}")
_LINKS = re.compile("或|且|和|的|是|为|属于|包含|不|超过|低于|以")
"""Words that hold a condition together: a label with one of them could not be read back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEntry(Command):
    """A field as it is described; see ``domain.fields.Field``. ``name`` is the label when left out."""

    record: str
    label: str
    name: str = ""
    type: FieldType = FieldType.TEXT
    synonyms: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    """Each with its synonyms after it: ``食品=食品厂=食品行业``."""
    unit: str = ""
    required: Required = Required.NO
    shown_when: Mapping[str, Any] | None = None
    audience: FieldClass = FieldClass.PUBLIC
    question: str = ""
    pattern: str = ""
    least: int | None = None
    most: int | None = None
    longest: int = 200
    check: str = ""
    refers_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeField(FieldEntry):
    """Describe a field; it goes into use with ``ConfirmField``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolField(FieldEntry):
    """Add a field or bring the known one (by record and name) up to date, from a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmField(Command):
    """Put a described field to use."""

    definition_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireField(Command):
    """Take a field out of use, or drop one that was only described."""

    definition_id: int
    version: int = 0


def propose_field(command: ProposeField, actor: Actor, work: Work) -> int:
    """Return the definition's id."""
    kind, known = _place(command, work)
    if known is not None and known.state is FieldState.LIVE:
        raise Invalid(f"{kind.label}已经有“{known.label}”这个字段了。要看它的说明，请发：字段说明 {known.label}。")
    definition = _write(command, kind, known, work)
    definition.state = FieldState.PROPOSED
    definition.proposed_by = actor.person_id
    work.flush()
    work.record(FieldProposed(subject=definition.subject, record=kind.name, label=definition.label))
    return definition.id


def enrol_field(command: EnrolField, actor: Actor, work: Work) -> int:
    """Return the definition's id."""
    del actor
    kind, known = _place(command, work)
    definition = _write(command, kind, known, work)
    definition.state = FieldState.LIVE
    _announce(definition, kind, work)
    return definition.id


def confirm_field(command: ConfirmField, actor: Actor, work: Work) -> None:
    """Ask for it, show it and filter by it from the next message on."""
    del actor
    definition = work.lock(FieldDefinition, command.definition_id)
    definition.check_version(command.version)
    kind = work.find.fields.record(definition.record)
    _check_words(definition.field, kind)
    definition.go_live()
    _announce(definition, kind, work)
    work.redraw(definition.subject)


def retire_field(command: RetireField, actor: Actor, work: Work) -> None:
    """Nothing that was filled in is lost."""
    del actor
    definition = work.lock(FieldDefinition, command.definition_id)
    definition.check_version(command.version)
    definition.retire()
    work.flush()
    work.find.fields.forget()
    work.record(FieldRetired(subject=definition.subject, record=definition.record, label=definition.label))
    work.redraw(definition.subject)


def limit_of(type_: FieldType, said: str, unit: str = "") -> int | None:
    """Return an end of a range in the measure's own integers; None for an open end."""
    if not said:
        return None
    if type_ not in (FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT):
        raise Invalid("只有数字、金额和百分比可以写范围。")
    text = f"{said}%" if type_ is FieldType.PERCENT and not said.endswith("%") else said
    decimals = DECIMALS if type_ is FieldType.NUMBER else 0
    return int(read_filled(Field(name="limit", label="范围", type=type_, unit=unit, decimals=decimals), text))


def _place(command: FieldEntry, work: Work) -> tuple[RecordType, FieldDefinition | None]:
    if command.record not in RECORDS:
        raise Invalid(
            f"没有“{command.record}”这种记录，可用的有：{'、'.join(each.label for each in RECORDS.values())}。"
        )
    kind = work.find.fields.record(command.record)
    return kind, work.find.fields.definition(command.record, command.name or command.label)


def _write(command: FieldEntry, kind: RecordType, known: FieldDefinition | None, work: Work) -> FieldDefinition:
    definition = known or FieldDefinition(
        record=command.record,
        name=command.name or command.label,
        label=command.label,
        type=command.type,
        proposed_at=work.now,
    )
    if known is not None and known.type is not command.type:
        raise Invalid(f"字段“{known.label}”的类型不能再改，请换一个名字新建。")
    for name, value in asdict(command).items():
        if name not in ("record", "name", "options", "shown_when", "type"):
            setattr(definition, name, list(value) if isinstance(value, tuple) else value)
    definition.options = [_option(each) for each in command.options]
    definition.shown_when = dict(command.shown_when or {})
    _check(definition, kind)
    return definition if known is not None else work.add(definition)


def _announce(definition: FieldDefinition, kind: RecordType, work: Work) -> None:
    work.flush()
    work.find.fields.forget()
    described = {name: value for name, value in asdict(definition.field).items() if name not in ("column", "via")}
    work.record(
        FieldWentLive(subject=definition.subject, record=kind.name, label=definition.label, definition=described)
    )


def _check(definition: FieldDefinition, kind: RecordType) -> None:
    """Refuse what could not be asked, filtered by or read back, before it is kept."""
    field = definition.field
    if not _NAME.fullmatch(field.name):
        raise Invalid(f"字段的代号“{field.name}”写法不对，请用小写字母、数字和下划线，或中文。")
    for word in field.words:
        if not _LABEL.fullmatch(word) or _LINKS.search(word):
            raise Invalid(
                f"“{word[:20]}”不能做字段名：请用 1 到 {LABEL_MAX} 个字母、数字或汉字，不要带“是”“的”“或”这类字。"
            )
    if not _UNIT.fullmatch(field.unit) or _LINKS.search(field.unit):
        raise Invalid(f"“{field.unit[:20]}”不能做单位，请用 8 个字以内的单位，例如 kW、米。")
    _check_words(field, kind)
    _check_limits(field, kind)


def _check_words(field: Field, kind: RecordType) -> None:
    for other in kind.fields:
        shared = {field.name, *field.words} & {other.name, *other.words}
        if other.name != field.name and shared:
            raise Invalid(f"{kind.label}的字段“{other.label}”已经叫“{min(shared)}”，请换一个名字。")
        if other.name == field.name and not other.custom:
            raise Invalid(f"{kind.label}已经有“{other.label}”这个字段了，不能再加。")


def _check_limits(field: Field, kind: RecordType) -> None:
    chooses = field.type in (FieldType.CHOICE, FieldType.CHOICES)
    names = [option.name for option in field.options]
    if chooses and (not 2 <= len(names) <= OPTIONS_MAX or len(set(names)) < len(names)):
        raise Invalid(f"选项要有 2 到 {OPTIONS_MAX} 个，不能重复，例如：给询单加个字段 行业 选项 食品/化工/电子。")
    if any(not 1 <= len(name) <= 30 or not name.isprintable() for name in names):
        raise Invalid("每个选项要有 1 到 30 个字。")
    if not 1 <= field.longest <= TEXT_MAX:
        raise Invalid(f"文字最长 {TEXT_MAX} 个字。")
    for end in (field.least, field.most):
        if end is not None and abs(end) > NUMBER_MAX:
            raise Invalid("范围里的数太大，请改小后重发。")
    if field.check and field.check not in CHECKS:
        raise Invalid(f"没有“{field.check}”这种校验，可用的有：{'、'.join(CHECKS)}。")
    if field.type is FieldType.REFERENCE and field.refers_to not in RECORDS:
        raise Invalid(f"关联字段要说明关联什么，可用的有：{'、'.join(RECORDS)}。")
    try:
        re.compile(field.pattern)
    except re.error:
        raise Invalid(f"字段“{field.label}”的格式（pattern）写错了，请核对。") from None
    try:
        parse(field.shown_when, kind.facts)
    except ConditionError as error:
        raise Invalid(f"字段“{field.label}”的显示条件有误：{error}。") from None


def _option(said: str) -> dict[str, Any]:
    name, *synonyms = (word.strip() for word in said.split("="))
    return {"name": name, "synonyms": synonyms}
