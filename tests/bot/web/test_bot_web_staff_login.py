"""Login of staff through the platforms: states, codes, destinations, sessions (R-63, R-64, R-65, R-67, R-58)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.web.access import Access, declare
from bot.web.login import STATE_LIFE, States, destination
from bot.web.security import protect
from bot.web.sessions import VIEWER, Sessions
from domain.people.commands import PersonLeave
from playground.world import Person
from tests.support.house import open_house
from tests.support.service_shop import MONDAY, open_shop
from tests.support.staff import act, counts, open_tab

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    async with open_house(
        f"sqlite:///{folder}/bot.db", folder, mix="mixed", limits__views_per_address_per_minute="100000"
    ) as house:
        yield house


async def sessions_of(house) -> int:
    return (await counts(house))["sessions"]


@pytest.mark.parametrize(("name", "platform"), [("陈静", "企业微信"), ("周敏", "钉钉")])
async def test_a_member_comes_back_to_the_page_he_wanted(house, name, platform):
    async with open_tab(house) as tab:
        first = await tab.get("/m/quotes/1")
        assert (first.status, first.headers["Location"]) == (302, "/login?next=/m/quotes/1")
        choice = await (await tab.get(first.headers["Location"])).text()
        assert f"用{platform}登录" in choice
        back = await tab.login(name, "/m/quotes/1")
        assert (back.status, back.headers["Location"]) == (303, "/m/quotes/1")
        home = await tab.get("/m")
        assert home.status == 200
        assert f"<span>{name}</span>" in await home.text()
        assert tab.cookie("gendan-login") == ""


async def test_a_state_without_its_browser_opens_nothing(house):
    """R-63: no state, an invented one, somebody else's; fifty each."""
    before = await sessions_of(house)
    async with open_tab(house) as attacker, open_tab(house) as victim:
        for round_ in range(50):
            account = house.doors["陈静"][1]
            stolen = await attacker.grant(await attacker.begin("wecom"), account)
            await victim.begin("wecom")
            for query in (
                {"code": stolen.query["code"]},
                {"code": stolen.query["code"], "state": ""},
                {"code": stolen.query["code"], "state": f"{round_:072x}"},
                {"code": stolen.query["code"], "state": stolen.query["state"]},
            ):
                answer = await victim.get(URL("/login/wecom/callback").with_query(query))
                assert answer.status == 400
                assert "重新登录" in await answer.text()
        assert victim.cookie() == ""
    assert await sessions_of(house) == before


async def test_a_state_of_the_other_platform_opens_nothing(house):
    before = await sessions_of(house)
    async with open_tab(house) as tab:
        back = await tab.grant(await tab.begin("dingtalk"), house.doors["周敏"][1])
        assert (await tab.get(back.with_path("/login/wecom/callback"))).status == 400
    assert await sessions_of(house) == before


async def test_a_state_is_good_for_ten_minutes(house):
    """R-63: expired."""
    before = await sessions_of(house)
    async with open_tab(house) as tab:
        address = await tab.begin("wecom")
        held = tab.cookie("gendan-login")
        house.playground.clock.advance(STATE_LIFE.total_seconds() + 1)
        tab.hold("gendan-login", held)
        for _ in range(50):
            back = await tab.grant(address, house.doors["陈静"][1])
            assert (await tab.get(back)).status == 400
    assert await sessions_of(house) == before


async def test_a_state_works_once(house):
    """R-63: reused, with a good code and the right cookie; R-64: the used code again."""
    async with open_tab(house) as tab:
        address = await tab.begin("wecom")
        held = tab.cookie("gendan-login")
        first = await tab.grant(address, house.doors["陈静"][1])
        assert (await tab.get(first)).status == 303
        after = await sessions_of(house)
        mine = tab.cookie()
        for _ in range(50):
            tab.hold("gendan-login", held)
            again = await tab.get(await tab.grant(address, house.doors["陈静"][1]))
            assert (again.status, again.headers["Location"], again.headers.getall("Set-Cookie", [])) == (303, "/m", [])
        assert tab.cookie() == mine
    assert await sessions_of(house) == after


@pytest.mark.parametrize(("name", "platform", "code"), [("陈静", "wecom", "code"), ("周敏", "dingtalk", "authCode")])
async def test_a_code_works_once(house, name, platform, code):
    """R-64: replayed with a fresh state of the right browser. WeCom's own answer to a used code is remembered."""
    async with open_tab(house) as thief:
        async with open_tab(house) as tab:
            used = await tab.grant(await tab.begin(platform), house.doors[name][1])
            assert (await tab.get(used)).status == 303
        before = await sessions_of(house)
        house.playground.clock.advance(timedelta(minutes=6).total_seconds())
        for _ in range(50):
            state = (await thief.begin(platform)).query["state"]
            query = {code: used.query[code], "state": state}
            answer = await thief.get(URL(f"/login/{platform}/callback").with_query(query))
            assert answer.status == 403
        assert await sessions_of(house) == before


