"""R-40: nobody was there for days; afterwards one reminder for each thing and person, and none in the night."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from storage.tables import timers
from tests.reliability.aftermath import books_are_right, catch_up, heard
from tests.support.house import House, open_house
from tests.support.staff import submitted_quote


async def states(house: House, kind: str) -> Counter[str]:
    """Return how the promises of one kind of command stand."""
    query = select(timers.c.state).where(timers.c.command["type"].as_string() == kind)
    rows = await house.engine.database.read(lambda session: session.scalars(query).all())
    return Counter(rows)


def nagged(house: House, name: str) -> list[str]:
    """Return what reminds this person of approvals."""
    return [words for words in heard(house, name) if words.startswith("提醒：") or "已超时" in words]


async def test_the_whole_ladder_of_days_is_one_message(sqlite_url: str, tmp_path: Path) -> None:
    """Twenty approvals wait over a weekend of downtime: reminded and escalated, but told once each."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        for _ in range(20):
            await submitted_quote(house)
        await catch_up(house, step=10.0)
        assert nagged(house, "周敏") == []
    async with open_house(sqlite_url, tmp_path, mix="wecom", at="2025-11-24T10:00:00+08:00") as house:
        await house.engine.timers.run_due()
        await catch_up(house, step=10.0)
        assert await states(house, "RemindApproval") == {"cancelled": 20}
        steps = await states(house, "EscalateApproval")
        assert steps == {"fired": 20, "pending": 20}, "one step of the ladder each, the next one is still to come"
        for name in ("周敏", "秦岚"):
            assert len(nagged(house, name)) == 20
            assert len(set(nagged(house, name))) == 20
        await books_are_right(house)


async def test_nobody_is_reminded_in_the_night(sqlite_url: str, tmp_path: Path) -> None:
    """The process comes back at two in the morning; the reminder is told at eight, not before and not twice."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        await submitted_quote(house)
        await catch_up(house, step=10.0)
    async with open_house(sqlite_url, tmp_path, mix="wecom", at="2025-11-21T02:00:00+08:00") as house:
        await house.passes(timedelta(0))
        await house.passes(timedelta(hours=5, minutes=58))
        assert nagged(house, "周敏") == []
        assert await states(house, "RemindApproval") == {"pending": 1}
        await house.passes(timedelta(minutes=3))
        assert len(nagged(house, "周敏")) == 1
        await house.passes(timedelta(minutes=30))
        assert len(nagged(house, "周敏")) == 1
        await books_are_right(house)
