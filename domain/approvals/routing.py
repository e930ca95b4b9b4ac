"""From facts to a way: the policy as it is now, asked with what one customer was quoted lately together (R-110)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.approvals.approval import Impact
from domain.approvals.edition import policy_now
from domain.approvals.steps import said_rule
from domain.condition import Facts
from domain.policy_approvals import IMPACTS, ApprovalPolicy, Route
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """``policy`` says ``route`` to ``facts``; ``recent_fen`` is what else its customer was quoted lately."""

    policy: ApprovalPolicy
    facts: Facts
    route: Route
    recent_fen: int


def routed(facts: Facts, party: str, about: str, work: Work) -> Routed:
    """Ask the policy; ``about`` (a quotation) is for ``party`` (``customer:3``)."""
    policy = policy_now(work)
    recent = 0
    if policy.split_days and party:
        since = work.now - timedelta(days=policy.split_days)
        recent = work.find.approvals.recent_fen(party, since, about)
    amount = facts.get("amount")
    seen = {**facts, "amount": amount + recent} if isinstance(amount, int) and recent else facts
    return Routed(policy=policy, facts=seen, route=policy.route(seen, about.partition(":")[0]), recent_fen=recent)


def foreseen(facts: Facts, party: str, about: str, work: Work) -> str:
    """Return who would decide, in words, for a card before anybody asks."""
    found = routed(facts, party, about, work).route
    added = (
        f"（另加：{'、'.join(each.name for each in found.also if each.steps)}）"
        if any(each.steps for each in found.also)
        else ""
    )
    return f"{said_rule(found.rule, found.steps)}{added}"


def read_impact(words: str) -> Impact:
    """Return the impact that is said in ``words``; the worst of several, 一般 when none is."""
    for option in IMPACTS:
        if any(word in words for word in (option.name, *option.synonyms)) and not any(
            f"{no}{word}" in words for no in ("不", "没", "没有", "不会") for word in (option.name, *option.synonyms)
        ):
            return Impact(option.code)
    return Impact.NORMAL
