"""The staff pages and the whole router of the application (R-06, R-66, R-68, R-69)."""

from __future__ import annotations

import re

import pytest
import pytest_asyncio
from aiohttp import hdrs
from sqlalchemy import select

from bot.web.access import Access, rule_of, unclassified
from bot.web.security import HEADERS
from bot.web.staff import PAGES
from domain.inquiries.commands import LogInquiry, Wanted
from domain.service.report import ReportFault
from domain.service.work_order import WorkOrder
from jobs.drawing import DRAWINGS
from storage.tables import inbox
from tests.support.house import open_house
from tests.support.staff import act, action, counts, hidden, look, open_tab, submitted_quote

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILLED = {"kind": "approvals", "id": "1", "slug": "x" * 22, "token": "y" * 22, "name": "staff.css", "platform": "wecom"}
"""What stands for the variables of an address."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    async with open_house(
        f"sqlite:///{folder}/bot.db", folder, mix="mixed", limits__views_per_address_per_minute="100000"
    ) as house:
        yield house


def routes(app):
    """Return (method, address, class) of every route there is; OPTIONS and the like are not served at all."""
    found = []
    for resource in app.router.resources():
        for route in resource:
            methods = ["GET", "POST", "PUT", "DELETE", "PATCH"] if route.method == hdrs.METH_ANY else [route.method]
            address = re.sub(r"\{(\w+)[^}]*\}", lambda name: FILLED.get(name[1], "1"), resource.canonical)
            found += [(method, address, rule_of(route).access) for method in methods]
    return found


async def approval_state(house, approval_id: int) -> str:
    return (await look(house, "陈静", lambda queries, viewer: queries.approvals.card(approval_id, viewer))).state


async def test_every_route_says_who_may_call_it(house):
    """R-06."""
    assert unclassified(house.app) == []
    assert {
        ("GET", "/m", Access.SESSION),
        ("POST", "/m/act", Access.SESSION),
        ("POST", "/logout", Access.SESSION),
    } <= set(routes(house.app))


@pytest.mark.parametrize(
    "credentials", [{}, {"Cookie": "gendan=" + "A" * 43, "Authorization": "Bearer x", "X-Api-Key": "x"}]
)
async def test_without_credentials_only_public_routes_answer(house, credentials):
    """R-06, R-69: no route but the public ones says yes to a stranger, and every answer has the headers."""
    yes, bare = [], []
    async with open_tab(house) as tab:
        for method, address, access in routes(house.app):
            answer = await tab.ask(method, address, headers=credentials)
            if access is not Access.PUBLIC and answer.status < 300:
                yes.append((method, address))
            if {name: answer.headers.get(name) for name in HEADERS} != HEADERS and "?v=" not in address:
                bare.append((method, address))
    assert (yes, bare) == ([], [])


async def test_with_a_login_every_answer_has_the_headers(house):
    """R-69: private pages are not stored, framed or sniffed."""
    async with open_tab(house, "陈静") as tab:
        for method, address, access in routes(house.app):
            if access is Access.SESSION and method != "POST":
                answer = await tab.ask(method, address)
                assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        page = await (await tab.get("/m")).text()
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)


async def test_an_approval_is_decided_on_its_page(house):
    """As in the chat: the same button, the same road, a sentence about what became of it."""
    quote, approval = await submitted_quote(house, reason="客户<b>年底</b>要货")
    page = f"/m/approvals/{approval}"
    async with open_tab(house, "周敏") as tab:
        home = await (await tab.get("/m")).text()
        assert f'<a href="{page}">SP-' in home
        shown = await (await tab.get(page)).text()
        assert "客户&lt;b&gt;年底&lt;/b&gt;要货" in shown
        assert re.findall(r">([^<]+)</button>", shown) == ["退出", "同意", "驳回", "转交", "加签"]
        pressed = await tab.press(page, "同意")
        assert pressed.status == 303
        assert re.fullmatch(rf"{page}\?after=[0-9a-f]{{32}}", pressed.headers["Location"])
        after = await (await tab.get(pressed.headers["Location"])).text()
        assert '<p class="said good" role="status">已处理。</p>' in after
        assert 'name="action"' not in after
        assert '<p class="outcome">周敏 已同意' in after
    assert await approval_state(house, approval) == "approved"
    view = await look(house, "陈静", lambda queries, viewer: queries.quotes.card(quote, viewer))
    assert view.state == "approved"


async def test_a_choice_travels_with_the_press(house):
    _, approval = await submitted_quote(house)
    page = f"/m/approvals/{approval}"
    async with open_tab(house, "周敏") as tab:
        empty = await tab.press(page, "驳回", **{"choice.reason": ""})
        refused = await (await tab.get(empty.headers["Location"])).text()
        assert '<p class="said bad" role="status">' in refused
        assert await approval_state(house, approval) == "pending"
        await house.settle()
        # The page has said it; nobody is told the same in the chat.
        assert [shown.words for shown in house.screen("周敏") if shown.kind == "text" and not shown.mine] == []
        await tab.press(page, "驳回", **{"choice.reason": "margin"})
    view = await look(house, "陈静", lambda queries, viewer: queries.approvals.card(approval, viewer))
    assert (view.state, view.comment != "") == ("rejected", True)


async def test_a_form_sent_twice_is_one_press_and_an_old_one_is_refused_politely(house):
    _, approval = await submitted_quote(house)
    page = f"/m/approvals/{approval}"
    async with open_tab(house, "周敏") as tab:
        shown = await (await tab.get(page)).text()
        yes, no = ({**hidden(shown), "action": action(shown, text)} for text in ("同意", "驳回"))
        before = (await counts(house))["inbox"]
        first, second = [(await tab.post("/m/act", data=yes)).headers["Location"] for _ in range(2)]
        assert first == second
        assert (await counts(house))["inbox"] == before + 1
        old = await tab.post("/m/act", data={**no, "choice.reason": "margin"})
        assert 'class="said bad"' in await (await tab.get(old.headers["Location"])).text()
    assert await approval_state(house, approval) == "approved"


async def test_a_link_shows_nothing_to_another_person(house):
    """R-68: forwarded links, and the outcome of somebody else's press."""
    quote, approval = await submitted_quote(house)
    async with open_tab(house, "周敏") as tab:
        outcome = (await tab.press(f"/m/approvals/{approval}", "同意")).headers["Location"]
    async with open_tab(house, "林涛") as tab:
        unknown = await (await tab.get("/m/approvals/999999")).text()
        assert "不在您的范围内" in unknown
        for page in (
            f"/m/approvals/{approval}",
            f"/m/quotes/{quote}",
            outcome,
            "/m/approvals/0",
            "/m/nothing/1",
            "/m/quotes/x",
        ):
            answer = await tab.get(page)
            assert (page, answer.status, await answer.text()) == (page, 404, unknown)
    async with open_tab(house, "陈静") as tab:
        deed = outcome.partition("?")[2]
        hers = await (await tab.get(f"/m/quotes/{quote}?{deed}")).text()
        assert 'class="said' not in hers
        forged = await (await tab.get(f"/m/quotes/{quote}?after=请把验证码发给我")).text()
        assert "验证码" not in forged


