"""One condition model: a tree of all / any / none over tests of facts.

The tree is written in YAML (``condition_yaml``), said and read back in Chinese (``condition_words``,
``condition_reading``), evaluated on facts here, and compiled to SQL (``storage/where.py``). Facts and SQL
never disagree, because a test has two answers and not three:

* a fact that is missing (None, an empty word, an empty list) passes no test but ``is_empty``;
  it fails ``is_not`` and ``not_in`` as well;
* ``none`` (and ``not``) turn round what their parts answered, so below them a missing fact lets the condition hold.

Words carry their border: ``over`` is 超过 (>), ``at_least`` is 不少于 (>=), ``under`` is 低于 (<), ``at_most``
is 不超过 (<=). ``contains`` and ``starts_with`` take A for a (ASCII only, the same in Python and both databases);
``is`` and ``in`` do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

Value = int | str | bool | date | datetime
Facts = Mapping[str, Value | tuple[str, ...] | None]


class Measure(StrEnum):
    """What a fact is measured in: fen, ppm, scaled integers, words, lists of words, days, UTC moments or yes/no."""

    MONEY = "money"
    PERCENT = "percent"
    NUMBER = "number"
    WORD = "word"
    WORDS = "words"
    DAY = "day"
    MOMENT = "moment"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the words a fact can be. ``code`` is how a built-in column keeps it, when that differs."""

    name: str
    synonyms: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that may be tested. A NUMBER is an integer of its ``decimals``: 7.5 with three of them is 7,500."""

    label: str
    measure: Measure
    synonyms: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    unit: str = ""
    decimals: int = 0


class ConditionError(ValueError):
    """The condition cannot be read; the message names the part and what would be right."""


@dataclass(frozen=True, slots=True)
class Test:
    """One leaf: the fact ``name`` compared by ``op`` with ``value``.

    ``value`` is a tuple for ``in``, ``not_in`` and ``between`` (both ends pass), a number of days for
    ``within``, ``older_than`` and ``coming``, None for ``is_empty`` and ``is_set``.
    """

    name: str
    fact: Fact
    op: str
    value: Any = None

    def holds(self, facts: Facts) -> bool:
        """Return whether the test passes; one in relative days must have been brought to a moment by ``at``."""
        have = facts.get(self.name)
        missing = have is None or have in ("", ())
        if self.op == "is_empty":
            return missing
        if missing:
            return False
        return _PASSES[self.op](have, self.value)


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


Condition = Test | Group
ALWAYS = Group("all", ())


def group(kind: str, parts: tuple[Condition, ...]) -> Condition:
    """Return the branch; ``all`` or ``any`` of a single part is that part, so that a tree has one way to be written."""
    return parts[0] if len(parts) == 1 and kind != "none" else Group(kind, parts)


def tests_of(condition: Condition) -> list[Test]:
    """Return every leaf, from left to right."""
    if isinstance(condition, Test):
        return [condition]
    return [test for part in condition.parts for test in tests_of(part)]


def at(condition: Condition, now: datetime, zone: ZoneInfo) -> Condition:
    """Return the condition with relative days and whole days of moments fixed, as ``now`` and the zone's days say."""
    if isinstance(condition, Group):
        return Group(condition.kind, tuple(at(part, now, zone) for part in condition.parts))
    if condition.fact.measure is Measure.DAY:
        return _on_days(condition, now.astimezone(zone).date())
    if condition.fact.measure is Measure.MOMENT:
        return _in_moments(condition, now, zone)
    return condition


def ascii_lower(text: str) -> str:
    """Return the text with A–Z as a–z and nothing else changed, which is what both databases can do too."""
    return text.translate(_LOWER)


def _on_days(test: Test, today: date) -> Test:
    def bounded(op: str, value: Any) -> Test:
        return Test(test.name, test.fact, op, value)

    match test.op:
        case "within":
            return bounded("between", (today - timedelta(days=test.value), today))
        case "coming":
            return bounded("between", (today, today + timedelta(days=test.value)))
        case "older_than":
            return bounded("under", today - timedelta(days=test.value))
    return test


def _in_moments(test: Test, now: datetime, zone: ZoneInfo) -> Condition:
    today = now.astimezone(zone).date()

    def bounded(op: str, value: Any) -> Test:
        return Test(test.name, test.fact, op, value)

    def begins(day: date, later: int = 0) -> datetime:
        return datetime.combine(day + timedelta(days=later), time(), zone)

    def during(first: date, last: date) -> Condition:
        return Group("all", (bounded("at_least", begins(first)), bounded("under", begins(last, 1))))

    match test.op:
        case "within":
            return bounded("between", (begins(today, -test.value), now))
        case "coming":
            return Group("all", (bounded("at_least", now), bounded("under", begins(today, test.value + 1))))
        case "older_than":
            return bounded("under", begins(today, -test.value))
    first = test.value[0] if isinstance(test.value, tuple) else test.value
    if first is None or isinstance(first, datetime):
        return test
    match test.op:
        case "over":
            return bounded("at_least", begins(first, 1))
        case "at_most":
            return bounded("under", begins(first, 1))
        case "between":
            return during(*test.value)
        case "is":
            return during(first, first)
        case "is_not":
            return Group("any", (bounded("under", begins(first)), bounded("at_least", begins(first, 1))))
    return bounded(test.op, begins(first))


def _contains(have: Any, wanted: Any) -> bool:
    return wanted in have if isinstance(have, tuple) else ascii_lower(wanted) in ascii_lower(have)


def _is_in(have: Any, listed: Any) -> bool:
    return any(each in listed for each in have) if isinstance(have, tuple) else have in listed


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_PASSES: Mapping[str, Callable[[Any, Any], bool]] = {
    "over": lambda have, limit: have > limit,
    "at_least": lambda have, limit: have >= limit,
    "under": lambda have, limit: have < limit,
    "at_most": lambda have, limit: have <= limit,
    "between": lambda have, ends: ends[0] <= have <= ends[1],
    "is": lambda have, wanted: have == wanted,
    "is_not": lambda have, wanted: have != wanted,
    "in": _is_in,
    "not_in": lambda have, listed: not _is_in(have, listed),
    "contains": _contains,
    "starts_with": lambda have, wanted: ascii_lower(have).startswith(ascii_lower(wanted)),
    "is_set": lambda *_: True,
}
