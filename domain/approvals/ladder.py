"""What happens when approvers stay silent or leave: told again, then one step up. Time never approves (R-111)."""

from __future__ import annotations

from domain.actor import Actor
from domain.approvals.approval import CARD, Approval, ApprovalState, Seat, SeatState
from domain.approvals.asking import give_back, go_on, promise_ladder
from domain.approvals.barred import may_be_given
from domain.approvals.events import ApprovalEscalated, ApprovalReminded, ApproverReplaced
from domain.approvals.flow import stand_beside, waiting
from domain.approvals.steps import head_of, next_above, stand_in
from domain.approvals.timers import EscalateApproval, RemindApproval, ReturnApproval
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
    """Seat the leaders beside those who are silent, and tell both sides; come back until somebody decides.

    What is 重大 goes to the head of the department at once; of the rest the nearest leader is asked first.
    """
    del actor
    approval = work.lock(Approval, command.approval_id)
    if approval.state is not ApprovalState.PENDING or approval.step != command.step:
        return
    seated = {seat.person_id for seat in work.find.approvals.seats(approval.id, step=approval.step)}
    since = said_clock(approval.step_since, work.calendar.zone, now=work.now)
    said = f"{approval.no}（{approval.about_no}）"
    added: list[str] = [*_fill_empty(approval, work)]
    for seat in _highest(_waiting(approval, work)):
        silent = work.get(Person, seat.person_id)
        leader = _climb(approval, silent, seated, work)
        if leader is None:
            work.say(silent.id, f"{said}从 {since} 起等您审批，请尽快处理。")
            work.tell(silent.id, CARD, approval.subject)
            continue
        covers = seat.covers or [silent.id]
        for covered in covers:
            if _stand_beside(approval, leader, covered, work):
                added.append(leader.name)
                work.tell(leader.id, CARD, approval.subject)
        work.say(leader.id, f"{said}从 {since} 起等{silent.name}审批，已超时，您也可以处理。")
        work.say(silent.id, f"{said}已超时，同时转给了{leader.name}。")
    # The cards already out stay as they are: a WeCom card can be redrawn once, and the decision needs that.
    work.record(ApprovalEscalated(subject=approval.subject, step=approval.step, people=tuple(added)))
    promise_ladder(approval, work, again=True)


def return_approval(command: ReturnApproval, actor: Actor, work: Work) -> None:
    """Give it back to the asker, where the rule says so; whoever was silent is told."""
    del actor
    approval = work.lock(Approval, command.approval_id)
    if approval.state is not ApprovalState.PENDING or approval.step != command.step:
        return
    silent = [work.get(Person, seat.person_id) for seat in _waiting(approval, work)]
    give_back(approval, work)
    names = "、".join(person.name for person in silent)
    for person in silent:
        work.say(person.id, f"{approval.no}（{approval.about_no}）一直没有处理，已退回提交人。")
    waited = f"，一直在等{names}" if names else ""
    work.say(
        approval.requester_id,
        f"{approval.no}（{approval.about_no}）超时没有审批{waited}，已退回给您，可以催过以后再提交。",
    )
    work.redraw(approval.about)


def replace_leaver(event: PersonLeft, actor: Actor, work: Work) -> None:
    """Reaction: whoever left decides nothing any more; another takes his place where he was needed (R-58, R-59).

    Where all must agree the place is always filled; where one of several is enough, only when nobody is left.
    Whoever stood in for somebody away gives the say back to him.
    """
    del actor
    leaver = work.get(Person, int(event.subject.partition(":")[2]))
    if leaver.active:
        return
    for found in work.find.approvals.waiting_seats_of(leaver.id):
        approval = work.lock(Approval, found.approval_id)
        seats = work.find.approvals.seats(approval.id)
        seat = next((each for each in seats if each.id == found.id), found)
        if approval.state is not ApprovalState.PENDING or seat.step < approval.step:
            continue
        seat.give_up(work.now, f"{leaver.name}已离开")
        work.flush()
        _fill(approval, seat, leaver, work)


