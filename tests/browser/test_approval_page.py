"""The page of an approval on a phone: the whole way, what happened, and a colleague to hand it to."""

from __future__ import annotations

import pytest

from tests.support.house import open_house
from tests.support.staff import look, submitted_quote

pytestmark = pytest.mark.browser


async def test_a_manager_hands_it_on_from_the_page(tmp_path, phone):
    async with open_house(f"sqlite:///{tmp_path}/bot.db", tmp_path, mix="mixed") as house:
        _, approval = await submitted_quote(house, reason="影响交付 <img src=x onerror=alert(1)>")
        tab = await phone.new_page()
        await tab.goto(f"{house.base}/m/approvals/{approval}")
        await tab.get_by_role("link", name="用钉钉登录").click()
        await tab.get_by_role("link", name="周敏").click()
        body = await tab.locator("main").inner_text()
        for said in ("影响交付", "直属上级", "周敏（进行中）", "陈静（企业微信）提交审批"):
            assert said in body
        assert await tab.locator("main img").count() == 0
        assert await tab.evaluate("document.documentElement.scrollWidth") == 390
        await tab.get_by_label("转交或加签给").select_option(label="罗成")
        await tab.screenshot(path=tmp_path / "whole.png", full_page=True)
        await tab.get_by_role("button", name="转交").click()
        assert await tab.get_by_role("status").inner_text() == "已处理。"
        assert await tab.locator(".deeds").count() == 0
        view = await look(house, "罗成", lambda queries, viewer: queries.approvals.card(approval, viewer))
        assert view.my_turn
