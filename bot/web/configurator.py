"""``/m/quotes/{id}``, below the card: set sizes, options and pieces line by line, see the price move, take it over.

Every price comes from the server: the browser sends what is set and shows what it is told. Without script the same
form has a button that works the price out.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aiohttp import web
from markupsafe import Markup

from bot.web.access import KIB, Access, declare
from bot.web.sessions import VIEWER
from bot.web.staff import NONCE, WAIT, press_key
from cards.render.escape import clean
from domain.errors import NotFound
from domain.money import said_money, said_percent
from handlers.configurator import item_of
from handlers.envelope import Envelope, Kind
from storage.queries import Queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multidict import MultiDictProxy

    from bot.web.desk import Submits
    from bot.web.pages import Pages
    from bot.web.sessions import Sessions
    from domain.actor import Actor
    from domain.clock import Clock, WorkCalendar
    from domain.quotes.configure_views import ConfigureView, LineForm, Trial
    from storage.database import Database

_DIGITS = re.compile(r"[0-9]{1,15}")
_MOST = 40
"""Measures or options of a line; no design has as many."""
_BODY = 32 * KIB


class Configurator:
    """Draws the part of the page below the card, works changes out, takes them in."""

    def __init__(
        self,
        *,
        pages: Pages,
        sessions: Sessions,
        database: Database,
        arrivals: Submits,
        clock: Clock,
        calendar: WorkCalendar,
    ) -> None:
        self._pages = pages
        self._sessions = sessions
        self._database = database
        self._arrivals = arrivals
        self._clock = clock
        self._calendar = calendar

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        declare(router.add_post("/m/quotes/{id}", self.take), Access.SESSION, body=_BODY)
        declare(router.add_post("/m/quotes/{id}/price", self.price), Access.SESSION, body=_BODY)

    async def below(self, request: web.Request, viewer: Actor, id_: int) -> Markup:
        """Draw the lines as forms; nothing for a quote that is not open for changes."""
        view = await self._view(id_, viewer, request.query.get("add", "")[:64])
        if view is None:
            return Markup()
        shown = view.added or (view.lines[0] if len(view.lines) == 1 else None)
        trials = {}
        if shown is not None:
            trials[shown.number] = await self._trial(id_, viewer, _values_of(id_, view, shown))
        return self._drawn(request, view, trials)

    async def price(self, request: web.Request) -> web.Response:
        """Say what the form would come to, as words and reasons; nothing is written."""
        viewer, id_ = request[VIEWER], _number(request)
        form = await self._sessions.form(request)
        try:
            trial = await self._trial(id_, viewer, _values(id_, form))
        except NotFound as error:
            return web.json_response({"wrong": error.message, "rows": [], "barred": {}}, status=404)
        return web.json_response({"wrong": trial.wrong, "rows": _rows(trial), "barred": trial.barred})

    async def take(self, request: web.Request) -> web.Response:
        """Take a line over, or work its price out for a browser without script."""
        viewer, id_ = request[VIEWER], _number(request)
        form = await self._sessions.form(request)
        values, nonce = _values(id_, form), form.get("nonce", "")
        if form.get("deed") == "remove" and int(values["line"]):
            values["removed"] = "1"
        if not isinstance(nonce, str) or not NONCE.fullmatch(nonce):
            raise web.HTTPBadRequest
        try:
            if form.get("deed") == "price":
                return await self._again(request, viewer, id_, values, await self._trial(id_, viewer, values), "")
            deed = hashlib.sha256(f"configure:{id_}:{nonce}:{sorted(values.items())}".encode()).hexdigest()[:32]
            answer = await self._hand_in(viewer, deed, values)
            if answer is not None and "refused" in answer:
                trial = await self._trial(id_, viewer, values)
                return await self._again(request, viewer, id_, values, trial, str(answer["refused"]))
        except NotFound:
            return self._pages.page("staff/nothing.html", status=404)
        raise web.HTTPSeeOther(f"/m/quotes/{id_}?after={deed}")

    async def _hand_in(self, viewer: Actor, deed: str, values: Mapping[str, str]) -> dict[str, Any] | None:
        return await self._arrivals.submit(
            Envelope(
                key=press_key(viewer, deed),
                platform=viewer.platform,
                account=viewer.account,
                conversation=viewer.account,
                kind=Kind.FORM,
                text="configure_quote",
                sent_at=self._clock.now(),
                data=dict(values),
            ),
            wait=WAIT,
        )

    async def _view(self, id_: int, viewer: Actor, added: str) -> ConfigureView | None:
        return await self._database.read(lambda session: Queries(session).configuring.form(id_, viewer, added))

    async def _trial(self, id_: int, viewer: Actor, values: Mapping[str, str]) -> Trial:
        today = self._calendar.local(self._clock.now()).date()
        item = item_of(values)
        return await self._database.read(lambda session: Queries(session).configuring.trial(id_, item, viewer, today))

    async def _again(
        self, request: web.Request, viewer: Actor, id_: int, values: Mapping[str, str], trial: Trial, wrong: str
    ) -> web.Response:
        """Draw the form alone, as it was filled in."""
        line = int(values["line"])
        view = await self._view(id_, viewer, "" if line else values["product"])
        if view is None:
            raise web.HTTPSeeOther(f"/m/quotes/{id_}")
        known = view.lines[line - 1] if line else view.added
        assert known is not None, "the trial has found it"
        set_ = _as_set(known, values)
        one = replace(view, lines=(set_,) if line else (), added=None if line else set_)
        return self._pages.page(
            "staff/configure_again.html",
            status=422 if wrong else 200,
            viewer=viewer,
            token=self._sessions.form_token(request),
            view=view,
            wrong=wrong,
            more=self._drawn(request, one, {line: trial}, alone=True),
        )

    def _drawn(
        self, request: web.Request, view: ConfigureView, trials: Mapping[int, Trial], *, alone: bool = False
    ) -> Markup:
        return self._pages.part(
            "staff/configure.html",
            view=view,
            several=len(view.lines) > 1 and not alone,
            forms=(view.added,) if view.added is not None else view.lines,
            trials=trials,
            rows=_rows,
            alone=alone,
            address=f"/m/quotes/{view.quote_id}",
            token=self._sessions.form_token(request),
            nonce=secrets.token_urlsafe(16),
        )


def _rows(trial: Trial) -> list[list[str]]:
    """Return the figures of a trial as labels and words."""
    if trial.wrong:
        return []
    margin = [] if trial.margin_ppm is None else [["毛利率", said_percent(round(trial.margin_ppm, -2))]]
    moved = trial.total_fen - trial.was_total_fen
    change = [["比现在", f"{'+' if moved > 0 else ''}{said_money(moved)}"]] if moved else []
    return [
        ["单价", said_money(trial.piece_fen)],
        ["这一行（折后）", said_money(trial.line_fen)],
        ["整单合计", said_money(trial.total_fen)],
        *change,
        *margin,
    ]


def _values(id_: int, form: MultiDictProxy[Any]) -> dict[str, str]:
    """Return the form as a command can be made of it; numbers that are none are refused."""

    def said(name: str) -> str:
        value = form.get(name, "")
        return clean(value).strip()[:64] if isinstance(value, str) else ""

    numbers = {name: said(name) for name in ("version", "line", "quantity")}
    if not all(_DIGITS.fullmatch(value) for value in numbers.values()):
        numbers["quantity"] = numbers["quantity"] if _DIGITS.fullmatch(numbers["quantity"]) else "0"
        if not (_DIGITS.fullmatch(numbers["version"]) and _DIGITS.fullmatch(numbers["line"])):
            raise web.HTTPBadRequest
    return {
        "quote": str(id_),
        **numbers,
        "product": said("product"),
        "inputs": _packed(form, "in:"),
        "options": _packed(form, "op:"),
    }


def _packed(form: MultiDictProxy[Any], prefix: str) -> str:
    found = {
        clean(name.removeprefix(prefix))[:32]: clean(value).strip()[:32]
        for name, value in form.items()
        if name.startswith(prefix) and isinstance(value, str) and value.strip()
    }
    if len(found) > _MOST:
        raise web.HTTPBadRequest
    return json.dumps(found, ensure_ascii=False)


def _values_of(id_: int, view: ConfigureView, line: LineForm) -> dict[str, str]:
    """Return a line as it stands, as if its form had been sent."""
    return {
        "quote": str(id_),
        "version": str(view.version),
        "line": str(line.number),
        "quantity": str(line.quantity),
        "product": line.code,
        "inputs": json.dumps({each.name: each.value for each in line.measures if each.value}, ensure_ascii=False),
        "options": json.dumps({each.group: each.chosen for each in line.groups}, ensure_ascii=False),
    }


def _as_set(line: LineForm, values: Mapping[str, str]) -> LineForm:
    """Return the form with what was set in it."""
    inputs, options = json.loads(values["inputs"]), json.loads(values["options"])
    return replace(
        line,
        quantity=int(values["quantity"]),
        measures=tuple(replace(each, value=inputs.get(each.name, each.value)) for each in line.measures),
        groups=tuple(replace(each, chosen=options.get(each.group, each.chosen)) for each in line.groups),
    )


def _number(request: web.Request) -> int:
    written = request.match_info["id"]
    if not _DIGITS.fullmatch(written):
        raise web.HTTPNotFound
    return int(written)
