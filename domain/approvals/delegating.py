"""Deciding for somebody who is away: ``我下周二到周五出差 报价让老周代批 超50万的还是发我``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actor import Actor
from domain.approvals.approval import CARD, Approval, ApprovalState
from domain.approvals.barred import may_be_given
from domain.approvals.delegation import Delegation
from domain.approvals.events import DelegationBegun, DelegationEnded, DelegationMade, StepHandedOn
from domain.approvals.flow import hand_on, waiting
from domain.clock import WorkCalendar, said_moment
from domain.errors import Invalid, NotAllowed, NotFound
from domain.messages import Command
from domain.money import said_roughly
from domain.people.person import Person
from domain.policy_approvals import KINDS
from domain.work import Work

_LONGEST = timedelta(days=92)


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegateApprovals(Command):
    """Let ``to`` (a name) decide for the actor from ``begins`` until ``ends`` (half open); see ``Delegation``."""

    to: str
    begins: datetime
    ends: datetime
    kinds: tuple[str, ...] = ()
    max_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDelegations(Command):
    """The actor decides himself again, from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginDelegation(Command):
    """Its first moment has come."""

    delegation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishDelegation(Command):
    """Its last moment has passed."""

    delegation_id: int


def delegate_approvals(command: DelegateApprovals, actor: Actor, work: Work) -> str:
    """Return who decides, from when to when, and what, in words; both are told when it begins and when it ends."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能委托审批。")
    to = work.find.people.called(command.to)
    if to is None:
        raise NotFound(f"没有找到“{command.to}”，请写代批人的全名，例如：我下周二到周五出差，报价让周敏代批。")
    if to.id == actor.person_id:
        raise Invalid("代批人不能是您自己，请写别人的名字。")
    if command.ends <= work.now or command.begins >= command.ends or command.ends - command.begins > _LONGEST:
        raise Invalid("代批的日子要从早到晚写、还没过去、最长三个月，例如：我下周二到周五出差，报价让周敏代批。")
    begins = max(command.begins, work.now)
    work.lock(Person, actor.person_id)
    for other in work.find.approvals.delegations(actor.person_id, begins, command.ends):
        was = work.get(Person, other.to_id).name
        raise Invalid(f"那几天的审批已经交给{was}代批了。要改请先发“取消代批”，再重新说。")
    if work.find.approvals.delegations(to.id, begins, command.ends):
        raise Invalid(f"{to.name}那几天自己也不在，审批已交给别人。请另找一位代批人。")
    made = work.add(
        Delegation(
            person_id=actor.person_id,
            to_id=to.id,
            begins=begins,
            ends=command.ends,
            made_at=work.now,
            kinds=list(command.kinds),
            max_fen=command.max_fen,
        )
    )
    work.flush()
    work.record(
        DelegationMade(
            subject=made.subject,
            name=actor.name,
            to=to.name,
            begins=begins,
            ends=command.ends,
            max_fen=command.max_fen,
        )
    )
    work.promise(f"delegation:{made.id}:end", command.ends, FinishDelegation(delegation_id=made.id))
    if begins <= work.now:
        begin_delegation(BeginDelegation(delegation_id=made.id), actor, work)
    else:
        work.promise(f"delegation:{made.id}:begin", begins, BeginDelegation(delegation_id=made.id))
        work.say(to.id, f"{actor.name}请您代批，{said_scope(made, work.calendar, work.now)}。到时会再提醒您。")
    return f"由{to.name}代批：{said_scope(made, work.calendar, work.now)}"


def end_delegations(command: EndDelegations, actor: Actor, work: Work) -> int:
    """Return how many were ended."""
    del command
    assert actor.person_id is not None
    found = work.find.approvals.delegations(actor.person_id, work.now, work.now + 4 * _LONGEST)
    if not found:
        raise Invalid("您现在没有委托别人代批，不用取消。")
    for each in found:
        _end(each, work)
    return len(found)


def begin_delegation(command: BeginDelegation, actor: Actor, work: Work) -> None:
    """Move what waits for the one who is away, and tell both."""
    del actor
    made = work.lock(Delegation, command.delegation_id)
    if made.ended_at is not None or made.begins > work.now:
        return
    person, to = work.get(Person, made.person_id), work.get(Person, made.to_id)
    work.record(DelegationBegun(subject=made.subject, name=person.name, to=to.name))
    scope = said_scope(made, work.calendar, work.now)
    work.say(to.id, f"从现在起您代{person.name}审批：{scope}。")
    work.say(person.id, f"代批开始：{scope}，由{to.name}处理。提前回来请发“取消代批”。")
    for approval in _open_of(person.id, work):
        for seat in seat_delegates(approval, work):
            work.tell(seat, CARD, approval.subject)
        work.redraw(approval.subject)


def finish_delegation(command: FinishDelegation, actor: Actor, work: Work) -> None:
    """Give back what still waits, and tell both."""
    del actor
    made = work.lock(Delegation, command.delegation_id)
    if made.ended_at is None and made.ends <= work.now:
        _end(made, work)


def seat_delegates(approval: Approval, work: Work) -> list[int]:
    """Give the says of those who are away in the step that waits to whom they named; return who has got one.

    It stays with himself when the other is barred, answers to the asker, has left, or has a say in this step already:
    what two people have to sign is not signed by one.
    """
    seats = work.find.approvals.seats(approval.id)
    given: list[int] = []
    for seat in waiting(approval, seats):
        made = work.find.approvals.delegation_of(seat.person_id, work.now)
        if seat.for_id is not None or made is None or not made.covers(approval):
            continue
        to = work.get(Person, made.to_id)
        seated = {each.person_id for each in seats if each.step == approval.step} | set(given)
        if to.id in seated or not may_be_given(approval, to, work.find.people):
            continue
        work.add(hand_on(seat, to.id, work.now, "代批", for_id=seat.person_id))
        work.flush()
        given.append(to.id)
        work.record(
            StepHandedOn(
                subject=approval.subject,
                step=approval.step,
                was=work.get(Person, seat.person_id).name,
                now=to.name,
                reason="代批",
            )
        )
    return given


def said_scope(made: Delegation, calendar: WorkCalendar, now: datetime) -> str:
    """Return ``11月25日（周二）00:00 到 11月28日（周五）24:00，报价，不超过50万元的（50万元整也在内）``."""
    today = calendar.local(now).date()
    last = made.ends - timedelta(microseconds=1)
    midnight = calendar.local(made.ends).time().isoformat() == "00:00:00"
    until = said_moment(last if midnight else made.ends, calendar.zone, today=today)
    until = f"{until[:-5]}24:00" if midnight else until
    kinds = "、".join(KINDS.get(kind, kind) for kind in made.kinds) or "全部审批"
    amount = said_roughly(made.max_fen) if made.max_fen is not None else ""
    limit = f"，不超过{amount}的（{amount}整也在内），更大的仍由本人审批" if amount else ""
    return f"{said_moment(made.begins, calendar.zone, today=today)} 到 {until}，{kinds}{limit}"


def _end(made: Delegation, work: Work) -> None:
    begun = made.begins <= work.now
    made.ended_at = work.now
    work.cancel_like(f"delegation:{made.id}:")
    work.flush()
    person, to = work.get(Person, made.person_id), work.get(Person, made.to_id)
    work.record(DelegationEnded(subject=made.subject, name=person.name, to=to.name))
    work.say(to.id, f"代{person.name}审批{'到此结束' if begun else '取消了'}，谢谢。")
    work.say(person.id, f"代批{'结束' if begun else '已取消'}，审批回到您本人。")
    for approval in _open_of(to.id, work):
        seats = work.find.approvals.seats(approval.id)
        for seat in waiting(approval, seats):
            if seat.person_id != to.id or seat.for_id != person.id:
                continue
            own = next((each for each in seats if (each.step, each.person_id) == (seat.step, person.id)), None)
            assert own is not None
            seat.give_up(work.now, "代批结束")
            own.wait_again(work.now)
            work.flush()
            work.tell(person.id, CARD, approval.subject)
        work.redraw(approval.subject)


def _open_of(person_id: int, work: Work) -> list[Approval]:
    """Return what waits for somebody, locked."""
    ids = dict.fromkeys(seat.approval_id for seat in work.find.approvals.waiting_seats_of(person_id))
    locked = [work.lock(Approval, id_) for id_ in ids]
    return [approval for approval in locked if approval.state is ApprovalState.PENDING]
