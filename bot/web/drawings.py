"""``/m/quotes/{id}/drawings/{number}``: a drawing of a quotation, for whoever may see the quotation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from bot.web.access import Access, declare
from bot.web.sessions import VIEWER
from domain.errors import NotFound
from storage.files import NoSuchFile, disposition
from storage.queries import Queries

if TYPE_CHECKING:
    from bot.web.pages import Pages
    from domain.actor import Actor
    from domain.quotes.views import DrawingView
    from storage.database import Database
    from storage.files import Files

_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})
_PDF = b"%PDF-"
_LONGEST = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawings:
    """Hands the files of lines out: pictures to look at, everything else to save."""

    pages: Pages
    database: Database
    files: Files

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the route."""
        declare(router.add_get("/m/quotes/{id}/drawings/{number}", self.show), Access.SESSION)

    async def show(self, request: web.Request) -> web.Response:
        """Hand out one drawing."""
        try:
            drawing = await self._drawing(request, request[VIEWER])
            return await handed_out(drawing, self.files)
        except (NotFound, NoSuchFile):
            return self.pages.page("staff/nothing.html", status=404)

    async def _drawing(self, request: web.Request, viewer: Actor) -> DrawingView:
        id_, number = (_whole(request.match_info[name]) for name in ("id", "number"))
        view = await self.database.read(lambda session: Queries(session).quotes.card(id_, viewer))
        found = (each for line in view.lines for each in line.drawings if each.id == number)
        drawing = next(found, None)
        if drawing is None:
            raise NotFound("没有找到这张图纸，可能报价已经改过。")
        return drawing


async def handed_out(drawing: DrawingView, files: Files) -> web.Response:
    """Return a picture to look at, anything else to save under its name. Raise NoSuchFile."""
    data = await asyncio.to_thread(files.get, drawing.file_id)
    if drawing.mime in _SHOWN:
        return web.Response(body=data, content_type=drawing.mime)
    kind = "application/pdf" if data.startswith(_PDF) else "application/octet-stream"
    return web.Response(body=data, content_type=kind, headers={"Content-Disposition": disposition(drawing.name)})


def _whole(written: str) -> int:
    if not (written.isascii() and written.isdecimal() and len(written) <= _LONGEST):
        raise web.HTTPNotFound
    return int(written)
