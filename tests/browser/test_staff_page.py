"""A manager with a phone: opens the link of a card, logs in through DingTalk, rejects with a reason, looks again."""

from __future__ import annotations

import pytest

from tests.support.house import open_house
from tests.support.staff import look, submitted_quote

pytestmark = pytest.mark.browser


async def test_a_manager_decides_on_the_phone(tmp_path, phone):
    async with open_house(f"sqlite:///{tmp_path}/bot.db", tmp_path, mix="mixed") as house:
        _, approval = await submitted_quote(house, reason="老客户，年底前要交货 <script>alert(1)</script>")
        tab = await phone.new_page()
        await tab.goto(f"{house.base}/m/approvals/{approval}")
        await tab.screenshot(path=tmp_path / "login.png", full_page=True)
        await tab.get_by_role("link", name="用钉钉登录").click()
        await tab.get_by_role("link", name="周敏").click()

        assert await tab.evaluate("location.pathname") == f"/m/approvals/{approval}"
        assert "等您审批" in await tab.locator("h1").inner_text()
        assert "<script>alert(1)</script>" in await tab.locator("blockquote").inner_text()
        assert await tab.evaluate("document.documentElement.scrollWidth") == 390
        sizes = [
            await each.bounding_box() for each in await tab.locator(".deeds button, select, nav a, .who button").all()
        ]
        assert min(box["height"] for box in sizes) >= 44
        await tab.screenshot(path=tmp_path / "approval.png", full_page=True)

        await tab.get_by_role("button", name="驳回").click()
        assert "said bad" in await tab.get_by_role("status").get_attribute("class")
        await tab.get_by_label("驳回原因").select_option(label="毛利不足")
        await tab.get_by_role("button", name="驳回").click()
        assert await tab.get_by_role("status").inner_text() == "已处理。"
        assert await tab.locator(".deeds").count() == 0
        await tab.screenshot(path=tmp_path / "rejected.png", full_page=True)
        view = await look(house, "陈静", lambda queries, viewer: queries.approvals.card(approval, viewer))
        assert (view.state, view.comment) == ("rejected", "毛利不足")

        await submitted_quote(house)
        await tab.get_by_role("link", name="我的待办").click()
        assert await tab.locator("h2").all_inner_texts() == ["等我审批 1"]
        await tab.screenshot(path=tmp_path / "home.png", full_page=True)
        await tab.get_by_role("button", name="退出").click()
        assert await tab.locator("h1").inner_text() == "已退出"
        await tab.goto(f"{house.base}/m/approvals/{approval}")
        assert await tab.locator("h1").inner_text() == "登录跟单"
