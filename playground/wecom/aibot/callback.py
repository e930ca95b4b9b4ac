"""Callback mode: encrypted JSON out, the answer in the response, and questions for more (WeCom reference 8.2.1)."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from playground.clock import Clock
from playground.journal import Journal
from playground.phone import Attempt, Sent
from playground.settings import AibotSettings, PlaygroundSettings
from playground.wecom.aibot.knobs import AibotKnobs
from playground.wecom.aibot.replies import AibotReplies, Exchange
from playground.wecom.crypto import Crypto, CryptoError
from playground.wecom.errors import ApiError


class AibotCallback:
    """Pushes to the bot's address. ``wrong`` keeps in words whatever the platform could not take."""

    def __init__(
        self,
        settings: PlaygroundSettings,
        robot: AibotSettings,
        *,
        knobs: AibotKnobs,
        clock: Clock,
        journal: Journal,
        replies: AibotReplies,
    ) -> None:
        self._settings = settings
        self._robot = robot
        self._knobs = knobs
        self._clock = clock
        self._journal = journal
        self._replies = replies
        self._session: aiohttp.ClientSession | None = None
        self._asking: set[asyncio.Task[None]] = set()
        self.crypto = Crypto(robot.token, robot.encoding_aes_key, "")
        self.wrong: list[str] = []

    async def start(self) -> None:
        """Open the client."""
        self._session = aiohttp.ClientSession()

    async def close(self) -> None:
        """Ask nothing more and close the client."""
        for task in list(self._asking):
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def push(self, body: Mapping[str, Any]) -> Sent:
        """Deliver a message or event; a message that nobody answers is delivered again, a press never."""
        sent = Sent(key=f"wecom:{body['msgid']}", attempts=[])
        exchange = Exchange(body=body, at=self._clock.now())
        again = 0 if exchange.event == "template_card_event" else self._knobs.retries
        for number in range(1 + again):
            if number:
                await asyncio.sleep(self._knobs.spacing)
            await self._attempt(exchange, body, sent)
            if sent.acknowledged:
                break
        for _ in range(self._knobs.duplicates if sent.acknowledged else 0):
            await self._attempt(exchange, body, sent)
        if exchange.stream and not exchange.finished and self._knobs.refresh:
            task = asyncio.create_task(self._ask_for_more(exchange))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        return sent

    async def deliver_raw(self, body: bytes, query: Mapping[str, str], *, method: str = "POST") -> Attempt:
        """Send exactly this to the bot's address, once."""
        assert self._session is not None
        asked = "?" + urlencode(query, quote_via=quote, safe="") if query else ""
        url = URL(self._settings.bot_url.rstrip("/") + self._robot.callback_path + asked, encoded=True)
        began = time.monotonic()
        attempt = Attempt()
        try:
            async with self._session.request(
                method, url, data=body or None, timeout=aiohttp.ClientTimeout(total=self._knobs.deadline)
            ) as response:
                attempt.status = response.status
                attempt.body = (await response.read()).decode(errors="replace")
        except TimeoutError:
            attempt = Attempt(error="no answer in time")
        except aiohttp.ClientError as error:
            attempt = Attempt(error=f"connection failed: {error}")
        attempt.seconds = time.monotonic() - began
        return attempt

    def sealed(self, body: Mapping[str, Any] | bytes) -> tuple[dict[str, str], bytes]:
        """Return query and body of an encrypted callback."""
        plain = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        encrypted = self.crypto.encrypt(plain)
        timestamp, nonce = str(int(self._clock.now())), secrets.token_hex(8)
        query = {
            "msg_signature": self.crypto.sign(timestamp, nonce, encrypted),
            "timestamp": timestamp,
            "nonce": nonce,
        }
        return query, json.dumps({"encrypt": encrypted}).encode()

    async def verify(self) -> bool:
        """Save the address in the admin's page: the decrypted text must come back, byte for byte."""
        message = str(secrets.randbelow(10**18)).encode()
        query, body = self.sealed(message)
        asked = {**query, "echostr": json.loads(body)["encrypt"]}
        attempt = await self.deliver_raw(b"", asked, method="GET")
        return attempt.status == 200 and attempt.body.encode() == message

    async def _attempt(self, exchange: Exchange, body: Mapping[str, Any], sent: Sent) -> None:
        query, raw = self.sealed(body)
        attempt = await self.deliver_raw(raw, query)
        sent.attempts.append(attempt)
        reply = self._opened(attempt, query["nonce"])
        self._journal.write(
            "wecom",
            "callback",
            key=sent.key,
            number=len(sent.attempts),
            robot=body,
            status=attempt.status,
            body=reply,
            error=attempt.error,
        )
        if reply is not None and not exchange.finished:
            await self._honour(exchange, reply)

    async def _honour(self, exchange: Exchange, reply: Mapping[str, Any]) -> None:
        try:
            if exchange.event == "template_card_event":
                await self._replies.update(exchange, reply)
            elif exchange.event:
                await self._replies.welcome(exchange, reply)
            else:
                await self._replies.answer(exchange, reply)
        except ApiError as error:
            self._note(f"reply refused: {error}")

    async def _ask_for_more(self, exchange: Exchange) -> None:
        """Ask until the stream is finished, but not for ever."""
        head = {key: value for key, value in exchange.body.items() if key in ("aibotid", "chatid", "chattype", "from")}
        while not exchange.finished and self._clock.now() - exchange.at <= self._knobs.stream_life:
            await asyncio.sleep(self._knobs.refresh_every)
            question = {
                **head,
                "msgid": secrets.token_urlsafe(24),
                "msgtype": "stream",
                "stream": {"id": exchange.stream},
            }
            await self._attempt(exchange, question, Sent(key=f"wecom:{question['msgid']}", attempts=[]))

    def _opened(self, attempt: Attempt, nonce: str) -> dict[str, Any] | None:
        if attempt.status != 200 or not attempt.body:
            return None
        try:
            envelope = json.loads(attempt.body)
            if envelope["nonce"] != nonce or not isinstance(envelope["timestamp"], int):
                raise CryptoError("the nonce is not the callback's, or the timestamp no integer")
            signature = self.crypto.sign(str(envelope["timestamp"]), envelope["nonce"], envelope["encrypt"])
            if envelope["msgsignature"] != signature:
                raise CryptoError("the reply's signature does not fit")
            reply: dict[str, Any] = json.loads(self.crypto.decrypt(envelope["encrypt"]))
        except (ValueError, KeyError, TypeError) as error:
            self._note(f"reply ignored: {error}")
            return None
        return reply

    def _note(self, text: str) -> None:
        self.wrong.append(text)
        self._journal.write("wecom", "note", text=text)
