"""A quotation on two phones: the rep configures it and watches the price, the customer asks, signs, and cannot twice."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from domain.approvals.deciding import ApproveStep
from domain.files.commands import AttachFiles, Sent
from domain.quotes.drafting import DraftQuote, ReviseQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.offer import OfferState, QuoteOffer
from domain.quotes.offering import OfferQuote
from domain.quotes.returning import AcceptWarnings
from domain.quotes.submitting import SubmitQuote
from storage.files import Files
from tests.support.house import open_house
from tests.support.staff import act, look

pytestmark = pytest.mark.browser


async def test_from_the_configurator_to_the_signature(tmp_path, phone):
    async with open_house(f"sqlite:///{tmp_path}/bot.db", tmp_path, mix="mixed") as house:
        quote_id = await act(
            house, "陈静", DraftQuote(items=(QuoteItem(product="V850", quantity=1),), company="苏州恒力机械有限公司")
        )
        tab = await phone.new_page()
        await tab.goto(f"{house.base}/m/quotes/{quote_id}")
        await tab.get_by_role("link", name="用企业微信登录").click()
        await tab.get_by_role("link", name="陈静").click()
        form = tab.locator(".configure").first
        assert "整单合计\n¥246,000.00" in await form.locator(".came").inner_text()
        barred = form.locator("option", has_text="15000转（15000 转电主轴要配三菱或发那科系统）")
        assert await barred.is_disabled()
        await form.locator("select[name='op:系统']").select_option("发那科0i")
        await form.get_by_label("数量").fill("2")
        await tab.get_by_text("+¥322,000.00").wait_for()
        assert await form.locator("option", has_text="15000转").is_enabled()
        assert await tab.evaluate("document.documentElement.scrollWidth") == 390
        await tab.screenshot(path=tmp_path / "configure.png", full_page=True)
        await form.get_by_role("button", name="保存这一行").click()
        assert await tab.get_by_role("status").inner_text() == "已处理。"
        assert "¥568,000.00" in await tab.locator(".headline").inner_text()

        await tab.get_by_label("产品").select_option("X200")
        await tab.get_by_role("button", name="选好，配一下").click()
        await tab.get_by_role("button", name="加到报价").click()
        assert "¥726,000.00" in await tab.locator(".headline").inner_text()
        second = tab.locator(".configure").nth(1)
        await second.get_by_role("button", name="去掉这一行").click()
        assert "¥568,000.00" in await tab.locator(".headline").inner_text()
        assert await tab.get_by_role("button", name="去掉这一行").count() == 0
        await tab.goto(f"{house.base}/m/quotes/{quote_id}?add=X200")
        await tab.get_by_role("button", name="加到报价").click()
        assert "¥726,000.00" in await tab.locator(".headline").inner_text()
        await tab.screenshot(path=tmp_path / "configured.png", full_page=True)

        picture = io.BytesIO()
        Image.new("RGB", (8, 8), "white").save(picture, "PNG")
        file_id = Files.open(f"file://{tmp_path}/files").put(picture.getvalue(), "image/png", "轴.png")
        sent = Sent(file_id=file_id, kind="image", name="轴.png", mime="image/png")
        kept = await act(house, "陈静", AttachFiles(files=(sent,), subject=f"quote:{quote_id}"))
        await act(house, "陈静", ReviseQuote(quote_id=quote_id, items=(QuoteItem(line=1, drawings=tuple(kept)),)))
        await tab.goto(f"{house.base}/m/quotes/{quote_id}")
        address = await tab.get_by_role("link", name="轴.png").get_attribute("href")
        assert address is not None
        drawing = await tab.request.get(f"{house.base}{address}" if address.startswith("/") else address)
        assert (await drawing.body(), drawing.headers["content-type"]) == (picture.getvalue(), "image/png")
        assert (await tab.request.get(f"{house.base}/m/quotes/{quote_id}/drawings/{kept[0] + 1}")).status == 404

        view = await look(house, "陈静", lambda queries, viewer: queries.quotes.card(quote_id, viewer))
        if view.waiting_warnings:
            await act(house, "陈静", AcceptWarnings(quote_id=quote_id))
        approval_id = await act(house, "陈静", SubmitQuote(quote_id=quote_id))
        while waiting := (
            await look(house, "陈静", lambda queries, viewer: queries.quotes.card(quote_id, viewer))
        ).waiting_for:
            await act(house, waiting[0], ApproveStep(approval_id=approval_id))
        token = await act(house, "陈静", OfferQuote(quote_id=quote_id))

        customer = await phone.new_page()
        await customer.goto(f"{house.base}/q/{token}")
        assert "恒力" in await customer.locator("h1").inner_text()
        assert await customer.evaluate("document.documentElement.scrollWidth") == 390
        await customer.get_by_role("button", name="接受，¥726,000.00").click()
        assert await customer.locator("#trouble").inner_text() == "请写上您的姓名"
        await customer.get_by_label("您的姓名").fill("俞海燕")
        await customer.get_by_role("button", name="接受，¥726,000.00").click()
        assert await customer.locator("#trouble").inner_text() == "请在签名框里签上名字"
        await customer.locator("#pad").scroll_into_view_if_needed()
        pad = await customer.locator("#pad").bounding_box()
        await customer.mouse.move(pad["x"] + 70, pad["y"] + 60)
        await customer.mouse.down()
        for x, y in ((120, 120), (170, 50), (200, 130), (260, 70)):
            await customer.mouse.move(pad["x"] + x, pad["y"] + y, steps=4)
        await customer.mouse.up()
        await customer.screenshot(path=tmp_path / "offered.png", full_page=True)
        await customer.get_by_role("button", name="接受，¥726,000.00").click()
        await customer.get_by_role("heading", name="您已接受这份报价").wait_for()
        assert await customer.locator("#accept").count() == 0
        await customer.screenshot(path=tmp_path / "accepted.png", full_page=True)

        offer = await house.engine.database.read(lambda session: session.scalars(select(QuoteOffer)).one())
        assert (offer.state, offer.signer, offer.views) == (OfferState.ACCEPTED, "俞海燕", 1)
        assert Image.open(io.BytesIO(house.engine.files.get(offer.signature))).format == "PNG"
