"""R-32: a platform that does not answer costs the other one nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.tables import outbox
from tests.reliability.aftermath import catch_up, heard
from tests.support.house import House, open_house

PAIRS = {"dingtalk": ("何雨", "陈静"), "wecom": ("陈静", "何雨")}


async def errors(house: House) -> list[str]:
    """Return what deliveries have failed with so far."""
    query = select(outbox.c.error).where(outbox.c.error.is_not(None))
    return await house.engine.database.read(lambda session: list(session.scalars(query)))


@pytest.mark.parametrize("hanging", PAIRS)
async def test_the_other_platform_is_answered_before_the_first_call_gives_up(hanging: str, tmp_path: Path) -> None:
    """Forty answers wait for a platform that hangs; a conversation on the other one goes on as always."""
    stuck, lively = PAIRS[hanging]
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, mix="mixed") as house:
        fault = house.playground.faults.add(hanging, "*", "hang", seconds=60.0)
        for _ in range(20):
            await house.says(stuck, "帮助")
        async with asyncio.timeout(10):
            while fault.struck == 0:
                await asyncio.sleep(0.01)
        for turn in range(3):
            await house.says(lively, "帮助")
            async with asyncio.timeout(5):
                while len(heard(house, lively)) <= turn:
                    await asyncio.sleep(0.01)
        # Had one of its calls given up (after ten seconds), its answers might have waited for that.
        assert [error for error in await errors(house) if "应答很慢" not in error] == []
        assert heard(house, stuck) == []
        house.playground.faults.clear()
        await catch_up(house)
        assert len(heard(house, stuck)) == 20
        assert len(heard(house, lively)) == 3
