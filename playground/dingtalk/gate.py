"""What stands before every API: IP ban, token, permission, calls per second, monthly quota (reference 6)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from playground.dingtalk.errors import ApiError, NewError, OldError, gateway_error
from playground.dingtalk.limits import API, Limits
from playground.dingtalk.scene import Scene
from playground.dingtalk.tokens import Tokens
from playground.faults import Fault

_TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105 - a header's name
_BANNED = {"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "0123456789abcdef"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that passed the gate: by which app, with which JSON body and query."""

    client_id: str
    body: dict[str, Any]
    query: Mapping[str, str]
    request: web.Request


Api = Callable[[Call], Awaitable[Mapping[str, Any]]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gate:
    """Wraps an API function into an aiohttp handler. ``paid`` says whether the monthly quota counts it."""

    def __init__(self, scene: Scene, tokens: Tokens, limits: Limits) -> None:
        self._scene = scene
        self._tokens = tokens
        self._limits = limits

    def new(self, api: Api, *, scope: str = "", paid: bool = True) -> Handler:
        """Guard an API of api.dingtalk.com: token in the header, mistakes as HTTP 4xx."""

        async def pass_new(request: web.Request) -> Mapping[str, Any]:
            token = request.headers.get(_TOKEN_HEADER, "")
            if not token:
                raise NewError("AuthenticationFailed.MissingParameter", f"缺少参数：{_TOKEN_HEADER}")
            client_id = self._tokens.client_of(token)
            if client_id is None:
                raise NewError("InvalidAuthentication", "不合法的access_token")
            if scope in self._scene.knobs.missing_scopes:
                code = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
                detail = {"requiredScopes": [scope]}
                raise NewError(code, "没有调用该接口的权限", status=403, accessdenieddetail=detail)
            if self._limits.too_fast(client_id, _name(request)):
                raise NewError("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "接口调用频率超过限制", status=403)
            if paid and not self._limits.spend(API):
                raise NewError("Forbidden.AccessDenied.ApiCountLimitForOrg", "本月接口调用量已用完", status=403)
            return await api(self._call(request, client_id, await _new_body(request)))

        return self.open(pass_new)

    def old(self, api: Api, *, scope: str = "", paid: bool = True) -> Handler:
        """Guard an API of oapi.dingtalk.com: token in the query or a form, mistakes as HTTP 200."""

        async def pass_old(request: web.Request) -> Mapping[str, Any]:
            body = await _old_body(request)
            token = request.query.get("access_token") or str(body.get("access_token", ""))
            if not token:
                raise gateway_error("40000", "access_token is blank")
            client_id = self._tokens.client_of(token)
            if client_id is None:
                raise gateway_error("40014", "不合法的access_token")
            if scope in self._scene.knobs.missing_scopes:
                words = f"应用尚未开通所需的权限：[{scope}]，{{requiredScopes=[{scope}]}}"
                raise gateway_error("60011", words)
            if self._limits.too_fast(client_id, _name(request)):
                raise self._old_limit(90018, "您的应用调用该接口次数过多")
            if paid and not self._limits.spend(API):
                raise self._old_limit(90020, "本月接口调用量已用完")
            return await api(self._call(request, client_id, body))

        return self.open(pass_old)

    def open(self, answer: Callable[[web.Request], Awaitable[Mapping[str, Any]]]) -> Handler:
        """Guard an API that takes no app token, and put every refusal into words."""

        async def handler(request: web.Request) -> web.StreamResponse:
            self._scene.origin = str(request.url.origin())
            if self._scene.knobs.ip_ban == "json":
                return web.json_response(_BANNED)
            if self._scene.knobs.ip_ban:
                return web.Response(text="<html><body>访问被拒绝</body></html>", content_type="text/html")
            try:
                return web.json_response(await answer(request))
            except ApiError as refusal:
                return refusal.response()

        return handler

    def _call(self, request: web.Request, client_id: str, body: dict[str, Any]) -> Call:
        self._limits.calls[_name(request)] += 1
        return Call(client_id=client_id, body=body, query=request.query, request=request)

    def _old_limit(self, code: int, words: str) -> OldError:
        return OldError(code, words) if self._scene.knobs.old_throttle_bare else gateway_error(str(code), words)


def fault_answer(request: web.Request, fault: Fault) -> web.Response:
    """Word an injected ``errcode`` fault; a code given as a string to ``topapi`` is a gateway's sub_code."""
    if request.path.startswith("/v1.0/"):
        return NewError(str(fault.code), fault.message, status=fault.status or 400).response()
    if isinstance(fault.code, str):
        return gateway_error(fault.code, fault.message).response()
    return OldError(fault.code, fault.message).response()


def _name(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical if resource else request.path}"


async def _new_body(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    return {} if not raw else json_object(raw, NewError("Missingbody", "body is not a JSON object"))


async def _old_body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(await request.post())
    if request.method == "GET" or request.content_type.startswith("multipart/"):
        return {}
    return json_object(await request.read() or b"{}", OldError(40035, "不合法的参数"))


def json_object(raw: bytes, refusal: ApiError) -> dict[str, Any]:
    """Return the JSON object in ``raw``; raise ``refusal`` for anything else."""
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise refusal
    return body
