"""What the rules that copy somebody said to the facts of one request, to explain a silence later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from domain.approvals.steps import readers
from domain.condition import Condition, Facts, Test, tests_of
from domain.condition_words import said, said_value
from domain.policy_approvals import ApprovalPolicy

if TYPE_CHECKING:
    from storage.finders.people import PeopleFinder

_BORDERS: Mapping[str, str] = {
    "over": "正好{value}不算",
    "under": "正好{value}不算",
    "at_least": "正好{value}也算",
    "at_most": "正好{value}也算",
}


def trace(policy: ApprovalPolicy, kind: str, facts: Facts, asker_id: int, people: PeopleFinder) -> list[dict[str, Any]]:
    """Return, for every rule that copies somebody, its name, its words, whom it copies, and each of its tests.

    A test is ``{"fact", "said", "border", "have", "passed"}``. Of ``rules`` only the first that holds counts.
    """
    answers, ordered = policy.rule(facts, kind), policy.rules_for(kind)
    return [
        {
            "rule": rule.name,
            "said": rule.said,
            "to": [person.id for person in readers(rule.cc, asker_id, people)],
            "held": rule is answers if rule in ordered else rule.holds(facts),
            "tests": said_tests(rule.condition, facts),
        }
        for rule in (*ordered, *policy.also_for(kind))
        if rule.cc
    ]


def said_tests(condition: Condition, facts: Facts) -> list[dict[str, Any]]:
    """Return every test of a condition, in words with its border, and what it was asked with."""
    return [_test(test, facts) for test in tests_of(condition)]


def _test(test: Test, facts: Facts) -> dict[str, Any]:
    have = facts.get(test.name)
    border = _BORDERS.get(test.op, "")
    return {
        "fact": test.name,
        "label": test.fact.label,
        "said": said(test),
        "border": border.format(value=said_value(test.value, test.fact)) if border else "",
        "have": "" if have is None or have in ("", ()) else said_value(have, test.fact),
        "passed": test.holds(facts),
    }
