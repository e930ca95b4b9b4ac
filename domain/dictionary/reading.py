"""What somebody filled in, read as the field wants it: the one set of rules for chat, card, page and file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from domain.condition import ConditionError, Fact, Measure
from domain.condition_words import said_value
from domain.condition_yaml import read_value
from domain.customers.keys import phone_key
from domain.errors import Invalid
from domain.fields import MEASURES, Field, FieldType

_YES, _NO = ("是", "有", "要", "对", "true"), ("否", "不是", "没有", "无", "不要", "false")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_COMPANY = re.compile(r".+(?:公司|厂|店|合作社|事务所|研究院|研究所|学校|医院|中心|部|行|集团)")
_SEVERAL = re.compile(r"[、/,，;；\s]+")


def read_filled(field: Field, said: str) -> Any:
    """Return the value that ``said`` is for ``field``; Invalid says what would be right."""
    text = said.strip().strip("。")
    if not text:
        raise Invalid(f"{field.label}没有内容，请写上，例如：{field.label} {example_of(field)}。")
    if field.type is FieldType.ATTACHMENT:
        raise Invalid(f"{field.label}要发图片或文件，不能打字。")
    if MEASURES[field.type] is Measure.WORDS:
        return tuple(dict.fromkeys(_word(field, each) for each in _SEVERAL.split(text) if each))
    value = _word(field, text) if MEASURES[field.type] is Measure.WORD else _measured(field, text)
    if not isinstance(value, str):
        _check_range(field, value)
    return value


def example_of(field: Field) -> str:
    """Return something that could be filled in."""
    if field.example:
        return field.example
    if field.options:
        return field.options[0].name
    examples = {
        FieldType.NUMBER: f"12{field.unit}",
        FieldType.MONEY: "5万",
        FieldType.PERCENT: "15%",
        FieldType.DATE: "2026-11-25",
        FieldType.MOMENT: "2026-11-25",
        FieldType.YES_NO: "是",
        FieldType.PHONE: "13800138000",
        FieldType.PERSON: "张三",
    }
    return examples.get(field.type, "……")


def _word(field: Field, text: str) -> str:
    for option in field.options:
        if text in (option.name, *option.synonyms):
            return option.name
    if field.options:
        raise Invalid(f"{field.label}里没有“{text[:20]}”，可以选：{'、'.join(each.name for each in field.options)}。")
    if field.type is FieldType.PHONE:
        return phone_key(text)
    if len(text) > field.longest:
        raise Invalid(f"{field.label}最多 {field.longest} 个字，现在有 {len(text)} 个，请改短后重发。")
    if any(sign < " " or "\ud800" <= sign <= "\udfff" for sign in text):
        raise Invalid(f"{field.label}里有看不见的符号，请重新打一遍。")
    if field.pattern and not re.fullmatch(field.pattern, text):
        raise Invalid(f"{field.label}的写法不对，请核对后重发。")
    if field.check and not CHECKS[field.check][1](text):
        raise Invalid(f"{field.label}{CHECKS[field.check][0]}，请核对后重发。")
    return text


def _measured(field: Field, text: str) -> Any:
    plain = text.removesuffix(field.unit).strip() if field.unit else text
    match field.type:
        case FieldType.YES_NO:
            if plain not in (*_YES, *_NO):
                raise Invalid(f"{field.label}请回答“是”或“否”。")
            return plain in _YES
        case FieldType.DATE | FieldType.MOMENT:
            plain = _iso(plain)
    try:
        return read_value(field.label, plain, Fact(field.label, MEASURES[field.type], decimals=field.decimals))
    except ConditionError:
        raise Invalid(f"{field.label}不能是“{text[:20]}”，请写成这样：{field.label} {example_of(field)}。") from None


def _check_range(field: Field, value: Any) -> None:
    low, high = field.least, field.most
    if not isinstance(value, int) or ((low is None or value >= low) and (high is None or value <= high)):
        return
    ends = [said_value(end, field.fact) for end in (low, high) if end is not None]
    between = "到".join(ends) + "之间" if len(ends) == 2 else ends[0] + ("以上" if low is not None else "以内")
    raise Invalid(f"{field.label}要在{between}，请核对后重发。")


def _iso(text: str) -> str:
    match = _DAY.fullmatch(text)
    try:
        return text if match is None else date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        return text


CHECKS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "email": ("不像邮箱地址", _EMAIL.fullmatch),
    "company_name": ("要写工商全称，例如：苏州恒力机械有限公司", _COMPANY.fullmatch),
}
"""Validators with a name: what is wrong, and how it is found out."""
