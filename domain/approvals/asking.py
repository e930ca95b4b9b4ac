"""Asking for an approval and taking it back. Called by the nouns that need one (quotes), not by people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.actor import SYSTEM, Actor
from domain.approvals.approval import CARD, COPY, Approval, ApprovalState, Impact, Seat
from domain.approvals.delegating import seat_delegates
from domain.approvals.events import (
    ApprovalCopied,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalReturned,
    ApprovalSuperseded,
    ApprovalWithdrawn,
)
from domain.approvals.flow import proceed, waiting
from domain.approvals.routing import Routed, read_impact, routed
from domain.approvals.steps import approvers, expand, readers, said_step
from domain.approvals.timers import EscalateApproval, RemindApproval, ReturnApproval
from domain.approvals.trace import trace
from domain.condition import Facts
from domain.errors import NotAllowed
from domain.people.person import Person
from domain.policy_approvals import Step
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked: the content by subject, number, revision and hash, what approvers see, and who is barred.

    ``customer_id``: whose quotations of the last weeks are looked at together, so that a large one is not split;
    whoever asks has locked him, so that of two at once the second sees the first (R-47).
    """

    about: str
    about_no: str
    revision: int
    content_hash: str
    exhibit: dict[str, Any]
    facts: Facts
    barred: Collection[int]
    reason: str = ""
    customer_id: int | None = None


