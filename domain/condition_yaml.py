"""Conditions as plain YAML data, checked strictly: a mistake is seen where it stands, not guessed at.

when: {any: [{discount: {under: 90%}}, {all: [{amount: {over: 100万}}, {margin: {under: 15%}}]}]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.condition import ALWAYS, Condition, ConditionError, Fact, Group, Measure, Test, Value, group
from domain.money import said_percent
from domain.units import parse_money, parse_percent

ORDERED = frozenset({Measure.MONEY, Measure.PERCENT, Measure.NUMBER, Measure.DAY, Measure.MOMENT})
DATED = frozenset({Measure.DAY, Measure.MOMENT})
WORD_MAX = 200
"""Characters of a word to compare with."""
NUMBER_MAX = 10**18
"""What a 64-bit column holds with room to spare."""
DAYS_MAX = 3660

_SAME = {"equals": "is", "one_of": "in", "none_of": "not_in"}
"""Other ways to write a test."""
_ORDER = frozenset({"over", "at_least", "under", "at_most", "between"})
_RELATIVE = frozenset({"within", "older_than", "coming"})
_PRESENCE = frozenset({"is_empty", "is_set"})
_TESTS: Mapping[str, frozenset[Measure]] = {
    **dict.fromkeys(_ORDER, ORDERED),
    "is": frozenset(Measure) - {Measure.WORDS},
    "is_not": frozenset(Measure) - {Measure.WORDS},
    "in": frozenset(Measure) - {Measure.YES_NO, Measure.MOMENT},
    "not_in": frozenset(Measure) - {Measure.YES_NO, Measure.MOMENT},
    "contains": frozenset({Measure.WORD, Measure.WORDS}),
    "starts_with": frozenset({Measure.WORD}),
    **dict.fromkeys(_PRESENCE, frozenset(Measure)),
    **dict.fromkeys(_RELATIVE, DATED),
}
"""Which measures each test is for."""
_NUMBER = re.compile(r"-?[0-9]{1,19}(?:\.[0-9]{1,6})?")
_DAYS = re.compile(r"([0-9]{1,4})(?:d|天)")


def parse(tree: Any, known: Mapping[str, Fact]) -> Condition:
    """Return the condition that ``tree`` (plain YAML data) describes; ConditionError says what is wrong."""
    if tree in (None, {}, "always"):
        return ALWAYS
    if not isinstance(tree, dict):
        raise ConditionError(f"条件要写成 {{事实: {{比较: 值}}}}，读到的是 {tree!r}")
    return group("all", tuple(_part(name, body, known) for name, body in tree.items()))


def dump(condition: Condition) -> Any:
    """Return the plain data that ``parse`` reads back as the same tree."""
    if isinstance(condition, Test):
        return {condition.name: {condition.op: _dumped(condition)}}
    if not condition.parts:
        return {}
    return {condition.kind: [dump(part) for part in condition.parts]}


def check_test(test: Test) -> Test:
    """Return the test when its measure knows such a comparison; ConditionError when it does not."""
    if test.fact.measure not in _TESTS[test.op]:
        fit = "、".join(op for op, measures in _TESTS.items() if test.fact.measure in measures)
        raise ConditionError(f"{test.name}（{test.fact.label}）不能用 {test.op} 比较，可用的有：{fit}")
    if test.op == "between" and test.value[0] > test.value[1]:
        raise ConditionError(f"{test.name} 的 between 要从小到大写两个值")
    return test


def read_value(name: str, raw: Any, fact: Fact) -> Value:
    """Return ``raw`` (a YAML scalar, perhaps still text) in the fact's measure; ConditionError when it cannot be."""
    text = str(raw)
    try:
        match fact.measure:
            case Measure.MONEY:
                return parse_money(text)
            case Measure.PERCENT:
                return parse_percent(text)
            case Measure.DAY:
                return date.fromisoformat(text)
            case Measure.MOMENT:
                return _moment(text)
    except ValueError as error:
        said = str(error) if fact.measure not in DATED else f"“{text[:20]}”不是日期，请写成 2026-11-25"
        raise ConditionError(f"{name}：{said}") from error
    if fact.measure is Measure.NUMBER:
        return _number(name, text, fact)
    if fact.measure is Measure.YES_NO:
        if text.lower() not in ("true", "false"):
            raise ConditionError(f"{name} 只能是 true 或 false，读到的是 {raw!r}")
        return text.lower() == "true"
    return _word(name, text, fact)


