"""Sentences about fields: describing a new one, setting a value, answering the question for one.

These are read before the reader of Chinese, because they are made of the company's own words: labels,
synonyms and options that an administrator may have added a minute ago.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from domain.condition import ConditionError
from domain.condition_reading import read as read_condition
from domain.condition_yaml import dump
from domain.dictionary.defining import FieldEntry, ProposeField, limit_of
from domain.dictionary.reading import read_filled
from domain.dictionary.records import record_called, record_words
from domain.errors import Invalid, Refusal
from domain.fields import TYPE_LABELS, Field, FieldType, RecordType, Required
from handlers.context import Ask
from handlers.digits import in_digits

_RECORD = "|".join(record_words())
_DEFINE = re.compile(
    rf"(?:请|帮我)?(?:给|为|在)?(?P<record>{_RECORD})(?:里面?|上)?(?:加|新增|增加|添加)(?:上|一?个)?(?:自定义)?字段[:：\s]*(?P<rest>.+)"
)
_EXPLAIN = re.compile(r"字段(?:说明|字典)\s*(?P<word>\S*)")
_NUMBER = re.compile(r"XJ-\d{4}-\d{4,}")
_GIVES = re.compile(r"^(?:给|把|将)|的$")
_SET = re.compile(r"\s*(?:改成|改为|设为|设成|填|是|为|=|＝|:|：)\s*|\s+")
_SKIP = re.compile(r"(?:先|暂时)?(?:空着|不填|跳过|没有|不知道|不清楚|不晓得)(?:吧|了)?")
_TALK = re.compile(r"[?？]|^(?:你好|您好|在吗|谢谢|多谢|辛苦|好的?|嗯+|哦+|哈+|收到|知道|明白|ok|OK|行|可以)")
"""Words that are said to somebody, not about something."""
_ANSWER_MAX = 40
_END = r"(?=$|[，,。；;、\s])"
_TYPES: Mapping[str, FieldType] = {
    **{label: kind for kind, label in TYPE_LABELS.items() if kind not in (FieldType.REFERENCE, FieldType.ATTACHMENT)},
    **dict.fromkeys(("单选", "下拉"), FieldType.CHOICE),
    "文本": FieldType.TEXT,
    "是否": FieldType.YES_NO,
}
_REQUIRED: Mapping[str, Required] = {
    "必填": Required.BLOCK,
    "要问": Required.WARN,
    "建议填": Required.WARN,
    "选填": Required.NO,
    "不问": Required.NO,
}
_SHOWN = re.compile(r"[，,\s]*(?:当|只有)?(?P<when>[^\s，,]+?)(?:的?时候?)?(?:才)?显示")
_RANGE = re.compile(r"[，,\s]*范围[:：\s]*(?P<low>-?[\d.]+)?\s*(?:到|至|~|-)\s*(?P<high>-?[\d.]+)?")
_AFTER = re.compile(r"(?P<key>单位|也叫|问)[:：]?(?P<value>\S*)")
_SPLIT = re.compile(r"[/、|]")


@dataclass(frozen=True, slots=True)
class Filling:
    """Values for the fields of one record; ``subject`` is empty for the one that is being logged."""

    subject: str
    values: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Description:
    """What the words after 字段 say, word by word."""

    label: str
    said: dict[str, Any] = field(default_factory=dict)


def described(text: str, ask: Ask) -> FieldEntry | None:
    """Return the field that ``给询单加个字段 行业 选项 食品/化工/电子 必填`` describes."""
    match = _DEFINE.fullmatch(text.strip())
    if match is None:
        return None
    kind = record_called(match["record"])
    assert kind is not None
    rest: str = match["rest"]
    said: dict[str, Any] = {}
    kind = ask.queries.fields.record(kind.name)
    if shown := _SHOWN.search(rest):
        said["shown_when"] = _condition(shown["when"], kind)
        rest = rest[: shown.start()] + " " + rest[shown.end() :]
    if limits := _RANGE.search(rest):
        said["limits"] = (limits["low"], limits["high"])
        rest = rest[: limits.start()] + " " + rest[limits.end() :]
    words = [word for word in re.split(r"[\s，,；;。]+", rest) if word]
    if not words:
        raise Invalid("字段要有名字，例如：给询单加个字段 行业 选项 食品/化工/电子。")
    description = _Description(words[0], said)
    _take(description, words[1:])
    return _entry(kind, description)


def explained(text: str) -> str | None:
    """Return what ``字段说明 行业`` asks about, empty for everything; None for another sentence."""
    match = _EXPLAIN.fullmatch(text.strip())
    return None if match is None else match["word"]


def filling(text: str, ask: Ask) -> Filling | None:
    """Return what ``行业 食品``, ``XJ-2511-0001 行业 食品`` or ``恒力 行业 食品`` sets; None for another sentence."""
    plain = text.strip().rstrip("。.!！")
    for name in ("inquiry", "customer", "quote", "solution"):
        kind = ask.queries.fields.record(name)
        for each, word in _named(kind):
            place = plain.find(word)
            if place < 0:
                continue
            value = _value_after(each, plain[place + len(word) :])
            subject = _whose(plain[:place].strip(), name, ask) if value else ""
            if subject:
                return Filling(subject, ((each.name, value),))
    return None


def answer(text: str, ask: Ask) -> Filling | None:
    """Return the answer to the question open on the record in focus, when it is one of the prepared answers."""
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    if focus is None or not focus.subject or len(text) > 20:
        return None
    question = ask.queries.fields.question(focus.subject, ask.actor)
    if question is None:
        return None
    plain = text.strip().rstrip("。.!！")
    if _SKIP.fullmatch(plain):
        return Filling(focus.subject, ((question.name, ""),))
    asked = ask.queries.fields.record(focus.subject.partition(":")[0]).field(question.name)
    if asked is None or not question.options or not _fits(asked, plain):
        return None
    return Filling(focus.subject, ((question.name, plain),))


def free_answer(text: str, ask: Ask) -> Filling | None:
    """Return the text as the answer to an open question for free words; the caller knows it means nothing else."""
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    if focus is None or not focus.subject or len(text) > _ANSWER_MAX or _TALK.search(text):
        return None
    question = ask.queries.fields.question(focus.subject, ask.actor)
    if question is None or question.options:
        return None
    asked = ask.queries.fields.record(focus.subject.partition(":")[0]).field(question.name)
    plain = text.strip().rstrip("。.!！")
    return Filling(focus.subject, ((question.name, plain),)) if asked is not None and _fits(asked, plain) else None


def taken_out(text: str, ask: Ask) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a sentence without the fields named in it (``行业食品``, ``展会名称：工博会``), and those fields."""
    values: list[tuple[str, str]] = []
    for each, word in _named(ask.queries.fields.record("inquiry")):
        if word not in text:
            continue
        names = [re.escape(said) for option in each.options for said in (option.name, *option.synonyms)]
        value = "|".join(sorted(names, key=len, reverse=True)) if names else rf"[^，,。；;\s]+?{_END}"
        link = r"(?:是|为|=|＝|:|：)?\s*" if names else r"(?:是|为|=|＝|:|：)\s*"
        match = re.search(rf"[，,；;\s]?{re.escape(word)}\s*{link}(?P<value>{value})", text)
        if match is not None and _fits(each, match["value"]):
            values.append((each.name, match["value"]))
            text = text[: match.start()] + text[match.end() :]
    return text, tuple(values)


