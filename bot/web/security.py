"""What every answer of ours has in common: headers, a request id, and no stack trace.

``protect(app, …)`` puts it all in place. Order, from the outside: measuring (``bot/metrics.py``),
errors, access. Headers are set when an answer is prepared, so errors and streams have them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from multidict import CIMultiDict
from uuid_utils import uuid7

from bot.metrics import route_name
from bot.web.access import control_access

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.typedefs import Handler

    from bot.web.access import Access, Check

log = structlog.get_logger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(self), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""Set unless the handler chose its own (R-69); only fingerprinted static files choose to be cached."""

_HSTS = "max-age=31536000"
REQUEST_ID = web.RequestKey("request_id", str)
"""The number of the request; also in every line logged on its way."""


def protect(app: web.Application, *, checks: Mapping[Access, Check], https: bool) -> None:
    """Add the headers, the error answer and the access control to the outermost application."""
    headers = CIMultiDict({**HEADERS, "Strict-Transport-Security": _HSTS} if https else HEADERS)

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.merge(headers)
        if REQUEST_ID in request:
            response.headers["X-Request-Id"] = request[REQUEST_ID]
        response.headers.pop("Server", None)

    app.on_response_prepare.append(add_headers)
    app.middlewares.append(answer_errors)
    app.middlewares.append(control_access(checks))


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Name the request, and turn what goes wrong into an answer that tells the caller nothing but its number."""
    request[REQUEST_ID] = uuid7().hex
    # Bound and not taken off again: the next request on the connection puts its own in this place.
    structlog.contextvars.bind_contextvars(request_id=request[REQUEST_ID])
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < 400:
            raise
        return _answer(request, answer.status, _WORDS.get(answer.status, "这个请求处理不了"), answer)
    except web.RequestPayloadError:
        # A broken encoding or a body cut short is the sender's.
        return _answer(request, 400, _WORDS[400])
    except Exception:  # the edge of the web: the caller gets an answer, we get the trace
        log.exception("http.failed", method=request.method, route=route_name(request))
        return _answer(request, 500, _WORDS[500])


_WORDS = {
    400: "请求有误",
    401: "请先登录",
    403: "没有权限，或者内容不存在",
    404: "没有找到这个页面",
    405: "不支持这种访问方式",
    409: "内容已经变化，请刷新后再试",
    413: "内容太大",
    415: "不支持这种内容",
    429: "太频繁了，请稍后再试",
    500: "出错了，请稍后再试",
    503: "正在忙，请稍后再试",
}


def _answer(request: web.Request, status: int, words: str, answer: web.HTTPException | None = None) -> web.Response:
    """Return JSON to programs and a sentence to people, with the headers the exception asked for."""
    kept = ("Allow", "Retry-After", "WWW-Authenticate")
    headers = {name: answer.headers[name] for name in kept if answer and name in answer.headers}
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        body = {"error": {"status": status, "message": words, "request_id": request[REQUEST_ID]}}
        return web.json_response(body, status=status, headers=headers)
    return web.Response(text=f"{words}（编号 {request[REQUEST_ID][-8:]}）", status=status, headers=headers)
