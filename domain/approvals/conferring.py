"""Asking somebody else (转交), wanting one more to agree (加签), urging (催), saying how bad the wait is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.actor import Actor
from domain.approvals.approval import CARD, Approval, Impact, SeatState
from domain.approvals.asking import promise_ladder
from domain.approvals.barred import is_barred, may_be_given
from domain.approvals.deciding import REASON_MAX, turn
from domain.approvals.edition import policy_now
from domain.approvals.events import ApprovalUrged, ApproverAdded, ImpactSaid, StepHandedOn
from domain.approvals.flow import add_after, hand_on, waiting
from domain.clock import said_clock
from domain.errors import Invalid, NotAllowed, NotFound
from domain.messages import Command
from domain.people.person import Person
from domain.scope import UNSEEN
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class HandStepOn(Command):
    """Let ``to`` (a name, or the person ``to_id``) decide instead of the actor, this once."""

    approval_id: int
    version: int = 0
    to: str = ""
    to_id: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddApprover(Command):
    """Want ``to`` (a name, or the person ``to_id``) to agree as well, right after the step that waits."""

    approval_id: int
    version: int = 0
    to: str = ""
    to_id: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgeApproval(Command):
    """The asker is in a hurry."""

    approval_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SayImpact(Command):
    """The asker says how badly the waiting hits; 重大 shortens the ladder from now."""

    approval_id: int
    impact: Impact


def hand_step_on(command: HandStepOn, actor: Actor, work: Work) -> str:
    """Return the name of who decides now."""
    approval, seat = turn(command.approval_id, command.version, actor, work)
    to = _colleague(command, approval, actor, work)
    seats = work.find.approvals.seats(approval.id, step=approval.step)
    known = next((each for each in seats if each.person_id == to.id), None)
    if known is not None and known.state is not SeatState.GONE:
        raise Invalid(f"{approval.no} 这一步本来就要{to.name}审批，不能转给他。请自己处理，或转给别人。")
    reason = command.reason.strip()[:REASON_MAX]
    if known is None:
        work.add(hand_on(seat, to.id, work.now, f"转交{to.name}"))
    else:
        seat.give_up(work.now, f"转交{to.name}")
        known.wait_again(work.now)
    work.flush()
    work.record(
        StepHandedOn(subject=approval.subject, step=approval.step, was=actor.name, now=to.name, reason=reason or "转交")
    )
    work.say(to.id, f"{actor.name}把 {approval.no}（{approval.about_no}）转给您审批{f'：{reason}' if reason else ''}。")
    work.tell(to.id, CARD, approval.subject)
    promise_ladder(approval, work)
    work.redraw(approval.subject)
    work.redraw(approval.about)
    return to.name


def add_approver(command: AddApprover, actor: Actor, work: Work) -> str:
    """Return the name of who is asked as well; the actor still decides his own step first."""
    approval, _ = turn(command.approval_id, command.version, actor, work)
    to = _colleague(command, approval, actor, work)
    seats = work.find.approvals.seats(approval.id)
    asked = [seat for seat in seats if seat.person_id == to.id and seat.step >= approval.step]
    if any(seat.state is not SeatState.GONE for seat in asked):
        raise Invalid(f"{approval.no} 本来就要{to.name}审批，不用再加签。")
    work.add(add_after(approval, seats, to.id, f"{to.name}（加签）"))
    work.flush()
    work.record(
        ApproverAdded(
            subject=approval.subject,
            step=approval.step + 1,
            name=to.name,
            reason=command.reason.strip()[:REASON_MAX],
        )
    )
    work.redraw(approval.subject)
    return to.name


def urge_approval(command: UrgeApproval, actor: Actor, work: Work) -> tuple[str, ...]:
    """Return who was urged; Invalid when they have been within the policy's period."""
    approval = _own(command.approval_id, actor, work)
    every = timedelta(seconds=approval.ladder.get("urge_every") or policy_now(work).urge_every.total_seconds())
    period = (work.now - approval.step_since) // every
    if work.count(f"urge:{approval.id}:{approval.step}:{period}") > 1:
        again = said_clock(approval.step_since + (period + 1) * every, work.calendar.zone, now=work.now)
        raise Invalid(f"{approval.no} 刚催过了，{again} 以后可以再催。")
    seats = waiting(approval, work.find.approvals.seats(approval.id))
    people = [work.get(Person, seat.person_id) for seat in seats]
    for person in people:
        work.say(person.id, f"{actor.name}催您审批 {approval.no}（{approval.about_no}）{_said_impact(approval)}。")
        work.tell(person.id, CARD, approval.subject)
    names = tuple(person.name for person in people)
    work.record(ApprovalUrged(subject=approval.subject, step=approval.step, people=names))
    return names


def say_impact(command: SayImpact, actor: Actor, work: Work) -> None:
    """Take it; those who are silent are told, and what is 重大 goes to the head of the department sooner (S-101)."""
    approval = _own(command.approval_id, actor, work)
    if approval.impact is command.impact:
        return
    approval.impact = command.impact
    policy = policy_now(work)
    critical = command.impact.label in policy.critical
    if critical:
        within = policy.critical_after.total_seconds()
        remind = min(approval.ladder["remind_after"], within / 2)
        approval.ladder = {**approval.ladder, "remind_after": remind, "escalate_after": within, "critical": True}
        promise_ladder(approval, work)
    work.flush()
    work.record(ImpactSaid(subject=approval.subject, impact=command.impact.value))
    for seat in waiting(approval, work.find.approvals.seats(approval.id)):
        work.say(seat.person_id, f"{approval.no}（{approval.about_no}）{_said_impact(approval)}，请优先处理。")
        work.tell(seat.person_id, CARD, approval.subject)


def _colleague(command: HandStepOn | AddApprover, approval: Approval, actor: Actor, work: Work) -> Person:
    """Return who is meant; refused when a say may not be given to him (R-108)."""
    said = command.to.strip()
    person = work.get(Person, command.to_id) if command.to_id else work.find.people.called(said)
    if person is None:
        raise NotFound(f"没有找到“{said}”，或有几位同名。请写全名，例如：转给周敏批。")
    if person.id == actor.person_id:
        raise Invalid("这一步已经在您手上，请直接同意或驳回，或写别人的名字。", subject=approval.subject)
    if is_barred(approval, person, work.find.people):
        raise NotAllowed(f"{approval.no} 是{person.name}自己的单子，不能由他审批，请换一位。", subject=approval.subject)
    if not may_be_given(approval, person, work.find.people):
        raise NotAllowed(f"{person.name}是提交人的下属，不能替他的上级审批，请换一位。", subject=approval.subject)
    return person


def _own(approval_id: int, actor: Actor, work: Work) -> Approval:
    """Return the actor's own request, locked and still open."""
    approval = work.lock(Approval, approval_id)
    if actor.person_id not in approval.barred:
        raise NotFound(UNSEEN)
    approval.check_open(work.calendar, work.now)
    return approval


def _said_impact(approval: Approval) -> str:
    return "" if approval.impact is Impact.NORMAL else f"，{approval.impact.label}"
