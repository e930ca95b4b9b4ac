"""Saying yes or no. Only whose turn it is, never one's own, and only what was asked (R-43, R-108)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.actor import Actor
from domain.approvals.approval import Approval, Seat, SeatState
from domain.approvals.asking import grant, open_step, refuse
from domain.approvals.events import ApprovalRejected, StepApproved
from domain.approvals.steps import is_settled
from domain.clock import said_clock
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.messages import Command
from domain.people.person import Person
from domain.work import Work

REASON_MAX = 500
"""Characters of a reason or a comment that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveStep(Command):
    """Say yes to the step whose card shows ``version``; 0 when it was typed, without a card."""

    approval_id: int
    version: int = 0
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectStep(Command):
    """Say no, with a reason: the whole approval ends."""

    approval_id: int
    version: int = 0
    reason: str = ""


def approve_step(command: ApproveStep, actor: Actor, work: Work) -> None:
    """Take the yes; when the step is settled go on to the next, after the last one grant."""
    approval, seat = _turn(command.approval_id, command.version, actor, work)
    seat.decide(SeatState.APPROVED, work.now, command.comment[:REASON_MAX])
    work.flush()
    work.record(
        StepApproved(
            subject=approval.subject,
            about=approval.about,
            revision=approval.revision,
            content_hash=approval.content_hash,
            step=approval.step,
            comment=seat.comment,
        )
    )
    seats = work.find.approvals.seats(approval.id, step=approval.step)
    if is_settled(approval.modes[approval.step], seats):
        if approval.next_step(work.now):
            work.flush()
            open_step(approval, work)
        else:
            grant(approval, actor.name, seat.comment, work)
    work.redraw(approval.subject)
    work.redraw(approval.about)


def reject_step(command: RejectStep, actor: Actor, work: Work) -> None:
    """Take the no; it needs a reason."""
    approval, seat = _turn(command.approval_id, command.version, actor, work)
    reason = command.reason.strip()[:REASON_MAX]
    if not reason:
        raise Invalid(f"驳回要写明原因，例如：驳回 {approval.no} 毛利太低。", subject=approval.subject)
    seat.decide(SeatState.REJECTED, work.now, reason)
    refuse(approval, actor.name, reason, work)
    work.record(
        ApprovalRejected(
            subject=approval.subject,
            about=approval.about,
            revision=approval.revision,
            content_hash=approval.content_hash,
            by=actor.name,
            reason=reason,
        )
    )
    work.redraw(approval.about)


def _turn(approval_id: int, version: int, actor: Actor, work: Work) -> tuple[Approval, Seat]:
    """Return the approval, locked, and the actor's seat in the current step; a refusal says what stands in the way."""
    approval = work.lock(Approval, approval_id)
    own = actor.person_id is not None and actor.person_id in approval.barred
    mine = [seat for seat in work.find.approvals.seats(approval.id) if seat.person_id == actor.person_id]
    if not own and not mine:
        raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
    approval.check_open(work.calendar, work.now)
    if own:
        raise NotAllowed(f"{approval.no} 是您自己的报价，不能自己审批，请等审批人处理。", subject=approval.subject)
    seat = next((seat for seat in mine if seat.step == approval.step), None)
    if seat is not None and seat.at is not None:
        at = said_clock(seat.at, work.calendar.zone, now=work.now)
        raise Stale(f"{approval.no} 您已于 {at} 同意，正在等其他审批人。", subject=approval.subject)
    if seat is None or version not in (0, approval.version):
        raise Stale(f"{approval.no} {_why_not_now(approval, mine, work)}。", subject=approval.subject)
    return approval, seat


def _why_not_now(approval: Approval, mine: Sequence[Seat], work: Work) -> str:
    """Return why somebody who is asked has nothing to decide now, with the name of who did."""
    if all(seat.step > approval.step for seat in mine):
        return "还没有轮到您审批"
    before = work.find.approvals.seats(approval.id, step=approval.step - 1)
    last = next((seat for seat in before if seat.state is SeatState.APPROVED), None)
    if last is None or last.at is None:
        return "刚刚改过，请看最新的卡片"
    at = said_clock(last.at, work.calendar.zone, now=work.now)
    return f"的上一步已由{work.get(Person, last.person_id).name}于 {at} 同意，请看最新的卡片"
