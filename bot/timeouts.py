"""Slow clients cannot hold the server: time limits for headers and bodies, and a cap on connections (R-76).

aiohttp has neither, so every connection gets a ``Guard`` between its socket and aiohttp's protocol.
The guard counts bytes and time; ``watch_requests``, the outermost middleware, tells it when a
request has begun and ended.

headers   must be complete ``header_timeout`` after the connection, or the first byte of a later request
body      must be complete ``body_timeout`` after the headers, plus a second per 8 KiB that did arrive:
          an honest upload over a weak network goes on, a trickle does not; the answer is 408
cap       at ``max_connections`` the connection that has waited longest without a request makes room,
          so genuine clients get through a crowd of silent ones; if all are busy, the new one is closed

An answer read slowly is left to the system's socket buffers and the reverse proxy.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import StreamReader
    from aiohttp.typedefs import Handler

    from bot.settings import Server

_BODY_RATE = 8 * 1024
"""Bytes a second that a body has to keep up with, beyond its grace."""

_LAST_WORDS = 5.0
"""Seconds for the 408 to be written before the connection is cut."""


async def listen(server: web.Server, settings: Server) -> asyncio.Server:
    """Listen as the settings say, every connection guarded. Close the result before the runner is cleaned up."""
    guards = Guards(
        server,
        header=settings.header_timeout.total_seconds(),
        body=settings.body_timeout.total_seconds(),
        connections=settings.max_connections,
    )
    return await asyncio.get_running_loop().create_server(guards, settings.host, settings.port, backlog=1024)


@web.middleware
async def watch_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell the connection's guard that headers are complete, then that the answer is ready."""
    guard = request.transport.get_protocol() if request.transport is not None else None
    if not isinstance(guard, Guard):
        return await handler(request)
    guard.begin(request.content)
    try:
        response = await handler(request)
    finally:
        guard.end()
    if guard.expired:
        response.force_close()
    return response


class Guards:
    """Makes a guard for every connection and knows them all; give it to ``create_server``. Times in seconds."""

    def __init__(self, server: web.Server, *, header: float, body: float, connections: int) -> None:
        self._server = server
        self._connections = connections
        self._open = 0
        self._waiting: dict[Guard, None] = {}
        self.header = header
        self.body = body

    def __call__(self) -> Guard:
        """Return the protocol of a new connection."""
        return Guard(self, self._server())

    def admit(self, guard: Guard) -> bool:
        """Count a new connection, at the cost of the longest waiting one when there are too many."""
        if self._open >= self._connections:
            longest = next(iter(self._waiting), None)
            if longest is None:
                return False
            longest.cut()
        self._open += 1
        self.waits(guard)
        return True

    def waits(self, guard: Guard) -> None:
        """Put the connection at the end of those that have no request under way."""
        self._waiting[guard] = None

    def works(self, guard: Guard) -> None:
        """Take the connection out of those."""
        self._waiting.pop(guard, None)

    def left(self, guard: Guard) -> None:
        """Forget a connection."""
        self._waiting.pop(guard, None)
        self._open -= 1


class Guard(asyncio.Protocol):
    """Hands everything on to aiohttp's protocol ``inner`` and keeps the time."""

    def __init__(self, guards: Guards, inner: asyncio.Protocol) -> None:
        self._guards = guards
        self._inner = inner
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due: float | None = None
        self._then: Callable[[], None] = self.cut
        self._body: StreamReader | None = None
        self._began = 0.0
        self._received = 0
        self._admitted = False
        self.expired = False
        """The body took too long."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the connection in, if there is room, and wait for its first headers."""
        self._transport = cast("asyncio.Transport", transport)
        self._admitted = self._guards.admit(self)
        if not self._admitted:
            self._transport.abort()
            return
        self._inner.connection_made(transport)
        self._start(self._guards.header, self.cut)

    def data_received(self, data: bytes) -> None:
        """Hand the bytes on; between requests the first of them starts the time for headers."""
        if self.expired or not self._admitted:
            return
        self._received += len(data)
        if self._body is None and self._due is None:
            self._start(self._guards.header, self.cut)
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Hand it on."""
        return self._inner.eof_received() if self._admitted else None

    def pause_writing(self) -> None:
        """Hand it on."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Hand it on."""
        self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._put_away()
        if self._admitted:
            self._admitted = False
            self._guards.left(self)
            self._inner.connection_lost(exc)

    def begin(self, body: StreamReader) -> None:
        """Note complete headers: from now on the body has to come."""
        self._guards.works(self)
        self._body = body
        self._began = self._loop.time()
        if body.is_eof():
            self._stop()
        else:
            self._start(self._guards.body, self._judge_body)

    def end(self) -> None:
        """Note that the request has been answered."""
        self._body = None
        self._received = 0
        if not self.expired:
            self._stop()
        if self._admitted:
            self._guards.waits(self)

    def cut(self) -> None:
        """Close the connection at once."""
        self._put_away()
        self._guards.works(self)
        if self._transport is not None:
            self._transport.abort()

    def _judge_body(self) -> None:
        """Cut off a body that neither came in time nor keeps coming: whoever reads it gets a 408."""
        assert self._body is not None
        if self._body.is_eof():
            return
        late = self._loop.time() - self._began - self._guards.body - self._received / _BODY_RATE
        if late < 0:
            self._start(-late + 0.01, self._judge_body)
            return
        self.expired = True
        self._body.set_exception(web.HTTPRequestTimeout())
        self._body.feed_eof()
        self._start(_LAST_WORDS, self.cut)

    def _start(self, seconds: float, then: Callable[[], None]) -> None:
        """Call ``then`` in so many seconds, instead of what was to be called."""
        self._due, self._then = self._loop.time() + seconds, then
        if self._timer is not None and self._timer.when() > self._due:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._loop.call_later(seconds, self._ring)

    def _stop(self) -> None:
        # The timer is left to ring for nothing: setting one for every request would cost more than the guard does.
        self._due = None

    def _ring(self) -> None:
        self._timer = None
        if self._due is None:
            return
        left = self._due - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._ring)
            return
        self._due = None
        self._then()

    def _put_away(self) -> None:
        self._due = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
