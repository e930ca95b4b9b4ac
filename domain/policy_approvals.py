"""Who approves what: ordered rules over facts, as ``approvals.yaml`` writes them. See docs/policies.md.

Of ``rules`` the first that holds gives the way; of ``also`` every one that holds adds its steps behind it and the
people it copies. So a rule of ``also`` can only ask for more, never for less: that is the kind made in the chat.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, model_validator

from domain.actor import Role
from domain.condition import Condition, Fact, Facts, Measure, Option, tests_of
from domain.condition_yaml import parse
from domain.levels import LEVELS
from domain.policy_ladder import Duration, Ladder, Model
from domain.policy_rule import Rule

IMPACTS = (
    Option("涉及停产", ("停产", "停线", "产线停了"), "stopped"),
    Option("影响交付", ("影响交期", "耽误交货", "耽误交付"), "delivery"),
    Option("一般", ("一般影响", "没影响"), "normal"),
)
"""How badly the asker's work is hit while he waits, the worst first (S-100)."""

QUOTE_FACTS: Mapping[str, Fact] = {
    "amount": Fact("报价金额", Measure.MONEY, ("合同金额", "总金额", "金额", "报价", "总价")),
    "margin": Fact("毛利率", Measure.PERCENT, ("毛利", "利润率", "利润")),
    "discount": Fact("折扣", Measure.PERCENT, ("折",)),
    "product": Fact("产品", Measure.WORDS, ("型号",)),
    "customer_level": Fact("客户级别", Measure.WORD, ("级别", "等级"), LEVELS),
    "region": Fact("区域", Measure.WORD, ("地区", "大区")),
    "overdue": Fact("逾期应收", Measure.MONEY, ("逾期款", "逾期", "欠款")),
    "clause": Fact("非标条款", Measure.WORDS, ("条款", "非标")),
    "impact": Fact("影响范围", Measure.WORD, ("影响",), IMPACTS),
}


def _decider(by: str) -> str:
    kind, _, name = by.partition(":")
    if by in ("leader", "head") or (kind in ("person", "head") and name):
        return by
    if kind in ("leader", "leaders") and name.isdigit() and 1 <= int(name) <= 5:
        return by
    if kind == "role" and name in {role.value for role in Role}:
        return by
    roles = "、".join(role.value for role in Role if role is not Role.CUSTOMER)
    raise ValueError(
        f"审批人“{by}”写法不对：leader（直属上级）、leader:2（上级的上级）、leaders:3（逐级三级）、head（本部门负责人）、"
        f"head:部门、role:角色（{roles}）或 person:姓名"
    )


_Deciders = Annotated[
    tuple[Annotated[str, AfterValidator(_decider)], ...],
    BeforeValidator(lambda raw: (raw,) if isinstance(raw, str) else raw),
    Field(min_length=1, max_length=8),
]


class Step(Model):
    """Who decides: leaders of the asker, heads of departments, holders of roles, people by name; one or several.

    With several people ``any`` (或签) of them decides for the step, ``all`` (会签) must agree, ``sequential`` asks
    them one after the other. A step with ``when`` is only taken when that holds.
    """

    by: _Deciders
    """``leader``, ``leader:2``, ``leaders:3``, ``head``, ``head:技术部``, ``role:finance`` or ``person:周敏``."""
    mode: Literal["any", "all", "sequential"] = "any"
    when: Any = None
    _condition: Condition = PrivateAttr()

    @model_validator(mode="after")
    def _read(self) -> Step:
        self._condition = parse(self.when, QUOTE_FACTS)
        return self

    @property
    def condition(self) -> Condition:
        """When this step is taken."""
        return self._condition


class _Conditional(Rule):
    FACTS: ClassVar = QUOTE_FACTS

    name: str = Field(min_length=1, max_length=64)
    steps: tuple[Step, ...] = ()
    cc: _Deciders | tuple[()] = ()
    """Who gets the card to read once it is approved."""


class ApprovalRule(_Conditional):
    """``when`` it holds, these ``steps`` decide one after the other; no steps: approved at once."""

    ladder: Ladder = Ladder(remind_after=timedelta(hours=2), escalate_after=timedelta(hours=8))
    return_after: Duration | None = None
    """When a step nobody decides goes back to the asker, in the ladder's kind of time; without it, never."""

    @model_validator(mode="after")
    def _somebody_decides(self) -> ApprovalRule:
        if self.steps and all(step.when not in (None, {}, "always") for step in self.steps):
            raise ValueError(f"规则“{self.name}”的每一步都带条件，可能没有人审批；至少要有一步没有 when")
        if self.return_after is not None and self.return_after <= self.ladder.escalate_after:
            raise ValueError(f"规则“{self.name}”的 return_after 要长于 escalate_after，先上报，再退回")
        return self


