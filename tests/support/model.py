"""A language model's endpoint on 127.0.0.1 that answers as it is told: well, badly, late or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[dict[str, Any]], Any]
"""Given what was asked (text, intents, types, candidates), the JSON to answer with, or a whole response."""


@dataclass(slots=True, kw_only=True)
class Model:
    """``serves`` are the tiers it knows; ``asked`` what it was sent, without the probes."""

    answer: Answer
    serves: tuple[str, ...] = ("json_schema", "json_object", "plain")
    base: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    probes: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.keys.add(request.headers.get("Authorization", ""))
        tier = body.get("response_format", {}).get("type", "plain")
        if len(body["messages"][1]["content"]) < 10:
            self.probes.append(tier)
            return said('{"ok": true}') if tier in self.serves else web.Response(status=400)
        self.asked.append(body)
        answer = self.answer(json.loads(body["messages"][1]["content"]))
        if asyncio.iscoroutine(answer):
            answer = await answer
        if callable(answer):
            return await answer(request)
        return answer if isinstance(answer, web.Response) else said(json.dumps(answer, ensure_ascii=False))


def said(content: Any) -> web.Response:
    """Return a chat completion with this content."""
    return web.json_response({"choices": [{"message": {"role": "assistant", "content": content}}]})


@asynccontextmanager
async def open_model(
    answer: Answer, *, serves: tuple[str, ...] = ("json_schema", "json_object", "plain")
) -> AsyncIterator[Model]:
    """Serve a model on a free port."""
    model = Model(answer=answer, serves=serves)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    model.base = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/v1"
    try:
        yield model
    finally:
        await runner.cleanup()
