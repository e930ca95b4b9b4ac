"""Several processes on one PostgreSQL, one of them killed; one process told to stop in the middle of its work."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.opening import open_files
from bot.settings import load_settings
from bot.verify import verify
from playground.phone import Sent
from storage.tables import inbox, timeline
from tests.reliability.aftermath import catch_up, effects, heard
from tests.reliability.processes import serving
from tests.support.house import House, open_house

pytestmark = pytest.mark.postgres


def now() -> str:
    return datetime.now(UTC).isoformat()


async def orders_kept(house: House) -> bool:
    """Tell whether everybody's messages were carried out in the order in which they were kept."""
    query = (
        select(inbox.c.conversation, timeline.c.seq)
        .join(timeline, timeline.c.key == inbox.c.key)
        .where(timeline.c.event == "Handled")
        .order_by(inbox.c.id)
    )
    by_person: dict[str, list[int]] = defaultdict(list)
    for conversation, seq in await house.engine.database.read(lambda session: session.execute(query).all()):
        by_person[conversation].append(seq)
    assert by_person
    return all(before < after for seqs in by_person.values() for before, after in pairwise(seqs))


def helped(house: House, name: str) -> list[str]:
    """Return the answers to 帮助; what else a process tells by itself that day is not counted."""
    return [words for words in heard(house, name) if words.startswith("直接打一句话就行")]


async def test_two_processes_share_the_work_and_one_dies(fresh_postgres_url: str, tmp_path: Path) -> None:
    """R-10, R-18, R-37: sixty messages of fifteen people at either process; one is killed half-way."""
    async with (
        open_house(fresh_postgres_url, tmp_path, mix="wecom", at=now()) as house,
        serving(house, tmp_path) as other,
    ):
        people = list(house.doors)
        house.playground.wecom.knobs.duplicates = 1
        sent: list[Sent] = []

        async def talks(name: str, turns: range) -> None:
            for turn in turns:
                at_other = other.child.returncode is None and (turn + people.index(name)) % 2
                house.playground.settings.bot_url = other.base if at_other else house.base
                phones, user = house.phones(name)
                sent.append(await phones.say(user, f"帮助{'？' * turn}"))

        await asyncio.gather(*(talks(name, range(2)) for name in people))
        dying = asyncio.create_task(other.kill())
        await asyncio.gather(*(talks(name, range(2, 4)) for name in people))
        await dying
        await catch_up(house, step=10.0)

        acknowledged = {each.key for each in sent if each.acknowledged}
        assert len(acknowledged) >= 55
        report = verify(house.engine.database, open_files(load_settings(None, house.environ)), records=True)
        assert report["violations"] == []
        assert acknowledged <= set(report["records"])
        assert set(report["records"].values()) == {1}
        assert await orders_kept(house)
        assert sum(len(helped(house, name)) for name in people) == len(report["records"])


async def test_a_process_told_to_stop_loses_nothing(fresh_postgres_url: str, tmp_path: Path) -> None:
    """R-24: stopped under load, within ten seconds; the next one carries out what the last one kept."""
    async with open_house(fresh_postgres_url, tmp_path, mix="wecom", at=now()) as house:
        await house.engine.stop()
        people = list(house.doors)
        async with serving(house, tmp_path) as process:
            talk = asyncio.gather(*(process.says(name, "帮助") for name in people * 2))
            async with asyncio.timeout(20):
                while not await effects(house):
                    await asyncio.sleep(0.01)  # another process's work
            assert await process.terminate() == 0
            sent: list[Sent] = await talk
        acknowledged = {each.key for each in sent if each.acknowledged}
        assert acknowledged
        async with serving(house, tmp_path):
            async with asyncio.timeout(20):
                while set((await effects(house)).values()) != {1}:
                    await asyncio.sleep(0.05)  # another process's work
            await house.settle()
        assert acknowledged <= set(await effects(house))
        assert sum(len(helped(house, name)) for name in people) == len(await effects(house))
