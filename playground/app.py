"""One application, one port, both platforms.

WeCom answers under ``/cgi-bin/`` and ``/connect/oauth2/authorize``, DingTalk under its own
paths, the playground itself under ``/play``.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from playground.clock import Clock
from playground.control import Control, mistakes_in_words
from playground.dingtalk import DingTalk
from playground.faults import Faults, fault_middleware
from playground.journal import Journal, readable
from playground.page import routes as page_routes
from playground.platforms import Platform, platform_of
from playground.settings import PlaygroundSettings
from playground.wecom import WeCom
from playground.world import World

_BIGGEST_BODY = 32 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class Playground:
    """Everything built once. ``wecom`` or ``dingtalk`` is None when it is not played."""

    app: web.Application
    settings: PlaygroundSettings
    wecom: WeCom | None
    dingtalk: DingTalk | None
    journal: Journal
    faults: Faults
    clock: Clock
    world: World


def create_playground(settings: PlaygroundSettings) -> Playground:
    """Build the application; serving it starts the platforms, closing it closes them."""
    clock = Clock()
    journal = Journal(settings.journal, clock)
    faults = Faults(journal, settings.seed)
    world = World.from_people(settings.people, settings.company)
    wecom = WeCom(settings, clock, journal, faults, world) if settings.wecom else None
    dingtalk = DingTalk(settings, clock, journal, faults, world) if settings.dingtalk else None
    platforms: dict[str, Platform] = {each.name: each for each in (wecom, dingtalk) if each is not None}

    app = web.Application(
        client_max_size=_BIGGEST_BODY,
        middlewares=[mistakes_in_words, _journal_middleware(journal), fault_middleware(faults)],
    )
    for platform in platforms.values():
        app.add_routes(platform.routes())
    app.add_routes(page_routes(settings.qr))
    app.add_routes(Control(platforms, world=world, clock=clock, journal=journal, faults=faults).routes())

    async def start(_: web.Application) -> None:
        for platform in platforms.values():
            await platform.start()

    async def release(_: web.Application) -> None:
        # Before the server waits for its handlers: an open stream socket is one, and would be waited for in vain.
        faults.clear()
        journal.release()
        for platform in platforms.values():
            await platform.close()

    async def close(_: web.Application) -> None:
        journal.close()

    app.on_startup.append(start)
    app.on_shutdown.append(release)
    app.on_cleanup.append(close)
    return Playground(
        app=app,
        settings=settings,
        wecom=wecom,
        dingtalk=dingtalk,
        journal=journal,
        faults=faults,
        clock=clock,
        world=world,
    )


def _journal_middleware(journal: Journal) -> Middleware:
    """Write down every API call and what was answered; uploads and sockets only by name."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        platform = platform_of(request.path)
        if not platform:
            return await handler(request)
        streamed = request.content_type.startswith("multipart/") or "Upgrade" in request.headers
        body = b"" if streamed else await request.read()
        call = journal.write(
            platform, "request", method=request.method, url=request.raw_path, body=readable(body) if body else None
        )
        response = await handler(request)
        answer = response.body if isinstance(response, web.Response) else None
        journal.write(
            platform,
            "answer",
            to=call["n"],
            path=request.path,
            status=response.status,
            body=readable(answer) if isinstance(answer, bytes) else None,
        )
        return response

    return middleware
