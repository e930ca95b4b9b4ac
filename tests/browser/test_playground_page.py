"""The playground's page in a real Chromium, against both played platforms and a stand-in for the bot."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from playground.app import Playground
from tests.browser.stand_in_bot import StandIn, playing

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
SENTENCE = "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右，下周三前给报价"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f000386"
    "018067de5c5c0000000049454e44ae426082"
)


class Desk:
    """The open page, with what it talks to."""

    def __init__(self, page: Page, playground: Playground, bot: StandIn) -> None:
        self.page, self.playground, self.bot = page, playground, bot

    def phone(self, door: str) -> Locator:
        return self.page.locator(f".phone[data-door='{door}']")

    async def says(self, door: str, words: str) -> None:
        box = self.phone(door).get_by_role("textbox", name="消息")
        await box.fill(words)
        await box.press("Enter")

    async def opens(self, tool: str) -> Locator:
        await self.page.get_by_role("button", name=tool).click()
        return self.page.locator("#panel")


@asynccontextmanager
async def at_the_desk(browser: Browser, **options: object) -> AsyncIterator[Desk]:
    """Open the page; a script error or a refused resource on it fails the test."""
    wrong: list[str] = []
    async with playing() as (base, playground, bot):
        context = await browser.new_context(**{**DESK, **options})
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        await page.goto(base)
        await expect(page.locator(".phone").first).to_be_visible()
        yield Desk(page, playground, bot)
        await context.close()
    assert wrong == []


async def test_the_story_s_three_stand_side_by_side(browser):
    async with at_the_desk(browser) as desk:
        phones = desk.page.locator(".phone")

        assert desk.page.url.endswith("/play")
        assert await phones.evaluate_all("all => all.map(each => each.dataset.door)") == [
            "wecom:chenjing",
            "dingtalk:1001",
            "dingtalk:1021",
        ]
        await expect(desk.page.locator(".person")).to_have_count(9)
        await expect(desk.page.locator(".person").first.locator(".chip")).to_have_text(["企业微信", "钉钉"])


async def test_a_suggestion_is_typed_for_the_right_person_and_sent_by_hand(browser):
    async with at_the_desk(browser) as desk:
        await desk.page.locator(".hint").first.click()
        box = desk.phone("wecom:chenjing").get_by_role("textbox", name="消息")
        await expect(box).to_have_value(SENTENCE)
        assert desk.playground.wecom.phones.screen("chenjing") == []

        await desk.phone("wecom:chenjing").get_by_role("button", name="发送").click()

        await expect(desk.phone("wecom:chenjing").locator(".mine .bubble")).to_have_text(SENTENCE)
        await expect(box).to_have_value("")


async def test_on_wecom_a_card_comes_and_is_redrawn_where_it_stands(browser):
    async with at_the_desk(browser) as desk:
        phone = desk.phone("wecom:chenjing")
        await desk.says("wecom:chenjing", "恒力要两台X200")
        card = phone.locator(".card")
        await expect(card.locator(".status")).to_have_text("待确认")
        await expect(card.locator("dt")).to_have_text(["联系人", "电话", "产品", "客户页"])
        await expect(card.locator("dd").nth(2)).to_have_text("X200 × 2")
        link = card.get_by_role("link", name="查看详情")
        assert await link.get_attribute("target") == "_blank"
        assert await link.get_attribute("href") == "http://127.0.0.1:1/c/1"

        await card.get_by_role("combobox").select_option("需求确认")
        await card.get_by_role("button", name="建商机").click()

        await expect(card.locator(".status")).to_have_text("已建商机")
        await expect(card.locator(".deed")).to_have_text(["陈静 已建商机"])
        await expect(card.get_by_role("combobox")).to_be_disabled()
        await expect(phone.locator(".message")).to_have_count(2)
        assert desk.bot.pressed == [("create", "need")]


async def test_on_dingtalk_the_answer_to_a_press_redraws_the_card_and_shows_its_toast(browser):
    async with at_the_desk(browser) as desk:
        phone = desk.phone("dingtalk:1001")
        await desk.says("dingtalk:1001", "待审批")
        card = phone.locator(".card")
        await expect(card.locator(".headline")).to_have_text("¥286,000.00")
        await expect(card.locator("blockquote")).to_have_text("客户希望本周内定下来")

        await card.get_by_role("button", name="同意").click()

        await expect(phone.locator(".toast")).to_have_text("已同意")
        await expect(card.locator(".status")).to_have_text("已通过")
        await expect(card.locator(".outcome")).to_have_text("周敏 已同意，报价单发给陈静")
        await expect(card.get_by_role("button")).to_have_count(0)
        assert desk.bot.pressed == [("approve", None)]


async def test_dingtalk_s_form_is_sent_with_its_own_button(browser):
    async with at_the_desk(browser) as desk:
        await desk.says("dingtalk:1001", "待审批")
        card = desk.phone("dingtalk:1001").locator(".card")
        await card.get_by_role("combobox").select_option("款到发货")

        await card.get_by_role("button", name="提交").click()

        await expect(card.locator(".status")).to_have_text("已通过")
        assert desk.bot.pressed == [("form", {"index": 1, "value": "full"})]


async def test_what_people_write_is_only_ever_text(browser):
    hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>&lt;b&gt;'
    async with at_the_desk(browser) as desk:
        for door in ("wecom:chenjing", "dingtalk:1001"):
            await desk.says(door, hostile)
            await expect(desk.phone(door).locator(".mine .bubble")).to_have_text(hostile)
            assert await desk.phone(door).locator(".mine .bubble").evaluate("each => each.childElementCount") == 0
        panel = await desk.opens("看线上")
        await expect(panel.locator(".what", has_text="onerror").first).to_be_visible()

        assert await desk.page.title() == "跟单 · 演练场"


async def test_a_link_to_anything_but_a_page_stays_words(browser):
    async with at_the_desk(browser) as desk:
        await desk.says("wecom:chenjing", '<a href="javascript:alert(1)">点我</a> http://127.0.0.1:1/ok')
        bubble = desk.phone("wecom:chenjing").locator(".mine .bubble")

        await expect(bubble).to_have_text("点我 http://127.0.0.1:1/ok")
        assert await bubble.locator("a").evaluate_all("all => all.map(each => each.href)") == ["http://127.0.0.1:1/ok"]


async def test_picture_file_and_voice_are_sent_and_seen(browser):
    async with at_the_desk(browser) as desk:
        phone = desk.phone("wecom:chenjing")
        chat = phone.locator(".mine")
        await phone.get_by_role("button", name="更多").click()
        await phone.get_by_label("图片").set_input_files({"name": "铭牌.png", "mimeType": "image/png", "buffer": PNG})
        await expect(chat.locator("img")).to_have_js_property("naturalWidth", 1)

        await phone.get_by_role("button", name="更多").click()
        await phone.get_by_label("文件").set_input_files(
            {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
        )
        await expect(chat.locator(".file")).to_have_text("合同.pdf")
        await expect(phone.locator(".toast")).to_have_text("平台没有把它交给机器人")
        async with desk.page.expect_download() as saving:
            await chat.locator(".file").click()
        assert (await saving.value).suggested_filename == "合同.pdf"

        await phone.get_by_role("button", name="更多").click()
        await phone.get_by_role("button", name="语音").click()
        await desk.page.get_by_role("dialog").get_by_role("textbox").fill("轴承响")
        await desk.page.get_by_role("dialog").get_by_role("button", name="发送").click()
        await expect(chat.locator(".transcript")).to_have_text("轴承响")
        # WeCom tells apps nothing of files (WeCom reference 2.1), only of the other two.
        await expect(phone.locator(".theirs .bubble")).to_have_text(["收到，已存到工单里"] * 2)


async def test_the_wire_shows_calls_and_callbacks_and_can_be_filtered(browser):
    async with at_the_desk(browser) as desk:
        panel = await desk.opens("看线上")
        await desk.says("wecom:chenjing", "恒力要两台X200")
        sent = panel.locator("li", has_text="/cgi-bin/message/send")
        await expect(sent.locator(".code")).to_have_text("errcode 0")
        await expect(panel.locator("li", has_text="text · 陈静").locator(".code")).to_have_text("200")
        await expect(panel.locator("li", has_text="说：恒力要两台X200").locator(".way")).to_have_text("陈静")

        await sent.locator("summary").click()
        await expect(sent.locator("pre").first).to_contain_text('"touser": "chenjing"')
        await expect(sent.locator("pre").first).to_contain_text("access_token=***")

        await panel.get_by_role("combobox").select_option("平台推送")
        await expect(panel.locator(".what")).to_have_text(["text · 陈静"])
        await panel.get_by_role("searchbox").fill("没有这回事")
        await expect(panel.locator(".lines")).to_have_text("没有符合的记录")


async def test_a_fault_is_switched_on_strikes_and_is_switched_off(browser):
    async with at_the_desk(browser) as desk:
        panel = await desk.opens("造故障")
        await panel.get_by_role("combobox", name="哪个接口").select_option("企业微信 · 发消息和卡片")
        await panel.get_by_role("switch", name="返回 500").check()
        await expect(panel.locator(".on li")).to_have_count(1)
        [fault] = desk.playground.faults.list()
        assert (fault["platform"], fault["endpoint"], fault["kind"]) == ("wecom", "message/send", "http_500")

        await desk.says("wecom:chenjing", "恒力要两台X200")
        await expect(panel.locator(".on small")).to_have_text("打中 1 次")
        await expect(desk.phone("wecom:chenjing").locator(".card")).to_have_count(0)

        await panel.get_by_role("switch", name="返回 500").uncheck()
        await expect(panel.locator(".on li")).to_have_count(0)
        assert desk.playground.faults.list() == []
        await desk.says("wecom:chenjing", "再说一遍")
        await expect(desk.phone("wecom:chenjing").locator(".card")).to_have_count(1)


async def test_the_platforms_clock_is_moved_and_their_tokens_revoked(browser):
    async with at_the_desk(browser) as desk:
        desk.playground.clock.set(1_800_000_000.0)
        panel = await desk.opens("造故障")
        await expect(panel.locator("output")).to_have_text("2027年1月15日 16:00:00")
        await panel.get_by_role("button", name="拨快 1 小时").click()
        await expect(panel.locator("output")).to_have_text("2027年1月15日 17:00:00")
        await panel.get_by_role("button", name="拨快 1 天").click()
        await expect(panel.locator("output")).to_have_text("2027年1月16日 17:00:00")
        await expect(panel.locator(".aside")).to_contain_text("机器人看自己的钟")

        async with desk.page.expect_response("**/play/api/revoke_token") as revoked:
            await panel.get_by_role("button", name="作废企业微信令牌").click()
        assert (await revoked.value).ok


async def test_the_codes_on_the_machines_can_be_scanned_and_opened(browser):
    async with at_the_desk(browser) as desk:
        panel = await desk.opens("扫码报修")
        await expect(panel.locator("li b")).to_have_text(["X200 · 恒力机械", "M5 · 华东泵业"])
        await expect(panel.locator("img").first).not_to_have_js_property("naturalWidth", 0)
        async with desk.page.context.expect_page() as popup:
            await panel.get_by_role("link", name="X200").click()
        assert await (await popup.value).evaluate("innerWidth") == 390


async def test_somebody_off_the_stage_who_has_news_is_marked(browser):
    async with at_the_desk(browser) as desk:
        await desk.playground.wecom.phones.say("lintao", "到了")
        person = desk.page.locator(".person", has_text="林涛")
        await expect(person.locator(".badge")).to_have_text("1")

        await person.locator(".open").click()

        await expect(desk.phone("wecom:lintao").locator(".card")).to_have_count(1)
        await expect(person.locator(".badge")).to_be_hidden()
        await expect(desk.page.locator(".phone")).to_have_count(3)


async def test_a_bot_that_is_away_is_told_on_the_phone(browser):
    async with at_the_desk(browser) as desk:
        desk.playground.settings.bot_url = "http://127.0.0.1:1"
        await desk.says("wecom:chenjing", "有人吗")

        await expect(desk.phone("wecom:chenjing").locator(".mine .bubble")).to_have_text("有人吗")
        await expect(desk.phone("wecom:chenjing").locator(".toast")).to_contain_text("机器人没有收下")


async def test_on_a_narrow_screen_there_is_one_phone_and_a_switcher(phone: BrowserContext):
    async with playing() as (base, _, __):
        page = await phone.new_page()
        await page.goto(f"{base}/play")
        await expect(page.locator(".phone")).to_have_count(1)
        await expect(page.locator(".phone .bar small")).to_have_text("企业微信 · 陈静")

        await page.locator(".person", has_text="周敏").locator(".open").click()

        await expect(page.locator(".phone")).to_have_count(1)
        await expect(page.locator(".phone .bar small")).to_have_text("钉钉 · 周敏")
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        await page.close()


async def test_nothing_is_inline_and_only_known_files_are_served():
    async with playing() as (base, _, __), aiohttp.ClientSession(base_url=base) as http:
        async with http.get("/play") as page:
            text, policy = await page.text(), page.headers["Content-Security-Policy"]
        async with http.get("/play/static/..%2Fpage.html") as outside:
            status = outside.status
        async with http.get("/play/api/media", params={"platform": "wecom", "id": "nothing"}) as unknown:
            answer = (unknown.status, await unknown.json())
        async with http.get("/play/qr/9.svg") as missing:
            no_code = missing.status

    assert "unsafe" not in policy
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", text) == []
    assert (status, no_code) == (404, 404)
    assert answer == (404, {"error": "unknown: nothing"})


async def test_the_stream_begins_where_the_viewer_left_off_and_ends_with_the_playground():
    async with playing() as (base, playground, bot), aiohttp.ClientSession(base_url=base) as http:
        playground.settings.bot_url = "http://127.0.0.1:1"  # so that nothing more happens than what is written here
        await bot.http.post("/play/api/say", json={"platform": "wecom", "user": "chenjing", "text": "在吗"})
        entries = playground.journal.entries(kind="phone")
        newest = playground.journal.entries()[-1]["n"]
        async with http.get("/play/api/journal", params={"last": "1"}) as latest:
            assert await latest.content.readline() == f"id: {newest}\n".encode()
        # A number from before a restart is no reason to stay silent.
        async with http.get("/play/api/journal", headers={"Last-Event-ID": "9999"}) as anew:
            assert await anew.content.readline() == b"id: 1\n"
        async with http.get("/play/api/journal", params={"after": str(newest)}) as stream:
            await playground.app.shutdown()
            assert await asyncio.wait_for(stream.content.read(), 5) == b""

    assert [(each["deed"], each["user"], each.get("done", False)) for each in entries] == [
        ("say", "chenjing", False),
        ("say", "chenjing", True),
    ]
