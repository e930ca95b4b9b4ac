"""Asking for an approval and taking it back. Called by the nouns that need one (quotes), not by people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.actor import Actor
from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.approvals.events import ApprovalGranted, ApprovalRequested, ApprovalSuperseded, ApprovalWithdrawn
from domain.approvals.steps import approvers
from domain.approvals.timers import EscalateApproval, RemindApproval
from domain.condition import Facts
from domain.errors import NotAllowed
from domain.work import Work

CARD = "approvals.decide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked: the content by subject, number, revision and hash, what approvers see, and who is barred."""

    about: str
    about_no: str
    revision: int
    content_hash: str
    exhibit: dict[str, Any]
    facts: Facts
    barred: Collection[int]
    reason: str = ""


def request(wish: Wish, actor: Actor, work: Work) -> Approval:
    """Ask the people the policy names; with no steps it is approved at once."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能提交审批。")
    policy = work.policies.approvals
    rule = policy.rule(wish.facts)
    barred = sorted({actor.person_id, *wish.barred})
    steps = [approvers(step, actor.person_id, barred, work.find.people) for step in rule.steps]
    approval = work.add(
        Approval(
            no=work.number("SP"),
            about=wish.about,
            about_no=wish.about_no,
            revision=wish.revision,
            content_hash=wish.content_hash,
            exhibit=wish.exhibit,
            requester_id=actor.person_id,
            barred=list(barred),
            rule=rule.name,
            policy=policy.fingerprint,
            modes=[step.mode for step in rule.steps],
            ladder={
                "remind_after": rule.ladder.remind_after.total_seconds(),
                "escalate_after": rule.ladder.escalate_after.total_seconds(),
                "working": rule.ladder.working,
            },
            asked_at=work.now,
            step_since=work.now,
            reason=wish.reason,
        )
    )
    work.flush()
    for position, people in enumerate(steps):
        for person in people:
            work.add(Seat(approval_id=approval.id, step=position, person_id=person.id))
    work.flush()
    work.record(
        ApprovalRequested(
            subject=approval.subject,
            about=approval.about,
            rule=approval.rule,
            policy=approval.policy,
            content_hash=approval.content_hash,
            steps=tuple(tuple(person.name for person in people) for people in steps),
        )
    )
    if steps:
        open_step(approval, work)
    else:
        grant(approval, f"规则“{rule.name}”", "", work)
    return approval


def open_step(approval: Approval, work: Work) -> None:
    """Tell those whose turn it is, and promise the ladder from now."""
    for seat in work.find.approvals.seats(approval.id, step=approval.step):
        if seat.state is SeatState.WAITING:
            work.tell(seat.person_id, CARD, approval.subject)
    ladder = approval.ladder
    for name, command in (
        ("remind", RemindApproval(approval_id=approval.id, step=approval.step)),
        ("escalate", EscalateApproval(approval_id=approval.id, step=approval.step)),
    ):
        wait = timedelta(seconds=ladder[f"{name}_after"])
        due = work.calendar.add(work.now, wait) if ladder["working"] else work.now + wait
        work.promise(f"approval:{approval.id}:{name}", due, command)


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


def refuse(approval: Approval, by: str, reason: str, work: Work) -> None:
    """End with a no; the caller records who said it and why."""
    _end(approval, ApprovalState.REJECTED, by, work, reason)


def withdraw(approval: Approval, actor: Actor, work: Work) -> None:
    """Take it back for the asker; Stale when it has ended."""
    approval.check_open(work.calendar, work.now)
    _end(approval, ApprovalState.WITHDRAWN, actor.name, work)
    work.record(ApprovalWithdrawn(subject=approval.subject, about=approval.about))


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
