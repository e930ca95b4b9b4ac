"""Fields: what an administrator types to add one, and what anybody types and presses to fill one in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cards.action import Action
from cards.dictionary import REQUIRED_SAID
from domain.actor import Role
from domain.condition_words import said as said_condition
from domain.dictionary.defining import CARD, ConfirmField, ProposeField, RetireField
from domain.dictionary.filling import FillFields, LeaveFieldEmpty
from domain.dictionary.reading import example_of
from domain.dictionary.records import RECORDS, record_called
from domain.errors import Invalid, Refusal
from domain.fields import TYPE_LABELS, Field, RecordType
from handlers import field_words
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.digits import in_digits
from handlers.field_words import Filling

_DEFINITION = "fielddefinition:"
_DECIDES = {"启用": "confirm_field", "取消": "retire_field", "停用": "retire_field"}
_IDLE = frozenset({"source", "region", "place"})
"""What the reader may see in an expo's name without the message meaning anything else."""
_WEAK = frozenset({"other", "log_inquiry", "log_follow_up", "query_customer"})


def read(text: str, ask: Ask) -> Understood | None:
    """Return what a sentence about fields means; None for any other."""
    if (entry := field_words.described(text, ask)) is not None:
        return Understood(intent="define_field", slots={"entry": entry})
    if (word := field_words.explained(text)) is not None:
        return Understood(intent="explain_field", slots={"word": word})
    if (verb := _DECIDES.get(text.strip())) is not None and _definition_in_focus(ask):
        return Understood(intent="decide_field", slots={"verb": verb})
    found = field_words.answer(text, ask) or field_words.filling(text, ask)
    return None if found is None else _understood(found)


def reread(understood: Understood, text: str, ask: Ask) -> Understood:
    """Return the answer to an open question where the reader saw nothing else in the text."""
    if understood.intent not in _WEAK or not _IDLE.issuperset(understood.slots):
        return understood
    found = field_words.free_answer(text, ask)
    return understood if found is None else _understood(found)


def fill_said(ask: Ask, subject: str, values: Sequence[tuple[str, str]]) -> None:
    """Fill in what was said inside a longer sentence; what cannot be is told, and the rest of it stands."""
    if not values:
        return
    try:
        ask.act(FillFields(subject=subject, values=tuple((name, in_digits(text)) for name, text in values)))
    except Refusal as refusal:
        ask.say(refusal.message)


def define_field(ask: Ask, understood: Understood) -> None:
    """``给询单加个字段 行业 选项 食品/化工/电子 必填``: shown first, in use with 启用."""
    entry = understood.slots["entry"]
    assert isinstance(entry, ProposeField)
    subject = f"{_DEFINITION}{ask.act(entry)}"
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=subject)
    ask.show(CARD, subject)


def decide_field(ask: Ask, understood: Understood) -> None:
    """``启用``, ``取消``, ``停用`` about the field in focus."""
    _decide(ask, str(understood.slots["verb"]), _definition_in_focus(ask), 0)


def explain_field(ask: Ask, understood: Understood) -> None:
    """``字段说明``, ``字段说明 询单``, ``字段说明 行业``."""
    word = str(understood.slots["word"])
    if not word:
        names = "、".join(kind.label for kind in RECORDS.values())
        ask.say(f"有这些记录：{names}。看一种记录的字段，请发：字段说明 客户；看一个字段，请发：字段说明 来源。")
        return
    kind = record_called(word)
    if kind is not None:
        readable = ask.queries.fields.record(kind.name).readable(ask.actor)
        ask.say("\n".join([f"{kind.label}的字段：", *(f"· {_line(each)}" for each in readable.fields)]))
        return
    kinds = [ask.queries.fields.record(name).readable(ask.actor) for name in RECORDS]
    found = [(each, field) for each in kinds if (field := each.called(word)) is not None]
    if not found:
        raise Invalid(f"没有叫“{word[:20]}”的字段。发“字段说明 客户”可以看到客户的全部字段。")
    ask.say("\n".join(_explained(each, field) for each, field in found))
    for each, field in found:
        definition = ask.queries.fields.definition_of(each.name, field.name) if field.custom else None
        if definition is not None and ask.actor.has(Role.ADMIN, Role.MANAGEMENT):
            ask.show(CARD, definition.subject)


