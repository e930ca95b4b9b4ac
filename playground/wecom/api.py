"""The HTTP face: addresses, tokens, JSON in, errcode out (WeCom reference 0.3, 4)."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from playground.clock import Clock
from playground.faults import Fault
from playground.wecom.errors import TEXTS, ApiError, failure
from playground.wecom.knobs import Knobs
from playground.wecom.limits import Window
from playground.wecom.tokens import Tokens

_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")
_BLOCKED = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One checked call of app ``agent_id``; ``body`` is empty for GET and uploads."""

    request: web.Request
    agent_id: int
    body: dict[str, Any]
    raw: bytes

    def query(self, name: str) -> str:
        """Return a query parameter, empty when absent."""
        return self.request.query.get(name, "")


Result = dict[str, Any] | web.StreamResponse
WebHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Api:
    """Wraps the functions of the API into handlers that answer 200 whatever happens."""

    knobs: Knobs
    clock: Clock
    tokens: Tokens
    _calls: Window = field(default_factory=lambda: Window(60.0))
    _blocked_until: dict[str, float] = field(default_factory=dict)

    def get(self, path: str, work: Callable[[Call], Awaitable[Result]]) -> web.RouteDef:
        """Return the route of a call that is made with GET."""
        return web.route("*", path, self._handler("GET", work))

    def post(self, path: str, work: Callable[[Call], Awaitable[Result]]) -> web.RouteDef:
        """Return the route of a call that is made with POST; anything else is 40058."""
        return web.route("*", path, self._handler("POST", work))

    def without_token(self, path: str, work: WebHandler) -> web.RouteDef:
        """Return the route of gettoken and of pages."""

        async def handler(request: web.Request) -> web.StreamResponse:
            try:
                self._check_address(request)
                return await work(request)
            except ApiError as error:
                return refusal(request, error.code, error.text)

        return web.get(path, handler)

    def _handler(self, method: str, work: Callable[[Call], Awaitable[Result]]) -> WebHandler:
        async def handler(request: web.Request) -> web.StreamResponse:
            try:
                self._check_address(request)
                agent_id = self.tokens.agent_of(request.query.get("access_token", ""))
                self._check_frequency(request.path.removeprefix("/cgi-bin/"))
                if request.method != method:
                    raise ApiError(40058)
                raw = await request.read() if _takes_json(request) else b""
                result = await work(Call(request=request, agent_id=agent_id, body=self._json(raw), raw=raw))
            except ApiError as error:
                return refusal(request, error.code, error.text)
            if isinstance(result, web.StreamResponse):
                return result
            return web.json_response({"errcode": 0, "errmsg": "ok", **result}, dumps=_dumps)

        return handler

    def _check_address(self, request: web.Request) -> None:
        if self.knobs.trusted_ips is not None and request.remote not in self.knobs.trusted_ips:
            raise ApiError(60020)

    def _check_frequency(self, endpoint: str) -> None:
        most, now = self.knobs.per_minute.get(endpoint), self.clock.now()
        if most is None:
            return
        if self._blocked_until.get(endpoint, 0.0) > now:
            raise ApiError(45009)
        self._calls.add(endpoint, now)
        if self._calls.count(endpoint, now) > most:
            self._blocked_until[endpoint] = now + _BLOCKED
            raise ApiError(45009)

    def _json(self, raw: bytes) -> dict[str, Any]:
        if not raw:
            return {}
        if self.knobs.refuse_unicode_escapes and _ESCAPED.search(raw):
            raise ApiError(40033)
        try:
            body = json.loads(raw)
        except ValueError as error:
            raise ApiError(40035, "Warning: wrong json format.") from error
        if not isinstance(body, dict):
            raise ApiError(40035)
        return body


def refusal(request: web.Request, code: int, text: str) -> web.Response:
    """Return the 200 that says no."""
    return web.json_response(failure(code, text, request.remote or "0.0.0.0"), dumps=_dumps)  # noqa: S104 - a word


def fault_answer(request: web.Request, fault: Fault) -> web.Response:
    """Word an injected errcode as the platform does."""
    code = int(fault.code)
    return refusal(request, code, TEXTS.get(code, fault.message))


def _takes_json(request: web.Request) -> bool:
    return request.method == "POST" and not request.content_type.startswith("multipart/")


def _dumps(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)
