"""What is looked at after a fault: who waits, what was carried out how often, what hangs on the screens."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from storage import invariants
from storage.tables import inbox, outbox

if TYPE_CHECKING:
    from tests.support.house import House


async def catch_up(house: House, *, within: timedelta = timedelta(minutes=10), step: float = 1.0) -> float:
    """Let played time pass in steps until nothing waits; return how many played seconds it took."""
    passed = 0.0
    while await waiting(house):
        assert passed < within.total_seconds(), await left_over(house)
        house.playground.clock.advance(step)
        passed += step
        await house.engine.timers.run_due()
        house.engine.wake()
        await _attempted(house)
    return passed


async def _attempted(house: House) -> None:
    """Return when everything due has been taken up, or after a quarter of a real second."""
    try:
        async with asyncio.timeout(0.25):
            while await house.engine.database.read(lambda session: _due(session, house.engine.clock.now())):
                await asyncio.sleep(0.01)  # another loop's queue: there is nothing to be woken by
    except TimeoutError:
        return


def _due(session: Any, now: Any) -> int:
    taken = select(func.count()).select_from(inbox).where(inbox.c.state == "ready", inbox.c.not_before <= now)
    told = select(func.count()).select_from(outbox)
    told = told.where((outbox.c.state == "leased") | (outbox.c.state == "ready") & (outbox.c.due <= now))
    return int(session.execute(taken).scalar_one() + session.execute(told).scalar_one())


async def waiting(house: House) -> int:
    """Return how many rows of inbox and outbox are still open."""
    return sum(number for _, number in await left_over(house))


async def left_over(house: House) -> list[tuple[str, int]]:
    """Return the open rows by queue and state."""

    def look(session: Any) -> list[tuple[str, int]]:
        return [
            (f"{table.name}.{state}", number)
            for table, states in ((inbox, ("ready", "fetch")), (outbox, ("ready", "leased")))
            for state, number in session.execute(
                select(table.c.state, func.count()).where(table.c.state.in_(states)).group_by(table.c.state)
            )
        ]

    return list(await house.engine.database.read(look))


async def effects(house: House) -> dict[str, int]:
    """Return how often each kept callback was carried out."""
    return dict(await house.engine.database.read(invariants.effects_per_key))


async def promises(house: House) -> Counter[str]:
    """Return the rows of the outbox by state."""
    query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    rows = await house.engine.database.read(lambda session: session.execute(query).all())
    return Counter(dict(rows))


async def arrivals(house: House) -> int:
    """Return how many rows the inbox has."""
    query = select(func.count()).select_from(inbox)
    return int(await house.engine.database.read(lambda session: session.execute(query).scalar_one()))


async def books_are_right(house: House) -> None:
    """Every callback was carried out exactly once, and every rule of the books holds."""
    assert {key: times for key, times in (await effects(house)).items() if times != 1} == {}

    def look(session: Any) -> list[invariants.Violation]:
        return list(invariants.violations(session, house.engine.files.exists))

    assert await house.engine.database.read(look) == []


def heard(house: House, name: str) -> list[str]:
    """Return what the bot's messages on this person's screen say now, oldest first."""
    return [shown.words for shown in house.screen(name) if not shown.mine]
