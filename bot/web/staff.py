"""``/m/…``: what staff see after the login. Any card a person may see, as a page with its buttons.

A press on a page takes the same road as a press in the chat: an envelope from the person's own
account, kept in the inbox, carried out like any click. The page drawn next looks its outcome up in
the inbox, so nothing that stands in an address can put words on it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import web

from bot.web.access import KIB, Access, declare
from bot.web.sessions import VIEWER
from cards import approvals, inquiries
from cards.action import PACKED_MAX, ActionError
from cards.glance import Glance
from cards.render import html
from domain.actor import Role
from domain.errors import NotFound
from domain.money import said_money
from domain.service.tell import KEEPERS
from handlers.envelope import Click, Envelope, Kind
from storage import inbox
from storage.queries import Queries

if TYPE_CHECKING:
    from markupsafe import Markup
    from multidict import MultiDictProxy

    from bot.web.desk import Submits
    from bot.web.pages import Pages
    from bot.web.sessions import Sessions
    from cards.action import ActionCodec
    from domain.actor import Actor
    from domain.clock import Clock
    from domain.service.views import JobLine
    from jobs.drawing import Drawer
    from storage.database import Database
    from storage.queries.desk import Desk

WAIT = 8.0
"""Seconds a press waits for its effect before the page says: kept, and carried out a little later."""

NONCE = re.compile(r"[A-Za-z0-9_-]{22}")
_DEED = re.compile(r"[0-9a-f]{32}")
_ID_MAX = 2**63
_CHOICES_MAX = 50
_QUOTE_STATES = {"draft": "草稿", "submitted": "审批中", "rejected": "已驳回"}


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Which card a page shows, about which kind of record."""

    card: str
    record: str
    whole: str = ""
    """What the page draws where it has more to show than the card."""


PAGES: Mapping[str, StaffPage] = {
    "approvals": StaffPage("approvals.decide", "approval", whole="approvals.whole"),
    "copies": StaffPage("approvals.copy", "approval"),
    "rules": StaffPage("approvals.rule", "ruleedition"),
    "solutions": StaffPage("solutions.solution", "solution"),
    "quotes": StaffPage("quotes.draft", "quote"),
    "notes": StaffPage("notes.kept", "privatenote"),
    "my-notes": StaffPage("notes.mine", "notes"),
    "my-aliases": StaffPage("vocabulary.listed", "aliases"),
    "aliases": StaffPage("vocabulary.learnt", "learntalias"),
    "inquiries": StaffPage("inquiries.logged", "inquiry"),
    "customers": StaffPage("customers.page", "customer"),
    "merges": StaffPage("customers.merge", "merge"),
    "imports": StaffPage("imports.run", "importrun"),
    "handovers": StaffPage("handover.card", "handover"),
    "bulk": StaffPage("bulk.card", "bulkedit"),
    "fields": StaffPage("dictionary.field", "fielddefinition"),
    "listings": StaffPage("dictionary.listing", "listing"),
    "drafts": StaffPage("dialogue.draft", "draft"),
    "tasks": StaffPage("tasks.task", "task"),
    "today": StaffPage("tasks.today", "daylist"),
    "activities": StaffPage("activities.logged", "activity"),
    "calls": StaffPage("activities.plan", "callplan"),
    "jobs": StaffPage("service.dispatch", "workorder"),
    "dispatch": StaffPage("service.unassigned", "workorder"),
}
"""``/m/<kind>/<id>``: the whole of it in one table."""


class Below(Protocol):
    """What a page shows below its card."""

    async def below(self, request: web.Request, viewer: Actor, id_: int) -> Markup:
        """Return it drawn, empty for nothing; raise NotFound for what the viewer may not see."""


