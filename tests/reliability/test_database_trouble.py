"""The database goes away, comes back, or has no room: what was acknowledged is there, and what is not comes again."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from playground.phone import Sent
from tests.reliability.aftermath import arrivals, books_are_right, catch_up, effects, heard
from tests.support import postgres
from tests.support.house import House, open_house


@asynccontextmanager
async def away(server: postgres.Server, house: House) -> AsyncIterator[None]:
    """Cut every connection to the house's database and let in no new one, as a server that is down would."""
    name = str(house.engine.database.url.database)
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    async with await psycopg.AsyncConnection.connect(server.url, autocommit=True) as admin:
        await admin.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        try:
            await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            yield
        finally:
            await admin.execute(allow.format(sql.Identifier(name), sql.SQL("true")))


async def says(house: House, name: str, text: str) -> Sent:
    phones, user = house.phones(name)
    return await phones.say(user, text)


@pytest.mark.postgres
async def test_a_database_that_goes_away_and_comes_back(
    fresh_postgres_url: str, postgres_server: postgres.Server, tmp_path: Path
) -> None:
    """R-96: in the middle of messages; no acknowledgement meanwhile, and afterwards everything once."""
    async with open_house(fresh_postgres_url, tmp_path, mix="mixed") as house:
        house.playground.wecom.knobs.retry_on_status = True
        people = ["陈静", "魏巍", "罗成", "何雨", "周敏"]
        kept: list[Sent] = []
        kept += [await house.says(name, "帮助") for name in people]
        async with away(postgres_server, house):
            refused = await says(house, "陈静", "帮助")
            assert {attempt.status for attempt in refused.attempts} == {503}
            assert not (await says(house, "何雨", "帮助")).acknowledged
            patient = asyncio.create_task(says(house, "魏巍", "帮助"))
            async with asyncio.timeout(5):
                while not any(
                    entry["status"] == 503 and "weiwei" in entry["xml"]
                    for entry in house.playground.journal.entries("wecom", "callback")
                ):
                    await asyncio.sleep(0.01)
        kept.append(await patient)
        assert kept[-1].acknowledged
        await catch_up(house, step=10.0)
        assert {sent.key for sent in kept} == set(await effects(house))
        assert [len(heard(house, name)) for name in ("陈静", "魏巍", "罗成")] == [1, 2, 1]
        # What was sent as the receipt could not be written is sent again; DingTalk's texts have no duplicate check.
        assert all(1 <= len(heard(house, name)) <= 2 for name in ("何雨", "周敏"))
        await books_are_right(house)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB."""
    if os.getuid() != 0:
        pytest.skip("only root may mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine mounts nothing, not even for root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def test_a_disk_that_is_full_acknowledges_nothing(small_disk: Path, tmp_path: Path) -> None:
    """R-95: no row, no acknowledgement; with room again it goes on by itself."""
    async with open_house(f"sqlite:///{small_disk}/test.db", tmp_path, mix="wecom") as house:
        kept = [await house.says("陈静", "帮助") for _ in range(3)]
        await house.settle()
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as stream, suppress(OSError):
            while stream.write(b"\0" * 4096):
                pass  # until there is no space left
        answers: list[Sent] = []
        while not answers or answers[-1].acknowledged:
            assert len(answers) < 400, "the disk is full and everything is still acknowledged"
            answers.append(await says(house, "陈静", "帮助"))
        refused = answers.pop()
        kept += answers
        assert {attempt.status for attempt in refused.attempts} == {503}
        filler.unlink()
        kept.append(await house.says("魏巍", "帮助"))
        await catch_up(house, step=10.0)
        assert {sent.key for sent in kept} == set(await effects(house))
        assert await arrivals(house) == len(kept)
        await books_are_right(house)