class AlsoRule(_Conditional):
    """``when`` it holds, these ``steps`` decide as well, after the others, and ``cc`` gets the card to read."""

    @model_validator(mode="after")
    def _does_something(self) -> AlsoRule:
        if not (self.steps or self.cc):
            raise ValueError(f"规则“{self.name}”要写 steps（加谁审批）或 cc（抄送谁）")
        return self


class ApprovalExample(Model):
    """Facts, the rule that must answer them and those that must be added; run when the file is loaded."""

    given: dict[str, Any]
    rule: str
    also: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What the policy says to some facts: the rule that answers, what is added to it, the steps taken, in order."""

    rule: ApprovalRule
    also: tuple[AlsoRule, ...]
    steps: tuple[Step, ...]
    cc: tuple[str, ...]


QUOTE, SOLUTION = "quote", "solution"
KINDS: Mapping[str, str] = {QUOTE: "报价", SOLUTION: "技术方案"}
"""What can be approved (the kind of its subject), and what people call it."""
SOLUTION_FACTS = frozenset({"customer_level", "region", "overdue", "impact"})
"""Those of the facts that are known of a technical solution: it has no price yet."""


class ApprovalPolicy(Model):
    """Ordered approval rules for quotes and for technical solutions; the last one of each must hold always."""

    rules: tuple[ApprovalRule, ...] = Field(min_length=1)
    also: tuple[AlsoRule, ...] = ()
    """For quotes only."""
    solutions: tuple[ApprovalRule, ...] = Field(
        default=(ApprovalRule(name="技术方案", steps=(Step(by=("role:technical",)),)),), min_length=1
    )
    solution_baseline: Duration = timedelta(days=3.2)
    """What a solution took from end to end before, by the calendar; the report says how much is saved (S-102)."""
    examples: tuple[ApprovalExample, ...] = ()
    show_margin_to_sales: bool = False
    """Whether the author of a quote sees its margin; managers, management, finance and admins always do."""
    split_days: int = Field(default=30, ge=0, le=366)
    """Rules see as amount what a customer was quoted in so many days together (0: each by itself; R-110)."""
    urge_every: Duration = timedelta(hours=2)
    """How often an asker may urge."""
    critical: tuple[str, ...] = ("涉及停产",)
    """Impacts that are 重大."""
    critical_after: Duration = timedelta(hours=2)
    """When something of those goes to the head of the department, in the ladder's kind of time (S-101)."""
    skip_repeated: bool = True
    """Whether somebody who has said yes in an earlier step is not asked again."""
    sla: Duration = timedelta(hours=8)
    """What an approval may take from end to end, in working time (S-103)."""

    @model_validator(mode="after")
    def _complete(self) -> ApprovalPolicy:
        for kind in KINDS:
            if self.rules_for(kind)[-1].when not in (None, {}, "always"):
                raise ValueError(f"最后一条规则必须没有条件，这样每份{KINDS[kind]}都有规则可依")
        for rule in self.solutions:
            steps = (step.condition for step in rule.steps)
            named = (test.name for condition in (rule.condition, *steps) for test in tests_of(condition))
            strange = next((name for name in named if name not in SOLUTION_FACTS), None)
            if strange is not None:
                raise ValueError(
                    f"solutions 的规则“{rule.name}”用了 {strange}，技术方案没有这一项，可用的有："
                    f"{'、'.join(sorted(SOLUTION_FACTS))}"
                )
        names = [rule.name for rule in (*self.rules, *self.also, *self.solutions)]
        double = next((name for name in names if names.count(name) > 1), None)
        if double is not None:
            raise ValueError(f"有两条规则都叫“{double}”，请改一个名字，审批记录里才分得清")
        impacts = {each.name for each in IMPACTS}
        if unknown := [each for each in self.critical if each not in impacts]:
            raise ValueError(f"critical 里没有“{unknown[0]}”，可用的有：{'、'.join(each.name for each in IMPACTS)}")
        return self

    def rules_for(self, kind: str) -> tuple[ApprovalRule, ...]:
        """Return the ordered rules for what is approved."""
        return self.solutions if kind == SOLUTION else self.rules

    def also_for(self, kind: str) -> tuple[AlsoRule, ...]:
        """Return what may be added to them."""
        return () if kind == SOLUTION else self.also

    def rule(self, facts: Facts, kind: str = QUOTE) -> ApprovalRule:
        """Return the first rule that holds."""
        return next(rule for rule in self.rules_for(kind) if rule.holds(facts))

    def route(self, facts: Facts, kind: str = QUOTE) -> Route:
        """Return the way that ``facts`` take."""
        rule = self.rule(facts, kind)
        also = tuple(each for each in self.also_for(kind) if each.holds(facts))
        taken = (step for each in (rule, *also) for step in each.steps if step.condition.holds(facts))
        copied = dict.fromkeys(who for each in (rule, *also) for who in each.cc)
        return Route(rule=rule, also=also, steps=tuple(taken), cc=tuple(copied))

    @property
    def fingerprint(self) -> str:
        """The version of the policy: eight hex digits of its content, stored with every decision."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:8]
