"""What happens when approvers stay silent or leave: told again, then one step up. Time never approves (R-111)."""

from __future__ import annotations

from domain.actor import Actor
from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.approvals.asking import CARD
from domain.approvals.events import ApprovalEscalated, ApprovalReminded, ApproverReplaced
from domain.approvals.steps import next_above, stand_in
from domain.approvals.timers import EscalateApproval, RemindApproval
from domain.clock import said_clock
from domain.people.commands import PersonLeft
from domain.people.person import Person
from domain.work import Work


def remind_approval(command: RemindApproval, actor: Actor, work: Work) -> None:
    """Say it again, with the card."""
    del actor
    approval = work.lock(Approval, command.approval_id)
    if approval.state is not ApprovalState.PENDING or approval.step != command.step:
        return
    silent = [work.get(Person, seat.person_id) for seat in _waiting(approval, work)]
    since = said_clock(approval.step_since, work.calendar.zone, now=work.now)
    for person in silent:
        work.say(person.id, f"提醒：{approval.no}（{approval.about_no}）从 {since} 起等您审批。")
        work.tell(person.id, CARD, approval.subject)
    work.record(
        ApprovalReminded(subject=approval.subject, step=approval.step, people=tuple(person.name for person in silent))
    )


def escalate_approval(command: EscalateApproval, actor: Actor, work: Work) -> None:
    """Seat the leaders beside those who are silent, and tell both sides."""
    del actor
    approval = work.lock(Approval, command.approval_id)
    if approval.state is not ApprovalState.PENDING or approval.step != command.step:
        return
    seats = work.find.approvals.seats(approval.id, step=approval.step)
    seated = {seat.person_id for seat in seats}
    since = said_clock(approval.step_since, work.calendar.zone, now=work.now)
    said = f"{approval.no}（{approval.about_no}）"
    added: list[str] = []
    for seat in _waiting(approval, work):
        silent = work.get(Person, seat.person_id)
        leader = next_above(silent.id, {*approval.barred, *seated}, work.find.people)
        if leader is None:
            work.say(silent.id, f"{said}从 {since} 起等您审批，请尽快处理。")
            work.tell(silent.id, CARD, approval.subject)
            continue
        seated.add(leader.id)
        _seat(approval, leader, work)
        added.append(leader.name)
        work.say(leader.id, f"{said}从 {since} 起等{silent.name}审批，已超时，您也可以处理。")
        work.say(silent.id, f"{said}已超时，同时转给了{leader.name}。")
    # The cards already out stay as they are: a WeCom card can be redrawn once, and the decision needs that.
    work.record(ApprovalEscalated(subject=approval.subject, step=approval.step, people=tuple(added)))


def replace_leaver(event: PersonLeft, actor: Actor, work: Work) -> None:
    """Reaction: whoever left decides nothing any more; a step nobody is left to decide gets a stand-in (R-58, R-59)."""
    del actor
    leaver = work.get(Person, int(event.subject.partition(":")[2]))
    if leaver.active:
        return
    for seat in work.find.approvals.waiting_seats_of(leaver.id):
        approval = work.lock(Approval, seat.approval_id)
        if approval.state is not ApprovalState.PENDING or seat.step < approval.step:
            continue
        seat.decide(SeatState.GONE, work.now, "")
        work.flush()
        others = work.find.approvals.seats(approval.id, step=seat.step)
        if any(other.state is SeatState.WAITING for other in others):
            continue
        barred = {*approval.barred, *(other.person_id for other in others)}
        person = stand_in(leaver.id, barred, work.find.people)
        if person is None:
            work.say(approval.requester_id, f"{approval.no} 的审批人{leaver.name}已离开，没有人能接替，请联系管理员。")
            continue
        _seat(approval, person, work, step=seat.step)
        work.record(ApproverReplaced(subject=approval.subject, step=seat.step, left=leaver.name, now=person.name))


def _waiting(approval: Approval, work: Work) -> list[Seat]:
    seats = work.find.approvals.seats(approval.id, step=approval.step)
    return [seat for seat in seats if seat.state is SeatState.WAITING]


def _seat(approval: Approval, person: Person, work: Work, *, step: int | None = None) -> None:
    at = approval.step if step is None else step
    work.add(Seat(approval_id=approval.id, step=at, person_id=person.id, stands_in=True))
    work.flush()
    if at == approval.step:
        work.tell(person.id, CARD, approval.subject)
