"""``批量改 区域=华东的客户 级别=重点``, ``给华东的客户打标签 展会邀请``: shown first, done with a tap."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cards.action import Action
from domain.bulk.commands import CARD, ConfirmBulk, DropBulk, ProposeBulk, UndoBulk
from domain.condition import ConditionError
from domain.condition_yaml import dump
from domain.dictionary.records import record_called, record_words
from domain.errors import Invalid
from domain.fields import Field, RecordType
from domain.tags.commands import FIELD as TAGS
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.listing import condition_said
from handlers.naming import number_of

_BETWEEN = " 　,，的把"
_EXAMPLE = "批量改 区域=华东的客户 级别=重点"
_CHANGE = re.compile(
    r"(?:请|帮我)?批量(?:修改|编辑|更新|设置|改|设)(?:一下)?[\s:：]*(?P<what>.+)"
    r"(?:[=＝]|改成|改为|设成|设为|换成)(?P<value>.+)"
)
"""The last 字段=值 is what is to be set; all before it says which records."""
_TAG = re.compile(
    r"(?:请|帮我)?(?:批量)?(?:给|为|把)\s*(?P<when>.+?)的?客户\s*(?:都|全部|全|批量)*(?:打|加|贴|添)(?:一?个|上)?标签[\s:：]*(?P<value>\S{1,20})"
)
_RECORD = re.compile("|".join(record_words()))

_ANSWERS: Mapping[str, str] = {"确认修改": "confirm_bulk", "不改了": "drop_bulk", "撤销修改": "undo_bulk"}


def read(text: str, ask: Ask) -> Understood | None:
    """Return the change a sentence asks for; None for any other sentence."""
    plain = text.strip().rstrip("。.!！")
    if plain in _ANSWERS and _asked(ask):
        return Understood(intent=_ANSWERS[plain], slots={})
    if match := _TAG.fullmatch(plain):
        return _tagging(match["when"], match["value"], ask)
    match = _CHANGE.fullmatch(plain)
    if match is None:
        return None
    kind, when, field = _taken_apart(match["what"].strip(), ask)
    try:
        condition = condition_said(when, kind)
    except ConditionError as error:
        raise Invalid(f"{error}。例如：{_EXAMPLE}。") from None
    return Understood(
        intent="bulk_edit",
        slots={"record": kind.name, "tree": dump(condition), "field": field.name, "value": match["value"].strip()},
    )


def bulk_edit(ask: Ask, understood: Understood) -> None:
    """Count the records and ask on a card; nothing changes before 确认修改 is pressed."""
    slots = understood.slots
    if "tree" not in slots:
        raise Invalid(f"要改哪些、改成什么？请写：{_EXAMPLE}。先给您看有几条，再点确认。")
    bulk_id = ask.act(
        ProposeBulk(
            record=str(slots["record"]),
            tree=slots["tree"],
            field=str(slots["field"]),
            value=str(slots["value"]),
            adds=bool(slots.get("adds")),
        )
    )
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=f"bulkedit:{bulk_id}")
    ask.show(CARD, f"bulkedit:{bulk_id}")


def settle_bulk(ask: Ask, understood: Understood) -> None:
    """``确认修改``, ``不改了``, ``撤销修改``: the buttons of the card in hand, typed."""
    deed = {"confirm_bulk": ConfirmBulk, "drop_bulk": DropBulk, "undo_bulk": UndoBulk}[understood.intent]
    ask.act(deed(bulk_id=_asked(ask)))
    ask.say("好了，卡片已更新。")


def _asked(ask: Ask) -> int:
    """Return the change the sender looks at, 0 for none."""
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    return number_of(focus.subject) if focus is not None and focus.subject.startswith("bulkedit:") else 0


def _tagging(when: str, tag: str, ask: Ask) -> Understood | None:
    kind = ask.queries.fields.record("customer").readable(ask.actor)
    try:
        condition = condition_said(when.strip().removesuffix("的"), kind)
    except ConditionError:
        return None  # one customer's name: the sentence is about that one
    slots = {"record": kind.name, "tree": dump(condition), "field": TAGS, "value": tag, "adds": True}
    return Understood(intent="bulk_edit", slots=slots)


def _taken_apart(what: str, ask: Ask) -> tuple[RecordType, str, Field]:
    """Return the kind of record, the condition's words and the field of ``区域=华东的客户 级别``."""
    kind = ask.queries.fields.record("customer").readable(ask.actor)
    for found in [*_RECORD.finditer(what)][-1:]:
        named = record_called(found[0])
        assert named is not None
        other = ask.queries.fields.record(named.name).readable(ask.actor)
        field = other.called(what[found.end() :].strip(_BETWEEN))
        if field is not None:
            return other, what[: found.start()].strip(_BETWEEN), field
    words = sorted(((word, each) for each in kind.fields for word in each.words), key=lambda pair: -len(pair[0]))
    for word, field in words:
        if what.endswith(word):
            return kind, what.removesuffix(word).strip(_BETWEEN), field
    raise Invalid(f"没看懂要改哪个字段。例如：{_EXAMPLE}。发“字段说明 客户”可以看到全部字段。")


def _press_confirm(ask: Ask, action: Action) -> None:
    ask.act(ConfirmBulk(bulk_id=number_of(action.subject), version=action.version))


def _press_drop(ask: Ask, action: Action) -> None:
    ask.act(DropBulk(bulk_id=number_of(action.subject), version=action.version))


def _press_undo(ask: Ask, action: Action) -> None:
    ask.act(UndoBulk(bulk_id=number_of(action.subject)))


INTENTS: Mapping[str, IntentHandler] = {
    "bulk_edit": bulk_edit,
    "confirm_bulk": settle_bulk,
    "drop_bulk": settle_bulk,
    "undo_bulk": settle_bulk,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "confirm_bulk": _press_confirm,
    "drop_bulk": _press_drop,
    "undo_bulk": _press_undo,
}