def _named(kind: RecordType) -> list[tuple[Field, str]]:
    """Return every field that can be set in words, with each of its names, the longest first."""
    named = [(each, word) for each in kind.fields if each.column is None or each.settable for word in each.words]
    return sorted(named, key=lambda pair: -len(pair[1]))


def _value_after(each: Field, rest: str) -> str:
    """Return the value behind a label: after a blank or 是, or glued to it when it is one of the options."""
    link = _SET.match(rest)
    if link is not None:
        return rest[link.end() :].strip()
    return rest if each.options and _fits(each, rest) else ""


def _fits(each: Field, said: str) -> bool:
    try:
        read_filled(each, in_digits(said))
    except Refusal:
        return False
    return True


def _whose(before: str, kind: str, ask: Ask) -> str:
    """Return the record that the words before a label name; the one in focus when there are none."""
    before = _GIVES.sub("", _GIVES.sub("", before)).strip()
    if before and kind == "inquiry":
        match = _NUMBER.fullmatch(before.upper())
        id_ = ask.queries.inquiries.id_of(before.upper()) if match else None
        return "" if id_ is None else f"inquiry:{id_}"
    if before and kind in _NUMBERED:
        return _NUMBERED[kind](ask, before.upper()) if _DOCUMENT.fullmatch(before.upper()) else ""
    if before:
        id_ = ask.queries.customers.id_of(before)
        return "" if id_ is None else f"customer:{id_}"
    focus = ask.focus if ask.focus is not None and ask.focus.fresh(ask.now) else None
    return focus.subject if focus is not None and focus.subject.startswith(f"{kind}:") else ""


