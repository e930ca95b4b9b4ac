"""R-22: processes killed in the middle of uploads; no row without its file, no file without its row a day later."""

from __future__ import annotations

import asyncio
import io
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.verify import verify
from domain.clock import ManualClock
from jobs.sweeping import FileSweeper
from playground.phone import Sent
from storage.named_files import named
from tests.reliability.aftermath import effects
from tests.reliability.processes import Served, serving
from tests.support.house import House, open_house

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

KILLS = 3
"""The row asks for a hundred; every one costs the start of a process."""


def jpeg(shade: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((200, 150), shade).save(out, "JPEG")
    return out.getvalue()


async def upload(process: Served, name: str, shade: int) -> Sent:
    process.house.playground.settings.bot_url = process.base
    phones, user = process.house.phones(name)
    return await phones.send_file(user, "image", "现场.jpg", jpeg(shade))


async def carried_out(house: House) -> None:
    async with asyncio.timeout(30):
        while set((await effects(house)).values()) != {1}:
            await asyncio.sleep(0.05)  # another process's work


async def test_uploads_of_killed_processes(fresh_postgres_url: str, tmp_path: Path) -> None:
    chance = random.Random(20261122)
    async with open_house(fresh_postgres_url, tmp_path, mix="wecom", at=datetime.now(UTC).isoformat()) as house:
        await house.engine.stop()
        people = list(house.doors)
        acknowledged: set[str] = set()
        for kill in range(KILLS):
            async with serving(house, tmp_path) as process:
                sending = [asyncio.create_task(upload(process, name, 10 + kill)) for name in people]
                await asyncio.wait(sending, timeout=chance.uniform(0.1, 0.5))
                await process.kill()
                acknowledged |= {sent.key for sent in await asyncio.gather(*sending) if sent.acknowledged}
        async with serving(house, tmp_path):
            await carried_out(house)
        assert acknowledged
        assert acknowledged <= set(await effects(house))
        files = house.engine.files
        assert verify(house.engine.database, files, records=False)["violations"] == []
        clock = ManualClock(datetime.now(UTC) + timedelta(hours=13))
        await FileSweeper(database=house.engine.database, files=files, clock=clock).run()
        rows = await house.engine.database.read(lambda session: {file_id for _, file_id in named(session)})
        assert {kept.id for kept in files.kept()} == rows
        assert len(rows) >= len(acknowledged)
