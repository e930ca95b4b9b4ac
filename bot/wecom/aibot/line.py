"""One WebSocket of the long connection: commands and their acknowledgements, what arrives, and signs of life."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
import structlog

from bot.json import BadJson
from bot.wecom.aibot import frames
from bot.wecom.errors import failure
from cards.channel import ChannelError, Retry

ACK_WAIT = 5.0
"""Seconds within which the platform acknowledges a command."""
AT_ONCE = 64
"""Frames in work; more wait unread in the socket."""

_log = structlog.get_logger("gendan.wecom.aibot")

Take = Callable[["Line", frames.Frame], Coroutine[Any, Any, None]]


class Line:
    """``over`` is set when the socket is of no use any more; ``replaced`` when another program took the robot over.

    ``heard`` says that it served: something arrived, or a sign of life was answered.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, take: Take, *, ping_every: float) -> None:
        self.over = asyncio.Event()
        self.replaced = False
        self.heard = False
        self._socket = socket
        self._take = take
        self._ping_every = ping_every
        self._waiting: dict[str, asyncio.Future[frames.Frame]] = {}
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._work: set[asyncio.Task[None]] = set()
        self._loops = [asyncio.create_task(self._read()), asyncio.create_task(self._stay_alive())]

    async def command(self, cmd: str, body: Mapping[str, Any] | None = None, *, req_id: str = "") -> None:
        """Send a command and wait for its acknowledgement; raise the ChannelError of its errcode.

        Answers to one ``req_id`` go one after the other, as the platform insists.
        """
        name = req_id or uuid.uuid4().hex
        order = self._orders.setdefault(name, asyncio.Lock())
        async with order:
            acknowledged = await self._exchange(frames.write(cmd, name, body), name)
        if acknowledged.code:
            raise failure(cmd, acknowledged.code, acknowledged.text)

    async def close(self, *, drain: float) -> None:
        """Stop reading, let what is in work end, close the socket."""
        reading, living = self._loops
        living.cancel()
        if self._work:
            # Reading goes on meanwhile: what is in work may be waiting for an acknowledgement.
            _, late = await asyncio.wait(self._work, timeout=drain)
            for task in late:
                task.cancel()
        reading.cancel()
        await asyncio.wait(self._loops)
        with contextlib.suppress(aiohttp.ClientError, ConnectionError):
            await self._socket.close()

    async def _exchange(self, text: str, req_id: str) -> frames.Frame:
        if self.over.is_set():
            raise Retry("the long connection is away")
        answer: asyncio.Future[frames.Frame] = asyncio.get_running_loop().create_future()
        self._waiting[req_id] = answer
        try:
            await self._socket.send_str(text)
            async with asyncio.timeout(ACK_WAIT):
                return await answer
        except TimeoutError:
            raise Retry("no acknowledgement on the long connection", delivered_maybe=True) from None
        except (aiohttp.ClientError, ConnectionError) as error:
            raise Retry(f"the long connection broke: {type(error).__name__}", delivered_maybe=True) from None
        finally:
            self._waiting.pop(req_id, None)

    async def _read(self) -> None:
        try:
            while not self.replaced:
                message = await self._socket.receive()
                if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                    return  # closed, closing or broken
                await self._arrived(message.data)
        except (aiohttp.ClientError, ConnectionError) as error:
            _log.warning("long connection broken", error=type(error).__name__)
        finally:
            self.over.set()
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(ConnectionError("closed"))

    async def _arrived(self, text: str | bytes) -> None:
        try:
            frame = frames.read(text)
        except BadJson as error:
            _log.warning("frame unreadable", error=str(error))
            return
        if not frame.cmd:
            answer = self._waiting.get(frame.req_id)
            if answer is not None and not answer.done():
                answer.set_result(frame)
            return
        self.heard = True
        if frame.takes_over:
            self.replaced = True
            return
        await self._room.acquire()
        task = asyncio.create_task(self._take(self, frame))
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        self._room.release()

    async def _stay_alive(self) -> None:
        """Give a sign of life now and then; two that nobody answers are the end (WeCom reference 8.2.6)."""
        unanswered = 0
        while unanswered < 2:
            await asyncio.sleep(self._ping_every)
            try:
                await self.command(frames.PING)
            except ChannelError:
                unanswered += 1
            else:
                unanswered, self.heard = 0, True
        _log.warning("long connection silent", seconds=2 * self._ping_every)
        self.over.set()
