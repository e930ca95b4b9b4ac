"""The demo as a newcomer plays it: the story's people in the playground's page, its customer on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.house import House, open_house

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
X200 = "ZkJ07blCX3UALIpFw1ZiNw"
CHEN, ZHOU, HE = "wecom:chenjing", "dingtalk:1001", "dingtalk:1021"


async def test_from_one_sentence_to_the_signature(browser, phone, tmp_path):
    async with open_house(f"sqlite:///{tmp_path}/demo.db", tmp_path, mix="mixed") as house:
        wrong: list[str] = []
        context = await browser.new_context(**DESK)
        desk = await context.new_page()
        desk.on("pageerror", lambda error: wrong.append(str(error)))
        desk.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        await desk.goto(house.page)
        await sells(desk, house)
        await repairs(desk, await phone.new_page(), f"{house.base}/r/{X200}")
        await context.close()
        assert wrong == []


async def sells(desk: Page, house: House) -> None:
    """Steps 1–4: one sentence, its card, a quote with a discount, and 周敏's decision on the other platform."""
    await desk.locator(".hint").first.click()
    await at(desk, CHEN).get_by_role("button", name="发送").click()
    inquiry = card(desk, CHEN, "已记录询价 XJ-2511-0001")
    await expect(inquiry).to_contain_text("苏州恒力机械有限公司")
    await expect(inquiry).to_contain_text("X200 立式加工中心 × 2台")
    await expect(inquiry).to_contain_text("11月26日（周三）前报价")

    await inquiry.get_by_role("button", name="报价", exact=True).click()
    quote = card(desk, CHEN, "报价单 Q-2511-0001 V1")
    await quote.get_by_role("combobox").select_option("9.5折")
    await quote.get_by_role("button", name="改折扣").click()
    quote = card(desk, CHEN, "报价单 Q-2511-0001 V2")
    await expect(quote).to_contain_text("¥300,200.00")
    await quote.get_by_role("button", name="提交审批").click()

    approval = card(desk, ZHOU, "陈静的报价等您审批")
    await expect(approval.locator(".headline")).to_have_text("¥300,200.00")
    await expect(approval).to_contain_text("规则：常规报价")
    await expect(approval.get_by_role("link", name="查看详情")).to_have_attribute("href", re.compile("/m/approvals/1$"))
    as_it_was = await house.sees("周敏", lambda shown: "等您审批" in shown.words)
    await approval.get_by_role("button", name="同意").click()
    await expect(card(desk, ZHOU, "陈静的报价审批").locator(".outcome")).to_contain_text("周敏 已同意")
    await expect(quote.locator(".status")).to_contain_text("已同意")
    await expect(quote).to_contain_text("周敏 已同意")
    await expect(quote.get_by_role("button", name="发给客户")).to_be_visible()
    await house.presses("周敏", as_it_was, "同意")
    await expect(at(desk, ZHOU).locator(".theirs .bubble").last).to_contain_text(
        re.compile("已由周敏于 14:3[0-2] 同意。")
    )


async def repairs(desk: Page, customer: Page, address: str) -> None:
    """Step 5: the customer's report, two engineers asked, one visit, parts and the signature."""
    await says(desk, HE, "到了")
    await expect(at(desk, HE).locator(".theirs .bubble").last).to_contain_text("您手上没有在办的工单。")
    await customer.goto(address)
    await customer.get_by_label("停机").check()
    await customer.get_by_label("哪里不对").fill("主轴异响，屏幕显示 E07")
    await customer.get_by_label("联系电话").fill("138 1234 5678")
    await customer.get_by_label("同意将以上内容").check()
    await customer.get_by_role("button", name="提交报修").click()
    await customer.get_by_role("link", name="查看进度").click()

    await desk.get_by_role("button", name="林涛，工程师，企业微信").click()
    offer, other = (card(desk, door, "苏州恒力 X200 报修") for door in (HE, "wecom:lintao"))
    await expect(other.get_by_role("button", name="接单")).to_be_visible()
    await offer.get_by_role("button", name="接单").click()
    await expect(other.locator(".deed.grey")).to_have_text("已由何平接单")
    await says(desk, HE, "到了")
    await expect(offer.locator(".status")).to_have_text("已上门")
    await says(desk, HE, "换了2个6205轴承，修好了")
    await expect(card(desk, HE, "苏州恒力 X200 报修").last).to_contain_text("6205轴承 ×2")

    await customer.reload()
    await customer.locator("label[for=star5]").click()
    await signs(customer)
    await customer.get_by_role("button", name="确认签收").click()
    await expect(customer.get_by_role("heading", name="已完成，谢谢您")).to_be_visible()
    await expect(card(desk, HE, "苏州恒力 X200 报修").last.locator(".outcome")).to_have_text("客户已签收 · 5 分")
    await expect(at(desk, "wecom:lintao").locator(".message")).to_have_count(1)


def at(desk: Page, door: str) -> Locator:
    return desk.locator(f".phone[data-door='{door}']")


def card(desk: Page, door: str, title: str) -> Locator:
    return at(desk, door).get_by_role("region", name=title, exact=True)


async def says(desk: Page, door: str, words: str) -> None:
    box = at(desk, door).get_by_role("textbox", name="消息")
    await box.fill(words)
    await box.press("Enter")


async def signs(customer: Page) -> None:
    pad = customer.locator("#pad")
    await pad.scroll_into_view_if_needed()
    box = await pad.bounding_box()
    assert box is not None
    await customer.mouse.move(box["x"] + 70, box["y"] + 60)
    await customer.mouse.down()
    for x, y in ((120, 120), (170, 50), (200, 130), (260, 70)):
        await customer.mouse.move(box["x"] + x, box["y"] + y, steps=4)
    await customer.mouse.up()
