"""Somebody scans a stand's code and leaves what he wants; a seller has it at once, with its source and its deadline."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.web.inquire import channel_token
from tests.support.house import House, open_house

WANTED = {
    "requirement": "两台立式加工中心",
    "phone": "138 1234 5699",
    "contact": "李工",
    "company": "常州明扬精密有限公司",
}


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_a_code_at_the_stand_becomes_an_inquiry_with_a_deadline(mix: str, tmp_path: Path) -> None:
    async with (
        open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house,
        aiohttp.ClientSession() as browser,
    ):
        await house.says("陈静", "渠道二维码")
        links = await house.sees("陈静", lambda shown: "/i/expo" in shown.words)
        assert links.title == "渠道的询价页面" or "渠道的询价页面" in links.words
        code = await browser.get(f"{house.base}/i/expo/qr.svg")
        assert (code.status, code.content_type) == (200, "image/svg+xml")

        short = await leaves(house, browser, "expo", {**WANTED, "phone": "1381234569", "field.expo": "上海工博会"})
        assert "有 10 位" in short and 'value="上海工博会"' in short
        thanks = await leaves(house, browser, "expo", {**WANTED, "field.expo": "上海工博会"})
        assert "已收到" in thanks and "XJ-" not in thanks
        card = await house.sees("陈静", lambda shown: "明扬" in shown.words and bool(shown.buttons))
        rows = dict(card.rows)
        assert (rows["来源"], rows["展会名称"], rows["电话"]) == ("展会", "上海工博会", "13812345699")
        assert "首次联系还剩" in card.words

        await leaves(house, browser, "web", {**WANTED, "requirement": "再问一下交期"})
        await house.sees("陈静", lambda shown: "的客户又来询了：再问一下交期" in shown.words)

        await house.passes(timedelta(hours=26))
        red = await house.sees("周敏", lambda shown: {"催办", "我来跟"} <= {each.text for each in shown.buttons})
        await house.presses("周敏", red, "催办")
        await house.sees("陈静", lambda shown: "周敏催您" in shown.words)
        await house.recurs("gazetteer")
        await house.says("陈静", "给常州明扬精密的李工打了电话，下周三去拜访")
        await house.sees("陈静", lambda shown: "已记电话：常州明扬精密" in shown.words)
        await house.sees("周敏", lambda shown: shown.id == red.id and not any(each.enabled for each in shown.buttons))
        await house.settle()


async def test_a_program_sends_its_leads_the_same_road(tmp_path: Path) -> None:
    async with (
        open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix="wecom") as house,
        aiohttp.ClientSession() as program,
    ):
        token = channel_token(house.environ["GENDAN__SERVER__SECRET"].encode(), "web")
        lead = {**WANTED, "company": "常州同辉机电有限公司"}

        async def sends(code: str = "web", key: str = "lead-7", with_: str = token, **changed: str) -> tuple[int, dict]:
            headers = {"Authorization": f"Bearer {with_}", "Idempotency-Key": key}
            answer = await program.post(f"{house.base}/i/{code}", json={**lead, **changed}, headers=headers)
            return answer.status, await answer.json()

        assert (
            await sends(with_="f" * 64) == await sends(code="nowhere") == (401, {"error": "令牌不对，或没有这个渠道。"})
        )
        assert (await sends(code="expo"))[0] == 401
        assert (await sends(key=""))[0] == (await sends(requirement=" "))[0] == 422
        first, again = await sends(), await sends()
        assert first == again == (200, {"no": "XJ-2511-0001", "joined": False})
        await house.sees("陈静", lambda shown: "同辉" in shown.words and ("来源", "官网") in shown.rows)
        await house.settle()


async def leaves(house: House, browser: aiohttp.ClientSession, code: str, values: dict[str, str]) -> str:
    """Fill the page in as a phone without script would; return what it shows then."""
    page = await (await browser.get(f"{house.base}/i/{code}")).text()
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)
    assert nonce is not None
    form = {**values, "nonce": nonce[1], "consent": "1"}
    return await (await browser.post(f"{house.base}/i/{code}", data=form)).text()
