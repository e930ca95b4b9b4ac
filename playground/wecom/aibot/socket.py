"""The long connection: a WebSocket that the bot opens, without encryption of its own (WeCom reference 8.2.6)."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from playground.clock import Clock
from playground.journal import Journal
from playground.phone import Attempt, Sent
from playground.settings import AibotSettings
from playground.wecom.aibot.groups import Groups
from playground.wecom.aibot.knobs import AibotKnobs
from playground.wecom.aibot.replies import AibotReplies, Exchange
from playground.wecom.errors import ApiError

CONNECTION_PATH = "/cgi-bin/aibot/connection"
"""The playground's own; the platform's is ``wss://openws.work.weixin.qq.com``."""
_DAY = 86400


@dataclass(slots=True, kw_only=True, eq=False)
class Line:
    """One WebSocket, and what was asked over it by ``req_id``."""

    socket: web.WebSocketResponse
    request: web.Request
    subscribed: bool = False
    asked: dict[str, Exchange] = field(default_factory=dict)


class AibotSocket:
    """The server's side. ``frames`` keeps every command that came in, ``wrong`` what was refused, in words."""

    def __init__(
        self,
        robot: AibotSettings,
        *,
        groups: Groups,
        knobs: AibotKnobs,
        clock: Clock,
        journal: Journal,
        replies: AibotReplies,
    ) -> None:
        self._robot = robot
        self._groups = groups
        self._knobs = knobs
        self._clock = clock
        self._journal = journal
        self._replies = replies
        self._spoken: set[str] = set()
        self._pushed: dict[tuple[str, int], int] = {}
        self._changed = asyncio.Condition()
        self.lines: list[Line] = []
        self.subscriptions = 0
        self.frames: list[dict[str, Any]] = []
        self.wrong: list[str] = []

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Take frames until the bot goes away."""
        line = Line(socket=web.WebSocketResponse(), request=request)
        await line.socket.prepare(request)
        try:
            async for message in line.socket:
                if message.type is WSMsgType.TEXT:
                    await self._frame(line, message.data)
        finally:
            if line in self.lines:
                self.lines.remove(line)
            await self._tell()
        return line.socket

    async def close(self) -> None:
        """Close what stands."""
        for line in list(self.lines):
            await line.socket.close()

    async def connected(self, subscriptions: int = 1, *, seconds: float = 10.0) -> None:
        """Wait until the bot has subscribed at least so often, and stands; TimeoutError after real ``seconds``."""
        async with self._changed, asyncio.timeout(seconds):
            await self._changed.wait_for(lambda: self.subscriptions >= subscriptions and bool(self.lines))

    async def gone(self, *, seconds: float = 10.0) -> None:
        """Wait until nobody is connected."""
        async with self._changed, asyncio.timeout(seconds):
            await self._changed.wait_for(lambda: not self.lines)

    async def drop(self) -> None:
        """Cut every connection without a word."""
        for line in list(self.lines):
            if line.request.transport is not None:
                line.request.transport.abort()

    async def push(self, body: Mapping[str, Any]) -> Sent:
        """Send a message or event over the newest connection; nothing is delivered twice."""
        sent = Sent(key=f"wecom:{body['msgid']}", attempts=[])
        exchange = Exchange(body=body, at=self._clock.now())
        self._spoken.add(exchange.chat or exchange.user)
        if not self.lines:
            sent.attempts.append(Attempt(error="nobody is connected"))
            return sent
        await self._send(self.lines[-1], body, exchange)
        sent.attempts.append(Attempt(status=200))
        return sent

    async def _send(self, line: Line, body: Mapping[str, Any], exchange: Exchange) -> None:
        req_id = secrets.token_hex(8)
        line.asked[req_id] = exchange
        cmd = "aibot_event_callback" if exchange.event else "aibot_msg_callback"
        self._journal.write("wecom", "callback", robot=body, over="long connection")
        await line.socket.send_json({"cmd": cmd, "headers": {"req_id": req_id}, "body": dict(body)})

    async def _frame(self, line: Line, text: str) -> None:
        frame = json.loads(text)
        self.frames.append(frame)
        if self._knobs.silent:
            return
        code = 0
        try:
            if self._knobs.conflicts > 0 and frame["cmd"] not in ("ping", "aibot_subscribe"):
                self._knobs.conflicts -= 1
                raise ApiError(6000)
            await self._carry_out(line, frame)
        except ApiError as error:
            code = error.code
            self.wrong.append(f"{frame['cmd']}: {error}")
        words = "ok" if not code else f"refused, hint: [{secrets.token_hex(8)}]"
        if not line.socket.closed:
            await line.socket.send_json({"headers": frame["headers"], "errcode": code, "errmsg": words})
        if frame["cmd"] == "aibot_subscribe" and not code:
            await self._subscribed(line)

    async def _carry_out(self, line: Line, frame: Mapping[str, Any]) -> None:
        cmd, body = frame["cmd"], frame.get("body", {})
        if cmd == "aibot_subscribe":
            if body.get("bot_id") != self._robot.bot_id or body.get("secret") != self._robot.secret:
                raise ApiError(853000)
            return
        if not line.subscribed:
            raise ApiError(846609)
        if cmd == "ping":
            return
        if cmd == "aibot_send_msg":
            await self._pushed_message(body)
            return
        exchange = line.asked.get(frame["headers"]["req_id"])
        answers: dict[str, Callable[[Exchange, Mapping[str, Any]], Awaitable[None]]] = {
            "aibot_respond_msg": self._replies.answer,
            "aibot_respond_welcome_msg": self._replies.welcome,
            "aibot_respond_update_msg": self._updated,
        }
        if exchange is None:
            raise ApiError(846605)
        if cmd not in answers:
            raise ApiError(846610)
        if cmd == "aibot_respond_msg" and exchange.event:
            raise ApiError(846605)
        await answers[cmd](exchange, body)

    async def _updated(self, exchange: Exchange, body: Mapping[str, Any]) -> None:
        if self._clock.now() - exchange.at > self._knobs.update_within:
            raise ApiError(self._knobs.late_update_errcode)
        await self._replies.update(exchange, body)

    async def _pushed_message(self, body: Mapping[str, Any]) -> None:
        place = str(body.get("chatid", ""))
        day = (place, int(self._clock.now()) // _DAY)
        if place not in self._spoken or self._pushed.get(day, 0) >= self._knobs.pushes_per_day:
            raise ApiError(846607)
        group = self._groups.knows(place)
        await self._replies.message("" if group else place, place if group else "", body)
        self._pushed[day] = self._pushed.get(day, 0) + 1

    async def _subscribed(self, line: Line) -> None:
        if self._knobs.drop_after_subscribe > 0:
            self._knobs.drop_after_subscribe -= 1
            await line.socket.close()
            return
        for old in list(self.lines):
            event = {
                "msgid": secrets.token_urlsafe(24),
                "msgtype": "event",
                "event": {"eventtype": "disconnected_event"},
            }
            await old.socket.send_json(
                {"cmd": "aibot_event_callback", "headers": {"req_id": secrets.token_hex(8)}, "body": event}
            )
            await old.socket.close()
        line.subscribed = True
        self.lines = [line]
        self.subscriptions += 1
        await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
