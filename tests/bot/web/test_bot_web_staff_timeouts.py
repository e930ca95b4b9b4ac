"""Slow and silent clients, against a real server with short limits (R-76, R-103)."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web

from bot.settings import Server
from bot.timeouts import listen, watch_requests
from bot.web.access import Access, declare
from bot.web.security import protect

HALF_SENT = [
    b"",
    b"G",
    b"GET / HTTP/1.1\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n",
]
GENUINE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
CLOSING = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


async def echo(request: web.Request) -> web.Response:
    return web.Response(text=f"{len(await request.read())} bytes")


@asynccontextmanager
async def serving(**limits):
    """Serve ``echo`` guarded as in production, on a port of its own."""
    app = web.Application(middlewares=[watch_requests])
    protect(app, checks={}, https=False)
    declare(app.router.add_get("/", echo), Access.PUBLIC)
    declare(app.router.add_post("/", echo), Access.PUBLIC, body=1 << 20)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    settings = Server.model_validate({"port": 0, "header_timeout": "0.2s", "body_timeout": "0.3s", **limits})
    listener = await listen(runner.server, settings)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        await runner.cleanup()


class Client:
    """A raw connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self) -> bytes:
        """Return the next answer of the connection."""
        async with asyncio.timeout(5):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            return head + await self.reader.readexactly(length)

    async def rest(self) -> bytes:
        """Return everything until the server closes."""
        async with asyncio.timeout(5):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


@asynccontextmanager
async def connected(port: int, data: bytes = b""):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    client = Client(reader, writer)
    try:
        await client.send(data)
        yield client
    finally:
        writer.close()


async def test_half_sent_requests_are_cut_off_while_genuine_ones_are_answered():
    """R-76, with small numbers: nobody is held, nobody genuine is turned away."""
    async with AsyncExitStack() as stack, serving() as port:
        slow = [await stack.enter_async_context(connected(port, each)) for each in HALF_SENT * 20]
        for _ in range(20):
            async with connected(port, CLOSING) as client:
                assert (await client.rest()).startswith(b"HTTP/1.1 200 ")
        assert await asyncio.gather(*(each.rest() for each in slow)) == [b""] * len(slow)


async def test_headers_in_drops_are_cut_off_too():
    async with serving() as port, connected(port, b"GET / HTTP/1.1\r\n") as client:

        async def drip() -> None:
            while True:
                await client.send(b"X-Drop: 1\r\n")
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        assert await client.rest() == b""
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)


async def test_a_body_that_stops_is_answered_408_and_cut_off():
    async with (
        serving() as port,
        connected(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345") as client,
    ):
        answer = await client.rest()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"Content-Security-Policy" in answer
    assert b"Connection: close" in answer


async def test_a_chunked_body_that_stops_is_cut_off():
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"
    async with serving() as port, connected(port, head) as client:
        assert (await client.rest()).startswith(b"HTTP/1.1 408 ")


async def test_a_body_that_keeps_coming_may_take_longer():
    """64 KiB buy eight more seconds; what stops afterwards would be cut off, what ends is answered."""
    async with serving(header_timeout="5s") as port, connected(port) as client:
        await client.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n")
        await client.send(b"x" * 65536)
        await asyncio.sleep(0.5)  # longer than the body's grace: the time itself is what is tested
        await client.send(b"x")
        assert (await client.answer()).endswith(b"65537 bytes")


async def test_a_connection_is_kept_between_requests_but_not_for_half_a_request():
    async with serving() as port, connected(port, GENUINE) as client:
        assert (await client.answer()).endswith(b"0 bytes")
        await asyncio.sleep(0.3)  # idle for longer than headers may take
        await client.send(GENUINE)
        assert (await client.answer()).endswith(b"0 bytes")
        await client.send(b"GET / HT")
        assert await client.rest() == b""


async def test_when_full_the_longest_silent_connection_makes_room():
    async with AsyncExitStack() as stack, serving(max_connections=3, header_timeout="1m") as port:
        silent = [await stack.enter_async_context(connected(port, b"GET /")) for _ in range(3)]
        async with connected(port, CLOSING) as genuine:
            assert (await genuine.rest()).startswith(b"HTTP/1.1 200 ")
        assert await silent[0].rest() == b""
        await silent[2].send(b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert (await silent[2].rest()).startswith(b"HTTP/1.1 200 ")


async def test_when_all_are_busy_a_newcomer_is_closed():
    async with AsyncExitStack() as stack, serving(max_connections=2, body_timeout="1m") as port:
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n"
        busy = [await stack.enter_async_context(connected(port, head)) for _ in range(2)]
        for each in busy:
            async with asyncio.timeout(5):
                assert (await each.reader.readline()).startswith(b"HTTP/1.1 100 ")
        async with connected(port, CLOSING) as newcomer:
            assert await newcomer.rest() == b""
        for each in busy:
            await each.send(b"x")
            await each.reader.readline()
            assert (await each.answer()).endswith(b"1 bytes")


async def test_a_test_server_without_guards_works_as_before():
    """The middleware alone changes nothing: tests and other runners need no guard."""
    app = web.Application(middlewares=[watch_requests])
    app.router.add_get("/", echo)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with connected(site.port, CLOSING) as client:
        assert (await client.rest()).startswith(b"HTTP/1.1 200 ")
    await runner.cleanup()
