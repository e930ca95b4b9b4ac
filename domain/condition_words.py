"""Conditions said in Chinese, each border named, so that ``condition_reading.read`` gives the same tree back."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from domain.condition import Condition, Fact, Measure, Test
from domain.condition_yaml import DATED, said_number
from domain.money import said_percent, said_roughly

NONE_OF = ("不满足（", "）中的任何一条")
ALWAYS_SAID = "任何情况"
JOINED = {"all": "并且", "any": "或者", "none": "；"}
NUMBER_WORDS = {"over": "超过", "at_least": "不少于", "under": "低于", "at_most": "不超过"}
DAY_WORDS = {"over": "晚于", "at_least": "不早于", "under": "早于", "at_most": "不晚于"}
_EQUAL_WORDS = {"is": "是", "is_not": "不是", "in": "属于", "not_in": "不属于", "contains": "包含"}
_PLAIN = re.compile(r"[A-Za-z0-9\u4e00-\u9fff]{1,12}")
_LINKS = re.compile("并且|而且|同时|或|且|和|及|与|的|之一|不满足|任何|以上|以下|以内|以前|之间|开头|为空")


def said(condition: Condition) -> str:
    """Return the condition in words: ``报价金额超过50万元并且（毛利率低于15%或者折扣低于90%）``."""
    if isinstance(condition, Test):
        return _said_test(condition)
    if not condition.parts:
        return ALWAYS_SAID
    words = JOINED[condition.kind].join(_said_part(part) for part in condition.parts)
    return words.join(NONE_OF) if condition.kind == "none" else words


def said_value(value: Any, fact: Fact) -> str:
    """Return a value as people write it: ``50万元``, ``15%``, ``7.5kW``, ``2026-11-25``, ``是``; words as they are."""
    if isinstance(value, tuple):
        return "、".join(value)
    match fact.measure:
        case Measure.MONEY:
            return said_roughly(value)
        case Measure.PERCENT:
            return said_percent(value)
        case Measure.NUMBER:
            return f"{said_number(value, fact)}{fact.unit}"
        case Measure.YES_NO:
            return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)


def _said_part(part: Condition) -> str:
    return said(part) if isinstance(part, Test) or len(part.parts) < 2 else f"（{said(part)}）"


def _said_test(test: Test) -> str:
    label, fact = test.fact.label, test.fact
    match test.op:
        case "is_empty":
            return f"{label}为空"
        case "is_set":
            return f"{label}不为空"
        case "within":
            return f"{label}在最近{test.value}天内"
        case "coming":
            return f"{label}在未来{test.value}天内"
        case "older_than":
            return f"{label}在{test.value}天以前"
        case "between":
            low, high = (_quoted(each, fact) for each in test.value)
            return f"{label}在{low}到{high}之间"
        case "starts_with":
            return f"{label}以{_quoted(test.value, fact)}开头"
    words = _EQUAL_WORDS | (DAY_WORDS if fact.measure in DATED else NUMBER_WORDS)
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    return f"{label}{words[test.op]}{'、'.join(_quoted(each, fact) for each in values)}"


def _quoted(value: Any, fact: Fact) -> str:
    """Put a word in quotation marks unless nothing in it can be taken for the sentence around it."""
    text = said_value(value, fact)
    if not isinstance(value, str) or (_PLAIN.fullmatch(text) and not _LINKS.search(text)):
        return text
    return f"“{text.replace('”', '””')}”"
