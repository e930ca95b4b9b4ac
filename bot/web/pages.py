"""Server-drawn pages: templates that escape everything, and our own few static files.

No inline script or style anywhere, so the Content-Security-Policy can forbid both.
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from bot.typesetting import TypesettingError
from bot.web.access import Access, declare
from storage.files import disposition

if TYPE_CHECKING:
    from collections.abc import Awaitable

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_IMPORT = re.compile(rb'"\./([a-z]+\.js)"')
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"


class Pages:
    """Draws templates of ``templates/`` and serves ``static/`` under ``/static/<name>?v=<hash>``."""

    def __init__(self, *, company: str) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(company=company, asset=self._asset)

    def page(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """Return the drawn page."""
        return web.Response(text=self.part(template, **values), status=status, content_type="text/html")

    def part(self, template: str, **values: Any) -> Markup:
        """Return a drawn piece of a page."""
        return Markup(self._environment.get_template(template).render(values))  # noqa: S704 - templates escape

    async def pdf(self, paper: Awaitable[bytes], name: str) -> web.Response:
        """Return a paper for saving, or the sentence that says why there is none."""
        try:
            body = await paper
        except TypesettingError as error:
            return self.page("sorry.html", status=503, words=str(error))
        headers = {"Content-Disposition": disposition(name)}
        return web.Response(body=body, content_type="application/pdf", headers=headers)

    def nothing(self) -> web.Response:
        """Return the one answer to everything unknown, retired or expired (R-70)."""
        return self.page("nothing.html", status=404)

    def too_often(self) -> web.Response:
        """Return the answer to whoever has used up a budget."""
        response = self.page("too_often.html", status=429)
        response.headers["Retry-After"] = "600"
        return response

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the route of the static files."""
        declare(router.add_get("/static/{name}", self._serve), Access.PUBLIC)

    async def _serve(self, request: web.Request) -> web.Response:
        found = self._files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        body, content_type, version = found
        cached = {"Cache-Control": _FOREVER} if request.query.get("v") == version else {}
        return web.Response(body=body, content_type=content_type, charset="utf-8", headers=cached)

    def _asset(self, name: str) -> str:
        return f"/static/{name}?v={self._files[name][2]}"

    @cached_property
    def _files(self) -> dict[str, tuple[bytes, str, str]]:
        """Every static file by name, read once: nothing a visitor sends ever becomes a path (R-85)."""
        files: dict[str, tuple[bytes, str, str]] = {}

        def add(path: Path) -> str:
            """Return the file's version; a module names the versions of those it imports, so it changes with them."""
            if path.name not in files:
                body = _IMPORT.sub(
                    lambda name: b'"./%s?v=%s"' % (name[1], add(_STATIC / name[1].decode()).encode()), path.read_bytes()
                )
                files[path.name] = (body, _TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:12])
            return files[path.name][2]

        for path in _STATIC.iterdir():
            add(path)
        return files
