"""The servers that the callbacks are sent to, each in a process of its own.

python benchmarks/server.py bare <port>          aiohttp: read the body, answer 200
python benchmarks/server.py keep <port> <url>    the bot's own callback door and inbox, nothing behind it
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from aiohttp import web
from company import AES_KEY, AGENT, CORP, TOKEN

from bot.arrivals import Arrivals
from bot.metrics import Metrics
from bot.wecom.callback import WeComCallback
from bot.wecom.crypto import CallbackCrypto, CallbackKey
from domain.clock import SystemClock
from storage.database import Database
from storage.inbox import Inbox


async def _bare(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


async def _serve(kind: str, port: int, url: str) -> None:
    app = web.Application()
    if kind == "bare":
        app.router.add_post("/wecom/callback", _bare)
    else:
        database = Database(url)
        arrivals = Arrivals(inbox_=Inbox(database), database=database, clock=SystemClock(), metrics=Metrics())
        crypto = CallbackCrypto([CallbackKey(token=TOKEN, aes_key=AES_KEY)], CORP)
        door = WeComCallback(
            crypto, corp_id=CORP, agent_id=AGENT, keep=arrivals.keep, now=lambda: datetime.now(UTC), window=None
        )
        app.router.add_post("/wecom/callback", door.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else ""))
