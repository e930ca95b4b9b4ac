"""The long connection: one WebSocket that we open, which needs no public address (WeCom reference 8.2.6).

    run ─► connect ─► subscribe ─► frames ─► keep ─► answer on the same req_id
      ▲                              │ silence, error: again after 1, 2, 4 … 30 s
      └──────────────────────────────┘ taken over by a newer one: never again, an administrator is told

What arrives is told once: the platform wants no acknowledgement and delivers nothing again. So what cannot
be kept at once is tried again here.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import aiohttp
import structlog

from bot.json import BadJson
from bot.wecom.aibot import frames, inbound
from bot.wecom.aibot.budget import ChatBudget
from bot.wecom.aibot.callback import CARD_WAIT
from bot.wecom.aibot.line import Line
from bot.wecom.aibot.turns import stream_id_of
from cards.channel import ChannelError, Misconfigured, Refused, Retry
from handlers.envelope import Kind

if TYPE_CHECKING:
    from bot.wecom.aibot.callback import Hearing
    from bot.wecom.aibot.reply import Reply
    from handlers.envelope import Envelope

_KEEP_AGAIN = (0.2, 1.0, 5.0)
"""Seconds between tries to keep what will not be delivered again."""
_MOST_ASKED = 10_000

_log = structlog.get_logger("gendan.wecom.aibot")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """Times are seconds."""

    url: str
    bot_id: str
    secret: str = field(repr=False)
    name: str = ""
    ping_every: float = 30.0
    open_timeout: float = 10.0
    first_pause: float = 1.0
    longest_pause: float = 30.0
    refused_pause: float = 300.0
    """After wrong credentials: an administrator has to act, hammering helps nobody."""
    drain: float = 8.0
    """How long a closing connection waits for what it is still keeping."""


class LongConnection:
    """``await run()`` serves until ``close()``; also the robot's mouth (``bot.wecom.aibot.channel.Mouth``).

    ``alert`` is told in one Chinese sentence when an administrator has to act. ``sleep`` and ``jitter`` are for tests.
    """

    def __init__(
        self,
        settings: ConnectionSettings,
        *,
        session: aiohttp.ClientSession,
        hearing: Hearing,
        budget: ChatBudget,
        now: Callable[[], datetime],
        alert: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._session = session
        self._hearing = hearing
        self._budget = budget
        self._now = now
        self._alert = alert
        self._sleep = sleep
        self._jitter = jitter
        self._failures = 0
        self._line: Line | None = None
        self._asked: dict[str, tuple[Line, str]] = {}
        self._closing = asyncio.Event()
        self._finished = asyncio.Event()
        self._finished.set()

    @property
    def is_open(self) -> bool:
        """Whether the robot hears at this moment."""
        return self._line is not None

    async def run(self) -> None:
        """Keep one connection open until ``close()``, or until another program takes the robot over."""
        self._finished.clear()
        try:
            while (line := await self._connect()) is not None:
                self._line = line
                await _first(line.over.wait(), self._closing.wait())
                self._line = None
                await line.close(drain=self._settings.drain)
                self._failures = 0 if line.heard else self._failures + 1
                if line.replaced:
                    self._alert(
                        "智能机器人的长连接被另一个程序接管，这里已停止接收群消息："
                        "同一个机器人只能连一处；确认后停掉另一处，再重启跟单"
                    )
                    return
                if not self._closing.is_set():
                    await self._pause(self._backoff())
        finally:
            self._finished.set()

    async def close(self) -> None:
        """Take nothing more, finish what is in work, and return when ``run`` has ended."""
        self._closing.set()
        await self._finished.wait()

    async def answer(self, asked: Envelope, reply: Reply) -> bool:
        """Say it on the req_id of the message; False when that has been used, or is of no use any more."""
        found = self._asked.pop(asked.key, None)
        if found is None or not self._budget.reply(asked.conversation):
            return False
        line, req_id = found
        try:
            await line.command(frames.ANSWER, reply.answer(stream_id_of(asked.key)), req_id=req_id)
        except Refused as error:
            _log.info("answer comes as a message", code=error.code)
            return False
        except Retry as error:
            if not error.delivered_maybe and not line.over.is_set():
                self._asked[asked.key] = found  # a conflict of commands: the same again in a moment
            raise
        return True

    async def message(self, account: str, asked: Envelope | None, reply: Reply) -> None:
        """Say it of our own accord; the platform takes few of these a day, and only where somebody spoke before."""
        del asked
        if self._line is None:
            raise Retry("the long connection is away")
        if not self._budget.message(account):
            raise Refused("智能机器人今天在这里的主动消息已用完", code="local.quota")
        await self._line.command(frames.SEND, {"chatid": account, **reply.message()})

    async def _connect(self) -> Line | None:
        """Return a subscribed connection, however long that takes; None when closing."""
        alerted = False
        while not self._closing.is_set():
            try:
                async with asyncio.timeout(self._settings.open_timeout):
                    return await self._subscribed()
            except Misconfigured as error:
                if not alerted:
                    self._alert(
                        "企业微信拒绝了智能机器人的凭证，长连接已暂停：请检查 wecom.aibot.bot_id 和 secret，"
                        f"以及机器人是否选了长连接（{error.code}）"
                    )
                alerted = True
                await self._pause(self._settings.refused_pause)
            except (aiohttp.ClientError, ChannelError, OSError, TimeoutError) as error:
                _log.warning("long connection not open", error=type(error).__name__, failures=self._failures)
                await self._pause(self._backoff())
        return None

    async def _subscribed(self) -> Line:
        settings = self._settings
        socket = await self._session.ws_connect(settings.url, max_msg_size=1024 * 1024)
        line = Line(socket, self._take, ping_every=settings.ping_every)
        try:
            await line.command(frames.SUBSCRIBE, {"bot_id": settings.bot_id, "secret": settings.secret})
        except BaseException:  # whatever ended the subscription, its socket must not stay open
            await line.close(drain=0)
            raise
        _log.info("long connection open")
        return line

    async def _take(self, line: Line, frame: frames.Frame) -> None:
        """Keep what arrived and answer a press; everything else is answered when its effect says so."""
        try:
            if frame.cmd not in (frames.MESSAGE, frames.EVENT):
                raise BadJson("an unknown command")
            envelope = inbound.parse(frame.body, received=self._now(), name=self._settings.name)
        except BadJson as error:
            _log.warning("frame refused", error=str(error))
            return
        if envelope.kind is not Kind.CLICK:
            self._remember(envelope.key, line, frame.req_id)
        if await self._kept(envelope) and envelope.kind is Kind.CLICK:
            await self._answer_card(line, frame.req_id, envelope)

    async def _kept(self, envelope: Envelope) -> bool:
        for pause in (*_KEEP_AGAIN, None):
            try:
                await self._hearing.keep(envelope)
            except Exception as error:  # noqa: BLE001 — whatever went wrong, it is not kept: nobody sends it again
                # The name only: a database error prints the row it could not write, and with it what somebody said.
                _log.error("message not kept", key=envelope.key, error=type(error).__name__, lost=pause is None)
                if pause is not None:
                    await self._sleep(pause)
            else:
                return True
        return False

    async def _answer_card(self, line: Line, req_id: str, envelope: Envelope) -> None:
        update = await self._hearing.answer_card(envelope, CARD_WAIT)
        if update is None:
            return
        try:
            await line.command(frames.UPDATE, update, req_id=req_id)
        except ChannelError as error:
            _log.warning("card not redrawn", key=envelope.key, code=error.code)

    def _remember(self, key: str, line: Line, req_id: str) -> None:
        self._asked[key] = (line, req_id)
        while len(self._asked) > _MOST_ASKED:
            self._asked.pop(next(iter(self._asked)))

    def _backoff(self) -> float:
        """Return 1, 2, 4 … 30 s and up to a fifth more, so that many clients do not come back together."""
        self._failures += 1
        pause = min(self._settings.longest_pause, self._settings.first_pause * 2.0 ** min(self._failures - 1, 16))
        return pause * (1 + 0.2 * self._jitter())

    async def _pause(self, seconds: float) -> None:
        await _first(self._sleep(seconds), self._closing.wait())


async def _first(*waits: Awaitable[object]) -> None:
    """Return when the first of ``waits`` is done, and cancel the others."""
    tasks = [asyncio.ensure_future(each) for each in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
