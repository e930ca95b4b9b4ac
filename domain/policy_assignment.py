"""Who gets an inquiry: ordered rules, as ``assignment.yaml`` writes them. See docs/policies.md."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, model_validator

from domain.actor import Role
from domain.clock import WorkCalendar
from domain.condition import Fact, Facts, Measure, Test, tests_of
from domain.condition_yaml import read_value
from domain.levels import LEVELS
from domain.money import said_roughly
from domain.policy_ladder import Duration, Model
from domain.policy_rule import Rule

INQUIRY_FACTS: Mapping[str, Fact] = {
    "region": Fact("区域", Measure.WORD, ("大区",)),
    "province": Fact("省份", Measure.WORD),
    "industry": Fact("行业", Measure.WORD),
    "channel": Fact("渠道", Measure.WORD, ("来源",)),
    "product": Fact("产品", Measure.WORDS),
    "amount": Fact("预算", Measure.MONEY, ("金额",)),
    "level": Fact("客户级别", Measure.WORD, ("级别",), LEVELS),
    "intent": Fact("意向", Measure.WORD),
}


def _receiver(to: str) -> str:
    kind, _, name = to.partition(":")
    if to in ("senior", "region") or (kind in ("person", "team", "senior") and name):
        return to
    if kind == "role" and name in {role.value for role in Role if role is not Role.CUSTOMER}:
        return to
    raise ValueError(
        f"分给“{to}”写法不对：person:姓名、team:团队（轮流）、role:角色（轮流）、"
        "senior 或 senior:团队（最资深的）、region（负责该区域的）"
    )


def _listener(who: str) -> str:
    kind, _, name = who.partition(":")
    if who == "leader" or (kind == "person" and name) or (kind == "role" and name in {role.value for role in Role}):
        return who
    raise ValueError(f"通知“{who}”写法不对：leader（直属上级）、role:角色 或 person:姓名")


class Words(Model):
    """A word of the company's (an industry, an intent) and what people write for it."""

    name: str
    words: tuple[str, ...] = ()


class AssignmentRule(Rule):
    """``when`` it holds, the inquiry goes ``to`` somebody on duty; nobody there: the next rule is asked."""

    FACTS: ClassVar = INQUIRY_FACTS

    to: Annotated[str, AfterValidator(_receiver)]
    task: str = ""
    """A further task for whoever gets it, due at the end of the day."""
    tell: tuple[Annotated[str, AfterValidator(_listener)], ...] = ()
    """Who else hears of it at once."""

    def because(self, facts: Facts) -> str:
        """Return the facts that decided, as a card says them: ``华东+官网``; the rule's name without a condition."""
        decided = [_said_fact(test, facts) for test in tests_of(self._condition) if test.holds(facts)]
        return "+".join(dict.fromkeys(decided)) or self.name


class ContactRule(Rule):
    """Customers ``when`` it holds are reached ``within`` this time; else the leader hears of it, and those above him.

    ``working`` counts working time (eight hours are a day); otherwise the clock on the wall.
    """

    FACTS: ClassVar = INQUIRY_FACTS

    within: Duration
    working: bool = True
    remind_before: Duration = timedelta(hours=1)
    again_after: Duration = timedelta(hours=4)
    tell: tuple[Annotated[str, AfterValidator(_listener)], ...] = ()
    """Who else hears of it at the deadline, beside the leader."""

    def after(self, start: datetime, calendar: WorkCalendar) -> datetime:
        """Return the deadline of what came at ``start``."""
        return calendar.add(start, self.within) if self.working else start + self.within


class AssignmentExample(Model):
    """Facts and the name of the rule that must answer them; run when the file is loaded."""

    given: dict[str, Any]
    rule: str


class AssignmentPolicy(Model):
    """Ordered rules; where none has anybody on duty, a leader gets the inquiry, so that none is lost."""

    rules: tuple[AssignmentRule, ...] = (
        AssignmentRule(name="按区域", when={"region": {"is_set": True}}, to="region"),
        AssignmentRule(name="轮流", to="role:sales"),
    )
    first_contact: tuple[ContactRule, ...] = ()
    """The first that holds sets the deadline; without one there is none."""
    examples: tuple[AssignmentExample, ...] = ()
    holding_limit: int | None = Field(default=None, ge=1)
    """Open inquiries somebody may hold; whoever has as many is passed over."""
    duplicate_days: int = Field(default=7, ge=0, le=365)
    """A further inquiry from outside with the same number within these days is joined to the first."""
    industries: tuple[Words, ...] = ()
    intents: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _named_once(self) -> AssignmentPolicy:
        names = [rule.name for rule in self.rules]
        if len(names) != len(set(names)):
            raise ValueError("规则的名字不能重复：轮流的位置按名字记")
        return self

    @property
    def fingerprint(self) -> str:
        """The version of the policy: eight hex digits of its content, stored with every assignment."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:8]

    def rule(self, facts: Facts) -> AssignmentRule | None:
        """Return the first rule that holds, None for none."""
        return next((rule for rule in self.rules if rule.holds(facts)), None)

    def industry(self, text: str) -> str:
        """Return the first industry one of whose words stands in ``text``, empty for none."""
        return _word_in(self.industries, text)

    def intent(self, text: str) -> str:
        """Return the first intent one of whose words stands in ``text``, empty for none."""
        return _word_in(self.intents, text)


def said_receiver(to: str) -> str:
    """Return ``华东销售轮流`` for ``team:华东销售``."""
    kind, _, name = to.partition(":")
    return {
        "person": name,
        "team": f"{name}轮流",
        "role": f"角色“{name}”轮流",
        "senior": f"{name}最资深的",
        "region": "负责该区域的销售",
    }[kind]


def read_facts(given: Mapping[str, Any]) -> Facts:
    """Return an example's facts; ValueError for a name that is none."""
    facts: dict[str, Any] = {}
    for name, raw in given.items():
        if name not in INQUIRY_FACTS:
            raise ValueError(f"没有“{name}”这个事实，可用的有：{'、'.join(INQUIRY_FACTS)}")
        if INQUIRY_FACTS[name].measure is Measure.WORDS:
            facts[name] = tuple(str(each) for each in raw) if isinstance(raw, list) else (str(raw),)
        else:
            facts[name] = read_value(name, raw, INQUIRY_FACTS[name])
    return facts


def _word_in(kinds: tuple[Words, ...], text: str) -> str:
    return next((kind.name for kind in kinds if any(word in text for word in (kind.name, *kind.words))), "")


def _said_fact(test: Test, facts: Facts) -> str:
    have = facts.get(test.name)
    if have is None:
        return f"{test.fact.label}未知"
    if isinstance(have, tuple):
        return "、".join(have)
    if test.fact.measure is Measure.MONEY and isinstance(have, int):
        return said_roughly(have)
    return f"{test.fact.label}{have}" if test.name in ("level", "intent") else str(have)