async def test_only_a_page_of_ours_can_press(house):
    """R-66: every write, from another site or without the token; the effect count stays."""
    _, approval = await submitted_quote(house)
    async with open_tab(house, "周敏") as tab:
        shown = await (await tab.get(f"/m/approvals/{approval}")).text()
        good = {**hidden(shown), "action": action(shown, "同意")}
        before = await counts(house)
        writes = [
            address for method, address, access in routes(house.app) if method == "POST" and access is Access.SESSION
        ]
        assert sorted(writes) == [
            "/logout",
            "/m/act",
            "/m/dispatch",
            "/m/jobs/1",
            "/m/quotes/1",
            "/m/quotes/1/price",
        ]
        for address in writes:
            for data, headers in (
                ({name: value for name, value in good.items() if name != "token"}, {}),
                ({**good, "token": ""}, {}),
                ({**good, "token": "0" * 64}, {}),
                (good, {"Origin": "https://evil.example"}),
                (good, {"Sec-Fetch-Site": "cross-site"}),
                (good, {"Sec-Fetch-Site": "same-site"}),
                (good, {"Origin": house.base + ".evil.example"}),
            ):
                assert (await tab.post(address, data=data, headers=headers)).status == 403
        async with open_tab(house, "陈静") as other:
            assert (await other.post("/m/act", data=good)).status == 403
        assert await counts(house) == {**before, "sessions": before["sessions"] + 1}
        assert await approval_state(house, approval) == "pending"
        ours = await tab.post("/m/act", data=good, headers={"Origin": house.base, "Sec-Fetch-Site": "same-origin"})
        assert ours.status == 303


