"""What every callback address of WeCom does first: read the body, check who signed it, open it.

The app's callback (XML) and the robot's (JSON) differ only in what lies inside. Whatever is refused
gets one and the same answer, and the log says why without saying what (R-05, R-88).
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.wecom.crypto import CallbackCrypto, CallbackRefused

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BODY = 256 * 1024
"""Bytes, counted after inflation (R-103)."""
BODY_TIMEOUT = 5.0
"""Seconds to send the body: the platform itself gives up after five."""

_log = structlog.get_logger("gendan.wecom.callback")


class SignedAddress:
    """Verifies and opens what arrives at one callback address.

    ``window`` is how far the signed timestamp may lie from ``now``; None switches the check off (R-02).
    """

    def __init__(
        self,
        crypto: CallbackCrypto,
        *,
        now: Callable[[], datetime],
        window: timedelta | None = timedelta(seconds=300),
    ) -> None:
        self._crypto = crypto
        self._now = now
        self._window = window

    async def verify(self, request: web.Request) -> web.Response:
        """Answer the administrator's "save": the decrypted echostr, byte for byte (WeCom reference 1.2)."""
        try:
            echo = self.open(request, parameter(request, "echostr"))
        except CallbackRefused as refused:
            return refuse(request, refused)
        return web.Response(body=echo, content_type="text/plain")

    def open(self, request: web.Request, encrypted: str) -> bytes:
        """Return what ``encrypted`` says; raise CallbackRefused unless the request's query signs it, now."""
        timestamp = parameter(request, "timestamp")
        signature, nonce = parameter(request, "msg_signature"), parameter(request, "nonce")
        self._crypto.check(signature=signature, timestamp=timestamp, nonce=nonce, encrypted=encrypted)
        self._check_time(timestamp)
        return self._crypto.decrypt(encrypted)

    def _check_time(self, timestamp: str) -> None:
        if self._window is None:
            return
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 10):
            raise CallbackRefused("timestamp")
        distance = abs(int(timestamp) - self._now().timestamp())
        if distance > self._window.total_seconds():
            raise CallbackRefused(f"timestamp is {int(distance)} s from this server's clock")


async def read_body(request: web.Request) -> bytes:
    """Return the body; raise CallbackRefused for one that is too large, too slow or broken."""
    if (request.content_length or 0) > MAX_BODY:
        raise CallbackRefused("size")
    content = request.content
    body = bytearray()
    try:
        if content.is_eof():
            # As nearly always, it came with the headers: nothing to wait for, no time limit to set.
            body += content.read_nowait()
            if len(body) > MAX_BODY:
                raise CallbackRefused("size")
            return bytes(body)
        async with asyncio.timeout(BODY_TIMEOUT):
            async for chunk in content.iter_any():
                body += chunk
                if len(body) > MAX_BODY:
                    raise CallbackRefused("size")
    except TimeoutError:
        raise CallbackRefused("slow body") from None
    except web.RequestPayloadError:
        raise CallbackRefused("broken body") from None
    return bytes(body)


def parameter(request: web.Request, name: str) -> str:
    """Return the query's only value of this name; raise CallbackRefused for none or several."""
    values = request.query.getall(name, [])
    if len(values) != 1 or not values[0]:
        raise CallbackRefused(f"parameter {name}")
    return values[0]


def refuse(request: web.Request, refused: CallbackRefused) -> web.Response:
    """Return the one answer to whatever is not genuine."""
    _log.warning("callback refused", reason=refused.reason, remote=request.remote)
    return web.Response(status=403, text="refused")
