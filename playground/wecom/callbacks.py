"""Pushing to the bot: encrypted, signed, with the platform's deadline and retries (WeCom reference 1, 2.8)."""

from __future__ import annotations

import asyncio
import hashlib
import io
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from playground.clock import Clock
from playground.journal import Journal
from playground.phone import Attempt, Sent
from playground.settings import PlaygroundSettings, WeComSettings
from playground.wecom.crypto import Crypto
from playground.wecom.events import Callback
from playground.wecom.knobs import Knobs
from playground.wecom.xml import Element, write_xml


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A callback as it goes over the wire."""

    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What came of saving the callback URL; ``reason`` says in words why it was refused."""

    ok: bool
    reason: str
    attempt: Attempt


@dataclass(slots=True)
class Callbacks:
    """``answered`` is called with every body of a 200, for passive replies."""

    settings: PlaygroundSettings
    wecom: WeComSettings
    knobs: Knobs
    clock: Clock
    journal: Journal
    crypto: Crypto
    random: Random
    answered: Callable[[Callback, str], Awaitable[None]]
    _session: aiohttp.ClientSession | None = None
    _held: list[tuple[Callback, Sent]] = field(default_factory=list)

    async def start(self) -> None:
        """Open the client."""
        self._session = aiohttp.ClientSession(auto_decompress=True)

    async def close(self) -> None:
        """Close the client."""
        if self._session:
            await self._session.close()
            self._session = None

    async def verify(self, message: str = "") -> Verification:
        """Press "save" in the admin's page: the bot must echo the decrypted text byte for byte within a second."""
        expected = (message or str(self.random.randrange(10**18, 10**19))).encode()
        sealed = self._signed(self.crypto.encrypt(expected))
        query = {**sealed.query, "echostr": sealed.body.decode()}
        attempt = await self.deliver_raw(query=query, method="GET", deadline=self.knobs.verify_deadline)
        if attempt.error:
            return Verification(ok=False, reason=attempt.error, attempt=attempt)
        if attempt.status != 200:
            return Verification(ok=False, reason=f"status {attempt.status}", attempt=attempt)
        same = attempt.body.encode() == expected
        return Verification(ok=same, reason="" if same else "the body is not exactly the message", attempt=attempt)

    async def push(self, callback: Callback) -> Sent:
        """Deliver a callback with retries and whatever the knobs add; held ones are filled in later."""
        sent = Sent(key=_key(callback), attempts=[])
        if not self.wecom.callback_path:
            return sent
        if self.knobs.lose > 0:
            self.knobs.lose -= 1
            self.journal.write("wecom", "note", text="callback lost", key=sent.key)
            return sent
        if self.knobs.reorder > 0:
            self.knobs.reorder -= 1
            self._held.append((callback, sent))
            return sent
        await self._deliver(callback, sent)
        while self._held:
            await self._deliver(*self._held.pop())
        return sent

    def seal(
        self,
        plain: bytes,
        *,
        receiveid: str | None = None,
        length: int | None = None,
        padding: int | None = None,
        signature: str = "",
    ) -> Sealed:
        """Encrypt, sign and wrap; the options make what a hostile sender would."""
        encrypted = self.crypto.encrypt(plain, receiveid=receiveid, length=length, padding=padding)
        signed = self._signed(encrypted)
        envelope: list[Element] = [
            ("ToUserName", self.wecom.corp_id),
            ("AgentID", str(self.wecom.agent_id)),
            ("Encrypt", encrypted),
        ]
        if self.random.random() < 0.5:  # the documentation and the sample code disagree about the order
            envelope[1], envelope[2] = envelope[2], envelope[1]
        query = {**signed.query, "msg_signature": signature or signed.query["msg_signature"]}
        return Sealed(query=query, body=write_xml(envelope).encode())

    async def deliver_raw(
        self,
        *,
        body: bytes = b"",
        query: Mapping[str, str] | None = None,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        deadline: float | None = None,
    ) -> Attempt:
        """Send exactly this to the callback URL, once; for hostile and recorded requests."""
        if self._session is None:
            raise RuntimeError("the platform is not started")
        # Percent-encoded to the last character: the echostr holds + / =.
        asked = "?" + urlencode(query, quote_via=quote, safe="") if query else ""
        url = URL(self.settings.bot_url.rstrip("/") + self.wecom.callback_path + asked, encoded=True)
        started = time.monotonic()
        attempt = Attempt()
        try:
            async with self._session.request(
                method,
                url,
                data=io.BytesIO(body) if body else None,
                headers={"Content-Type": "text/xml", **(headers or {})},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=deadline or self.knobs.deadline),
            ) as response:
                attempt.status = response.status
                attempt.body = (await response.read()).decode(errors="replace")
        except TimeoutError:
            attempt = Attempt(error="no answer in time")
        except aiohttp.ClientError as error:
            attempt = Attempt(error=f"connection failed: {error}")
        attempt.seconds = time.monotonic() - started
        return attempt

    async def _deliver(self, callback: Callback, sent: Sent) -> None:
        sealed = self.seal(callback.plain)
        for number in range(1 + self.knobs.retries):
            if number:
                await asyncio.sleep(self.knobs.spacing)
                sealed = self._again(callback, sealed, number)
            attempt = await self._attempt(callback, sealed, sent)
            if not attempt.error and (attempt.status == 200 or not self.knobs.retry_on_status):
                break
        for _ in range(self.knobs.duplicates if sent.acknowledged else 0):
            await self._attempt(callback, self._again(callback, sealed, 1), sent)

    async def _attempt(self, callback: Callback, sealed: Sealed, sent: Sent) -> Attempt:
        attempt = await self.deliver_raw(body=sealed.body, query=sealed.query)
        sent.attempts.append(attempt)
        self.journal.write(
            "wecom",
            "callback",
            key=sent.key,
            number=len(sent.attempts),
            xml=callback.plain.decode(),
            status=attempt.status,
            body=attempt.body,
            error=attempt.error,
        )
        if attempt.status == 200:
            await self.answered(callback, attempt.body)
        return attempt

    def _again(self, callback: Callback, sealed: Sealed, number: int) -> Sealed:
        if self.knobs.retry_contents == "same_bytes":
            return sealed
        moved = callback.later(number) if self.knobs.retry_contents == "new_time" else callback
        return self.seal(moved.plain)

    def _signed(self, encrypted: str) -> Sealed:
        timestamp, nonce = str(int(self.clock.now())), str(secrets.randbelow(10**10))
        signature = self.crypto.sign(timestamp, nonce, encrypted)
        query = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}
        return Sealed(query=query, body=encrypted.encode())


def _key(callback: Callback) -> str:
    message_id = callback.message_id
    return f"wecom:{message_id}" if message_id else f"wecom:sha256:{hashlib.sha256(callback.plain).hexdigest()}"