def fill_fields(ask: Ask, understood: Understood) -> None:
    """``行业 食品``, ``XJ-2511-0001 行业 食品``, or the answer to a question."""
    filling = understood.slots["filling"]
    assert isinstance(filling, Filling)
    name, text = filling.values[0]
    if text:
        done = ask.act(FillFields(subject=filling.subject, values=((name, in_digits(text)),)))
        ask.say(f"已填 {'，'.join(done)}。")
    else:
        ask.act(LeaveFieldEmpty(subject=filling.subject, field=name))
        ask.say("好，先空着。")
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=filling.subject)


def _understood(filling: Filling) -> Understood:
    return Understood(intent="fill_fields", slots={"filling": filling})


def _definition_in_focus(ask: Ask) -> int:
    """Return the id of the field the sender is talking about, 0 for none."""
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    if focus is None or not focus.subject.startswith(_DEFINITION):
        return 0
    return int(focus.subject.removeprefix(_DEFINITION))


def _line(field: Field) -> str:
    more = [TYPE_LABELS[field.type], *([f"{len(field.options)} 个选项"] if field.options else [])]
    return f"{field.label}（{'，'.join(more)}）"


def _explained(kind: RecordType, field: Field) -> str:
    said = [f"{kind.label}的“{field.label}”：{TYPE_LABELS[field.type]}{f'，单位{field.unit}' if field.unit else ''}"]
    if field.options:
        said.append(
            "选项："
            + "、".join(
                option.name + (f"（也叫{'、'.join(option.synonyms)}）" if option.synonyms else "")
                for option in field.options
            )
        )
    if field.synonyms:
        said.append(f"也叫：{'、'.join(field.synonyms)}")
    if field.column is None or field.settable:
        said.append(f"{REQUIRED_SAID[field.required]}，例如：{field.label} {example_of(field)}")
    if field.shown_when is not None:
        said.append(f"{said_condition(kind.condition(field))}时才有")
    said.append(f"代号：{field.name}")
    return "；".join(said)


def _press_fill(ask: Ask, action: Action) -> None:
    """Fill in the chosen option, which travels as its place among the options."""
    assert ask.envelope.click is not None
    chosen = ask.envelope.click.selections.get("field", ())
    question = ask.queries.fields.question(action.subject, ask.actor)
    if question is None or question.name != action.args.get("f"):
        raise Invalid("这一项已经填过了，请看最新的卡片。", subject=action.subject)
    if not chosen or not chosen[0].isdigit() or int(chosen[0]) >= len(question.options):
        raise Invalid(f"请先选一个{question.label}，再点“填上”。", subject=action.subject)
    ask.act(FillFields(subject=action.subject, values=((question.name, question.options[int(chosen[0])]),)))


def _press_leave_empty(ask: Ask, action: Action) -> None:
    ask.act(LeaveFieldEmpty(subject=action.subject, field=action.args["f"]))


def _press_confirm(ask: Ask, action: Action) -> None:
    _decide(ask, "confirm_field", int(action.subject.removeprefix(_DEFINITION)), action.version)


def _press_retire(ask: Ask, action: Action) -> None:
    _decide(ask, "retire_field", int(action.subject.removeprefix(_DEFINITION)), action.version)


def _decide(ask: Ask, verb: str, definition_id: int, version: int) -> None:
    if verb == "confirm_field":
        ask.act(ConfirmField(definition_id=definition_id, version=version))
    else:
        ask.act(RetireField(definition_id=definition_id, version=version))


INTENTS: Mapping[str, IntentHandler] = {
    "define_field": define_field,
    "decide_field": decide_field,
    "explain_field": explain_field,
    "fill_fields": fill_fields,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "confirm_field": _press_confirm,
    "retire_field": _press_retire,
    "fill_field": _press_fill,
    "leave_empty": _press_leave_empty,
}