async def test_outsiders_are_told_clearly(house):
    """R-64: WeCom answers with an openid for somebody who is no member; a member may be missing in our file."""
    before = await sessions_of(house)
    house.playground.world.add(Person(id="new", name="新人", wecom="xinren"))
    async with open_tab(house) as tab:
        for account, words in (("nobody-of-ours", "不是本企业的成员"), ("xinren", "不在跟单的人员名单里")):
            answer = await tab.get(await tab.grant(await tab.begin("wecom"), account))
            assert (answer.status, tab.cookie()) == (403, "")
            assert words in await answer.text()
    house.playground.world.remove("new")
    assert await sessions_of(house) == before


OFF_SITE = [
    "https://evil.example", "http://evil.example/m", "//evil.example", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "https:evil.example", "https:/evil.example",
    "http:\\\\evil.example", "@evil.example", "/@evil.example", "//evil.example@m", "/m@evil.example",
    "https://m@evil.example/", "/m//evil.example", "/m/../..//evil.example", "/m/..", "/m/../login",
    "/%2f%2fevil.example", "%2f%2fevil.example", "%252f%252fevil.example", "/%5cevil.example",
    "/%09/evil.example", "/\t/evil.example", "\t//evil.example", " //evil.example", "//evil.example/%2e%2e",
    "/m\r\nLocation: https://evil.example", "/m%0d%0aLocation:%20https://evil.example",
    "/m\nSet-Cookie: gendan=1", "/m/quotes/1\r\n\r\n<script>", "/m/quotes/1?next=//evil.example",
    "/m#//evil.example", "/m?x=1", "javascript:alert(1)", "data:text/html,x", "vbscript:x",
    "file:///etc/passwd", "/logout", "/m/act", "/login/wecom", "/r/slug", "/api/v1/quotes", "/M/quotes/1",
    "/m/Quotes/1", "/m/quotes/1/", "/m/quotes/-1", "/m/quotes/1e9", "/m/quotes/١", "/m/quotes/１", "/ｍ", "／m",
    "//m", "/m/quotes/" + "1" * 19, "/m/" + "a" * 21, "m", ".", "..", "", "null", "\x00/m", "/m\x00",
    "https://evil.example\\@/m", "//evil。example", "http://[::1]/m", "/m;@evil.example", "/m/quotes;/1",
]  # fmt: skip


async def test_only_our_own_pages_follow_a_login():
    """R-65: by exact shape, so nothing has to be recognised as dangerous. ``/m/act`` is no page of its own."""
    assert len(OFF_SITE) >= 60
    assert {destination(each) for each in OFF_SITE if each != "/m/act"} == {"/m"}
    pages = ("/m", "/m/quotes/1", "/m/approvals/999999999999999999", "/m/dashboard")
    assert [destination(each) for each in pages] == list(pages)


async def test_no_payload_leads_off_the_site(house):
    """R-65: through the whole login; the platform gets our own return address whatever was asked for."""
    async with open_tab(house) as tab:
        for payload in OFF_SITE:
            for start in ("/login", "/login/wecom"):
                answer = await tab.get(URL(start).with_query(next=payload))
                places = re.findall(r'href="(/login/[^"]+)"', await answer.text())
                target = URL(answer.headers.get("Location", places[0] if places else ""))
                assert target.path in ("/login/wecom", "/connect/oauth2/authorize"), payload
                assert target.host in (None, "127.0.0.1")
        back = await tab.login("陈静", "//evil.example")
        assert back.headers["Location"] == "/m"
        tab.hold("gendan-login", f"{'0' * 32}.%2F%2Fevil.example")
        assert (await tab.get("/login/wecom/callback?state=" + "0" * 72)).status == 400


async def test_a_platform_that_is_off_has_no_login(house):
    async with open_tab(house) as tab:
        assert (await tab.get("/login/weixin")).status == 404
        assert (await tab.get("/login/weixin/callback")).status == 404


