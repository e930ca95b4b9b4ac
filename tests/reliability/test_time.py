"""Clocks that jump and processes that were not there: every promise is kept once, and none that is moot."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from domain.approvals.deciding import ApproveStep
from storage.tables import timers
from tests.reliability.aftermath import books_are_right, catch_up, heard
from tests.support.house import House, open_house
from tests.support.staff import act, submitted_quote

REMINDED = "起等您审批。"


async def reminders(house: House) -> dict[str, str]:
    """Return the state of every promised reminder of an approval by its name."""
    query = select(timers.c.name, timers.c.state).where(timers.c.command["type"].as_string() == "RemindApproval")
    rows = await house.engine.database.read(lambda session: session.execute(query).all())
    return dict(rows)


def reminded(house: House) -> int:
    return sum(REMINDED in words for words in heard(house, "周敏"))


def escalated(house: House) -> int:
    return sum("已超时" in words for words in heard(house, "周敏"))


async def test_a_clock_that_jumps_keeps_every_promise_once(sqlite_url: str, tmp_path: Path) -> None:
    """R-38: two hours back, then more than a day ahead, while five reminders wait for 16:30."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        for _ in range(5):
            await submitted_quote(house)
        await house.settle()
        clock = house.playground.clock
        clock.set(clock.now() - timedelta(hours=2).total_seconds())
        await house.passes(timedelta(hours=3, minutes=55))
        assert reminded(house) == 0
        assert set((await reminders(house)).values()) == {"pending"}
        await house.passes(timedelta(days=1))
        # The escalation fell due as well: it says all that the reminder would have said.
        assert (reminded(house), escalated(house)) == (0, 5)
        assert list((await reminders(house)).values()) == ["cancelled"] * 5
        clock.set(clock.now() - timedelta(days=1).total_seconds())
        await house.passes(timedelta(days=2))
        assert (reminded(house), escalated(house)) == (0, 5)
        await books_are_right(house)


async def test_what_fell_due_while_nobody_was_there_is_told_once(sqlite_url: str, tmp_path: Path) -> None:
    """R-36: fifty reminders fall due at 16:30; the process is down from before until ten minutes later."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        for _ in range(50):
            await submitted_quote(house)
        await catch_up(house, step=10.0)
        assert reminded(house) == 0
    async with open_house(sqlite_url, tmp_path, mix="wecom", at="2025-11-20T16:45:00+08:00") as house:
        await house.engine.timers.run_due()
        await catch_up(house, step=10.0)
        assert reminded(house) == 50
        assert list((await reminders(house)).values()) == ["fired"] * 50
        assert [message for message in house.playground.wecom.messages.sent if message.dropped] == []
        await books_are_right(house)


async def test_nobody_is_reminded_of_what_is_decided(sqlite_url: str, tmp_path: Path) -> None:
    """R-41: three approvals decided a second before their reminders are due, one left to wait."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        approvals = [(await submitted_quote(house))[1] for _ in range(4)]
        await house.settle()
        house.playground.clock.advance(timedelta(hours=1, minutes=59).total_seconds())
        for approval in approvals[:3]:
            await act(house, "周敏", ApproveStep(approval_id=approval))
        await house.passes(timedelta(hours=1))
        await catch_up(house)
        assert reminded(house) == 1
        assert sorted((await reminders(house)).values()) == ["cancelled"] * 3 + ["fired"]
        await books_are_right(house)