def request(wish: Wish, actor: Actor, work: Work) -> Approval:
    """Ask the people the policy names; with no steps it is approved at once."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能提交审批。")
    party = "" if wish.customer_id is None else f"customer:{wish.customer_id}"
    impact = read_impact(wish.reason)
    found = routed({**wish.facts, "impact": impact.label}, party, wish.about, work)
    barred = sorted(work.find.people.the_same_as({actor.person_id, *wish.barred}))
    taken = [step for each in found.route.steps for step in expand(each, actor.person_id, work.find.people)]
    steps = [approvers(step, actor.person_id, barred, work.find.people) for step in taken]
    approval = work.add(_approval(wish, actor.person_id, party, impact, found, taken, barred, work))
    work.flush()
    for position, people in enumerate(steps):
        for person in people:
            work.add(Seat(approval_id=approval.id, step=position, person_id=person.id))
    work.flush()
    _record(approval, steps, work)
    if steps:
        open_step(approval, work)
    else:
        grant(approval, f"规则“{approval.rule}”", "", work)
    return approval


def open_step(approval: Approval, work: Work) -> None:
    """Tell those whose turn it is, or who has their say while they are away, and promise the ladder from now."""
    seat_delegates(approval, work)
    for seat in waiting(approval, work.find.approvals.seats(approval.id)):
        seat.since = work.now
        work.tell(seat.person_id, CARD, approval.subject)
    work.flush()
    promise_ladder(approval, work)
    if approval.ladder.get("return_after"):
        due = _due(approval, "return_after", work)
        work.promise(f"approval:{approval.id}:return", due, ReturnApproval(approval_id=approval.id, step=approval.step))


def promise_ladder(approval: Approval, work: Work, *, again: bool = False) -> None:
    """Promise what happens when they stay silent; ``again``: only the next climb."""
    for name, command in (
        ("remind", RemindApproval(approval_id=approval.id, step=approval.step)),
        ("escalate", EscalateApproval(approval_id=approval.id, step=approval.step)),
    ):
        if again and name == "remind":
            continue
        work.promise(f"approval:{approval.id}:{name}", _due(approval, f"{name}_after", work), command)


def go_on(approval: Approval, by: str, comment: str, work: Work) -> None:
    """After a yes: open the next step that still needs somebody, after the last one grant."""
    step = approval.step
    granted = proceed(approval, work.find.approvals.seats(approval.id), work.now)
    work.flush()
    if granted:
        grant(approval, by, comment, work)
    elif approval.step != step:
        open_step(approval, work)


def grant(approval: Approval, by: str, comment: str, work: Work) -> None:
    """End with a yes."""
    _end(approval, ApprovalState.APPROVED, by, work, comment)
    work.record(
        ApprovalGranted(
            subject=approval.subject,
            about=approval.about,
            revision=approval.revision,
            content_hash=approval.content_hash,
            by=by,
            comment=comment,
        )
    )
    told = [work.get(Person, person_id) for person_id in approval.copied]
    for person in told:
        work.tell(person.id, COPY, approval.subject)
    if told:
        work.record(ApprovalCopied(subject=approval.subject, people=tuple(person.name for person in told)))


def refuse(approval: Approval, by: str, reason: str, work: Work) -> None:
    """End with a no; the caller records who said it and why."""
    _end(approval, ApprovalState.REJECTED, by, work, reason)


def withdraw(approval: Approval, actor: Actor, work: Work) -> None:
    """Take it back for the asker; Stale when it has ended."""
    approval.check_open(work.calendar, work.now)
    _end(approval, ApprovalState.WITHDRAWN, actor.name, work)
    work.record(ApprovalWithdrawn(subject=approval.subject, about=approval.about))


def give_back(approval: Approval, work: Work) -> None:
    """End it for the asker because nobody has decided in time; time gives back, it never approves."""
    _end(approval, ApprovalState.WITHDRAWN, SYSTEM.name, work, "超时未处理，退回提交人")
    work.record(ApprovalReturned(subject=approval.subject, about=approval.about, revision=approval.revision))


def supersede(approval: Approval, actor: Actor, work: Work) -> None:
    """Make a pending approval void because its content changed, in the same transaction (R-107)."""
    if approval.state is ApprovalState.PENDING:
        _end(approval, ApprovalState.SUPERSEDED, actor.name, work)
        work.record(ApprovalSuperseded(subject=approval.subject, about=approval.about))


def _end(approval: Approval, state: ApprovalState, by: str, work: Work, comment: str = "") -> None:
    approval.end(state, by, work.now, comment)
    work.cancel_like(f"approval:{approval.id}:")
    work.flush()
    work.redraw(approval.subject)


def _due(approval: Approval, name: str, work: Work) -> datetime:
    wait = timedelta(seconds=approval.ladder[name])
    return work.calendar.add(work.now, wait) if approval.ladder["working"] else work.now + wait


def _approval(
    wish: Wish,
    asker_id: int,
    party: str,
    impact: Impact,
    found: Routed,
    steps: list[Step],
    barred: list[int],
    work: Work,
) -> Approval:
    policy, route = found.policy, found.route
    critical = impact.label in policy.critical
    ladder = route.rule.ladder
    escalate = min(ladder.escalate_after, policy.critical_after) if critical else ladder.escalate_after
    return Approval(
        no=work.number("SP"),
        about=wish.about,
        about_no=wish.about_no,
        revision=wish.revision,
        content_hash=wish.content_hash,
        exhibit={**wish.exhibit, "recent_fen": found.recent_fen},
        requester_id=asker_id,
        barred=list(barred),
        rule=route.rule.name,
        policy=policy.fingerprint,
        modes=[step.mode for step in steps],
        nodes=[said_step(step) for step in steps],
        ladder={
            "remind_after": min(ladder.remind_after, escalate / 2).total_seconds()
            if critical
            else ladder.remind_after.total_seconds(),
            "escalate_after": escalate.total_seconds(),
            "working": ladder.working,
            "return_after": None if route.rule.return_after is None else route.rule.return_after.total_seconds(),
            "critical": critical,
            "skip_repeated": policy.skip_repeated,
            "urge_every": policy.urge_every.total_seconds(),
        },
        asked_at=work.now,
        step_since=work.now,
        reason=wish.reason,
        impact=impact,
        party=party,
        amount_fen=int(wish.exhibit.get("amount_fen", 0)),
        facts={name: _plain(value) for name, value in found.facts.items()},
        also=[each.name for each in route.also],
        trace=trace(policy, wish.about.partition(":")[0], found.facts, asker_id, work.find.people),
        copied=[person.id for person in readers(route.cc, asker_id, work.find.people)],
    )


def _record(approval: Approval, steps: list[list[Person]], work: Work) -> None:
    work.record(
        ApprovalRequested(
            subject=approval.subject,
            about=approval.about,
            rule=approval.rule,
            policy=approval.policy,
            content_hash=approval.content_hash,
            steps=tuple(tuple(person.name for person in people) for people in steps),
            also=tuple(approval.also),
            impact=approval.impact.value,
            trace=tuple(approval.trace),
        )
    )


def _plain(value: Any) -> Any:
    """Return a fact as JSON keeps it."""
    return list(value) if isinstance(value, tuple) else value