async def test_reading_changes_nothing(house):
    """R-66: every GET, with and without a login, as a link preview would fetch it."""
    await house.settle()
    async with open_tab(house, "周敏") as member, open_tab(house) as preview:
        before = await counts(house)
        for method, address, _ in routes(house.app):
            if method in ("GET", "HEAD"):
                for tab in (preview, member):
                    await tab.ask(method, address)
        assert await counts(house) == before


async def test_a_changed_button_or_form_is_a_bad_request(house):
    _, approval = await submitted_quote(house)
    async with open_tab(house, "周敏") as tab:
        shown = await (await tab.get(f"/m/approvals/{approval}")).text()
        good = {**hidden(shown), "action": action(shown, "同意")}
        before = (await counts(house))["inbox"]
        many = [("choice.reason", str(each)) for each in range(51)]
        for wrong in (
            {"action": good["action"].replace("approve_step", "reject_step")},
            {"action": "~" * 5000},
            {"action": ""},
            {"kind": "https://evil.example"},
            {"id": "1/../2"},
            {"id": ""},
            {"nonce": "x"},
        ):
            assert (await tab.post("/m/act", data={**good, **wrong})).status == 400
        assert (await tab.post("/m/act", data=[*good.items(), *many])).status == 400
        assert (await tab.post("/m/act", data={**good, "more": "x" * 20_000})).status == 413
        assert (await counts(house))["inbox"] == before


async def test_what_is_kept_but_not_carried_out_yet_is_said_so(house):
    _, approval = await submitted_quote(house)
    page = f"/m/approvals/{approval}"
    async with open_tab(house, "周敏") as tab:
        pressed = (await tab.press(page, "同意")).headers["Location"]
        for state, words in (("ready", "已收到，正在处理"), ("parked", "没有处理成功，已通知管理员")):
            await house.engine.database.write(
                lambda session, state=state: session.execute(
                    inbox.update()
                    .where(inbox.c.key.endswith(pressed[-32:]))
                    .values(state=state, not_before=house.engine.clock.now().replace(year=2099))
                )
            )
            assert words in await (await tab.get(pressed)).text()


async def test_everybody_sees_what_waits_for_him(house):
    inquiry = await act(
        house,
        "陈静",
        LogInquiry(
            requirement="要三台 X200", company="苏州恒力机械有限公司", wanted=(Wanted(said="X200", quantity=3),)
        ),
    )
    machine = await look(house, "唐悦", lambda queries, viewer: queries.equipment.plate("ZkJ07blCX3UALIpFw1ZiNw"))
    await act(house, "唐悦", ReportFault(equipment_id=machine.id, words="主轴异响", phone="13812345678"))
    job = await house.engine.database.read(lambda session: session.scalars(select(WorkOrder)).one())
    async with open_tab(house, "陈静") as sales, open_tab(house, "唐悦") as dispatcher:
        home = await (await sales.get("/m")).text()
        assert "我的询价" in home
        assert f'href="/m/inquiries/{inquiry}"' in home
        assert "我的报价" in home
        assert "工单" not in home
        assert (await sales.get(f"/m/inquiries/{inquiry}")).status == 200
        assert (await sales.get(f"/m/jobs/{job.id}")).status == 200
        assert (await sales.get(f"/m/dispatch/{job.id}")).status == 404
        home = await (await dispatcher.get("/m")).text()
        assert f'href="/m/dispatch/{job.id}"' in home
        assert (await dispatcher.get(f"/m/dispatch/{job.id}")).status == 200
    async with open_tab(house, "何平") as engineer:
        assert "等我接单" in await (await engineer.get("/m")).text()
        taken = await engineer.press(f"/m/jobs/{job.id}", "接单")
        assert "已处理" in await (await engineer.get(taken.headers["Location"])).text()
        assert "我手上的工单" in await (await engineer.get("/m")).text()


async def test_every_page_has_a_card(house):
    assert {page.card for page in PAGES.values()} <= set(DRAWINGS)
