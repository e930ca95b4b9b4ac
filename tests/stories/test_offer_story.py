"""From the approved quotation to the customer's yes: the rep passes a link on, the customer asks, signs, all hear."""

from __future__ import annotations

import re
from pathlib import Path

import aiohttp
import pytest

from tests.support.house import House, open_house

SENTENCE = "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右，下周三前给报价"


async def approve(house: House) -> None:
    await house.says("陈静", SENTENCE)
    inquiry = await house.sees("陈静", lambda shown: "报价" in [button.text for button in shown.buttons])
    await house.presses("陈静", inquiry, "报价")
    draft = await house.sees("陈静", lambda shown: "提交审批" in [button.text for button in shown.buttons])
    await house.presses("陈静", draft, "提交审批")
    waiting = await house.sees("周敏", lambda shown: "同意" in [button.text for button in shown.buttons])
    await house.presses("周敏", waiting, "同意")


def hidden(page: str, deed: str) -> dict[str, str]:
    form = page[page.index(f'name="deed" value="{deed}"') :]
    return {
        "deed": deed,
        **dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.partition("</form>")[0])),
    }


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-http"])
async def test_the_customer_asks_and_signs(mix: str, tmp_path: Path) -> None:
    async with (
        open_house(f"sqlite:///{tmp_path}/bot.db", tmp_path, mix=mix) as house,
        aiohttp.ClientSession() as customer,
    ):
        await approve(house)
        agreed = await house.sees("陈静", lambda shown: "发给客户" in [button.text for button in shown.buttons])
        await house.presses("陈静", agreed, "发给客户")
        letter = await house.sees("陈静", lambda shown: "/q/" in shown.words)
        await house.sees("陈静", lambda shown: shown.kind == "file" and bool(shown.media_id))
        address = re.search(r"http\S+/q/[\w-]+", letter.words)
        assert address is not None
        path = house.base + re.sub(r"^http://[^/]+", "", address[0])

        async with customer.get(path) as answer:
            page = await answer.text()
        assert "¥316,000.00" in page
        assert "毛利" not in page
        await house.sees("陈静", lambda shown: "打开了报价 Q-2511-0001 V1" in shown.words)
        async with customer.post(path, data={**hidden(page, "ask"), "words": "含安装吗？"}) as answer:
            assert answer.status == 200
        await house.sees("陈静", lambda shown: "“含安装吗？”" in shown.words)
        await house.says("陈静", "答复 含安装和调试")
        await house.sees("陈静", lambda shown: "已答复" in shown.words)
        async with customer.get(path) as answer:
            page = await answer.text()
        assert "含安装和调试" in page

        async with customer.post(path, data={**hidden(page, "accept"), "signer": "王建国"}) as answer:
            assert "您已接受这份报价" in await answer.text()
        for name in ("陈静", "周敏"):
            await house.sees(name, lambda shown: "接受了报价 Q-2511-0001 V1" in shown.words and "王建国" in shown.words)
        await house.sees("陈静", lambda shown: "客户已接受" in shown.words or "客户已接受" in str(shown.raw))
