"""Staff in front of a browser: logging in through the played platforms, and work for them to see."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
from sqlalchemy import func, select
from yarl import URL

from domain.quotes.drafting import DraftQuote, QuoteItem
from domain.quotes.submitting import SubmitQuote
from storage.queries import Queries
from storage.tables import inbox, sessions, timeline

if TYPE_CHECKING:
    from domain.messages import Command
    from tests.support.house import House

_PLATFORM_PAGES = {"wecom": "/connect/oauth2/authorize", "dingtalk": "/oauth2/auth"}
_keys = itertools.count()


class Tab:
    """One browser with its own cookies; follows no redirect by itself."""

    def __init__(self, house: House, http: aiohttp.ClientSession) -> None:
        self.house = house
        self.http = http

    async def get(self, path: str | URL, **options: Any) -> aiohttp.ClientResponse:
        return await self.ask("GET", path, **options)

    async def post(self, path: str | URL, **options: Any) -> aiohttp.ClientResponse:
        return await self.ask("POST", path, **options)

    async def begin(self, platform: str, wanted: str = "/m") -> URL:
        """Ask to log in; return the platform's page the browser is sent to."""
        answer = await self.get(URL(f"/login/{platform}").with_query(next=wanted))
        assert answer.status == 302, await answer.text()
        address = URL(answer.headers["Location"])
        assert address.path == _PLATFORM_PAGES[platform]
        return address

    async def grant(self, address: URL, account: str) -> URL:
        """Say on the platform's page who one is; return the address it sends the browser back to."""
        answer = await self.get(address.update_query(play_user=account))
        assert answer.status == 302, await answer.text()
        return URL(answer.headers["Location"], encoded=True)

    async def login(self, name: str, wanted: str = "/m") -> aiohttp.ClientResponse:
        """Log in as somebody of the company."""
        platform, account = self.house.doors[name]
        return await self.get(await self.grant(await self.begin(platform, wanted), account))

    async def press(self, page: str, text: str, **fields: str) -> aiohttp.ClientResponse:
        """Press the button ``text`` of a page."""
        shown = await (await self.get(page)).text()
        return await self.post("/m/act", data={**hidden(shown), "action": action(shown, text), **fields})

    def cookie(self, name: str = "gendan") -> str:
        """Return a cookie this browser holds for the bot, empty for none."""
        found = self.http.cookie_jar.filter_cookies(URL(self.house.base)).get(name)
        return "" if found is None else found.value

    def hold(self, name: str, value: str) -> None:
        """Put a cookie into this browser."""
        self.http.cookie_jar.update_cookies({name: value}, URL(self.house.base))

    async def ask(self, method: str, path: str | URL, **options: Any) -> aiohttp.ClientResponse:
        address = URL(path) if isinstance(path, str) else path
        url = address if address.is_absolute() else URL(self.house.base).join(address)
        async with self.http.request(method, url, allow_redirects=False, **options) as answer:
            await answer.read()
            return answer


@asynccontextmanager
async def open_tab(house: House, name: str = "") -> AsyncIterator[Tab]:
    """Open a browser, logged in as ``name`` if one is given."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        tab = Tab(house, http)
        if name:
            answer = await tab.login(name)
            assert answer.status == 303, await answer.text()
        yield tab


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the card's form."""
    form = page[page.index('action="/m/act"') :]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def hidden_nonce(page: str) -> str:
    """Return the nonce of a page's form."""
    found = re.search(r'name="nonce" value="([^"]+)"', page)
    assert found, page
    return found[1]


def action(page: str, text: str) -> str:
    """Return the packed action of the button ``text``."""
    found = re.search(rf'name="action" value="([^"]+)">{re.escape(text)}<', page)
    assert found, page
    return found[1]


async def act(house: House, name: str, command: Command) -> Any:
    """Carry out a command as somebody of the company, as one effect."""
    engine, door = house.engine, house.doors.get(name)

    def effect(session: Any) -> Any:
        batch = engine.business.batch(session)
        actor = Queries(session).people.actor(*door) if door else None
        assert actor is not None, name
        key = f"test:{next(_keys)}"
        result = engine.business.attempt(batch, key, actor, lambda work: work.act(command))
        batch.finish()
        return result

    result = await engine.database.write(effect)
    engine.wake()
    return result


async def submitted_quote(house: House, reason: str = "") -> tuple[int, int]:
    """Let 陈静 ask 周敏 for a quote; return the ids of quote and approval.

    About 3万 each: a customer's quotes of a month are looked at together, and many of these stay with 周敏 alone.
    """
    items = (QuoteItem(product="TM-24", quantity=1),)
    quote = await act(house, "陈静", DraftQuote(items=items, discount_ppm=950_000, company="苏州恒力机械有限公司"))
    await act(house, "陈静", SubmitQuote(quote_id=quote, reason=reason))
    waiting = await look(house, "周敏", lambda queries, viewer: queries.approvals.pending_for(viewer))
    return quote, waiting[-1].id


async def look(house: House, name: str, read: Any) -> Any:
    """Return what ``read(queries, viewer)`` finds for somebody."""

    def find(session: Any) -> Any:
        queries = Queries(session)
        return read(queries, queries.people.actor(*house.doors[name]))

    return await house.engine.database.read(find)


async def counts(house: House) -> dict[str, int]:
    """Return how many sessions, arrivals and events there are."""

    def count(session: Any) -> dict[str, int]:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (sessions, inbox, timeline)
        }

    return await house.engine.database.read(count)
