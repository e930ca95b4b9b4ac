"""How an approval moves, as pure deeds on its row and its seats; loading, saving and telling happen around them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.approvals.approval import Approval, Seat, SeatState
from domain.approvals.steps import is_settled

CARRIED = "前面已同意，不再重复审批"


def waiting(approval: Approval, seats: Sequence[Seat]) -> list[Seat]:
    """Return whose turn it is."""
    return [seat for seat in seats if seat.step == approval.step and seat.state is SeatState.WAITING]


def proceed(approval: Approval, seats: Sequence[Seat], now: datetime) -> bool:
    """Go on to the first step whose yeses do not suffice yet; True when the last one is settled.

    Whoever has said yes for himself in an earlier step is not asked again, unless the policy wants him to be.
    """
    while is_settled(approval.modes[approval.step], _at(approval.step, seats)):
        if not approval.next_step(now):
            return True
        if approval.ladder.get("skip_repeated"):
            _carry(approval, seats, now)
    return False


def hand_on(seat: Seat, to_id: int, now: datetime, reason: str, *, for_id: int | None = None) -> Seat:
    """Give a say to somebody else; ``for_id`` when he has it only while that one is away."""
    seat.give_up(now, reason)
    return Seat(
        approval_id=seat.approval_id,
        step=seat.step,
        person_id=to_id,
        stands_in=seat.stands_in,
        covers=list(seat.covers),
        for_id=for_id,
        since=now,
    )


def add_after(approval: Approval, seats: Sequence[Seat], person_id: int, node: str) -> Seat:
    """Ask one more person right behind the step that waits (加签)."""
    place = approval.add_step(node, "any")
    # From the end, so that no two seats of a person share a step at any moment.
    for seat in sorted((each for each in seats if each.step >= place), key=lambda each: -each.step):
        seat.step += 1
    return Seat(approval_id=approval.id, step=place, person_id=person_id)


def stand_beside(
    approval: Approval, seats: Sequence[Seat], person_id: int, covered: int, now: datetime
) -> tuple[Seat, bool]:
    """Let somebody decide beside one who is silent; return his seat and whether it is new."""
    known = next((seat for seat in waiting(approval, seats) if seat.stands_in and seat.person_id == person_id), None)
    if known is not None:
        if known.covers and covered not in known.covers:
            known.covers = [*known.covers, covered]
        return known, False
    seat = Seat(
        approval_id=approval.id, step=approval.step, person_id=person_id, stands_in=True, covers=[covered], since=now
    )
    return seat, True


def _at(step: int, seats: Sequence[Seat]) -> list[Seat]:
    return [seat for seat in seats if seat.step == step]


def _carry(approval: Approval, seats: Sequence[Seat], now: datetime) -> None:
    said = {
        seat.person_id
        for seat in seats
        if seat.step < approval.step and seat.state is SeatState.APPROVED and seat.for_id is None
    }
    for seat in waiting(approval, seats):
        if seat.person_id in said and seat.for_id is None:
            seat.since = now
            seat.decide(SeatState.APPROVED, now, CARRIED)
