"""A stand-in for the bot: a Stream client and HTTP callbacks over aiohttp, and a played DingTalk to talk to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from playground.app import Playground, create_playground
from playground.dingtalk.crypto import EventCrypto
from playground.settings import DingTalkSettings, PlaygroundSettings

ROBOT = {"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"}
CARD = {"type": "CALLBACK", "topic": "/v1.0/card/instances/callback"}
EVENT = {"type": "EVENT", "topic": "*"}
TOKEN = "x-acs-dingtalk-access-token"

PEOPLE = [
    {"name": "周敏", "id": "zhou", "dingtalk": "1002", "team": "华东一组", "title": "经理", "phone": "13800000002"},
    {"name": "陈静", "id": "chen", "dingtalk": "1001", "team": "华东一组", "leader": "周敏", "phone": "13800000001"},
]


class Bot:
    """Keeps every frame it got; ``answer`` decides what is acknowledged, None means silence."""

    def __init__(self, played: Played) -> None:
        self.played = played
        self.frames: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], dict[str, Any] | None] = acknowledge
        self.sockets: list[aiohttp.ClientWebSocketResponse] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, *subscriptions: dict[str, str], **changes: Any) -> aiohttp.ClientResponse:
        settings = self.played.settings
        body = {
            "clientId": settings.client_id,
            "clientSecret": settings.client_secret,
            "subscriptions": list(subscriptions or (ROBOT, CARD, EVENT)),
            "ua": "stand-in/1",
            "localIp": "10.0.0.1",
        }
        return await self.played.http.post("/v1.0/gateway/connections/open", json={**body, **changes})

    async def connect(self, *subscriptions: dict[str, str], **changes: Any) -> list[dict[str, Any]]:
        """Connect once more; return the frames of this connection, growing."""
        opened = await (await self.open(*subscriptions, **changes)).json()
        before = len(self.played.dingtalk.stream.connections)
        socket = await self.played.http.ws_connect(opened["endpoint"], params={"ticket": opened["ticket"]})
        await self.played.dingtalk.stream.connected(before + 1)
        own: list[dict[str, Any]] = []
        self.sockets.append(socket)
        self._tasks.append(asyncio.create_task(self._listen(socket, own)))
        return own

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse, own: list[dict[str, Any]]) -> None:
        async for message in socket:
            frame = json.loads(message.data)
            self.frames.append(frame)
            own.append(frame)
            answer = self.answer(frame)
            if answer is not None:
                await socket.send_json(answer)

    async def close(self) -> None:
        for socket in self.sockets:
            await socket.close()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


class HttpBot:
    """The bot's HTTP side; ``status`` and ``reply`` are what robot messages and clicks are answered with."""

    def __init__(self, played: Played) -> None:
        settings = played.settings
        self.crypto = EventCrypto(settings.token, settings.aes_key, settings.client_id)
        self.got: list[tuple[str, dict[str, str], Any]] = []
        self.reply: Any = {"msgtype": "empty"}
        self.word = "success"

    async def plain(self, request: web.Request) -> web.Response:
        self.got.append((request.path, dict(request.headers), await request.json()))
        return web.json_response(self.reply)

    async def events(self, request: web.Request) -> web.Response:
        encrypted = (await request.json())["encrypt"]
        query = request.query
        assert self.crypto.signature(query["timestamp"], query["nonce"], encrypted) == query["msg_signature"]
        self.got.append((request.path, dict(request.headers), json.loads(self.crypto.decrypt(encrypted))))
        return web.json_response(self.crypto.seal(self.word, query["timestamp"], query["nonce"]))


class Played:
    """A running platform with its stand-ins."""

    def __init__(self, playground: Playground) -> None:
        assert playground.dingtalk
        assert playground.settings.dingtalk
        self.dingtalk = dingtalk = playground.dingtalk
        self.faults = playground.faults
        self.all_settings = playground.settings
        self.settings = playground.settings.dingtalk
        self.phones = dingtalk.phones
        self.knobs = dingtalk.knobs
        self.clock = playground.clock
        self.http: aiohttp.ClientSession
        self.url = ""
        self.bot = Bot(self)
        self.http_bot = HttpBot(self)

    async def token(self) -> str:
        body = {"appKey": self.settings.client_id, "appSecret": self.settings.client_secret}
        return (await (await self.http.post("/v1.0/oauth2/accessToken", json=body)).json())["accessToken"]

    async def new(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        """Call the new API with a good token; return status and body without the random requestid."""
        headers = {TOKEN: await self.token()}
        response = await self.http.request(method, path, json=body, params=query, headers=headers)
        return response.status, without_ids(await response.json())

    async def old(self, path: str, body: Any) -> dict[str, Any]:
        """Call the old API with a good token; return the body without the random request_id."""
        response = await self.http.post(path, json=body, params={"access_token": await self.token()})
        assert response.status == 200
        return without_ids(await response.json())


async def until(condition: Callable[[], object]) -> None:
    """Wait for something the other side does and nothing announces; TimeoutError after five seconds."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


def without_ids(body: Any) -> Any:
    return {k: v for k, v in body.items() if k not in {"requestid", "request_id"}} if isinstance(body, dict) else body


def refusal(code: str, message: str | None = None) -> dict[str, str]:
    return {"code": code, "message": message or code}


def acknowledge(frame: dict[str, Any]) -> dict[str, Any] | None:
    """Answer as a good client does."""
    if frame["headers"]["topic"] == "disconnect":
        return None
    if frame["headers"]["topic"] == "ping":
        return ack(frame, json.loads(frame["data"]))
    if frame["type"] == "EVENT":
        return ack(frame, {"status": "SUCCESS", "message": "success"})
    return ack(frame, {"response": None})


def ack(frame: dict[str, Any], data: Any, code: int = 200) -> dict[str, Any]:
    headers = {"messageId": frame["headers"]["messageId"], "contentType": "application/json"}
    return {"code": code, "headers": headers, "message": "OK", "data": json.dumps(data)}


@asynccontextmanager
async def playing(**changes: Any) -> AsyncIterator[Played]:
    """Serve a DingTalk with two people on a real port; ``changes`` are DingTalkSettings."""
    settings = PlaygroundSettings(wecom=None, dingtalk=DingTalkSettings(**changes), people=PEOPLE)
    playground = create_playground(settings)
    playground.clock.set(1_800_000_000.0)
    played = Played(playground)
    callbacks = web.Application()
    callbacks.add_routes(
        [
            web.post("/dingtalk/robot", played.http_bot.plain),
            web.post("/dingtalk/card", played.http_bot.plain),
            web.post("/dingtalk/events", played.http_bot.events),
        ]
    )
    async with TestServer(callbacks) as bot_server, TestServer(playground.app) as server:
        played.url = str(server.make_url("/")).rstrip("/")
        settings.bot_url = str(bot_server.make_url("/")).rstrip("/")
        async with aiohttp.ClientSession(base_url=played.url) as played.http:
            try:
                yield played
            finally:
                await played.bot.close()
