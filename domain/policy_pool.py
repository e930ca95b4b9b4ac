"""The pool's rules, as ``pool.yaml`` writes them. See docs/policies.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from domain.condition import Fact, Facts, Measure
from domain.levels import LEVELS
from domain.policy_ladder import Model
from domain.policy_rule import Rule

CUSTOMER_FACTS: Mapping[str, Fact] = {
    "level": Fact("客户级别", Measure.WORD, ("级别",), LEVELS),
    "region": Fact("区域", Measure.WORD, ("大区",)),
    "name": Fact("名称", Measure.WORD),
}


class PoolRule(Rule):
    """Customers ``when`` it holds go to the pool ``after_days`` without contact; ``keep``: a leader is told instead."""

    FACTS: ClassVar = CUSTOMER_FACTS

    after_days: int = Field(ge=1, le=3650)
    keep: bool = False


class PoolPolicy(Model):
    """Ordered rules, the first that holds decides; without one a customer stays where it is."""

    rules: tuple[PoolRule, ...] = ()
    warn_days: int = Field(default=3, ge=1, le=90)
    """Days before the recycling on which its keeper is warned."""
    ban_days: int = Field(default=30, ge=0, le=3650)
    """Days in which whoever had a customer last may not take it again."""
    daily_claims: int = Field(default=5, ge=1)
    holding_limit: int | None = Field(default=None, ge=1)
    """Customers somebody may look after and still take another."""
    daily_views: int | None = Field(default=None, ge=1)
    """Customers whose cards somebody may open in one day; management and administrators may open all."""

    def rule(self, facts: Facts) -> PoolRule | None:
        """Return the first rule that holds."""
        return next((rule for rule in self.rules if rule.holds(facts)), None)