async def test_a_login_gives_a_new_word_and_ends_the_old_one(house):
    """R-67: fixation."""
    async with open_tab(house, "陈静") as tab, open_tab(house) as other:
        old = tab.cookie()
        await tab.login("陈静")
        assert tab.cookie() != old
        other.hold("gendan", old)
        assert (await other.get("/m")).status == 302
        other.hold("gendan", "chosen-by-somebody-else")
        await other.login("陈静")
        assert other.cookie() != "chosen-by-somebody-else"


async def test_logging_out_ends_the_session_everywhere(house):
    """R-67: reuse after logout."""
    async with open_tab(house, "陈静") as tab, open_tab(house) as copy:
        copy.hold("gendan", tab.cookie())
        page = await (await tab.get("/m")).text()
        token = re.search(r'name="token" value="([0-9a-f]{64})"', page)[1]
        assert (await tab.post("/logout")).status == 403
        assert (await copy.get("/m")).status == 200
        out = await tab.post("/logout", data={"token": token})
        assert out.status == 200
        assert "您已退出登录" in await out.text()
        assert [(await each.get("/m")).status for each in (tab, copy)] == [302, 302]


async def test_a_session_ends_after_twelve_idle_hours_and_after_seven_days(house):
    """R-67."""
    async with open_tab(house, "陈静") as tab:
        for _ in range(14):
            house.playground.clock.advance(timedelta(hours=11, minutes=50).total_seconds())
            assert (await tab.get("/m")).status == 200
        house.playground.clock.advance(timedelta(hours=11, minutes=50).total_seconds())
        assert (await tab.get("/m")).status == 302
        await tab.login("陈静")
        house.playground.clock.advance(timedelta(hours=12, seconds=1).total_seconds())
        assert (await tab.get("/m")).status == 302


async def test_a_leaver_is_out_with_his_next_request(house):
    """R-58: also somebody who only lost the account he logged in with."""
    async with open_tab(house, "魏巍") as tab:
        assert (await tab.get("/m")).status == 200
        await act(house, "梁宁", PersonLeave(platform="wecom", account=house.doors["魏巍"][1]))
        assert (await tab.get("/m")).status == 302
        assert (await tab.post("/m/act")).status == 401


async def test_https_cookies_belong_to_this_host_alone(tmp_path):
    """R-67: flags."""
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        sessions = Sessions(shop.database, shop.clock, base="https://crm.example.com")

        async def begin(request: web.Request) -> web.Response:
            response = web.Response()
            await sessions.begin(request, response, shop.people["陈静"])
            return response

        async def page(request: web.Request) -> web.Response:
            return web.Response(text=request[VIEWER].name)

        app = web.Application()
        protect(app, checks={Access.SESSION: sessions.check}, https=True)
        declare(app.router.add_get("/begin", begin), Access.PUBLIC)
        declare(app.router.add_get("/m", page), Access.SESSION)
        async with TestServer(app) as server, open_tab_of(server) as http:
            set_cookie = (await http.get("/begin")).headers["Set-Cookie"]
            pair, *flags = set_cookie.split("; ")
            assert sorted(flags) == ["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Lax", "Secure"]
            name, _, token = pair.partition("=")
            assert name == "__Host-gendan"
            assert len(token) == 43
            answer = await http.get("/m", headers={"Cookie": pair})
            assert await answer.text() == "陈静"
            plain = await http.get("/m", headers={"Cookie": f"gendan={token}"}, allow_redirects=False)
            assert plain.status == 302


def open_tab_of(server: TestServer):
    import aiohttp

    return aiohttp.ClientSession(base_url=server.make_url("/"), cookie_jar=aiohttp.DummyCookieJar())


async def test_a_state_says_who_when_and_where_to():
    states = States(b"a key for tests, long enough")
    state = states.make("wecom", "b" * 32, "/m", MONDAY)
    assert re.fullmatch(r"[0-9a-f]{72}", state)
    assert states.fits(state, "wecom", "b" * 32, "/m", MONDAY + STATE_LIFE)
    later = MONDAY + STATE_LIFE + timedelta(seconds=1)
    moved = state[:32] + f"{int(state[32:40], 16) + 600:08x}" + state[40:]
    assert not any(
        (
            states.fits(state, "wecom", "b" * 32, "/m", later),
            states.fits(moved, "wecom", "b" * 32, "/m", MONDAY),
            states.fits(state, "dingtalk", "b" * 32, "/m", MONDAY),
            states.fits(state, "wecom", "c" * 32, "/m", MONDAY),
            states.fits(state, "wecom", "b" * 32, "/m/quotes/1", MONDAY),
            States(b"another key, just as long").fits(state, "wecom", "b" * 32, "/m", MONDAY),
        )
    )