def _fill(approval: Approval, seat: Seat, leaver: Person, work: Work) -> None:
    others = work.find.approvals.seats(approval.id, step=seat.step)
    own = next((each for each in others if each.person_id == seat.for_id), None)
    if own is not None and work.get(Person, own.person_id).active:
        own.wait_again(work.now)
        work.flush()
        _replaced(approval, seat, leaver, work.get(Person, own.person_id), work)
        return
    left = any(other.state is SeatState.WAITING for other in others)
    if left and (approval.modes[seat.step] == "any" or seat.stands_in):
        return
    barred = {*approval.barred, *(other.person_id for other in others)}
    person = stand_in(leaver.id, barred, work.find.people)
    if person is not None:
        work.add(
            Seat(
                approval_id=approval.id,
                step=seat.step,
                person_id=person.id,
                stands_in=seat.stands_in,
                covers=list(seat.covers),
                since=work.now if seat.step == approval.step else None,
            )
        )
        work.flush()
        _replaced(approval, seat, leaver, person, work)
    elif not left and not any(other.state is SeatState.APPROVED for other in others):
        work.say(approval.requester_id, f"{approval.no} 的审批人{leaver.name}已离开，没有人能接替，请联系管理员。")
    elif seat.step == approval.step:
        # The others of the step have agreed already, nobody can take his place: it would wait for ever.
        last = next(other for other in reversed(others) if other.state is SeatState.APPROVED)
        go_on(approval, work.get(Person, last.person_id).name, "", work)


def _fill_empty(approval: Approval, work: Work) -> list[str]:
    """Seat somebody in a step that nobody is left to decide; return who it is."""
    if _waiting(approval, work):
        return []
    person = stand_in(approval.requester_id, approval.barred, work.find.people)
    seats = work.find.approvals.seats(approval.id, step=approval.step)
    if person is None or any(seat.person_id == person.id for seat in seats):
        return []
    work.add(Seat(approval_id=approval.id, step=approval.step, person_id=person.id, since=work.now))
    work.flush()
    work.tell(person.id, CARD, approval.subject)
    return [person.name]


def _replaced(approval: Approval, seat: Seat, leaver: Person, person: Person, work: Work) -> None:
    if seat.step == approval.step:
        work.tell(person.id, CARD, approval.subject)
    work.record(ApproverReplaced(subject=approval.subject, step=seat.step, left=leaver.name, now=person.name))


def _climb(approval: Approval, silent: Person, seated: set[int], work: Work) -> Person | None:
    standing = _standing(approval, work)
    # Who stands in for one may stand in for another too, but nobody climbs to himself or to those beside him.
    barred = {*approval.barred, *(seated if silent.id in standing else seated - standing)}
    leader = (
        head_of(silent.id, barred, work.find.people)
        if approval.ladder.get("critical")
        else next_above(silent.id, barred, work.find.people)
    )
    return leader if leader is not None and may_be_given(approval, leader, work.find.people) else None


def _standing(approval: Approval, work: Work) -> set[int]:
    """Return who stands in already: he may cover one more who is silent."""
    return {seat.person_id for seat in _waiting(approval, work) if seat.stands_in}


def _highest(seats: list[Seat]) -> list[Seat]:
    """Return those to climb from: the stand-ins, where there are some already, else all who are silent."""
    return [seat for seat in seats if seat.stands_in] or seats


def _stand_beside(approval: Approval, leader: Person, covered: int, work: Work) -> bool:
    seat, new = stand_beside(approval, work.find.approvals.seats(approval.id), leader.id, covered, work.now)
    if new:
        work.add(seat)
    work.flush()
    return new


def _waiting(approval: Approval, work: Work) -> list[Seat]:
    return waiting(approval, work.find.approvals.seats(approval.id))