class Staff:
    """The home page, the page of a card, and the press of a button. ``below`` is by the address's word."""

    def __init__(
        self,
        *,
        pages: Pages,
        sessions: Sessions,
        database: Database,
        arrivals: Submits,
        drawer: Drawer,
        codec: ActionCodec,
        clock: Clock,
        below: Mapping[str, Below] = MappingProxyType({}),
    ) -> None:
        self._below = below
        self._pages = pages
        self._sessions = sessions
        self._database = database
        self._arrivals = arrivals
        self._drawer = drawer
        self._codec = codec
        self._clock = clock

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        declare(router.add_get("/m", self.home), Access.SESSION)
        declare(router.add_post("/m/act", self.act), Access.SESSION, body=16 * KIB)
        declare(router.add_get("/m/{kind}/{id}", self.show), Access.SESSION)

    async def home(self, request: web.Request) -> web.Response:
        """List what waits for the viewer."""
        viewer = request[VIEWER]
        desk = await self._database.read(lambda session: Queries(session).desk.of(viewer))
        return self._pages.page(
            "staff/home.html",
            viewer=viewer,
            serves=viewer.has(*KEEPERS, Role.MANAGEMENT),
            lists=self._lists(desk, viewer),
            token=self._sessions.form_token(request),
        )

    async def show(self, request: web.Request) -> web.Response:
        """Draw one card as the viewer may see it now; unknown and forbidden are answered alike (R-68)."""
        kind, id_ = request.match_info["kind"], request.match_info["id"]
        page = PAGES.get(kind)
        if page is None or not (id_.isascii() and id_.isdigit()) or int(id_) >= _ID_MAX:
            return self._pages.page("staff/nothing.html", status=404)
        viewer, now, subject = request[VIEWER], self._clock.now(), f"{page.record}:{int(id_)}"
        try:
            card = await self._database.read(
                lambda session: self._drawer.draw(Queries(session), page.whole or page.card, subject, {}, viewer, now)
            )
            more = await self._below[kind].below(request, viewer, int(id_)) if kind in self._below else ""
        except NotFound:
            return self._pages.page("staff/nothing.html", status=404)
        hidden = {
            "token": self._sessions.form_token(request),
            "nonce": secrets.token_urlsafe(16),
            "kind": kind,
            "id": str(int(id_)),
        }
        said, good = await self._outcome(request, viewer)
        return self._pages.page(
            "staff/card.html",
            viewer=viewer,
            title=card.title,
            card=html.render(card, self._codec, html.Form(address="/m/act", hidden=hidden)),
            more=more,
            said=said,
            good=good,
            token=hidden["token"],
        )

    async def act(self, request: web.Request) -> web.Response:
        """Hand a press in and show the page again with what became of it."""
        form = await self._sessions.form(request)
        viewer = request[VIEWER]
        kind, id_, nonce, packed = (_text(form, name) for name in ("kind", "id", "nonce", html.ACTION))
        if kind not in PAGES or not (id_.isascii() and id_.isdigit()) or not NONCE.fullmatch(nonce):
            raise web.HTTPBadRequest
        try:
            self._codec.unpack(packed[: PACKED_MAX + 1])
        except ActionError:
            raise web.HTTPBadRequest from None
        selections = _selections(form)
        deed = hashlib.sha256(repr((nonce, packed, sorted(selections.items()))).encode()).hexdigest()[:32]
        await self._arrivals.submit(
            Envelope(
                key=press_key(viewer, deed),
                platform=viewer.platform,
                account=viewer.account,
                conversation=viewer.account,
                kind=Kind.CLICK,
                sent_at=self._clock.now(),
                click=Click(action=packed, selections=selections),
            ),
            wait=WAIT,
        )
        raise web.HTTPSeeOther(f"/m/{kind}/{int(id_)}?after={deed}")

    async def _outcome(self, request: web.Request, viewer: Actor) -> tuple[str, bool]:
        """Return what became of the viewer's own press that led here, and whether it is good news."""
        deed = request.query.get("after", "")
        if not _DEED.fullmatch(deed):
            return "", True
        row = await self._database.read(lambda session: inbox.result(session, press_key(viewer, deed)))
        if row is None:
            return "", True
        state, answer = row
        if state == "parked":
            return "这一步没有处理成功，已通知管理员，内容不会丢失。", False
        if state != "done":
            return "已收到，正在处理，过一会儿刷新本页即可看到结果。", True
        refused = (answer or {}).get("refused")
        return (str(refused), False) if refused else (f"已处理。{(answer or {}).get('note', '')}", True)

    def _lists(self, desk: Desk, viewer: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return (title, [(address, line)]) of every list that has something in it."""
        glance = Glance(viewer=viewer, now=self._clock.now(), zone=self._drawer.zone, base=self._drawer.base)
        quotes = [
            (
                f"/m/quotes/{line.id}",
                f"{line.no} {line.customer} {said_money(line.total_fen)}（{_QUOTE_STATES[line.state]}）",
            )
            for line in desk.quotes
        ]
        lists = [
            ("等我审批", [(f"/m/approvals/{view.id}", approvals.row(view)) for view in desk.approvals]),
            ("等我接单", [_job(line, "jobs") for line in desk.offered]),
            ("我手上的工单", [_job(line, "jobs") for line in desk.jobs]),
            ("还没有师傅的工单", [_job(line, "dispatch") for line in desk.without_engineer]),
            ("我的询价", [(f"/m/inquiries/{view.id}", inquiries.row(view, glance)) for view in desk.inquiries]),
            ("我的报价", quotes),
        ]
        return [(title, lines) for title, lines in lists if lines]


def _job(line: JobLine, kind: str) -> tuple[str, str]:
    return f"/m/{kind}/{line.id}", f"{line.no} {line.customer} {line.model}（{line.state.label}）"


def press_key(viewer: Actor, deed: str) -> str:
    """Return the inbox key of a press: one person's, once, however often the form is sent."""
    return f"web:{viewer.person_id}:{deed}"


def _text(form: MultiDictProxy[Any], name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _selections(form: MultiDictProxy[Any]) -> dict[str, tuple[str, ...]]:
    """Return what was chosen, by the key of the question; an empty answer is none."""
    chosen: dict[str, tuple[str, ...]] = {}
    for name, value in form.items():
        if name.startswith(html.CHOICE) and isinstance(value, str) and value:
            key = name.removeprefix(html.CHOICE)
            chosen[key] = (*chosen.get(key, ()), value)
    if sum(map(len, chosen.values())) > _CHOICES_MAX:
        raise web.HTTPBadRequest
    return chosen
