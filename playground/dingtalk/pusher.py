"""Brings callbacks to the bot over Stream or HTTP, with its deadlines and repetitions (reference 1.6, 2)."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from playground.dingtalk.crypto import CryptoError, EventCrypto, card_sign, robot_sign
from playground.dingtalk.limits import PUSH, Limits
from playground.dingtalk.scene import Scene
from playground.dingtalk.stream import CARD, ROBOT, Ack, Stream, UndeliveredError
from playground.dingtalk.timers import Timers
from playground.phone import Attempt, Sent

_FREE_EVENTS = ("user_", "org_")
"""Contact events cost nothing (reference 6.6)."""
_MISMATCH = "HTTP请求结果校验返回字段值失败"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRoute:
    """Where HTTP card callbacks of one route key go; an empty ``api_secret`` sends no signature."""

    url: str
    api_secret: str = ""


class Pusher:
    """Every push returns after its first attempt; repetitions are added to the same ``Sent`` later."""

    def __init__(
        self, scene: Scene, stream: Stream, timers: Timers, limits: Limits, bot_url: Callable[[], str]
    ) -> None:
        self._scene = scene
        self._stream = stream
        self._timers = timers
        self._limits = limits
        self._bot_url = bot_url
        self._http: aiohttp.ClientSession | None = None
        settings = scene.settings
        self._crypto = EventCrypto(settings.token, settings.aes_key, settings.client_id)
        self.failed_events: list[dict[str, Any]] = []
        """Events given up after every retry, until somebody reads them."""

    def start(self) -> None:
        """Open the HTTP client."""
        self._http = aiohttp.ClientSession()

    async def close(self) -> None:
        """Close the HTTP client."""
        if self._http:
            await self._http.close()

    async def robot_message(self, body: dict[str, Any]) -> Sent:
        """Deliver a message that somebody sent to the robot, as often as the knobs want."""
        if not self._limits.spend(PUSH):
            body = over_quota(body, short=self._scene.knobs.short_quota_names)
        sent = Sent(key=f"dingtalk:{body['msgId']}", attempts=[])
        knobs = self._scene.knobs
        message_id = self._stream.message_id()
        data = json.dumps(body, ensure_ascii=False)

        async def again() -> None:
            sent.attempts.append(
                await self._robot_attempt(data, message_id if knobs.redelivery_same_id else self._stream.message_id())
            )

        sent.attempts.append(await self._robot_attempt(data, message_id))
        if not sent.acknowledged and knobs.redelivery == "delayed":
            self._timers.after(knobs.redelivery_after, again)
        if sent.acknowledged:
            for _ in range(knobs.duplicates):
                await again()
        return sent

    async def event(self, event_type: str, data: Mapping[str, Any]) -> Sent:
        """Deliver an event; unacknowledged or LATER it comes again after 10 s and 30 s, then it is listed as failed."""
        event_id = self._scene.token()
        born = str(self._scene.now_ms())
        free = event_type.startswith(_FREE_EVENTS)
        if not free and not self._limits.spend(PUSH):
            data = {"errCode": 20001, "errMsg": OVER_QUOTA}
        sent = Sent(key=f"dingtalk:{event_id}", attempts=[])
        waits = list(self._scene.knobs.event_retries)

        async def attempt() -> None:
            sent.attempts.append(await self._event_attempt(event_type, event_id, born, data))
            if sent.acknowledged:
                return
            if waits:
                self._timers.after(waits.pop(0), attempt)
            else:
                self.failed_events.append(
                    {"call_back_tag": event_type, "event_time": int(born), event_type: dict(data)}
                )

        await attempt()
        return sent

    async def click(
        self, data: dict[str, Any], *, client_id: str, route: CardRoute | None, http: bool
    ) -> tuple[Sent, dict[str, Any] | None]:
        """Deliver a click; return what was sent and the bot's answer, None when there was none in time."""
        if self._scene.knobs.count_card_clicks:
            self._limits.spend(PUSH)
        if http:
            names = ("type", "outTrackId", "corpId", "userId", "content")
            data = {name: data[name] for name in names}
        text = json.dumps(data, ensure_ascii=False)
        sent = Sent(key=f"dingtalk:sha256:{hashlib.sha256(text.encode()).hexdigest()}", attempts=[])
        for _ in range(1 + self._scene.knobs.card_retries):
            if http:
                attempt = await self._http_click(text, route)
                answer = _object(attempt.body) if attempt.status else None
            else:
                attempt, ack = await self._pushed("CALLBACK", CARD, text, client_id, self._scene.knobs.card_deadline)
                answer = _card_answer(ack)
            sent.attempts.append(attempt)
            if attempt.status:
                return sent, answer
        return sent, None

    async def deliver_raw(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> Attempt:
        """POST anything to the bot, signed or not, whole or broken; ``path`` may carry a query."""
        return await self._post(self._bot_url() + path, body, headers or {}, self._scene.knobs.http_deadline)

    async def check_url(self) -> Attempt:
        """Do what the console does when an event address is saved."""
        return await self._http_event({"EventType": "check_url"})

    def robot_headers(self, timestamp: str = "") -> dict[str, str]:
        """Return the signed headers of a robot message callback."""
        timestamp = timestamp or str(self._scene.now_ms())
        sign = robot_sign(timestamp, self._scene.settings.client_secret)
        return {"Content-Type": "application/json; charset=utf-8", "timestamp": timestamp, "sign": sign}

    async def _robot_attempt(self, data: str, message_id: str) -> Attempt:
        if self._scene.settings.transport == "http":
            return await self.deliver_raw(self._scene.settings.robot_path, data.encode(), self.robot_headers())
        client, deadline = self._scene.app.client_id, self._scene.knobs.stream_deadline
        return (await self._pushed("CALLBACK", ROBOT, data, client, deadline, message_id=message_id))[0]

    async def _event_attempt(self, event_type: str, event_id: str, born: str, data: Mapping[str, Any]) -> Attempt:
        corp = self._scene.settings.corp_id
        if self._scene.settings.transport == "http":
            head = {"EventType": event_type, "EventTime": int(born), "CorpId": corp, "eventId": event_id}
            return await self._http_event({**head, **data})
        headers = {
            "eventType": event_type,
            "eventId": event_id,
            "eventCorpId": corp,
            "eventBornTime": born,
            "eventUnifiedAppId": "bbb381b6-0000-4000-8000-000000000001",
        }
        text = json.dumps(data, ensure_ascii=False)
        client, deadline = self._scene.app.client_id, self._scene.knobs.stream_deadline
        attempt, ack = await self._pushed("EVENT", "*", text, client, deadline, headers=headers)
        status = ack.data.get("status") if ack and isinstance(ack.data, dict) else None
        if ack and status is None:
            self._scene.violation(f"event {event_id} was acknowledged without a status: {ack.raw}")
        if ack and status != "SUCCESS":
            return Attempt(body=ack.raw, error=str(status or "no status"), seconds=attempt.seconds)
        return attempt

    async def _pushed(
        self,
        kind: str,
        topic: str,
        data: str,
        client_id: str,
        deadline: float,
        *,
        headers: Mapping[str, str] | None = None,
        message_id: str = "",
    ) -> tuple[Attempt, Ack | None]:
        started = time.monotonic()
        try:
            ack = await self._stream.push(
                kind, topic, data, client_id=client_id, deadline=deadline, headers=headers, message_id=message_id
            )
            attempt = Attempt(status=ack.code, body=ack.raw, seconds=ack.seconds)
        except UndeliveredError as error:
            ack, attempt = None, Attempt(error=str(error), seconds=time.monotonic() - started)
        self._note(topic if kind == "CALLBACK" else kind, data, attempt)
        return attempt, ack

    async def _http_event(self, body: Mapping[str, Any]) -> Attempt:
        timestamp, nonce = str(self._scene.now_ms()), self._scene.token(8)
        sealed = self._crypto.seal(json.dumps(body, ensure_ascii=False), timestamp, nonce)
        query = f"?msg_signature={sealed['msg_signature']}&signature={sealed['msg_signature']}"
        path = f"{self._scene.settings.events_path}{query}&timestamp={timestamp}&nonce={nonce}"
        payload = json.dumps({"encrypt": sealed["encrypt"]}).encode()
        attempt = await self.deliver_raw(path, payload, {"Content-Type": "application/json"})
        if not attempt.status:
            return attempt
        try:
            fits = attempt.status == 200 and self._crypto.unseal(_object(attempt.body) or {}) == "success"
        except CryptoError:
            fits = False
        return attempt if fits else Attempt(body=attempt.body, error=_MISMATCH, seconds=attempt.seconds)

    async def _http_click(self, text: str, route: CardRoute | None) -> Attempt:
        if route is None:
            return Attempt(error="no callback address is registered under the card's route key")
        headers = {"Content-Type": "application/json"}
        if route.api_secret:
            timestamp = str(self._scene.now_ms())
            headers["x-ddpaas-signature-timestamp"] = timestamp
            headers["x-ddpaas-signature"] = card_sign(timestamp, route.api_secret)
        attempt = await self._post(route.url, text.encode(), headers, self._scene.knobs.card_deadline)
        return attempt if attempt.status == 200 else Attempt(error=attempt.error or f"HTTP {attempt.status}")

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str], deadline: float) -> Attempt:
        assert self._http is not None, "start() comes first"
        started = time.monotonic()
        try:
            async with (
                asyncio.timeout(deadline),
                self._http.post(url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                text = await response.text()
                attempt = Attempt(status=response.status, body=text, seconds=time.monotonic() - started)
        except TimeoutError:
            attempt = Attempt(error=f"no answer within {deadline:g} s", seconds=time.monotonic() - started)
        except (aiohttp.ClientError, OSError) as error:
            attempt = Attempt(error=str(error) or type(error).__name__, seconds=time.monotonic() - started)
        self._note(url, body.decode(errors="replace"), attempt)
        return attempt

    def _note(self, to: str, body: str, attempt: Attempt) -> None:
        self._scene.journal.write(
            "dingtalk",
            "callback",
            to=to,
            body=_object(body) or body,
            status=attempt.status,
            answer=_object(attempt.body) or attempt.body,
            error=attempt.error,
            seconds=round(attempt.seconds, 3),
        )


OVER_QUOTA = "受调用量超量影响，当前我的消息服务已经暂停。请联系你所在的组织管理员并予以处理"


def over_quota(body: Mapping[str, Any], *, short: bool) -> dict[str, Any]:
    """Return the empty message that arrives once the month's pushes are used up (reference 2.2)."""
    code, words = ("errCode", "errMsg") if short else ("errorCode", "errorMessage")
    kept = {key: value for key, value in body.items() if key not in {"text", "content"}}
    return {**kept, code: 20001, words: OVER_QUOTA}


def _card_answer(ack: Ack | None) -> dict[str, Any] | None:
    if ack is None or ack.code != 200:
        return None
    response = ack.data.get("response") if isinstance(ack.data, dict) else None
    return response if isinstance(response, dict) else {}


def _object(text: str) -> dict[str, Any] | None:
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
