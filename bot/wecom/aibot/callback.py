"""The robot's callback address: encrypted JSON in, and the answer in the response (WeCom reference 8.2.1, 8.2.4).

A POST passes as at the app's address: size, signature, window of time, decryption, parsing; then it is
kept, and only then answered. Unlike there, the response speaks: with what the effect promised to say,
or with an unfinished stream that the platform comes back for.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from aiohttp import web

from bot.json import BadJson, loads_object
from bot.wecom.aibot import inbound
from bot.wecom.aibot.reply import WORKING, stream
from bot.wecom.aibot.turns import Turn, Turns
from bot.wecom.crypto import CallbackCrypto, CallbackRefused
from bot.wecom.signed import SignedAddress, parameter, read_body, refuse
from handlers.envelope import Envelope, Kind

ANSWER_WAIT = 1.5
"""Seconds a response waits for the effect and its words; a callback has five."""
CARD_WAIT = 4.0
"""Seconds a press waits for its card: it is told once and must be answered inside five (WeCom reference 8.2.3)."""
DONE = "已处理。"

_log = structlog.get_logger("gendan.wecom.aibot")


class Hearing(Protocol):
    """What becomes of what was heard; ``bot.doors`` wires it."""

    async def keep(self, envelope: Envelope) -> None:
        """Commit the envelope durably, or raise."""

    async def carried_out(self, key: str) -> bool:
        """Return whether the effect of the kept envelope is done."""

    async def answer_card(self, envelope: Envelope, wait: float) -> Mapping[str, Any] | None:
        """Wait for a press's effect, at most ``wait`` seconds, and return the update of its card."""


class AibotCallback:
    """aiohttp handlers for the robot's address. ``bot_id``, when set, is the only robot that may knock."""

    def __init__(
        self,
        crypto: CallbackCrypto,
        *,
        hearing: Hearing,
        turns: Turns,
        now: Callable[[], datetime],
        window: timedelta | None,
        bot_id: str = "",
        name: str = "",
        answer_wait: float = ANSWER_WAIT,
    ) -> None:
        self._address = SignedAddress(crypto, now=now, window=window)
        self.verify: Callable[[web.Request], Awaitable[web.Response]] = self._address.verify
        self._crypto = crypto
        self._hearing = hearing
        self._turns = turns
        self._now = now
        self._bot_id = bot_id
        self._name = name
        self._wait = answer_wait

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Keep a message or event and answer it, or answer the question for more of a stream."""
        try:
            body = self._opened(request, await read_body(request))
            if body.get("msgtype") == inbound.STREAM:
                return await self._more(request, body)
            envelope = inbound.parse(body, received=self._now(), name=self._name)
        except CallbackRefused as refused:
            return refuse(request, refused)
        except BadJson as error:
            return refuse(request, CallbackRefused(f"json {error}"))
        # Opened before it is kept: the answer may be ready before this line goes on.
        turn = self._turns.open(envelope.key) if _wants_an_answer(envelope) else None
        try:
            await self._hearing.keep(envelope)
        except Exception as error:  # noqa: BLE001 — whatever went wrong, it is not kept: the platform must send again
            # The name only: a database error prints the row it could not write, and with it what somebody said.
            _log.error("callback not kept", key=envelope.key, error=type(error).__name__)
            return web.Response(status=503)
        if envelope.kind is Kind.CLICK:
            update = await self._hearing.answer_card(envelope, CARD_WAIT)
            return web.Response() if update is None else self._sealed(request, update)
        return web.Response() if turn is None else await self._answer(request, turn)

    def _opened(self, request: web.Request, raw: bytes) -> dict[str, Any]:
        encrypted = loads_object(raw).get("encrypt")
        if not isinstance(encrypted, str) or not encrypted:
            raise CallbackRefused("encrypt")
        body = loads_object(self._address.open(request, encrypted))
        if self._bot_id and body.get("aibotid") != self._bot_id:
            raise CallbackRefused("robot")
        return body

    async def _answer(self, request: web.Request, turn: Turn) -> web.StreamResponse:
        """Say what there is to say now; a message that was delivered again hears the same again."""
        if await turn.answered(self._wait) is not None:
            return await self._speak(request, turn)
        if await self._hearing.carried_out(turn.key):
            turn.closed = True
            return web.Response()  # done, and nothing to say here
        turn.begun = True
        return self._sealed(request, stream(turn.stream_id, WORKING, finish=False))

    async def _more(self, request: web.Request, body: Mapping[str, Any]) -> web.StreamResponse:
        """Continue a stream; of one that nobody remembers the answer comes as a message of its own."""
        asked = body.get("stream")
        stream_id = str(asked.get("id", "")) if isinstance(asked, dict) else ""
        turn = self._turns.of_stream(stream_id)
        if turn is None or turn.closed:
            return self._sealed(request, stream(stream_id, DONE, finish=True))
        if await turn.answered(self._wait) is not None and not turn.closed:
            return await self._speak(request, turn)
        if await self._hearing.carried_out(turn.key) and turn.reply is None:
            turn.closed = True
            return self._sealed(request, stream(stream_id, DONE, finish=True))
        return self._sealed(request, stream(stream_id, WORKING, finish=False))

    async def _speak(self, request: web.Request, turn: Turn) -> web.StreamResponse:
        """Write the answer, and only then let it count as told."""
        assert turn.reply is not None
        if turn.closed:
            return web.Response()  # it went to response_url meanwhile
        response = self._sealed(request, turn.reply.answer(turn.stream_id, begun=turn.begun))
        await response.prepare(request)
        await response.write_eof()
        turn.written.set()
        return response

    def _sealed(self, request: web.Request, answer: Mapping[str, Any]) -> web.Response:
        """Encrypt and sign with the callback's own nonce, as the platform insists."""
        timestamp, nonce = str(int(self._now().timestamp())), parameter(request, "nonce")
        plain = json.dumps(answer, ensure_ascii=False).encode()
        sealed = self._crypto.seal(plain, timestamp=timestamp, nonce=nonce)
        return web.json_response(
            {
                "encrypt": sealed.encrypted,
                "msgsignature": sealed.signature,
                "timestamp": int(timestamp),
                "nonce": nonce,
            }
        )


def _wants_an_answer(envelope: Envelope) -> bool:
    return envelope.kind not in (Kind.CLICK, Kind.ENTER, Kind.OTHER)
