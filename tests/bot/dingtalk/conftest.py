"""What the DingTalk tests share: a moment, a played platform that answers as told, and a client that speaks to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.dingtalk.client import ClientSettings, DingTalkClient
from bot.dingtalk.quota import Quota

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @property
    def ms(self) -> str:
        return str(int(self.now.timestamp() * 1000))


@dataclass
class Call:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


Reply = Callable[[Call], Any]
"""Returns (status, JSON or text)."""


@dataclass
class Platform:
    """Both hosts of DingTalk in one server. ``replies`` maps a path to ``(status, body)`` or a function of the call."""

    calls: list[Call] = field(default_factory=list)
    replies: dict[str, Any] = field(default_factory=dict)
    token: str = "token-1"
    base: str = ""

    def to(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        try:
            body = json.loads(raw)
        except ValueError:
            body = raw
        call = Call(request.method, request.path, dict(request.query), dict(request.headers), body)
        self.calls.append(call)
        reply = self.replies.get(request.path, (404, {"code": "notFound"}))
        status, answer = reply(call) if callable(reply) else reply
        if isinstance(answer, bytes):
            return web.Response(status=status, body=answer)
        if isinstance(answer, str):
            return web.Response(status=status, text=answer, content_type="text/html")
        return web.json_response(answer, status=status)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def platform():
    played = Platform()
    played.replies = {
        "/v1.0/oauth2/accessToken": lambda _: (200, {"accessToken": played.token, "expireIn": 7200}),
        "/gettoken": lambda _: (200, {"errcode": 0, "access_token": "old-" + played.token, "expires_in": 7200}),
    }
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", played.answer)
    async with TestServer(app) as server:
        played.base = str(server.make_url("")).rstrip("/")
        yield played


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def quota(clock):
    return Quota(clock=clock)


@pytest.fixture
def client(platform, session, clock, quota):
    async def sleep(seconds: float) -> None:
        clock.pass_by(seconds)

    settings = ClientSettings(
        client_id="dingapp", client_secret="s3cret-canary", api_base=platform.base, oapi_base=platform.base
    )
    return DingTalkClient(settings, session=session, clock=clock, quota=quota, sleep=sleep)


@pytest.fixture
def robot_body(clock):
    def build(**changes: Any) -> dict[str, Any]:
        body = {
            "conversationId": "cidP4g==",
            "chatbotCorpId": "dingcorp",
            "chatbotUserId": "$:LWCP_v1:$bot",
            "msgId": "msgY==",
            "senderNick": "张三",
            "isAdmin": True,
            "senderStaffId": "042297",
            "sessionWebhookExpiredTime": int(clock.ms) + 5_400_000,
            "createAt": int(clock.ms) - 1000,
            "senderCorpId": "dingcorp",
            "conversationType": "1",
            "senderId": "$:LWCP_v1:$me",
            "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=79b48",
            "robotCode": "dingrobot",
            "msgtype": "text",
            "text": {"content": "hello DingTalk!"},
        }
        body.update(changes)
        return {name: value for name, value in body.items() if value is not None}

    return build
