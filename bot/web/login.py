"""Login of staff through WeCom and DingTalk: out to the platform with a state, back with a code.

The state is a random word with its time limit, signed together with the platform, the page wanted
and a secret that only this browser holds in a cookie. So nothing is stored for those who never come
back, nobody can finish a login that somebody else began (R-63), and what did come back is written
down as spent.

DingTalk's silent login inside its app needs ``dd.requestAuthCode`` from a script on DingTalk's own
servers, which our Content-Security-Policy forbids; its web login works in the app and outside.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlencode

import structlog
from aiohttp import web
from yarl import URL

from bot.dingtalk.login import LoginRefused as DingTalkRefused
from bot.web.access import Access, declare
from bot.web.sessions import host_cookie
from bot.wecom.login import LoginRefused as WeComRefused
from cards.channel import ChannelError
from storage import sessions as stored
from storage.queries import Queries

if TYPE_CHECKING:
    from bot.web.pages import Pages
    from bot.web.sessions import Sessions
    from domain.clock import Clock
    from storage.database import Database

STATE_LIFE = timedelta(minutes=10)
HOME = "/m"

_log = structlog.get_logger()
_OURS = re.compile(r"/m(?:/[a-z]{1,20}(?:/[0-9]{1,18})?)?", re.ASCII)
_STATE = re.compile(r"[0-9a-f]{72}")
_BROWSER = re.compile(r"[0-9a-f]{32}")


def destination(wanted: str) -> str:
    """Return the page to go to after the login: one of ours by its exact shape, else the home page (R-65)."""
    return wanted if _OURS.fullmatch(wanted) else HOME


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One platform to log in with. ``code`` names the query parameter it comes back with.

    ``address(redirect_uri, state)`` is where the browser goes; ``account(code)`` says who came back,
    or raises that platform's LoginRefused or a ChannelError.
    """

    name: str
    label: str
    code: str
    address: Callable[[str, str], str]
    account: Callable[[str], Awaitable[str]]


class States:
    """Makes and recognises states: 32 hex digits of chance, 8 of time, 32 of signature."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, platform: str, browser: str, wanted: str, now: datetime) -> str:
        """Return a state that is good for STATE_LIFE."""
        body = f"{secrets.token_hex(16)}{int((now + STATE_LIFE).timestamp()):08x}"
        return body + self._sign(body, platform, browser, wanted)

    def fits(self, state: str, platform: str, browser: str, wanted: str, now: datetime) -> bool:
        """Return whether this browser began this login, for this page, not too long ago."""
        if not _STATE.fullmatch(state):
            return False
        body, signature = state[:40], state[40:]
        signed = hmac.compare_digest(signature, self._sign(body, platform, browser, wanted))
        return signed and now.timestamp() <= int(body[32:], 16)

    def _sign(self, body: str, platform: str, browser: str, wanted: str) -> str:
        words = f"login\n{platform}\n{browser}\n{wanted}\n{body}"
        return hmac.new(self._key, words.encode(), hashlib.sha256).hexdigest()[:32]


class Login:
    """The login page, and for each platform the way out and the way back."""

    def __init__(
        self,
        *,
        providers: Mapping[str, Provider],
        pages: Pages,
        sessions: Sessions,
        database: Database,
        clock: Clock,
        states: States,
        base: str,
        may_look: Callable[[web.Request], bool],
    ) -> None:
        self._providers = providers
        self._pages = pages
        self._sessions = sessions
        self._database = database
        self._clock = clock
        self._states = states
        self._base = base
        self._may_look = may_look
        self._cookie = host_cookie("gendan-login", secure=sessions.secure)

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the routes; those of a platform that is switched off answer like unknown ones."""
        declare(router.add_get("/login", self.choose), Access.PUBLIC)
        declare(router.add_get("/login/{platform}", self.begin), Access.PUBLIC)
        declare(router.add_get("/login/{platform}/callback", self.finish), Access.PUBLIC)
        declare(router.add_post("/logout", self.logout), Access.SESSION)

    async def choose(self, request: web.Request) -> web.Response:
        """Ask which platform, unless there is only one."""
        wanted = destination(request.query.get("next", ""))
        if len(self._providers) == 1:
            (only,) = self._providers
            raise web.HTTPFound(_way_out(only, wanted))
        links = [(each.label, _way_out(each.name, wanted)) for each in self._providers.values()]
        return self._pages.page("staff/login.html", links=links)

    async def begin(self, request: web.Request) -> web.Response:
        """Send the browser to the platform, holding the secret that its state belongs to."""
        provider = self._provider(request)
        if not self._may_look(request):
            return self._pages.too_often()
        wanted = destination(request.query.get("next", ""))
        browser = secrets.token_hex(16)
        state = self._states.make(provider.name, browser, wanted, self._clock.now())
        address = provider.address(f"{self._base}/login/{provider.name}/callback", state)
        response = web.HTTPFound(URL(address, encoded=True))
        response.set_cookie(
            self._cookie,
            f"{browser}.{quote(wanted, safe='')}",
            max_age=int(STATE_LIFE.total_seconds()),
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self._sessions.secure,
        )
        raise response

    async def finish(self, request: web.Request) -> web.Response:
        """Turn what the platform sent back into a session."""
        provider = self._provider(request)
        if not self._may_look(request):
            return self._pages.too_often()
        browser, _, quoted = request.cookies.get(self._cookie, "").partition(".")
        wanted, state, now = destination(unquote(quoted)), request.query.get("state", ""), self._clock.now()
        if not _BROWSER.fullmatch(browser) or not self._states.fits(state, provider.name, browser, wanted, now):
            return self._refuse(400, "这次登录已经过期，或者不是从这台设备开始的，请重新登录。")
        if not await self._database.write(lambda session: stored.spend_login(session, state, now)):
            # A phone may ask for this page twice at once (WeCom reference 5.3): the other answer holds the session.
            raise web.HTTPSeeOther(wanted)
        try:
            account = await provider.account(request.query.get(provider.code, ""))
        except (WeComRefused, DingTalkRefused):
            return self._refuse(403, f"{provider.label}没有认出您：登录码已失效，或者您不是本企业的成员。")
        except ChannelError as error:
            _log.warning("login.unanswered", platform=provider.name, error=str(error))
            return self._refuse(503, f"{provider.label}暂时没有回答，请稍后重新登录。")
        actor = await self._database.read(lambda session: Queries(session).people.actor(provider.name, account))
        if actor is None:
            return self._refuse(403, "您还不在跟单的人员名单里，请管理员把您加入人员文件后再登录。")
        response = web.HTTPSeeOther(wanted)
        await self._sessions.begin(request, response, actor)
        response.del_cookie(self._cookie, path="/", httponly=True, samesite="Lax", secure=self._sessions.secure)
        _log.info("login.done", platform=provider.name, person=actor.person_id)
        raise response

    async def logout(self, request: web.Request) -> web.Response:
        """End the session."""
        await self._sessions.form(request)
        response = self._pages.page("staff/notice.html", title="已退出", words="您已退出登录。", again="/login")
        await self._sessions.end(request, response)
        return response

    def _provider(self, request: web.Request) -> Provider:
        provider = self._providers.get(request.match_info["platform"])
        if provider is None:
            raise web.HTTPNotFound
        return provider

    def _refuse(self, status: int, words: str) -> web.Response:
        return self._pages.page("staff/notice.html", status=status, title="没有登录", words=words, again="/login")


def _way_out(platform: str, wanted: str) -> str:
    return f"/login/{platform}?{urlencode({'next': wanted})}"
