"""DingTalk's HTTP callbacks (DingTalk reference 2, 5.8): the same arrivals as the stream, signed instead of connected.

Every refusal is one 403 without words (R-05); an inbox that does not take the callback is a 503.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from aiohttp import web
from multidict import MultiMapping

from bot.bodies import TooLargeError, read_up_to
from bot.dingtalk.arrivals import Arrivals, NotKept
from bot.dingtalk.crypto import WINDOW, CallbackRefused, Clock, EventCrypto, OneBody, check_fresh
from bot.dingtalk.inbound import event_headers
from bot.json import SIZE_MAX, BadJson, loads_object

BODY_WAIT = 5.0
"""Seconds for the whole body; DingTalk itself waits 2.5 s for the answer."""

log = structlog.get_logger(__name__)
_Door = Callable[[web.Request, bytes], Awaitable[dict[str, Any]]]


class DingTalkHttp:
    """The three routes. A door whose secret is not configured refuses everybody.

    ``events`` are the key sets in use, the newest first. ``robot`` and ``card`` check those signatures;
    ``card`` is None only where the card callback was registered without ``apiSecret``, and then needs
    ``unsigned_cards``.
    """

    def __init__(
        self,
        arrivals: Arrivals,
        *,
        clock: Clock,
        robot: OneBody | None,
        card: OneBody | None,
        events: Sequence[EventCrypto],
        unsigned_cards: bool = False,
        window: timedelta = WINDOW,
    ) -> None:
        self._arrivals = arrivals
        self._clock = clock
        self._robot_sign = robot
        self._card_sign = card
        self._events_crypto = tuple(events)
        self._unsigned_cards = unsigned_cards
        self._window = window

    def routes(self) -> list[web.RouteDef]:
        """Return the routes for ``app.add_routes``."""
        return [
            web.post("/dingtalk/robot", self._guarded(self._robot)),
            web.post("/dingtalk/card", self._guarded(self._card)),
            web.post("/dingtalk/events", self._guarded(self._events)),
        ]

    def _guarded(self, door: _Door) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Wrap a door with what all of them share: the size, the refusal, the answer."""

        async def handle(request: web.Request) -> web.Response:
            try:
                body = await _body(request)
                return web.json_response(await door(request, body), dumps=_dumps)
            except (CallbackRefused, BadJson) as error:
                log.warning("dingtalk.callback_refused", path=request.path, reason=str(error))
                return web.Response(status=403)
            except NotKept:
                return web.Response(status=503)

        return handle

    async def _robot(self, request: web.Request, raw: bytes) -> dict[str, Any]:
        if self._robot_sign is None:
            raise CallbackRefused("robot callbacks are not configured")
        self._robot_sign.check(_one(request.headers, "timestamp"), _one(request.headers, "sign"), raw)
        await self._arrivals.robot(loads_object(raw))
        return {"msgtype": "empty"}

    async def _card(self, request: web.Request, raw: bytes) -> dict[str, Any]:
        delivery = ""
        if self._card_sign is not None:
            delivery = _one(request.headers, "x-ddpaas-signature-timestamp")
            self._card_sign.check(delivery, _one(request.headers, "x-ddpaas-signature"), raw)
        elif not self._unsigned_cards:
            raise CallbackRefused("card callbacks are not configured")
        return await self._arrivals.card(loads_object(raw), {"messageId": delivery})

    async def _events(self, request: web.Request, raw: bytes) -> dict[str, Any]:
        signature = _one(request.query, "msg_signature", "signature")
        timestamp = _one(request.query, "timestamp", "timeStamp")
        encrypt = loads_object(raw).get("encrypt")
        if not isinstance(encrypt, str):
            raise CallbackRefused("nothing encrypted")
        plain, crypto = self._decrypt(signature, timestamp, _one(request.query, "nonce"), encrypt)
        check_fresh(timestamp, self._clock(), self._window)
        body = loads_object(plain)
        if body.get("EventType") != "check_url":  # the console's question whether we are there
            await self._arrivals.event(event_headers(body), body)
        now = str(int(self._clock().timestamp() * 1000))
        return dict(crypto.encrypt("success", timestamp=now, nonce=secrets.token_hex(8)))

    def _decrypt(self, signature: str, timestamp: str, nonce: str, encrypt: str) -> tuple[bytes, EventCrypto]:
        """Return the plain bytes and the key set that read them, the newest first (R-08)."""
        refused = CallbackRefused("event callbacks are not configured")
        for crypto in self._events_crypto:
            try:
                return crypto.decrypt(signature, timestamp, nonce, encrypt), crypto
            except CallbackRefused as error:
                refused = error
        raise refused


async def _body(request: web.Request) -> bytes:
    """Return the body; raise the fitting 4xx where it is too long, too slow or broken (R-103)."""
    try:
        async with asyncio.timeout(BODY_WAIT):
            return await read_up_to(request.content, SIZE_MAX)
    except TooLargeError:
        raise web.HTTPRequestEntityTooLarge(max_size=SIZE_MAX, actual_size=SIZE_MAX + 1) from None
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except web.RequestPayloadError:
        raise web.HTTPBadRequest from None


def _one(values: MultiMapping[str], *names: str) -> str:
    """Return the value of the first name that is there; there once, and not empty."""
    for name in names:
        found = values.getall(name, [])
        if len(found) == 1 and found[0]:
            return found[0]
        if found:
            break
    raise CallbackRefused(f"{names[0]} must be there once")


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
