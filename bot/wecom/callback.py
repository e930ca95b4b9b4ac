"""The two doors WeCom knocks at: ``GET`` verifies the address, ``POST`` brings a message or event.

A POST passes in this order: size, signature, window of time, decryption, application, parsing;
then it is kept, and only then answered with an empty 200 (WeCom reference 1.3, 2.8). Whatever is
refused gets one and the same answer, and the log says why without saying what (R-05, R-88).
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.wecom import inbound, xml
from bot.wecom.crypto import CallbackCrypto, CallbackRefused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handlers.envelope import Envelope

MAX_BODY = 256 * 1024
"""Bytes, counted after inflation (R-103)."""
BODY_TIMEOUT = 5.0
"""Seconds to send the body: the platform itself gives up after five."""

_log = structlog.get_logger("gendan.wecom.callback")


class WeComCallback:
    """aiohttp handlers for the callback address of one application.

    ``keep`` commits the envelope durably and returns when it is safe; if it raises, the answer is
    503 and the platform sends again. ``window`` is how far the signed timestamp may lie from
    ``now``; None switches the check off (R-02).
    """

    def __init__(
        self,
        crypto: CallbackCrypto,
        *,
        corp_id: str,
        agent_id: int,
        keep: Callable[[Envelope], Awaitable[object]],
        now: Callable[[], datetime],
        window: timedelta | None = timedelta(seconds=300),
    ) -> None:
        self._crypto = crypto
        self._corp_id = corp_id
        self._agent_id = str(agent_id)
        self._keep = keep
        self._now = now
        self._window = window

    async def verify(self, request: web.Request) -> web.Response:
        """Answer the administrator's "save": the decrypted echostr, byte for byte (WeCom reference 1.2)."""
        try:
            echo = self._open(request, _parameter(request, "echostr"))
        except CallbackRefused as refused:
            return _refuse(request, refused)
        return web.Response(body=echo, content_type="text/plain")

    async def receive(self, request: web.Request) -> web.Response:
        """Keep one message or event, then acknowledge it."""
        try:
            body = await _read(request)
            outer = _parse(body)
            raw = self._open(request, self._encrypted(outer))
            inner = _parse(xml.scrub(raw))
            self._check_addressee(inner)
            envelope = inbound.envelope(inner, raw, self._now())
        except CallbackRefused as refused:
            return _refuse(request, refused)
        try:
            await self._keep(envelope)
        except Exception as error:  # noqa: BLE001 — whatever went wrong, it is not kept: the platform must send again
            # The name only: a database error prints the row it could not write, and with it what somebody said.
            _log.error("callback not kept", key=envelope.key, error=type(error).__name__)
            return web.Response(status=503)
        return web.Response()

    def _open(self, request: web.Request, encrypted: str) -> bytes:
        timestamp = _parameter(request, "timestamp")
        signature, nonce = _parameter(request, "msg_signature"), _parameter(request, "nonce")
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

    def _encrypted(self, outer: xml.Tree) -> str:
        """Return the ciphertext of the envelope, whose addressee is not signed and may only repeat ours."""
        for values in outer.values():
            if len(values) > 1:
                raise CallbackRefused("doubled element")
        self._check_addressee(outer)
        return xml.text(outer, "Encrypt")

    def _check_addressee(self, tree: xml.Tree) -> None:
        """Refuse what is for another company or application; contact events name no application (R-03)."""
        if tree.get("ToUserName", [self._corp_id]) != [self._corp_id]:
            raise CallbackRefused("company")
        for each in tree.get("AgentID", ()):
            if each not in ("", self._agent_id):
                raise CallbackRefused("application")


async def _read(request: web.Request) -> bytes:
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


def _parse(body: bytes) -> xml.Tree:
    try:
        return xml.parse(body)
    except xml.XmlError as error:
        raise CallbackRefused(f"xml {error}") from None


def _parameter(request: web.Request, name: str) -> str:
    values = request.query.getall(name, [])
    if len(values) != 1 or not values[0]:
        raise CallbackRefused(f"parameter {name}")
    return values[0]


def _refuse(request: web.Request, refused: CallbackRefused) -> web.Response:
    _log.warning("callback refused", reason=refused.reason, remote=request.remote)
    return web.Response(status=403, text="refused")
