"""The page to chat in: one document, its own scripts and styles, and the QR codes of ``settings.qr``.

It talks to nothing but ``/play/api/`` (``playground/control.py``). No inline script or style
anywhere, so the Content-Security-Policy forbids both; what people write is only ever text.

    GET /                      → /play
    GET /play                  the document
    GET /play/static/{name}    scripts, styles and drawings, by exact name
    GET /play/qr               {"pages": [{"title", "url", "picture"}, …]}
    GET /play/qr/{number}.svg  the QR code of one of them, counted from 0
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import segno
from aiohttp import web

from playground.settings import QrPage

_HERE = Path(__file__).parent
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEADERS = {
    # Pictures may come from anywhere: a card names the address of its own.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http: https: data: blob:; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

_Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(qr: Sequence[QrPage] = ()) -> list[web.RouteDef]:
    """Return the routes listed at the top of the module; ``qr`` are the machines' pages to scan."""
    return [
        web.get("/", _to_the_page),
        web.get("/play", _page()),
        web.get("/play/static/{name}", _static()),
        web.get("/play/qr", _list_of(qr)),
        web.get(r"/play/qr/{number:\d+}.svg", _picture_of(qr)),
    ]


async def _to_the_page(_: web.Request) -> NoReturn:
    raise web.HTTPFound("/play")


def _page() -> _Answer:
    text = (_HERE / "page.html").read_text(encoding="utf-8")

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    return page


def _static() -> _Answer:
    """Read every file once: nothing a visitor sends ever becomes a path."""
    files = {path.name: (path.read_bytes(), _TYPES[path.suffix]) for path in (_HERE / "static").iterdir()}

    async def static(request: web.Request) -> web.Response:
        if request.match_info["name"] not in files:
            raise web.HTTPNotFound
        body, content_type = files[request.match_info["name"]]
        return web.Response(body=body, content_type=content_type, charset="utf-8", headers=_HEADERS)

    return static


def _list_of(qr: Sequence[QrPage]) -> _Answer:
    pages = [{"title": each.title, "url": each.url, "picture": f"/play/qr/{n}.svg"} for n, each in enumerate(qr)]

    async def listed(_: web.Request) -> web.Response:
        return web.json_response({"pages": pages}, headers=_HEADERS)

    return listed


def _picture_of(qr: Sequence[QrPage]) -> _Answer:
    async def picture(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        if number >= len(qr):
            raise web.HTTPNotFound
        drawn = BytesIO()
        segno.make(qr[number].url, error="m").save(drawn, kind="svg", xmldecl=False, scale=4, border=2, dark="#1d2129")
        return web.Response(body=drawn.getvalue(), content_type="image/svg+xml", headers=_HEADERS)

    return picture
