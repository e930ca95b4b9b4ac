"""Session webhooks: the address in every robot message under which the bot can answer for a while (reference 4.5)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from playground.dingtalk.chats import BOT, Chats, Entry
from playground.dingtalk.drawing import draw_message
from playground.dingtalk.errors import OldError
from playground.dingtalk.gate import Gate, json_object
from playground.dingtalk.limits import PUSH, Limits
from playground.dingtalk.scene import Scene

_KINDS = {"text", "link", "markdown", "actionCard", "feedCard"}
_PATH = "/robot/sendBySession"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    conversation: str
    expires_ms: int


class Sessions:
    """Every message opens one; it ends at the time that the message names."""

    def __init__(self, scene: Scene, chats: Chats, limits: Limits) -> None:
        self._scene = scene
        self._chats = chats
        self._limits = limits
        self._sessions: dict[str, _Session] = {}

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return the webhook."""
        return [web.post(_PATH, gate.open(self.send))]

    def open(self, conversation: str, created_ms: int) -> tuple[str, int]:
        """Return the address and its end in ms for a message of this conversation."""
        key = self._scene.token()
        expires = created_ms + int(self._scene.knobs.session_lifetime * 1000)
        self._sessions[key] = _Session(conversation=conversation, expires_ms=expires)
        return self._scene.url(f"{_PATH}?session={key}"), expires

    async def send(self, request: web.Request) -> Mapping[str, Any]:
        """Write into the conversation of the message."""
        session = self._sessions.get(request.query.get("session", ""))
        if session is None or self._scene.now_ms() > session.expires_ms:
            raise OldError(300001, "session 不存在")
        body = json_object(await request.read(), OldError(40035, "缺少参数 json"))
        await self.write(session.conversation, body)
        if self._scene.knobs.count_session_webhook:
            self._limits.spend(PUSH)
        return {"errcode": 0, "errmsg": "ok"}

    async def answer(self, conversation: str, response: str) -> None:
        """Take an HTTP callback's response as a reply if it is one (reference 2.1); ``empty`` says nothing."""
        with suppress(OldError):
            await self.write(conversation, json_object(response.encode(), OldError(40035, "缺少参数 json")))

    async def write(self, conversation: str, body: Mapping[str, Any]) -> None:
        """Put a message of one of the five kinds into a conversation; raise OldError for anything else."""
        kind = body.get("msgtype")
        if kind not in _KINDS or not isinstance(body.get(str(kind)), Mapping):
            raise OldError(400105, "不支持的消息类型")
        at, message = self._scene.clock.now(), f"msg{self._scene.token(20)}=="
        shown = draw_message(message, body, at)
        entry = Entry(id=message, conversation=conversation, sender=BOT, at=at, draw=lambda _: shown)
        await self._chats.add(entry)
