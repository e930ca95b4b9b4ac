"""A small server that answers as WeCom's API would, and the objects under test pointed at it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.wecom.client import WeComClient
from domain.clock import ManualClock

CORP, AGENT, SECRET = "ww1234567890abcdef", 1000002, "canary-secret-of-the-app"
NOON = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)


class Api:
    """Answers every path under ``/cgi-bin/``; ``answers[path]`` is a queue whose last entry stays."""

    def __init__(self):
        self.answers = {}
        self.calls = []
        self.tokens = []
        self.check_tokens = False
        self.barrier = None
        self.url = ""

    def on(self, path, *answers):
        """Answer ``path`` with dicts (JSON), responses from callables, or exceptions in between."""
        self.answers[path] = list(answers)

    def sent(self, path):
        return [body for called, _, body in self.calls if called == path]

    def queries(self, path):
        return [query for called, query, _ in self.calls if called == path]

    async def handle(self, request):
        path = request.match_info["path"]
        raw = await request.read()
        body = json.loads(raw) if request.content_type == "application/json" else raw
        self.calls.append((path, dict(request.query), body))
        if path == "gettoken" and path not in self.answers:
            self.tokens.append(f"token-{len(self.tokens) + 1}")
            return web.json_response({"errcode": 0, "access_token": self.tokens[-1], "expires_in": 7200})
        if self.barrier is not None and path != "gettoken":
            await self.barrier.wait()
        if path != "gettoken" and self.check_tokens and request.query.get("access_token") != self.tokens[-1]:
            return web.json_response({"errcode": 40014, "errmsg": "invalid access_token"})
        queue = self.answers.get(path) or [{"errcode": 0, "errmsg": "ok"}]
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        if callable(answer):
            answer = answer(request)
            return await answer if asyncio.iscoroutine(answer) else answer
        return web.json_response(answer)


@pytest.fixture
def clock():
    return ManualClock(NOON)


@pytest.fixture
async def api():
    api = Api()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/cgi-bin/{path:.+}", api.handle)
    async with TestServer(app) as server:
        api.url = str(server.make_url("")).rstrip("/")
        yield api


@pytest.fixture
async def client(api, clock):
    async with aiohttp.ClientSession() as session:
        yield WeComClient(session, base=api.url, corp_id=CORP, secret=SECRET, agent_id=AGENT, now=clock.now)
