"""Random conditions and random rows to hold them against: seeded, so that a failure comes again."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.condition import Condition, Group, Measure, Option, Test, group
from domain.condition_yaml import _TESTS
from domain.fields import MEASURES, Field, FieldType, RecordType
from domain.inquiries.fields import INQUIRY

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
KEPT = (
    Field(name="note", label="备注", custom=True),
    Field(name="power", label="功率", type=FieldType.NUMBER, decimals=3, unit="kW", custom=True),
    Field(name="spent", label="花费", type=FieldType.MONEY, custom=True),
    Field(name="share", label="占比", type=FieldType.PERCENT, custom=True),
    Field(name="opening", label="开业日", type=FieldType.DATE, custom=True),
    Field(name="seen", label="见面", type=FieldType.MOMENT, custom=True),
    Field(name="listed_firm", label="上市", type=FieldType.YES_NO, custom=True),
    Field(
        name="trade",
        label="行业",
        type=FieldType.CHOICE,
        options=(Option("食品", ("食品厂",)), Option("化工"), Option("电子")),
        custom=True,
    ),
    Field(
        name="tags",
        label="标签",
        type=FieldType.CHOICES,
        options=(Option("急"), Option("价格敏感"), Option("老板直签")),
        custom=True,
    ),
)
KIND: RecordType = INQUIRY.with_fields(KEPT)

WORDS = (
    "华东", "华", "展会", "X200", "x200", "A", "B", "官网", "食品", "急", "陈静", "恒力",
    "'; DROP TABLE inquiries; --", '"', "%", "_", "50%_", "\\", "/", "\\%", "😀", "a😀b", "ǅ", "İ", "ß", "É", "é",
    "“引号”", "”", "””", "并且", "或者", "、", "）", "不满足（", "是", "中的", "a b", " ", "为空", "属于华东", "x" * 60,
)  # fmt: skip
NUMBERS = (0, 1, -1, -5_000, 7_500, 10**6, 50_000_000, 150_000, 10**15, -(10**15), 10**18, -(10**18))
DAYS = tuple(TODAY + timedelta(days=days) for days in (-400, -31, -30, -7, -1, 0, 1, 3, 400))


def value_for(dice: random.Random, measure: Measure, *, said: bool) -> Any:
    """Return a value; ``said`` ones can be written in YAML and words, the others only lie in a database."""
    match measure:
        case Measure.WORD:
            return dice.choice(WORDS)
        case Measure.WORDS:
            return tuple(dice.sample(("急", "价格敏感", "老板直签"), dice.randint(1, 3)))
        case Measure.DAY:
            return dice.choice(DAYS)
        case Measure.MOMENT if said:
            return dice.choice(DAYS)
        case Measure.MOMENT:
            return datetime.combine(dice.choice(DAYS), NOW.time(), UTC) + timedelta(seconds=dice.randint(-43200, 43200))
        case Measure.YES_NO:
            return dice.random() < 0.5
        case Measure.MONEY if said:
            return dice.choice((0, 1, 100, 123_456, 50_000_000, 10**15))
        case Measure.PERCENT if said:
            return dice.choice((0, 1, 150_000, 125_000, 10**7))
    return dice.choice(NUMBERS)


def tree(dice: random.Random, kind: RecordType, *, depth: int = 3) -> Condition:
    """Return a random condition as ``parse`` could have made it."""
    if depth == 0 or dice.random() < 0.4:
        return _leaf(dice, kind)
    branch = dice.choice(("all", "any", "none"))
    parts = tuple(tree(dice, kind, depth=depth - 1) for _ in range(dice.randint(1, 3)))
    return group(branch, parts) if branch != "none" else Group("none", parts)


def _leaf(dice: random.Random, kind: RecordType) -> Test:
    field = dice.choice(kind.fields)
    measure = MEASURES[field.type]
    op = dice.choice(sorted(op for op, measures in _TESTS.items() if measure in measures))
    value: Any = None
    if op in ("within", "older_than", "coming"):
        value = dice.choice((0, 1, 7, 30, 3660))
    elif op == "between":
        value = tuple(sorted(value_for(dice, measure, said=True) for _ in range(2)))
    elif op in ("in", "not_in"):
        value = tuple(_one(dice, field, measure) for _ in range(dice.randint(1, 3)))
    elif op not in ("is_empty", "is_set"):
        value = _one(dice, field, measure)
    return Test(field.name, field.fact, op, value)


def _one(dice: random.Random, field: Field, measure: Measure) -> Any:
    if field.options and dice.random() < 0.8:
        return dice.choice(field.options).name
    return value_for(dice, Measure.WORD if measure is Measure.WORDS else measure, said=True)
