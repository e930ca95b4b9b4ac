"""Random lives of approvals as values, without a database: never stuck, an end is an end, nobody is left out."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta

import pytest

from domain.approvals.approval import Approval, ApprovalState, Seat, SeatState
from domain.approvals.flow import CARRIED, add_after, hand_on, proceed, stand_beside, waiting
from domain.approvals.steps import is_settled

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PEOPLE = range(1, 13)
LINE = {person: person + 20 for person in PEOPLE}
"""Everybody's leader, who stands in for him."""


def asked(chance: random.Random) -> tuple[Approval, list[Seat]]:
    """Return an approval of one to four steps with one to three people each."""
    modes = [chance.choice(["any", "all"]) for _ in range(chance.randint(1, 4))]
    approval = Approval(
        no="SP-1",
        about="quote:1",
        about_no="Q-1",
        revision=1,
        content_hash="0" * 64,
        exhibit={},
        requester_id=99,
        barred=[99],
        rule="随机",
        policy="0" * 8,
        modes=modes,
        nodes=[str(step) for step in range(len(modes))],
        ladder={"skip_repeated": chance.random() < 0.7},
        asked_at=NOON,
        step_since=NOON,
    )
    approval.id = 1
    seats = [
        Seat(approval_id=1, step=step, person_id=person)
        for step in range(len(modes))
        for person in chance.sample(PEOPLE, chance.randint(1, 3))
    ]
    return approval, seats


def live(chance: random.Random) -> ApprovalState:
    """Let people say yes, hand on, add signatures and be stood in for until it ends; check it after every deed."""
    approval, seats = asked(chance)
    now = NOON
    for _ in range(60):
        now += timedelta(minutes=1)
        seat = chance.choice(waiting(approval, seats))
        taken = {each.person_id for each in seats if each.step == approval.step}
        free = [person for person in PEOPLE if person not in taken]
        match chance.choices(["yes", "no", "hand", "add", "climb"], [6, 0.3, 1, 0.5, 1])[0]:
            case "no":
                seat.decide(SeatState.REJECTED, now, "不行")
                approval.end(ApprovalState.REJECTED, str(seat.person_id), now)
                return ended(approval)
            case "hand" if free:
                seats.append(hand_on(seat, chance.choice(free), now, "转交"))
            case "add" if free and len(approval.modes) < 8:
                seats.append(add_after(approval, seats, chance.choice(free), "加签"))
            case "climb" if not seat.stands_in and LINE[seat.person_id] not in silenced(approval, seats):
                beside, new = stand_beside(approval, seats, LINE[seat.person_id], seat.person_id, now)
                seats += [beside] if new else []
            case _:
                seat.decide(SeatState.APPROVED, now, "")
                if proceed(approval, seats, now):
                    approval.end(ApprovalState.APPROVED, str(seat.person_id), now)
                    everybody_agreed(approval, seats)
                    return ended(approval)
        stands(approval, seats)
    return approval.state


def silenced(approval: Approval, seats: list[Seat]) -> set[int]:
    """Return who has spoken in this step, or handed his say on: nobody climbs to him again."""
    return {seat.person_id for seat in seats if seat.step == approval.step and seat.state is not SeatState.WAITING}


def stands(approval: Approval, seats: list[Seat]) -> None:
    """Check what must be true while it waits."""
    assert waiting(approval, seats), "somebody can decide it"
    here = [seat for seat in seats if seat.step == approval.step]
    assert not is_settled(approval.modes[approval.step], here), "it waits for nothing in vain"
    places = [(seat.step, seat.person_id) for seat in seats]
    assert len(places) == len(set(places)), "one live card for one open say"
    assert len(approval.modes) == len(approval.nodes) > max(seat.step for seat in seats)
    later = [seat for seat in seats if seat.step > approval.step]
    assert all(seat.state is SeatState.WAITING and seat.since is None for seat in later), "each waits for his turn"


def everybody_agreed(approval: Approval, seats: list[Seat]) -> None:
    """Check that nobody whose word was needed was passed over, whoever stood in (R-111)."""
    for step, mode in enumerate(approval.modes):
        here = [seat for seat in seats if seat.step == step]
        agreed = {seat.person_id for seat in here if seat.state is SeatState.APPROVED}
        covered = {person for seat in here if seat.state is SeatState.APPROVED for person in seat.covers}
        asked = {seat.person_id for seat in here if seat.state is not SeatState.GONE and not seat.stands_in}
        assert agreed and (mode == "any" or asked <= agreed | covered)
        before = {seat.person_id for seat in seats if seat.step < step and seat.state is SeatState.APPROVED}
        assert {seat.person_id for seat in here if seat.comment == CARRIED} <= before


def ended(approval: Approval) -> ApprovalState:
    """Check that a final state never changes."""
    with pytest.raises(AssertionError):
        approval.end(ApprovalState.APPROVED, "另一个人", NOON)
    return approval.state


def test_random_lives() -> None:
    """``FLOWS=20000`` for a long walk."""
    states = [live(random.Random(seed)) for seed in range(int(os.environ.get("FLOWS", "400")))]
    assert {ApprovalState.APPROVED, ApprovalState.REJECTED} <= set(states)