def said_number(value: int, fact: Fact) -> str:
    """Return a scaled number as it is written: 7,500 of three decimals is ``7.5``."""
    text = f"{Decimal(value).scaleb(-fact.decimals):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _part(name: str, body: Any, known: Mapping[str, Fact]) -> Condition:
    if name == "not":
        return Group("none", (parse(body, known),))
    if name in ("all", "any", "none"):
        if not isinstance(body, list):
            raise ConditionError(f"{name} 后面要跟一个列表")
        if not body and name != "all":
            raise ConditionError(f"{name} 后面的列表不能是空的")
        return group(name, tuple(parse(each, known) for each in body))
    if name not in known:
        raise ConditionError(f"没有“{name}”这个事实，可用的有：{'、'.join(known)}")
    if not isinstance(body, dict):
        body = {"is": body}
    return group("all", tuple(_test(name, op, value, known[name]) for op, value in body.items()))


def _test(name: str, op: str, raw: Any, fact: Fact) -> Test:
    op = _SAME.get(op, op)
    if op not in _TESTS:
        raise ConditionError(f"没有“{op}”这种比较，可用的有：{'、'.join(_TESTS)}")
    check_test(Test(name, fact, op, (0, 0)))
    if op in _PRESENCE:
        wanted = read_value(name, raw, Fact("", Measure.YES_NO))
        return Test(name, fact, op if wanted else ("is_set" if op == "is_empty" else "is_empty"))
    if op in _RELATIVE:
        return Test(name, fact, op, _days(name, str(raw)))
    if op in ("in", "not_in", "between"):
        if not isinstance(raw, list) or not raw or (op == "between" and len(raw) != 2):
            raise ConditionError(f"{name} 的 {op} 后面要跟一个列表{'，从小到大两个值' if op == 'between' else ''}")
        return check_test(Test(name, fact, op, tuple(read_value(name, each, fact) for each in raw)))
    return Test(name, fact, op, read_value(name, raw, fact))


def _days(name: str, text: str) -> int:
    match = _DAYS.fullmatch(text)
    if match is None or int(match[1]) > DAYS_MAX:
        raise ConditionError(f"{name} 要和天数比较，例如 30d，最多 {DAYS_MAX} 天")
    return int(match[1])


def _moment(text: str) -> date | datetime:
    if len(text) == len("2026-11-25"):
        return date.fromisoformat(text)
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return at


def _number(name: str, text: str, fact: Fact) -> int:
    if not _NUMBER.fullmatch(text):
        raise ConditionError(f"{name} 要和一个数比较，读到的是 {text[:20]!r}")
    scaled = Decimal(text).scaleb(fact.decimals)
    if scaled != scaled.to_integral_value():
        kind = f"最多 {fact.decimals} 位小数" if fact.decimals else "要是整数"
        raise ConditionError(f"{name} {kind}，读到的是 {text[:20]!r}")
    if abs(scaled) > NUMBER_MAX:
        raise ConditionError(f"{name} 的数太大，读到的是 {text[:20]!r}")
    return int(scaled)


def _word(name: str, text: str, fact: Fact) -> str:
    # NUL is a letter to SQLite and an error to PostgreSQL; half a surrogate pair is one to both.
    if not text or len(text) > WORD_MAX or "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ConditionError(f"{name} 要和 1 到 {WORD_MAX} 个字的文字比较")
    return next((option.name for option in fact.options if text in (option.name, *option.synonyms)), text)


def _dumped(test: Test) -> Any:
    if test.op in _PRESENCE:
        return True
    if test.op in _RELATIVE:
        return f"{test.value}d"
    if isinstance(test.value, tuple):
        return [_scalar(each, test.fact) for each in test.value]
    return _scalar(test.value, test.fact)


def _scalar(value: Value, fact: Fact) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    if fact.measure is Measure.PERCENT:
        return said_percent(value)
    return said_number(value, Fact("", Measure.NUMBER, decimals=2) if fact.measure is Measure.MONEY else fact)
