"""Saying yes or no. Only whose turn it is, never one's own, and only what was asked (R-43, R-108)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.actor import Actor
from domain.approvals.approval import Approval, Seat, SeatState
from domain.approvals.asking import go_on, refuse
from domain.approvals.barred import is_barred
from domain.approvals.events import ApprovalCountered, ApprovalRejected, StepApproved
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterApproval(Command):
    """Say yes on a condition: it goes back and becomes a new version with the discount or the terms that are said.

    ``total_fen``: what the whole is to cost.
    """

    approval_id: int
    version: int = 0
    words: str
    discount_ppm: int | None = None
    total_fen: int | None = None
    terms: dict[str, str] = field(default_factory=dict)
    """Kinds of clauses and what was said of them: ``{"付款": "三六一"}``."""


def approve_step(command: ApproveStep, actor: Actor, work: Work) -> None:
    """Take the yes; when the step is settled go on to the next, after the last one grant."""
    approval, seat = turn(command.approval_id, command.version, actor, work)
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
            instead_of="" if seat.for_id is None else work.get(Person, seat.for_id).name,
        )
    )
    go_on(approval, actor.name, seat.comment, work)
    work.redraw(approval.subject)
    work.redraw(approval.about)


def reject_step(command: RejectStep, actor: Actor, work: Work) -> None:
    """Take the no; it needs a reason."""
    approval, seat = turn(command.approval_id, command.version, actor, work)
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


def counter_approval(command: CounterApproval, actor: Actor, work: Work) -> None:
    """Take the condition: this request ends, and what was asked goes back to be changed so and asked again.

    It is no yes to anything: the changed content is asked from the first step (R-107).
    """
    approval, seat = turn(command.approval_id, command.version, actor, work)
    words = command.words.strip()[:REASON_MAX]
    if not words:
        raise Invalid(f"附什么条件？例如：同意 {approval.no} 但付款改三六一。", subject=approval.subject)
    said = f"同意，但{words}"
    seat.decide(SeatState.REJECTED, work.now, said)
    approval.counter = {
        "words": words,
        "discount_ppm": command.discount_ppm,
        "total_fen": command.total_fen,
        "terms": command.terms,
    }
    refuse(approval, actor.name, said, work)
    work.record(
        ApprovalCountered(
            subject=approval.subject,
            about=approval.about,
            revision=approval.revision,
            content_hash=approval.content_hash,
            by=actor.name,
            words=words,
            discount_ppm=command.discount_ppm,
            total_fen=command.total_fen,
            terms=command.terms,
        )
    )
    work.redraw(approval.about)


def turn(approval_id: int, version: int, actor: Actor, work: Work) -> tuple[Approval, Seat]:
    """Return the approval, locked, and the actor's seat in the current step; a refusal says what stands in the way."""
    approval = work.lock(Approval, approval_id)
    own = actor.person_id is not None and is_barred(approval, work.get(Person, actor.person_id), work.find.people)
    mine = [seat for seat in work.find.approvals.seats(approval.id) if seat.person_id == actor.person_id]
    if not own and not mine:
        raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
    approval.check_open(work.calendar, work.now)
    if own:
        raise NotAllowed(f"{approval.no} 是您自己提交的，不能自己审批，请等审批人处理。", subject=approval.subject)
    seat = next((seat for seat in mine if seat.step == approval.step), None)
    if seat is not None and seat.state is SeatState.GONE:
        raise Stale(f"{approval.no} {_who_has_it(seat, work)}。", subject=approval.subject)
    if seat is not None and seat.at is not None:
        at = said_clock(seat.at, work.calendar.zone, now=work.now)
        raise Stale(f"{approval.no} 您已于 {at} 同意，正在等其他审批人。", subject=approval.subject)
    if seat is None or version not in (0, approval.version):
        raise Stale(f"{approval.no} {_why_not_now(approval, mine, work)}。", subject=approval.subject)
    return approval, seat


def _who_has_it(seat: Seat, work: Work) -> str:
    """Return where the say of somebody has gone who has none any more."""
    seats = work.find.approvals.seats(seat.approval_id, step=seat.step)
    away = next((other for other in seats if other.for_id == seat.person_id and other.state is SeatState.WAITING), None)
    if away is None:
        return f"已经不由您审批（{seat.comment}），请等现在的审批人处理" if seat.comment else "已经不由您审批"
    return f"正由{work.get(Person, away.person_id).name}代您审批；要自己批，请先发“取消代批”"


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
