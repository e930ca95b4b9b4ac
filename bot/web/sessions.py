"""Who is logged in: a cookie with a random word, its hash in the database, and the check of every staff route.

A form carries a token made from that word, which no other site can know; together with the cookie's
SameSite and the browser's own word on where a request comes from, nothing is changed by a page of
somebody else's (R-66).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from domain.actor import Actor
from storage import sessions as stored
from storage.database import Urgency

if TYPE_CHECKING:
    from multidict import MultiDictProxy

    from domain.clock import Clock
    from storage.database import Database

VIEWER = web.RequestKey("viewer", Actor)
"""Who asks; set for every route of class SESSION."""

_TOKEN = web.RequestKey("session_token", str)
_TOUCH_EVERY = timedelta(minutes=10)
"""How coarsely the last use is noted: a page view should not cost a write."""


class Sessions:
    """Begins, checks and ends sessions. ``base`` is the public address; under https the cookie is ``__Host-``."""

    def __init__(self, database: Database, clock: Clock, *, base: str) -> None:
        self._database = database
        self._clock = clock
        self._host = urlsplit(base).netloc
        self.secure = base.startswith("https://")
        self.cookie = host_cookie("gendan", secure=self.secure)

    async def check(self, request: web.Request) -> None:
        """Let members pass; send a reader without a session to the login, refuse anybody else."""
        token = request.cookies.get(self.cookie, "")
        now = self._clock.now()
        seen = await self._database.read(lambda session: stored.find(session, token, now)) if token else None
        reads = request.method in ("GET", "HEAD")
        if seen is None:
            raise web.HTTPFound(f"/login?{urlencode({'next': request.path})}") if reads else web.HTTPUnauthorized()
        if not (reads or self._from_our_page(request)):
            raise web.HTTPForbidden
        request[VIEWER] = seen.actor
        request[_TOKEN] = token
        if now - seen.at > _TOUCH_EVERY:
            await self._database.write(lambda session: stored.touch(session, token, now), urgency=Urgency.CARE)

    def form_token(self, request: web.Request) -> str:
        """Return what every form on a page for this request's session has to send back."""
        return hashlib.sha256(f"form:{request[_TOKEN]}".encode()).hexdigest()

    async def form(self, request: web.Request) -> MultiDictProxy[Any]:
        """Return the submitted form; raise HTTPForbidden when it is not from a page drawn for this session."""
        form = await request.post()
        token = form.get("token", "")
        if not isinstance(token, str) or not hmac.compare_digest(token.encode(), self.form_token(request).encode()):
            raise web.HTTPForbidden
        return form

    async def begin(self, request: web.Request, response: web.StreamResponse, actor: Actor) -> None:
        """Log ``actor`` in under a new word; whatever this browser had before is worth nothing any more (R-67)."""
        before = request.cookies.get(self.cookie, "")
        token = secrets.token_urlsafe(32)
        now = self._clock.now()

        def store(session: Any) -> None:
            stored.end(session, before)
            stored.begin(session, token, actor, now)

        await self._database.write(store)
        response.set_cookie(
            self.cookie,
            token,
            max_age=int(stored.LONGEST.total_seconds()),
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self.secure,
        )

    async def end(self, request: web.Request, response: web.StreamResponse) -> None:
        """Log out: the session is gone from the database, not only from the browser."""
        token = request[_TOKEN]
        await self._database.write(lambda session: stored.end(session, token))
        response.del_cookie(self.cookie, path="/", httponly=True, samesite="Lax", secure=self.secure)

    def _from_our_page(self, request: web.Request) -> bool:
        """Believe the browser. ``Origin: null`` may be ours: a page without referrer sends no origin either."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return False
        origin = request.headers.get("Origin", "null")
        return origin == "null" or urlsplit(origin).netloc in (self._host, request.host)


def host_cookie(name: str, *, secure: bool) -> str:
    """Return the cookie's name: with ``__Host-`` no other host and no plain http can set it."""
    return f"__Host-{name}" if secure else name