_DOCUMENT = re.compile(r"(?:Q|FA)-[0-9]{4}-[0-9]{4,6}")
_NUMBERED: Mapping[str, Callable[[Ask, str], str]] = {
    "quote": lambda ask, no: ask.queries.quotes.by_no(no, ask.actor).subject if no.startswith("Q") else "",
    "solution": lambda ask, no: f"solution:{ask.queries.solutions.by_no(no, ask.actor).id}" if no[0] == "F" else "",
}


def _take(description: _Description, words: Sequence[str]) -> None:
    said, waiting = description.said, ""
    for word in words:
        head = re.split(r"[:：]", word, maxsplit=1)
        if waiting:
            said[waiting], waiting = word, ""
        elif head[0] in _TYPES:
            said["type"] = _TYPES[head[0]]
            if len(head) > 1 and head[1]:
                said["options"] = head[1]
        elif word in _REQUIRED:
            said["required"] = _REQUIRED[word]
        elif match := _AFTER.fullmatch(word):
            said[match["key"]], waiting = match["value"], "" if match["value"] else match["key"]
        elif _SPLIT.search(word) or said.get("type") in (FieldType.CHOICE, FieldType.CHOICES):
            said["options"] = "/".join(part for part in (said.get("options", ""), word) if part)
        else:
            types = "、".join(dict.fromkeys(TYPE_LABELS[each] for each in _TYPES.values()))
            more = "必填、要问、单位 kW、范围 1到100、也叫 所属行业"
            raise Invalid(f"没看懂“{word[:20]}”。类型可以写：{types}；还可以写：{more}。")


def _entry(kind: RecordType, description: _Description) -> FieldEntry:
    said = description.said
    options = tuple(part.strip() for part in _SPLIT.split(said.get("options", "")) if part.strip())
    type_ = said.get("type", FieldType.CHOICE if options else FieldType.TEXT)
    unit = said.get("单位", "")
    entry = ProposeField(
        record=kind.name,
        label=description.label,
        type=type_,
        options=options,
        unit=unit,
        required=said.get("required", Required.NO),
        shown_when=said.get("shown_when"),
        synonyms=tuple(part for part in _SPLIT.split(said.get("也叫", "")) if part),
        question=said.get("问", ""),
    )
    low, high = (limit_of(type_, end or "", unit) for end in said.get("limits", (None, None)))
    return replace(entry, least=low, most=high)


def _condition(said: str, kind: RecordType) -> dict[str, Any]:
    try:
        tree: dict[str, Any] = dump(read_condition(in_digits(said), kind.facts))
    except ConditionError as error:
        raise Invalid(f"{error}。例如：当来源是展会时显示。") from None
    return tree
