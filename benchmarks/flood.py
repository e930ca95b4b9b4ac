"""A flood on the report page: what becomes of the genuine reports in it (R-72).

python benchmarks/flood.py [posts]      5,000 from 200 addresses behind one proxy, in two codes, 20 genuine among them

The limits are those of the settings' defaults; the posts come eight at a time.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from ipaddress import ip_network
from pathlib import Path

import aiohttp
from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot.settings import Limits
from domain.service.held import HeldReport
from domain.service.ticket import FaultReport, Ticket
from tests.support.front_desk import front_desk
from tests.support.service_shop import OTHER_SLUG, SLUG, open_shop

_GENUINE = 20
_ADDRESSES = 200
_AT_ONCE = 8


async def main(posts: int) -> None:
    limits = Limits()
    with tempfile.TemporaryDirectory(prefix="gendan-flood-") as name, open_shop(f"sqlite:///{name}/shop.db") as shop:
        async with (
            front_desk(
                shop,
                Path(name),
                reports=limits.reports_per_device_per_hour,
                addresses=limits.reports_per_address_per_hour,
                everybody=limits.reports_per_hour,
                views=limits.views_per_address_per_minute,
                proxies=[ip_network("127.0.0.0/8")],
            ) as (server, arrivals, _),
            aiohttp.ClientSession(server.make_url("/")) as session,
        ):
            every = posts // _GENUINE
            turns = asyncio.Semaphore(_AT_ONCE)
            taken: list[float] = []

            async def post(index: int) -> None:
                genuine = index % every == every - 1
                values = {
                    "nonce": f"{'genuine' if genuine else 'flood'}-{index:016}",
                    "words": "主轴异响 E07" if genuine else "哈哈哈",
                    "urgent": "1",
                    "phone": "13812345678",
                    "consent": "1",
                }
                sender = f"203.0.113.{index // every}" if genuine else f"198.51.100.{index % _ADDRESSES}"
                async with turns:
                    begun = time.monotonic()
                    async with session.post(
                        f"/r/{(SLUG, OTHER_SLUG)[index % 2]}",
                        data=values,
                        headers={"X-Forwarded-For": sender},
                        allow_redirects=False,
                    ) as answer:
                        if genuine and answer.status == 303:
                            taken.append(time.monotonic() - begun)

            begun = time.monotonic()
            await asyncio.gather(*(post(index) for index in range(posts)))
            took = time.monotonic() - begun

        def count(kind: type[Ticket | FaultReport | HeldReport]) -> int:
            return shop.database.look(lambda session: session.scalar(select(func.count()).select_from(kind))) or 0

        told = sum(len(shop.told(name)) for name in shop.people)
        print(
            f"{posts} posts in {took:.0f} s; genuine kept {len(taken)} of {_GENUINE}, the slowest in {max(taken):.2f} s"
        )
        print(
            f"kept {len(arrivals.kept)}: reports {count(FaultReport)}, waiting for a person {count(HeldReport)}; "
            f"tickets {count(Ticket)}, messages to staff {told}"
        )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
