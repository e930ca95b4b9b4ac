"""The bot as a process that is killed again and again, a platform that retries, and what must hold afterwards (R-18).

    siege = Siege(folder, database_url, people=100)
    siege.prepare()
    report = await siege.run(callbacks=400, kills=20, seed=1)

The platform sends every callback up to four times, as WeCom does when a connection fails, and
receives what the bot sends. It acknowledges nothing of its own accord and never changes its mind.
One inquiry of ten names no day, so that its reminder falls due seconds later, in the middle of it all.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from aiohttp import web
from sqlalchemy import Select, func, select

from bot.load import load_files
from bot.opening import business_of
from bot.settings import load_settings
from bot.wecom.channel import task_id_for
from domain.clock import SystemClock
from domain.people.person import Person
from playground.wecom.crypto import Crypto
from storage import migrate
from storage.database import Database
from storage.tables import PENDING, inbox, outbox, timers
from tests.support.ports import free_port
from tests.support.zygote import Child, spawn

ROOT = Path(__file__).parent.parent.parent
CORP, AGENT, SECRET = "ww1234567890abcdef", 1000002, "the-secret-of-the-app"
TOKEN, AES_KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
_RETRIES = 3
_PATIENCE = 300
"""Seconds for one start: a machine that is shared, and a run that gives way to others, can take long."""
_REMIND_AFTER = timedelta(seconds=3)


@dataclass(slots=True, kw_only=True)
class Report:
    """What a siege found. ``lost``, ``twice`` and ``unsent`` must be empty."""

    acknowledged: int
    kills: int
    lost: list[str]
    """Acknowledged keys without exactly one effect."""
    twice: list[str]
    """Keys, acknowledged or not, with more than one effect."""
    unsent: list[str]
    """Promises that never reached the platform."""
    too_often: list[str]
    """Promises that one and the same process sent more than once: no kill can explain that."""
    violations: list[Any]
    starts: list[float]
    """Seconds from the start of the process to its first answer, in ascending order."""
    reminders: int = 0
    """Promises that timers made."""
    sends: int = 0
    repeated: int = 0
    """Sends beyond the first of a promise."""


@dataclass(slots=True)
class Platform:
    """WeCom's API as far as the bot needs it.

    Counts what arrives by (member, duplicate_check_interval or task id) and by the access token it came
    with; every process fetches a token of its own.
    """

    received: defaultdict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    base: str = ""
    _tokens: int = 0
    _messages: int = 0
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/cgi-bin/gettoken", self._token)
        app.router.add_post("/cgi-bin/message/send", self._send)
        app.router.add_route("*", "/cgi-bin/{path:.+}", self._anything)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _token(self, _request: web.Request) -> web.Response:
        self._tokens += 1
        token = f"token{self._tokens}"
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200})

    async def _send(self, request: web.Request) -> web.Response:
        body = await request.json()
        card = body.get("template_card")
        name = card["task_id"] if card else str(body["duplicate_check_interval"])
        self.received[body["touser"], name][request.query["access_token"]] += 1
        self._messages += 1
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": f"m{self._messages}"})

    async def _anything(self, _request: web.Request) -> web.Response:
        return web.json_response({"errcode": 0, "errmsg": "ok"})


class Siege:
    """One company under siege."""

    def __init__(self, folder: Path, database_url: str, *, people: int = 100) -> None:
        self._folder = folder
        self._url = database_url
        self._people = people
        self._crypto = Crypto(TOKEN, AES_KEY, CORP)
        self._platform = Platform()
        self._up = asyncio.Event()
        self._progress = asyncio.Event()
        self._process: Child | None = None
        self._port = 0
        self._acknowledged: set[str] = set()
        self._starts: list[float] = []
        self._zone = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
        self._first = int(time.time()) * 1_000_000

    def prepare(self) -> None:
        """Create the tables, the staff and a policy that reminds within seconds."""
        policies = self._folder / "policies"
        shutil.copytree(ROOT / "presets" / "equipment" / "policies", policies)
        soon = {"remind_after": f"{_REMIND_AFTER.seconds}s", "escalate_after": "24h", "working": False}
        # Days off are days of siege too: it must not matter on which day of the week the test runs.
        tasks = {"remind_before_due": "4h", "quote": soon, "quiet": {"workdays": False}}
        (policies / "tasks.yaml").write_text(yaml.safe_dump(tasks), "utf-8")
        staff = [
            {"name": f"销售{n:03}", "roles": ["sales"], "wecom": f"rep{n:03}", "leader": "周敏"}
            for n in range(self._people)
        ]
        boss = {"name": "周敏", "roles": ["manager", "admin"], "wecom": "zhoumin"}
        path = self._folder / "people.yaml"
        path.write_text(yaml.safe_dump({"people": [boss, *staff]}, allow_unicode=True), encoding="utf-8")
        database = Database(self._url)
        try:
            migrate.upgrade(database)
            settings = load_settings(None, self._environ())
            preset = ROOT / "presets" / "equipment"
            files = [path, preset / "designs.yaml", preset / "products.yaml"]
            list(load_files(database, business_of(settings, SystemClock()), files))
        finally:
            database.close()

    async def run(
        self,
        *,
        callbacks: int,
        kills: int,
        seed: int,
        at_once: int = 8,
        said: Callable[[int, int], None] = lambda _kills, _acknowledged: None,
    ) -> Report:
        """Send ``callbacks``, kill the process ``kills`` times meanwhile, let it finish, look at the books."""
        chance = random.Random(seed)
        moments = sorted(chance.sample(range(1, callbacks), kills))
        await self._platform.start()
        self._port = free_port()
        numbers = iter(range(callbacks))
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        async with aiohttp.ClientSession(connector=connector) as http:
            try:
                await self._start(http)
                senders = [asyncio.create_task(self._send_all(http, numbers)) for _ in range(at_once)]
                for done, moment in enumerate(moments, start=1):
                    await self._reached(moment, senders)
                    await self._kill()
                    await self._start(http)
                    said(done, len(self._acknowledged))
                await asyncio.gather(*senders)
                await self._settled()
                await self._stop()
            finally:
                await self._kill()
                await self._platform.stop()
        return self._look(kills)

    async def _send_all(self, http: aiohttp.ClientSession, numbers: Any) -> None:
        for number in numbers:
            key = self._first + number
            account = f"rep{number % self._people:03}"
            for _ in range(1 + _RETRIES):
                await self._up.wait()
                if await self._deliver(http, key, account, _words(number)):
                    self._acknowledged.add(f"wecom:{key}")
                    self._progress.set()
                    break

    async def _deliver(self, http: aiohttp.ClientSession, key: int, account: str, words: str) -> bool:
        now = str(int(time.time()))
        inner = (
            f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{account}]]></FromUserName>"
            f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{words}]]></Content><MsgId>{key}</MsgId><AgentID>{AGENT}</AgentID></xml>"
        )
        sealed = self._crypto.encrypt(inner.encode())
        query = {"msg_signature": self._crypto.sign(now, "n", sealed), "timestamp": now, "nonce": "n"}
        outer = f"<xml><ToUserName>{CORP}</ToUserName><AgentID>{AGENT}</AgentID><Encrypt>{sealed}</Encrypt></xml>"
        url = f"http://127.0.0.1:{self._port}/wecom/callback"
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with http.post(url, params=query, data=outer, timeout=aiohttp.ClientTimeout(total=5)) as answer:
                return answer.status == 200
        return False

    async def _start(self, http: aiohttp.ClientSession) -> None:
        began = time.monotonic()
        with (self._folder / "bot.log").open("ab") as log:
            environ = {**os.environ, **self._environ()}
            self._process = await spawn(["serve"], cwd=self._folder, environ=environ, output=log)
        while not await self._answers(http):
            waited = time.monotonic() - began
            if self._process.returncode is not None or waited > _PATIENCE:
                raise RuntimeError(
                    f"start {len(self._starts) + 1}: no answer after {waited:.0f} s, exit code {self._process.returncode}, "
                    f"{len(self._acknowledged)} acknowledged so far; the end of its log:\n{self._log()}"
                )
            await asyncio.sleep(0.02)
        self._starts.append(time.monotonic() - began)
        self._up.set()

    async def _answers(self, http: aiohttp.ClientSession) -> bool:
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with http.get(f"http://127.0.0.1:{self._port}/healthz") as answer:
                return answer.status == 200
        return False

    async def _reached(self, moment: int, senders: list[asyncio.Task[None]]) -> None:
        """Return as soon as so many are acknowledged, or none will be any more."""
        while len(self._acknowledged) < moment and not all(sender.done() for sender in senders):
            self._progress.clear()
            progress = asyncio.ensure_future(self._progress.wait())
            await asyncio.wait((progress, *senders), timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
            progress.cancel()

    async def _kill(self) -> None:
        self._up.clear()
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        if await asyncio.wait_for(self._process.wait(), 30) != 0:
            raise RuntimeError(f"the bot did not end well:\n{self._log()}")

    async def _settled(self) -> None:
        """Wait until nothing waits to be carried out, to be told, or to fall due within seconds."""
        database = Database(self._url)
        fewest, since = None, time.monotonic()
        try:
            while left := await database.read(lambda session: session.execute(_waiting(datetime.now(UTC))).scalar()):
                if fewest is None or left < fewest:
                    fewest, since = left, time.monotonic()
                if time.monotonic() - since > _PATIENCE:
                    raise TimeoutError(f"{left} still wait; the end of its log:\n{self._log()}")
                await asyncio.sleep(0.1)  # another process's queues: there is nothing to be woken by
        finally:
            database.close()

    def _look(self, kills: int) -> Report:
        verified = subprocess.run(
            [sys.executable, "-m", "bot", "verify", "--json", "--records"],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **self._environ()},
            capture_output=True,
            check=False,
        )
        report = json.loads(verified.stdout)
        effects: Mapping[str, int] = report["records"]
        promised = self._promised()
        received = {name: self._platform.received[name] for name in promised}
        return Report(
            acknowledged=len(self._acknowledged),
            kills=kills,
            lost=[key for key in sorted(self._acknowledged) if effects.get(key) != 1],
            twice=[key for key, times in effects.items() if times > 1],
            unsent=[str(keys) for name, keys in promised.items() if received[name].total() < len(keys)],
            too_often=[
                str(keys) for name, keys in promised.items() if max(received[name].values(), default=0) > len(keys)
            ],
            violations=report["violations"],
            starts=sorted(self._starts),
            reminders=sum(key.startswith("timer:") for keys in promised.values() for key in keys),
            sends=sum(times.total() for times in received.values()),
            repeated=sum(max(received[name].total() - len(keys), 0) for name, keys in promised.items()),
        )

    def _promised(self) -> dict[tuple[str, str], list[str]]:
        """Return the promises' keys by how the platform saw them; two of one person may look alike."""
        database = Database(self._url)
        query = (
            select(outbox.c.key, outbox.c.kind, func.coalesce(Person.wecom, outbox.c.account))
            .outerjoin(Person, Person.id == outbox.c.person_id)
            .where(outbox.c.kind != "redraw")
        )
        try:
            rows = database.look(lambda session: session.execute(query).all())
        finally:
            database.close()
        shortest, longest = 1800, 4 * 3600
        promised: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for key, kind, member in rows:
            interval = str(shortest + zlib.crc32(key.encode()) % (longest - shortest + 1))
            promised[member, interval if kind == "text" else task_id_for(key)].append(key)
        return promised

    def _log(self) -> str:
        return (self._folder / "bot.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def _environ(self) -> dict[str, str]:
        return {
            "GENDAN__DATABASE__URL": self._url,
            "GENDAN__FILES__URL": f"file://{self._folder}/files",
            # It is always about noon in this company: nobody is reminded in the night.
            "GENDAN__COMPANY__TIMEZONE": self._zone,
            "GENDAN__POLICIES": str(self._folder / "policies"),
            "GENDAN__SERVER__PORT": str(self._port),
            "GENDAN__SERVER__SECRET": "a test's own secret, long enough to sign with",
            "GENDAN__SERVER__LOG_LEVEL": "ERROR",
            "GENDAN__WECOM__CORP_ID": CORP,
            "GENDAN__WECOM__AGENT_ID": str(AGENT),
            "GENDAN__WECOM__SECRET": SECRET,
            "GENDAN__WECOM__TOKEN": TOKEN,
            "GENDAN__WECOM__ENCODING_AES_KEY": AES_KEY,
            "GENDAN__WECOM__API_BASE": self._platform.base or "http://127.0.0.1:9",
            "GENDAN__WECOM__PER_MEMBER_PER_MINUTE": "100000",
            "GENDAN__WECOM__PER_MEMBER_PER_HOUR": "100000",
        }


def _waiting(now: datetime) -> Select[tuple[int]]:
    """Return the query for what is to be carried out or told, or falls due before the last reminder does."""
    kept = select(func.count()).select_from(inbox).where(inbox.c.state == "ready")
    told = select(func.count()).select_from(outbox).where(outbox.c.state.in_(("ready", "leased")))
    due = select(func.count()).select_from(timers)
    due = due.where(timers.c.state == PENDING, timers.c.due <= now + 2 * _REMIND_AFTER)
    return select(kept.scalar_subquery() + told.scalar_subquery() + due.scalar_subquery())


def _words(number: int) -> str:
    if number % 2:
        return "帮助"
    company = f"苏州{'恒宏新华远大金永'[number // 2 % 8]}{'立达泰盛兴隆昌源顺'[number // 16 % 9]}机械"
    wish = f"展会上认识的{company}王总，139{number:08}，想要两台X200，预算30万左右"
    return wish if number % 20 == 0 else f"{wish}，下周三前给报价"
