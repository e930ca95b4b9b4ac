"""Stream mode: tickets, WebSocket connections, push frames and their acknowledgements (reference 1)."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from playground.dingtalk.errors import ApiError, NewError
from playground.dingtalk.gate import Gate, json_object
from playground.dingtalk.scene import Scene
from playground.dingtalk.timers import Timers
from playground.dingtalk.tokens import Tokens

CONNECT_PATH = "/dingtalk/stream/connect"
TICKET_LIFETIME = 90.0
_BROKEN = "the connection broke"

ROBOT = "/v1.0/im/bot/messages/get"
CARD = "/v1.0/card/instances/callback"


class UndeliveredError(Exception):
    """A push that no connection took, or that nobody answered in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One successful ``connections/open``: what the client said about itself."""

    client_id: str
    subscriptions: frozenset[tuple[str, str]]
    ua: str
    local_ip: str
    at: float


@dataclass(slots=True, kw_only=True, eq=False)
class Connection:
    """One WebSocket. ``silenced`` after ``disconnect``: nothing is pushed on it any more."""

    id: str
    opening: Opening
    socket: web.WebSocketResponse
    request: web.Request
    silenced: bool = False

    def takes(self, client_id: str, kind: str, topic: str) -> bool:
        """Tell whether this connection subscribed to such a push."""
        wanted = {(kind, topic), (kind, "*")} if kind == "EVENT" else {(kind, topic)}
        return self.opening.client_id == client_id and not self.silenced and bool(wanted & self.opening.subscriptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """An acknowledgement as it came. ``data`` is parsed; ``late`` came after the deadline of its push."""

    connection: str
    code: int
    message_id: str
    data: Any
    raw: str
    seconds: float
    late: bool


@dataclass(slots=True, kw_only=True)
class _Pushed:
    sent_at: float
    answer: asyncio.Future[Ack] | None
    connection: Connection


class Stream:
    """The gateway. ``openings`` and ``acks`` keep everything that happened, oldest first."""

    def __init__(self, scene: Scene, tokens: Tokens, timers: Timers) -> None:
        self._scene = scene
        self._tokens = tokens
        self._timers = timers
        self._tickets: dict[str, Opening] = {}
        self._pushed: dict[str, _Pushed] = {}
        self._joined = asyncio.Condition()
        self.openings: list[Opening] = []
        self.connections: list[Connection] = []
        self.acks: list[Ack] = []

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return the registration and the socket."""
        return [
            web.post("/v1.0/gateway/connections/open", gate.open(self.open)),
            web.get(CONNECT_PATH, self.connect),
        ]

    async def open(self, request: web.Request) -> Mapping[str, Any]:
        """Give a ticket: good for 90 s and for one connection."""
        if status := self._scene.knobs.open_status:
            raise _PlainRefusal(status)
        body = json_object(await request.read(), NewError("Missingbody", "body is not a JSON object"))
        app = self._tokens.app(body.get("clientId"), body.get("clientSecret"))
        if app is None:
            raise NewError("authFailed", "鉴权失败", status=401)
        wanted = body.get("subscriptions") or []
        opening = Opening(
            client_id=app.client_id,
            subscriptions=frozenset((str(each.get("type")), str(each.get("topic"))) for each in wanted),
            ua=str(body.get("ua", "")),
            local_ip=str(body.get("localIp", "")),
            at=self._scene.clock.now(),
        )
        ticket = str(uuid.UUID(int=self._scene.random.getrandbits(128)))
        self._tickets[ticket] = opening
        self.openings.append(opening)
        own = str(request.url.origin().with_scheme("wss" if request.secure else "ws")) + CONNECT_PATH
        return {"endpoint": self._scene.knobs.stream_url or own, "ticket": ticket}

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Upgrade to a WebSocket for a fresh ticket; 401 otherwise."""
        opening = self._tickets.pop(request.query.get("ticket", ""), None)
        if opening is None or self._scene.clock.now() - opening.at > TICKET_LIFETIME:
            return web.Response(status=401)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(id=self._scene.token(), opening=opening, socket=socket, request=request)
        await self._join(connection)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._receive(connection, message.data)
        finally:
            self.connections.remove(connection)
            self._give_up(connection)
        return socket

    async def connected(self, count: int = 1, *, seconds: float = 10.0) -> None:
        """Wait until at least ``count`` connections stand; TimeoutError after real ``seconds``."""
        async with self._joined, asyncio.timeout(seconds):
            await self._joined.wait_for(lambda: len(self.connections) >= count)

    async def push(
        self,
        kind: str,
        topic: str,
        data: str,
        *,
        client_id: str,
        deadline: float,
        headers: Mapping[str, str] | None = None,
        message_id: str = "",
    ) -> Ack:
        """Push to one connection that subscribed, chosen at random; raise UndeliveredError without an ACK in time."""
        takers = [each for each in self.connections if each.takes(client_id, kind, topic)]
        if not takers:
            raise UndeliveredError("no connection subscribes to this")
        connection = self._scene.random.choice(takers)
        frame = {
            "specVersion": "1.0",
            "type": kind,
            "headers": self._headers(connection, topic, message_id or self.message_id(), headers or {}),
            "data": data,
        }
        return await self._send(connection, frame, deadline)

    async def ping(self, connection: Connection) -> Ack:
        """Ping with a random opaque; a different echo is a violation."""
        opaque = self._scene.token(16)
        frame = {
            "type": "SYSTEM",
            "headers": {"topic": "ping", "messageId": self.message_id(), "contentType": "application/json"},
            "data": json.dumps({"opaque": opaque}),
        }
        ack = await self._send(connection, frame, self._scene.knobs.stream_deadline)
        if ack.code != 200 or not isinstance(ack.data, dict) or ack.data.get("opaque") != opaque:
            self._scene.violation(f"ping {opaque} was answered {ack.code} {ack.raw}")
        return ack

    async def disconnect(
        self, connection: Connection, reason: str = "connection is expired", *, named: bool = True
    ) -> None:
        """Announce the end, then be silent, then close. ``named`` gives the frame a messageId."""
        headers = {"topic": "disconnect", "contentType": "application/json"}
        if named:
            headers["messageId"] = self.message_id()
        connection.silenced = True
        data = json.dumps({"reason": reason})
        await connection.socket.send_json({"type": "SYSTEM", "headers": headers, "data": data})

        async def end() -> None:
            await asyncio.sleep(self._scene.knobs.disconnect_silence)
            await connection.socket.close()

        self._timers.spawn(end)

    def drop(self, connection: Connection) -> None:
        """Cut the TCP connection without a word."""
        if connection.request.transport is not None:
            connection.request.transport.abort()

    async def close(self) -> None:
        """Close every connection."""
        for connection in list(self.connections):
            await connection.socket.close()

    def message_id(self) -> str:
        """Return a delivery id as the platform writes them."""
        token = self._scene.token(16)
        return f"{token[:8]}_{token[8:11]}_{self._scene.now_ms():x}_{token[11:]}"

    async def _join(self, connection: Connection) -> None:
        self.connections.append(connection)
        async with self._joined:
            self._joined.notify_all()

    def _headers(self, connection: Connection, topic: str, message_id: str, more: Mapping[str, str]) -> dict[str, str]:
        headers = {
            "appId": "765ed67b-0000-4000-8000-000000000001",
            "connectionId": connection.id,
            "contentType": "application/json",
            "messageId": message_id,
            "time": str(self._scene.now_ms()),
            "topic": topic,
            **more,
        }
        if self._scene.knobs.odd_headers and self._scene.random.random() < 0.5:
            headers["x-play-undocumented"] = self._scene.token(8)
        return headers

    async def _send(self, connection: Connection, frame: dict[str, Any], deadline: float) -> Ack:
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        pushed = _Pushed(sent_at=time.monotonic(), answer=answer, connection=connection)
        self._pushed[frame["headers"]["messageId"]] = pushed
        try:
            await connection.socket.send_json(frame)
            return await asyncio.wait_for(answer, deadline)
        except TimeoutError:
            raise UndeliveredError(f"no ACK within {deadline:g} s") from None
        except ConnectionError:
            raise UndeliveredError(_BROKEN) from None
        finally:
            pushed.answer = None

    def _receive(self, connection: Connection, text: str) -> None:
        """Record one ACK and wake who waits for it."""
        now = time.monotonic()
        try:
            frame = json.loads(text)
            message_id, raw = str(frame["headers"]["messageId"]), frame.get("data") or ""
            data, code = json.loads(raw) if raw else None, int(frame.get("code", 0))
        except (ValueError, KeyError, TypeError, AttributeError):
            self._scene.violation(f"not an ACK frame: {text[:200]}")
            return
        pushed = self._pushed.pop(message_id, None)
        if pushed is None:
            self._scene.violation(f"ACK for a messageId that waits for none: {message_id}")
            return
        ack = Ack(
            connection=connection.id,
            code=code,
            message_id=message_id,
            data=data,
            raw=raw,
            seconds=now - pushed.sent_at,
            late=pushed.answer is None,
        )
        self.acks.append(ack)
        if pushed.answer is not None and not pushed.answer.done():
            pushed.answer.set_result(ack)

    def _give_up(self, connection: Connection) -> None:
        for pushed in self._pushed.values():
            if pushed.connection is connection and pushed.answer is not None and not pushed.answer.done():
                pushed.answer.set_exception(UndeliveredError(_BROKEN))
                pushed.answer = None


class _PlainRefusal(ApiError):
    """A refusal in HTML, as a proxy or a gateway in trouble answers."""

    def __init__(self, status: int) -> None:
        super().__init__(status, {})

    def response(self) -> web.Response:
        text = f"<html><head><title>{self.status}</title></head><body>{self.status}</body></html>"
        return web.Response(status=self.status, text=text, content_type="text/html")
