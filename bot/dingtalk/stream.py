"""DingTalk's stream: one web socket that we open, and everything arrives on (DingTalk reference 1).

Our own loop, because the official client blocks the event loop, acknowledges events without a status, does not stop
when told to and writes the ticket into the log (DingTalk reference 9).

    run ─► open (ticket) ─► connect ─► frames ─► keep ─► acknowledge
      ▲                                  │ disconnect, silence, error
      └── the next one is open before the last one is closed
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlsplit

import aiohttp
import structlog
from yarl import URL

from bot.bodies import TooLargeError, read_up_to
from bot.dingtalk import frames
from bot.dingtalk.arrivals import Arrivals, NotKept
from bot.dingtalk.crypto import CallbackRefused
from bot.json import BadJson, loads_object

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSettings:
    """Times are seconds."""

    client_id: str
    client_secret: str = field(repr=False)
    api_base: str = "https://api.dingtalk.com"
    silence: float = 90.0
    """No frame for so long means a dead connection, whatever TCP says."""
    open_timeout: float = 10.0
    first_pause: float = 1.0
    longest_pause: float = 60.0
    refused_pause: float = 300.0
    """After wrong credentials: an administrator has to act, hammering helps nobody."""
    drain: float = 8.0
    """How long a closing connection waits for what it is still keeping."""
    at_once: int = 64
    """Frames in work; more wait unread in the socket."""


class StreamClient:
    """``await run()`` serves until ``close()``. Hands every frame to ``arrivals``.

    ``alert`` is told in one Chinese sentence when an administrator has to act. ``sleep`` and ``jitter`` are for tests.
    """

    def __init__(
        self,
        settings: StreamSettings,
        *,
        session: aiohttp.ClientSession,
        arrivals: Arrivals,
        alert: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._session = session
        self._arrivals = arrivals
        self._alert = alert
        self._sleep = sleep
        self._jitter = jitter
        self._failures = 0
        self._closing = asyncio.Event()
        self._finished = asyncio.Event()
        self._finished.set()

    async def run(self) -> None:
        """Keep one connection open until ``close()``; a replacement is open before the old one goes."""
        self._finished.clear()
        current: _Connection | None = None
        try:
            while (fresh := await self._connect()) is not None:
                if current is not None:
                    await current.close()
                current = fresh
                await _first(current.over.wait(), self._closing.wait())
                self._failures = 0 if current.heard else self._failures + 1
        finally:
            if current is not None:
                await current.close()
            self._finished.set()

    async def close(self) -> None:
        """Take nothing more, finish and acknowledge what is in work, and return when ``run`` has ended."""
        self._closing.set()
        await self._finished.wait()

    async def _connect(self) -> _Connection | None:
        """Return an open connection, however long that takes; None when closing."""
        if self._failures:
            await self._pause(self._backoff())
        alerted = False
        while not self._closing.is_set():
            try:
                async with asyncio.timeout(self._settings.open_timeout):
                    socket = await self._open()
            except _CredentialsRefused:
                if not alerted:
                    self._alert("钉钉拒绝了应用凭证，Stream 连接已暂停：请检查 dingtalk.client_id 和 client_secret")
                alerted = True
                await self._pause(self._settings.refused_pause)
            except (aiohttp.ClientError, BadJson, TooLargeError, TimeoutError, _OpenFailed) as error:
                # The words of a failed handshake hold the address with its ticket: name the kind only.
                log.warning("dingtalk.stream_open_failed", error=type(error).__name__, failures=self._failures)
                await self._pause(self._backoff())
            else:
                log.info("dingtalk.stream_open")
                return _Connection(socket, self._arrivals, self._settings)
        return None

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        """Ask for a ticket (90 s, one connection) and use it at once."""
        settings = self._settings
        async with self._session.post(
            f"{settings.api_base}/v1.0/gateway/connections/open",
            json={
                "clientId": settings.client_id,
                "clientSecret": settings.client_secret,
                "subscriptions": list(frames.SUBSCRIPTIONS),
                "ua": "gendan-python/1.0",
            },
            headers={"Accept": "application/json"},  # without it XML comes back
            allow_redirects=False,
        ) as answer:
            if answer.status == 401:
                raise _CredentialsRefused
            if answer.status != 200:
                raise _OpenFailed
            opened = loads_object(await read_up_to(answer.content, 64 * 1024))
        endpoint, ticket = str(opened.get("endpoint", "")), str(opened.get("ticket", ""))
        safe = ("wss",) if settings.api_base.startswith("https:") else ("ws", "wss")
        if urlsplit(endpoint).scheme not in safe or not ticket:
            raise _OpenFailed
        address = f"{endpoint}{'&' if '?' in endpoint else '?'}ticket={quote_plus(ticket)}"
        return await self._session.ws_connect(URL(address, encoded=True), max_msg_size=1024 * 1024, autoping=True)

    def _backoff(self) -> float:
        """Return 1, 2, 4 … 60 s and up to a fifth more, so that many clients do not come back together."""
        self._failures += 1
        pause = min(self._settings.longest_pause, self._settings.first_pause * 2.0 ** min(self._failures - 1, 16))
        return pause * (1 + 0.2 * self._jitter())

    async def _pause(self, seconds: float) -> None:
        await _first(self._sleep(seconds), self._closing.wait())


class _Connection:
    """One web socket: reads frames, keeps them side by side, acknowledges each on the socket it came from."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, arrivals: Arrivals, settings: StreamSettings) -> None:
        self.over = asyncio.Event()
        """Set when a replacement is needed: told to go, silent, or closed."""
        self.heard = False
        self._socket = socket
        self._arrivals = arrivals
        self._settings = settings
        self._room = asyncio.Semaphore(settings.at_once)
        self._work: set[asyncio.Task[None]] = set()
        self._reader = asyncio.create_task(self._read())

    async def close(self) -> None:
        """Stop reading, let what is in work be acknowledged, close the socket."""
        self._reader.cancel()
        await asyncio.wait([self._reader])
        if self._work:
            _, late = await asyncio.wait(self._work, timeout=self._settings.drain)
            for task in late:
                task.cancel()
        with contextlib.suppress(aiohttp.ClientError, ConnectionError):
            await self._socket.close()

    async def _read(self) -> None:
        try:
            while True:
                message = await self._socket.receive(timeout=self._settings.silence)
                if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                    return  # closed, closing or broken
                self.heard = True
                await self._take(message.data)
        except TimeoutError:
            log.warning("dingtalk.stream_silent", seconds=self._settings.silence)
        except (aiohttp.ClientError, ConnectionError) as error:
            log.warning("dingtalk.stream_broken", error=type(error).__name__)
        finally:
            self.over.set()

    async def _take(self, text: str | bytes) -> None:
        try:
            frame = frames.read(text)
        except BadJson as error:
            log.warning("dingtalk.frame_unreadable", error=str(error))
            return
        if frame.kind == "SYSTEM":
            await self._system(frame)
            return
        await self._room.acquire()
        task = asyncio.create_task(self._work_on(frame))
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        self._room.release()

    async def _system(self, frame: frames.Frame) -> None:
        if frame.topic == "ping":
            await self._socket.send_str(frames.ack(frame.message_id, {"opaque": frame.data.get("opaque")}))
        elif frame.topic == "disconnect":
            # Nothing more comes on this socket; the server closes it 10 s later and wants no answer.
            self.over.set()

    async def _work_on(self, frame: frames.Frame) -> None:
        answer = await self._answer(frame)
        try:
            await self._socket.send_str(answer)
        except (aiohttp.ClientError, ConnectionError):
            log.warning("dingtalk.ack_lost", message_id=frame.message_id)  # a redelivery finds the inbox row

    async def _answer(self, frame: frames.Frame) -> str:
        """Keep the frame and return its acknowledgement: never before it is kept."""
        event = frame.kind == "EVENT"  # by kind: the topic of events is "*" here and "dingTalk" there
        try:
            if event:
                await self._arrivals.event(frame.headers, frame.data)
                return frames.ack(frame.message_id, {"status": "SUCCESS", "message": "success"})
            if frame.kind == "CALLBACK" and frame.topic == frames.ROBOT:
                await self._arrivals.robot(frame.data, message_id=frame.message_id)
                return frames.ack(frame.message_id, {"response": None})
            if frame.kind == "CALLBACK" and frame.topic == frames.CARD:
                response = await self._arrivals.card(frame.data, frame.headers)
                return frames.ack(frame.message_id, {"response": response})
        except NotKept:
            later = {"status": "LATER", "message": "again later"} if event else {"response": None}
            return frames.ack(frame.message_id, later, code=500, message="again later")
        except (CallbackRefused, BadJson) as error:
            log.warning("dingtalk.frame_refused", error=str(error), message_id=frame.message_id)
            refused = {"status": "SUCCESS", "message": "ignored"} if event else {"response": None}
            return frames.ack(frame.message_id, refused, code=400, message="not acceptable")
        return frames.ack(frame.message_id, {"response": None}, code=404, message="unknown topic")


class _OpenFailed(Exception):
    """The gateway answered something else than an endpoint and a ticket."""


class _CredentialsRefused(Exception):
    """The gateway answered 401."""


async def _first(*waits: Awaitable[object]) -> None:
    """Return when the first of ``waits`` is done, and cancel the others."""
    tasks = [asyncio.ensure_future(each) for each in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
