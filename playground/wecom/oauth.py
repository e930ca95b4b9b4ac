"""Web login of members (WeCom reference 5.3, 5.4)."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from playground.clock import Clock
from playground.journal import Journal
from playground.settings import WeComSettings
from playground.wecom.errors import ApiError
from playground.wecom.knobs import Knobs
from playground.wecom.receivers import Directory
from playground.world import World

CODE_LIFETIME = 300.0
TICKET_LIFETIME = 1800.0
_STATE = re.compile(r"[a-zA-Z0-9]{0,128}")
_PAGE = """<!doctype html><meta charset=utf-8><title>{company}</title>
<h1>{company}</h1><p>以谁的身份登录？</p><ul>{rows}</ul>"""


@dataclass(slots=True, kw_only=True)
class _Grant:
    userid: str
    private: bool
    at: float


class OAuth:
    """``authorize`` is the page a phone opens, the rest are API calls."""

    def __init__(
        self,
        settings: WeComSettings,
        *,
        knobs: Knobs,
        clock: Clock,
        journal: Journal,
        world: World,
        directory: Directory,
    ) -> None:
        self._settings = settings
        self._knobs = knobs
        self._clock = clock
        self._journal = journal
        self._world = world
        self._directory = directory
        self._codes: dict[str, _Grant] = {}
        self._tickets: dict[str, _Grant] = {}

    async def authorize(self, request: web.Request) -> web.Response:
        """Redirect with code and state as ``play_user`` (somebody unknown is a visitor); without it, ask who it is."""
        query = request.query
        if query.get("appid") != self._settings.corp_id:
            raise ApiError(40013)
        target = urlsplit(query.get("redirect_uri", ""))
        trusted = self._knobs.trusted_domain
        if target.scheme not in ("http", "https") or (trusted and target.netloc != trusted):
            raise ApiError(50001)
        if query.get("response_type") != "code" or not _STATE.fullmatch(query.get("state", "")):
            raise ApiError(40058)
        if "play_user" not in query:
            return self._ask(request)
        # Without agentid the platform treats a private request as a silent one.
        private = query.get("scope") == "snsapi_privateinfo" and "agentid" in query
        code = secrets.token_urlsafe(32)
        person = self._world.by_wecom(query["play_user"])
        self._codes[code] = _Grant(userid=person.wecom if person else "", private=private, at=self._clock.now())
        added = urlencode({"code": code, "state": query.get("state", "")})
        raise web.HTTPFound(target._replace(query=f"{target.query}&{added}" if target.query else added).geturl())

    def user_info(self, code: str) -> dict[str, Any]:
        """auth/getuserinfo: a code works once and for five minutes, else 40029."""
        grant = self._codes.pop(code, None)
        if grant is None or self._clock.now() - grant.at > CODE_LIFETIME:
            raise ApiError(40029)
        if not grant.userid:
            return {"openid": f"o{secrets.token_urlsafe(20)}"}
        answer = {"userid": grant.userid}
        person = self._world.by_wecom(grant.userid)
        if grant.private and person is not None and self._directory.visible(person):
            ticket = secrets.token_urlsafe(96)
            self._journal.hide(ticket)
            self._tickets[ticket] = _Grant(userid=grant.userid, private=True, at=self._clock.now())
            answer["user_ticket"] = ticket
        return answer

    def user_detail(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """auth/getuserdetail: the phone number the member agreed to show; 84015, 84014."""
        grant = self._tickets.get(str(body.get("user_ticket", "")))
        if grant is None:
            raise ApiError(84015)
        if self._clock.now() - grant.at > TICKET_LIFETIME:
            raise ApiError(84014)
        person = self._world.by_wecom(grant.userid)
        return {"userid": grant.userid, "mobile": person.mobile if person else ""}

    def _ask(self, request: web.Request) -> web.Response:
        people = [person for person in self._world.people.values() if person.wecom]
        links = [html.escape(str(request.rel_url.update_query(play_user=person.wecom))) for person in people]
        rows = "".join(
            f'<li><a href="{link}">{html.escape(person.name)}</a>' for link, person in zip(links, people, strict=True)
        )
        page = _PAGE.format(company=html.escape(self._world.company), rows=rows)
        return web.Response(text=page, content_type="text/html")
