"""A rule of a policy file: it has a name and holds under a condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import PrivateAttr, model_validator

from domain.condition import Condition, Fact, Facts
from domain.condition_words import said
from domain.condition_yaml import parse
from domain.policy_ladder import Model


class Rule(Model):
    """A named rule for the cases in which ``when`` holds; without it, always. ``FACTS`` are those it may ask for."""

    FACTS: ClassVar[Mapping[str, Fact]]

    name: str
    when: Any = None
    _condition: Condition = PrivateAttr()

    @model_validator(mode="after")
    def _read(self) -> Self:
        self._condition = parse(self.when, self.FACTS)
        return self

    @property
    def condition(self) -> Condition:
        """When this rule holds."""
        return self._condition

    @property
    def said(self) -> str:
        """The condition in words."""
        return said(self._condition)

    def holds(self, facts: Facts) -> bool:
        """Return whether this rule answers ``facts``."""
        return self._condition.holds(facts)
