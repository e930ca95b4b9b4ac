"""The servers that the callbacks are sent to, each in a process of its own, on the event loop that ``serve`` uses.

python benchmarks/server.py bare <port>          aiohttp: read the body, answer 200
python benchmarks/server.py keep <port> <url>    the bot's callback door, guards and inbox; nothing takes in
python benchmarks/server.py peer <port> <url>    wechatpy, aiohttp and SQLAlchemy: a row inserted and committed for each
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta

import uvloop
from aiohttp import web
from company import AES_KEY, AGENT, CORP, TOKEN, settings_for
from sqlalchemy import create_engine, event, insert
from sqlalchemy.orm import Session
from wechatpy.enterprise import parse_message
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.arrivals import Arrivals
from bot.metrics import Metrics, measure_requests
from bot.serve import make_runner, settle
from bot.timeouts import listen, watch_requests
from bot.web.access import KIB, Access, declare
from bot.web.security import protect
from bot.wecom.callback import WeComCallback
from bot.wecom.crypto import CallbackCrypto, CallbackKey
from domain.clock import SystemClock
from storage.database import Database
from storage.inbox import Inbox
from storage.tables import inbox

PATH = "/wecom/callback"


async def _bare(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


def _door(url: str) -> web.Application:
    """Return the callback door as ``create_app`` mounts it."""
    database, clock, metrics = Database(url), SystemClock(), Metrics()
    arrivals = Arrivals(inbox_=Inbox(database), database=database, clock=clock, metrics=metrics)
    door = WeComCallback(
        CallbackCrypto([CallbackKey(token=TOKEN, aes_key=AES_KEY)], CORP),
        corp_id=CORP,
        agent_id=AGENT,
        keep=arrivals.keep,
        now=clock.now,
        window=timedelta(seconds=300),
    )
    app = web.Application(middlewares=[watch_requests, measure_requests(metrics)])
    declare(app.router.add_post(PATH, door.receive), Access.PLATFORM, body=256 * KIB)
    protect(app, checks={}, https=True)
    return app


def _peer(url: str) -> web.Application:
    """Return the plainest handler one writes with the libraries everybody takes; as durable as ours."""
    crypto = WeChatCrypto(TOKEN, AES_KEY, CORP)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _durable(connection, _record):
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")

    async def receive(request: web.Request) -> web.Response:
        query = request.query
        body = crypto.decrypt_message(await request.text(), query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(body)
        now = datetime.now().astimezone()
        row = {
            "key": f"wecom:{message.id}",
            "platform": "wecom",
            "account": message.source,
            "conversation": message.source,
            "kind": message.type,
            "body": {"text": message.content},
            "state": "ready",
            "tries": 0,
            "not_before": now,
            "received_at": now,
        }
        with Session(engine) as session, session.begin():
            session.execute(insert(inbox).values(row))
        return web.Response()

    app = web.Application()
    app.router.add_post(PATH, receive)
    return app


async def _serve(kind: str, port: int, url: str) -> None:
    if kind == "keep":
        settings = settings_for(url)
        server = settings.server.model_copy(update={"host": "127.0.0.1", "port": port})
        runner = make_runner(_door(url), settings)
        await runner.setup()
        assert runner.server is not None
        await listen(runner.server, server)
        settle()
    else:
        app = _peer(url) if kind == "peer" else web.Application()
        if kind == "bare":
            app.router.add_post(PATH, _bare)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else ""))
