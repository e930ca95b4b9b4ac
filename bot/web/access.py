"""Who may call a route, declared where the route is added (R-06).

    declare(app.router.add_post("/wecom/callback", callback), Access.PLATFORM, body=256 * KIB)

A route without a class is answered like an unknown one, and ``unclassified`` names it so that a
test (and the start of the server) fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from aiohttp.typedefs import Handler, Middleware

    Check = Callable[[web.Request], Awaitable[None]]
    """Returns for a caller who may pass, raises web.HTTPException for any other."""

KIB = 1024
MIB = 1024 * KIB
BODY = 64 * KIB
"""What a body may hold where a route does not say otherwise, after inflation."""

_RULE = "gendan_rule"


class Access(StrEnum):
    """Authentication classes."""

    PLATFORM = "platform"
    """Signed by WeCom or DingTalk; the handler verifies the signature over the raw body first of all."""
    SESSION = "session"
    """A member logged in through one of the platforms."""
    TOKEN = "token"  # noqa: S105 the name of a class, not a token
    """An API key."""
    PUBLIC = "public"
    """Anybody; what may be seen hangs on the address itself (a random slug or a signed link)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What was declared for a route; ``body`` in bytes."""

    access: Access
    body: int = BODY


def declare(route: web.AbstractRoute, access: Access, *, body: int = BODY) -> web.AbstractRoute:
    """Store the class and the body cap on the route (and on the HEAD that came with a GET), and return it."""
    rule = Rule(access=access, body=body)
    setattr(route, _RULE, rule)
    if route.method == "GET":
        for sibling in route.resource or ():
            if sibling.method == "HEAD" and sibling.handler is route.handler:
                setattr(sibling, _RULE, rule)
    return route


def rule_of(route: web.AbstractRoute) -> Rule | None:
    """Return what was declared for the route."""
    return getattr(route, _RULE, None)


def unclassified(app: web.Application) -> list[str]:
    """Return ``GET /path`` of every route nobody declared, of subapplications too."""
    return [f"{route.method} {_path(route)}" for route in _routes(app) if rule_of(route) is None]


def control_access(checks: Mapping[Access, Check]) -> Middleware:
    """Return the middleware that lets a request reach its handler only past its class's check.

    PLATFORM and PUBLIC need no check here; SESSION and TOKEN without one are refused, so a missing
    wire never opens a door. The body cap holds from here on: whatever the handler reads beyond it,
    after inflation, is a 413 (R-103). Only the platforms' doors count by themselves, as they read: a
    request of its own for the cap would be a tenth of what a callback costs.
    """
    open_classes = {Access.PLATFORM, Access.PUBLIC}

    @web.middleware
    async def control(request: web.Request, handler: Handler) -> web.StreamResponse:
        if isinstance(request.match_info.http_exception, web.HTTPException):
            return await handler(request)
        rule = rule_of(request.match_info.route)
        if rule is None:
            raise web.HTTPNotFound
        check = checks.get(rule.access)
        if check is not None:
            await check(request)
        elif rule.access not in open_classes:
            raise web.HTTPUnauthorized
        length = request.content_length
        if length is not None and length > rule.body:
            raise web.HTTPRequestEntityTooLarge(max_size=rule.body, actual_size=length)
        if rule.access is Access.PLATFORM:
            return await handler(request)
        return await handler(request.clone(client_max_size=rule.body))

    return control


def _routes(app: web.Application) -> Iterator[web.AbstractRoute]:
    for resource in app.router.resources():
        yield from resource


def _path(route: web.AbstractRoute) -> str:
    return route.resource.canonical if route.resource is not None else "?"
