"""One condition model: a tree of all / any / none over ``{fact: {test: value}}``.

Written in YAML, evaluated on facts, said back in Chinese with its border. 超过 is ``over`` (>),
以上 is ``at_least`` (>=), 低于 is ``under`` (<), 以下 is ``at_most`` (<=). A fact that is not known
(None) passes no test.

    when: {any: [{discount: {under: 90%}}, {all: [{amount: {over: 100万}}, {margin: {under: 15%}}]}]}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.money import said_percent, said_roughly
from domain.units import parse_money, parse_percent

Value = int | str | bool
Facts = Mapping[str, Value | None]


class Measure(StrEnum):
    """What a fact is measured in: fen, ppm, plain numbers, words or yes/no."""

    MONEY = "money"
    PERCENT = "percent"
    NUMBER = "number"
    WORD = "word"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that may be tested: its Chinese label and its measure."""

    label: str
    measure: Measure


class ConditionError(ValueError):
    """The condition cannot be read; the message names the part and what would be right."""


_ORDER: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "over": ("超过", lambda have, limit: have > limit),
    "at_least": ("不少于", lambda have, limit: have >= limit),
    "under": ("低于", lambda have, limit: have < limit),
    "at_most": ("不超过", lambda have, limit: have <= limit),
}
_GROUPS = {"all": "并且", "any": "或者", "none": "都不"}


@dataclass(frozen=True, slots=True)
class Test:
    """One leaf: ``fact`` ``op`` ``value``."""

    fact: str
    op: str
    value: Value | tuple[Value, ...]
    said: str

    def holds(self, facts: Facts) -> bool:
        """Return whether the test passes; a fact that is not known passes none."""
        have = facts.get(self.fact)
        if have is None:
            return False
        if self.op in _ORDER:
            return _ORDER[self.op][1](have, self.value)
        if self.op == "is":
            return have == self.value
        if self.op == "is_not":
            return have != self.value
        assert isinstance(self.value, tuple)
        return (have in self.value) is (self.op == "in")


@dataclass(frozen=True, slots=True)
class Group:
    """A branch: ``all``, ``any`` or ``none`` of ``parts``. An empty ``all`` always holds."""

    kind: str
    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        """Return whether the branch holds."""
        held = (part.holds(facts) for part in self.parts)
        if self.kind == "all":
            return all(held)
        return any(held) if self.kind == "any" else not any(held)

    @property
    def said(self) -> str:
        """The branch in words, each border named."""
        if not self.parts:
            return "任何情况"
        if self.kind == "none":
            return f"不满足（{'、'.join(part.said for part in self.parts)}）中的任何一条"
        return _GROUPS[self.kind].join(
            f"（{part.said}）" if isinstance(part, Group) and len(part.parts) > 1 else part.said for part in self.parts
        )


Condition = Test | Group
ALWAYS = Group("all", ())


def parse(tree: Any, known: Mapping[str, Fact]) -> Condition:
    """Return the condition that ``tree`` (plain YAML data) describes; ConditionError says what is wrong."""
    if tree in (None, {}, "always"):
        return ALWAYS
    if not isinstance(tree, dict):
        raise ConditionError(f"条件要写成 {{事实: {{比较: 值}}}}，读到的是 {tree!r}")
    parts = [_part(name, body, known) for name, body in tree.items()]
    return parts[0] if len(parts) == 1 else Group("all", tuple(parts))


def _part(name: str, body: Any, known: Mapping[str, Fact]) -> Condition:
    if name in _GROUPS:
        if not isinstance(body, list):
            raise ConditionError(f"{name} 后面要跟一个列表")
        return Group(name, tuple(parse(each, known) for each in body))
    if name not in known:
        raise ConditionError(f"没有“{name}”这个事实，可用的有：{'、'.join(known)}")
    if not isinstance(body, dict):
        body = {"is": body}
    tests = [_test(name, op, value, known[name]) for op, value in body.items()]
    return tests[0] if len(tests) == 1 else Group("all", tuple(tests))


def _test(name: str, op: str, raw: Any, fact: Fact) -> Test:
    if op in _ORDER:
        if fact.measure in (Measure.WORD, Measure.YES_NO):
            raise ConditionError(f"{name} 不是数，不能用 {op} 比较")
        value = read_value(name, raw, fact)
        return Test(name, op, value, f"{fact.label}{_ORDER[op][0]}{_said(value, fact)}")
    if op in ("is", "is_not"):
        value = read_value(name, raw, fact)
        return Test(name, op, value, f"{fact.label}{'是' if op == 'is' else '不是'}{_said(value, fact)}")
    if op in ("in", "not_in"):
        if not isinstance(raw, list):
            raise ConditionError(f"{name} 的 {op} 后面要跟一个列表")
        values = tuple(read_value(name, each, fact) for each in raw)
        words = "、".join(_said(each, fact) for each in values)
        return Test(name, op, values, f"{fact.label}{'属于' if op == 'in' else '不属于'}{words}")
    raise ConditionError(f"没有“{op}”这种比较，可用的有：{'、'.join([*_ORDER, 'is', 'is_not', 'in', 'not_in'])}")


def read_value(name: str, raw: Any, fact: Fact) -> Value:
    """Return ``raw`` (a YAML scalar, perhaps still text) in the fact's measure; ConditionError when it cannot be."""
    text = str(raw)
    try:
        if fact.measure is Measure.MONEY:
            return parse_money(text)
        if fact.measure is Measure.PERCENT:
            return parse_percent(text)
    except ValueError as error:
        raise ConditionError(f"{name}：{error}") from error
    if fact.measure is Measure.NUMBER:
        if not (text.isascii() and text.isdigit()):
            raise ConditionError(f"{name} 要和一个整数比较，读到的是 {raw!r}")
        return int(text)
    if fact.measure is Measure.YES_NO:
        if text.lower() not in ("true", "false"):
            raise ConditionError(f"{name} 只能是 true 或 false，读到的是 {raw!r}")
        return text.lower() == "true"
    return text


def _said(value: Value, fact: Fact) -> str:
    if fact.measure is Measure.MONEY:
        return said_roughly(int(value))
    if fact.measure is Measure.PERCENT:
        return said_percent(int(value))
    if fact.measure is Measure.YES_NO:
        return "是" if value else "否"
    return str(value)
