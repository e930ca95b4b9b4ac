"""Configured rule lists: first match wins, and the rule's name appears in the card.

The models here are what the YAML files of the ``policies`` directory must look like; they are
checked when loaded, an unknown key is an error, and their examples run as tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Annotated, Any

from pydantic import Field, model_validator

from domain.condition import Facts
from domain.pipelines import DEFAULT_PIPELINES, PipelinePolicy
from domain.playbooks import PlaybookPolicy
from domain.policy_approvals import ApprovalPolicy, ApprovalRule, Step
from domain.policy_assignment import AssignmentPolicy
from domain.policy_ladder import Duration, Ladder, Model
from domain.policy_pool import PoolPolicy
from domain.policy_quoting import QuotingPolicy
from domain.policy_service import (
    DEFAULT_ACTIONS,
    DEFAULT_CAUSES,
    DEFAULT_SLA,
    DEFAULT_VISITS,
    Baseline,
    Code,
    PartsPolicy,
    RatingPolicy,
    SlaRule,
    UpkeepPolicy,
    VisitRule,
)
from domain.service.types import ServiceType


class Example(Model):
    """Facts and the name of the rule that must answer them; run when the file is loaded."""

    given: dict[str, Any]
    rule: str


class FaultKind(Model):
    """A kind of fault: words that point to it, and the skill it needs."""

    name: str
    skill: str
    words: tuple[str, ...] = ()


class ServicePolicy(Model):
    """How faults are sorted, who is asked, and how long anyone may stay silent."""

    kinds: tuple[FaultKind, ...] = ()
    default_skill: str = ""
    offer_to: int = Field(default=1, ge=1, le=8)
    """How many engineers are asked at once; the first to accept has the job."""
    stopped_words: tuple[str, ...] = ("停机", "不转", "不动", "开不了机", "停产")
    accept: Ladder = Ladder(remind_after=timedelta(minutes=10), escalate_after=timedelta(minutes=15), working=False)
    """From the dispatch to the engineer's answer."""
    sign: Ladder = Ladder(remind_after=timedelta(hours=8), escalate_after=timedelta(hours=24))
    """From the engineer's 修好了 to the customer's signature."""
    acknowledge: Duration = timedelta(minutes=15)
    """When nobody could be asked: how long the dispatchers may leave a job lying before their leaders hear of it."""
    strategic: tuple[str, ...] = ("战略",)
    """Levels of customers whose own engineer is asked first, and whose jobs stand first."""
    sla: Annotated[tuple[SlaRule, ...], Field(min_length=1)] = DEFAULT_SLA
    parts: PartsPolicy = PartsPolicy()
    causes: tuple[Code, ...] = DEFAULT_CAUSES
    actions: tuple[Code, ...] = DEFAULT_ACTIONS
    visits: Mapping[ServiceType, VisitRule] = DEFAULT_VISITS
    rating: RatingPolicy = RatingPolicy()
    baseline: Baseline = Baseline()
    upkeep: UpkeepPolicy = UpkeepPolicy()
    examples: tuple[Example, ...] = ()
    """Facts of a ticket and the name of the ``sla`` rule that must answer them."""

    @model_validator(mode="after")
    def _complete(self) -> ServicePolicy:
        if self.sla[-1].when not in (None, {}, "always"):
            raise ValueError("sla 的最后一条规则必须没有条件，这样每张单都有时限")
        return self

    def promised(self, facts: Facts) -> SlaRule:
        """Return the first rule of ``sla`` that holds."""
        return next(rule for rule in self.sla if rule.holds(facts))

    def visit(self, type_: ServiceType) -> VisitRule:
        """Return what a kind of job asks for."""
        return self.visits.get(type_, VisitRule())

    def kind(self, fault: str) -> FaultKind | None:
        """Return the kind whose word stands in ``fault`` (the earliest one listed)."""
        return next((kind for kind in self.kinds if any(word in fault for word in kind.words)), None)


class QuietHours(Model):
    """When nothing is said that nobody asked for: from ``begins`` to ``ends`` next day, and on days off."""

    begins: time = time(20, 0)
    ends: time = time(8, 0)
    workdays: bool = True

    @model_validator(mode="after")
    def _over_night(self) -> QuietHours:
        if self.begins <= self.ends:
            raise ValueError("免打扰要跨过夜里：begins 要晚于 ends，例如 begins 20:00、ends 08:00")
        return self


class FirstContact(Model):
    """Inquiries from these sources must be answered ``within`` this time (working time, eight hours a day)."""

    sources: tuple[str, ...] = ("官网",)
    within: Duration = timedelta(hours=8)


class TaskPolicy(Model):
    """Reminders of promised work, and how customers are kept from falling silent."""

    quote: Ladder = Ladder(remind_after=timedelta(hours=4), escalate_after=timedelta(hours=8))
    promise: Ladder = Ladder(remind_after=timedelta(hours=4), escalate_after=timedelta(hours=8))
    """Of what was said to a customer in passing (明天给他发资料), and of first contacts."""
    remind_before_due: Duration = timedelta(hours=4)
    snooze: Duration = timedelta(hours=1)
    """How long 稍后 is."""
    quiet: QuietHours = QuietHours()
    first_contact: FirstContact = FirstContact()
    cadence: tuple[Annotated[int, Field(ge=1, le=90)], ...] = (1, 3, 7)
    """Days to the next try after each call nobody took; when they are used up, the pool is proposed."""
    untouched: tuple[Annotated[int, Field(ge=1, le=365)], ...] = (3, 5, 7)
    """Days without contact after which an inquiry's owner, then his leader, hear of it; then it is at risk."""
    silent: tuple[Annotated[int, Field(ge=1, le=3650)], ...] = (30, 60, 90)
    """Days without contact that put a customer on the list of silent ones."""
    calls_per_day: int = Field(default=5, ge=1, le=50)
    """How many calls 一键排跟进 plans for one day."""
    protected_until: date | None = None
    """Up to and including this day a leader sees totals of his people's heat map, not their customers."""

    @model_validator(mode="after")
    def _rising(self) -> TaskPolicy:
        for name in ("untouched", "silent"):
            days = getattr(self, name)
            if len(days) != 3 or list(days) != sorted(set(days)):
                raise ValueError(f"{name} 要写三个从小到大的天数，例如 [3, 5, 7]")
        return self


class Policies(Model):
    """Everything configured as rules, loaded once and handed to every unit of work."""

    approvals: ApprovalPolicy
    service: ServicePolicy = ServicePolicy()
    tasks: TaskPolicy = TaskPolicy()
    assignment: AssignmentPolicy = AssignmentPolicy()
    pool: PoolPolicy = PoolPolicy()
    pipelines: PipelinePolicy = DEFAULT_PIPELINES
    playbooks: PlaybookPolicy = PlaybookPolicy()
    quoting: QuotingPolicy = QuotingPolicy()


DEFAULT_POLICIES = Policies(
    approvals=ApprovalPolicy(rules=(ApprovalRule(name="全部由直属上级审批", steps=(Step(by=("leader",)),)),))
)
