"""A further process of a house: ``python -m bot serve`` on the same database, to be stopped or killed.

    async with serving(house) as process:
        await process.says("陈静", "帮助")
        process.kill()

The house's clock must be the real one: another process has no other.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from tests.support.ports import free_port
from tests.support.zygote import Child, spawn

if TYPE_CHECKING:
    from playground.phone import Sent
    from tests.support.house import House


@dataclass(slots=True, kw_only=True)
class Served:
    """A running process and its address."""

    house: House
    base: str
    child: Child

    async def says(self, name: str, text: str) -> Sent:
        """Type a message that the platform pushes at this process, whether or not it is acknowledged."""
        self.house.playground.settings.bot_url = self.base
        phones, user = self.house.phones(name)
        return await phones.say(user, text)

    async def kill(self) -> None:
        """End it with SIGKILL."""
        self.child.kill()
        await self.child.wait()

    async def terminate(self) -> int:
        """End it with SIGTERM; return its exit code. TimeoutError after the ten seconds it has (R-24)."""
        self.child.terminate()
        return await asyncio.wait_for(self.child.wait(), 10)


@asynccontextmanager
async def serving(house: House, folder: Path, **settings: str) -> AsyncIterator[Served]:
    """Start a process with the house's settings and ``section__key`` overrides; killed afterwards if still there."""
    port = free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GENDAN__")},
        **house.environ,
        **{f"GENDAN__{key.upper()}": value for key, value in settings.items()},
        "GENDAN__SERVER__PORT": str(port),
    }
    log = folder / f"serve-{port}.log"
    with log.open("wb") as output:
        child = await spawn(["serve"], cwd=folder, environ=environ, output=output)
    served = Served(house=house, base=f"http://127.0.0.1:{port}", child=child)
    try:
        await _healthy(served, log)
        yield served
    finally:
        if child.returncode is None:
            await served.kill()


async def _healthy(served: Served, log: Path) -> None:
    async with aiohttp.ClientSession() as http, asyncio.timeout(60):
        while True:
            try:
                async with http.get(f"{served.base}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            if served.child.returncode is not None:
                raise RuntimeError(f"the process did not start:\n{log.read_text(errors='replace')[-2000:]}")
            await asyncio.sleep(0.05)  # another process: there is nothing to be woken by
