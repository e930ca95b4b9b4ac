"""Named faults of a platform's API, switched on and off while it runs.

    http_500     answered with ``status`` (default 500) and no JSON; not processed
    hang         held for ``seconds``, then processed if the caller is still there
    reset        the connection is dropped; not processed
    lost_answer  processed, held for ``seconds`` (default 0), then the connection is dropped
    errcode      answered with ``code`` and ``message`` in the platform's own way; not processed

A fault strikes every matching call, or only with ``probability`` (a seeded Random), or only the
next ``count`` calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from playground.journal import Journal
from playground.platforms import platform_of

KINDS = ("http_500", "hang", "reset", "lost_answer", "errcode")


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault. ``endpoint`` is a shell pattern for the end of the path: ``message/send``, ``card/*``, ``*``."""

    id: int
    platform: str
    endpoint: str
    kind: str
    probability: float = 1.0
    count: int | None = None
    """How many calls it still strikes; None means no end."""
    seconds: float = 0.0
    status: int = 0
    code: int | str = -1
    message: str = "injected fault"
    struck: int = 0

    def matches(self, platform: str, path: str) -> bool:
        """Tell whether a call of this platform's ``path`` (with or without leading slash) is meant."""
        return self.platform in ("*", platform) and fnmatchcase(
            "/" + path.lstrip("/"), "*/" + self.endpoint.lstrip("/")
        )


Answer = Callable[[web.Request, Fault], web.Response]
Rows = list[dict[str, Any]]
_On = list[Fault]


@dataclass(slots=True)
class Faults:
    """The faults that are on. ``answers`` says per platform how an ``errcode`` fault is worded."""

    journal: Journal
    seed: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    _on: _On = field(default_factory=_On)
    _random: Random = field(init=False)
    _cleared: asyncio.Event = field(default_factory=asyncio.Event)
    _count: int = 0

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    def add(self, platform: str, endpoint: str, kind: str, **opts: Any) -> Fault:
        """Switch a fault on; ``opts`` are the optional fields of Fault. ValueError for a kind that is none."""
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}, there are {', '.join(KINDS)}")
        self._count += 1
        fault = Fault(id=self._count, platform=platform, endpoint=endpoint, kind=kind, **opts)
        self._on.append(fault)
        return fault

    def clear(self, fault_id: int | None = None) -> None:
        """Switch one fault off, or all; calls that hang are let go."""
        self._on = [] if fault_id is None else [fault for fault in self._on if fault.id != fault_id]
        self._cleared.set()
        self._cleared = asyncio.Event()

    def list(self) -> Rows:
        """Return the faults that are on, as plain data."""
        return [asdict(fault) for fault in self._on]

    def take(self, platform: str, path: str) -> Fault | None:
        """Return the fault that strikes this call, counting it, or None."""
        for fault in self._on:
            if fault.count == 0 or not fault.matches(platform, path):
                continue
            if fault.probability < 1.0 and self._random.random() >= fault.probability:
                continue
            fault.struck += 1
            if fault.count is not None:
                fault.count -= 1
            self.journal.write(platform, "fault", path=path, fault=fault.kind, id=fault.id)
            return fault
        return None

    async def hold(self, seconds: float) -> None:
        """Wait ``seconds`` of real time, or until faults are cleared."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._cleared.wait(), seconds)

    async def strike(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer ``request`` as the fault wants it."""
        if fault.kind == "http_500":
            return web.Response(status=fault.status or 500, text="injected fault")
        if fault.kind == "errcode":
            return self.answers.get(platform_of(request.path), plain_answer)(request, fault)
        if fault.kind == "reset":
            return _dropped(request)
        if fault.kind == "lost_answer":
            await handler(request)
            await self.hold(fault.seconds)
            return _dropped(request)
        await self.hold(fault.seconds)
        gone = request.transport is None or request.transport.is_closing()
        return _dropped(request) if gone else await handler(request)


def plain_answer(request: web.Request, fault: Fault) -> web.Response:
    """Word an ``errcode`` fault: the newer DingTalk API by HTTP status, everything else by errcode in a 200."""
    if request.path.startswith("/v1.0/"):
        body = {"code": str(fault.code), "message": fault.message, "requestid": "PLAYGROUND"}
        return web.json_response(body, status=fault.status or 400)
    return web.json_response({"errcode": fault.code, "errmsg": fault.message}, status=fault.status or 200)


def fault_middleware(faults: Faults) -> Middleware:
    """Return the aiohttp middleware that applies ``faults``."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        platform = platform_of(request.path)
        fault = faults.take(platform, request.path) if platform else None
        return await handler(request) if fault is None else await faults.strike(fault, request, handler)

    return middleware


def _dropped(request: web.Request) -> web.Response:
    """Drop the connection; the response returned is written into the void."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
