"""``/m/labels``: sheets of QR labels to print and stick on machines, for those who answer for service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.labels import LABELS_MAX, label_sheets
from bot.web.access import Access, declare
from bot.web.sessions import VIEWER
from cards.render.escape import clean
from domain.actor import Role
from domain.service.tell import KEEPERS
from storage.queries import Queries

if TYPE_CHECKING:
    from bot.typesetting import Typesetter
    from bot.web.pages import Pages
    from bot.web.sessions import Sessions
    from domain.clock import Clock
    from domain.equipment.views import MachineCode
    from storage.database import Database

_LISTED = 50


class LabelsPage:
    """Finds machines by their customer or serial, and prints what was found. ``base`` is the public address."""

    def __init__(
        self,
        *,
        pages: Pages,
        sessions: Sessions,
        database: Database,
        papers: Typesetter,
        clock: Clock,
        base: str,
    ) -> None:
        self._pages = pages
        self._sessions = sessions
        self._database = database
        self._papers = papers
        self._clock = clock
        self._base = base

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        declare(router.add_get("/m/labels", self.show), Access.SESSION)
        declare(router.add_get("/m/labels/sheet.pdf", self.print), Access.SESSION)

    async def show(self, request: web.Request) -> web.Response:
        """List the machines found, the first fifty of them."""
        viewer = request[VIEWER]
        if not viewer.has(*KEEPERS, Role.MANAGEMENT):
            return self._pages.page("staff/nothing.html", status=404)
        machines = await self._machines(request)
        return self._pages.page(
            "staff/labels.html",
            viewer=viewer,
            token=self._sessions.form_token(request),
            customer=_said(request, "customer"),
            serial=_said(request, "serial"),
            machines=machines[:_LISTED],
            count=len(machines),
            most=LABELS_MAX,
        )

    async def print(self, request: web.Request) -> web.Response:
        """Hand out the sheets of the machines found."""
        if not request[VIEWER].has(*KEEPERS, Role.MANAGEMENT):
            return self._pages.page("staff/nothing.html", status=404)
        machines = (await self._machines(request))[:LABELS_MAX]
        if not machines:
            return self._pages.page("staff/nothing.html", status=404)
        sheets = label_sheets(self._papers, machines, base=self._base, at=self._clock.now())
        return await self._pages.pdf(sheets, "设备标签.pdf")

    async def _machines(self, request: web.Request) -> list[MachineCode]:
        customer, serial = _said(request, "customer"), _said(request, "serial").casefold()
        machines = await self._database.read(lambda session: Queries(session).equipment.codes(customer))
        return [machine for machine in machines if serial in machine.serial.casefold()]


def _said(request: web.Request, name: str) -> str:
    return clean(request.query.get(name, "")).strip()[:64]
