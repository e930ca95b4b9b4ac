"""The desk's side of service, typed and read on both platforms: nobody answers, a label is wrong, parts cost money."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.stories.test_on_site_story import balanced
from tests.stories.test_service_story import active, signs
from tests.support.house import House, open_house

X200 = "ZkJ07blCX3UALIpFw1ZiNw"


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_from_a_wrong_label_to_the_same_fault_again(mix: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bot.db"
    async with open_house(url, tmp_path, mix=mix) as house, aiohttp.ClientSession() as browser:
        await house.says("唐悦", "恒力的L320每季度保养一次")
        await house.sees("唐悦", lambda shown: "每 3 个月保养，下次 2026-02-20" in shown.text)

        link = await posts(house, browser, f"/r/{X200}", "码贴错了 铭牌是 L320-2022-0088 卡盘异响")
        await house.sees("唐悦", lambda shown: "记在 L320（末四位 0088）上" in shown.text)
        await house.sees("何平", lambda shown: "接单" in active(shown) and "L320-2022-0088" in shown.words)
        await house.passes(timedelta(minutes=16))
        await house.sees("邵勇", lambda shown: "何平、林涛没有答复，没有别的人选了，请指派" in shown.text)
        await house.says("唐悦", "恒力的报修到哪了")
        await house.sees("唐悦", lambda shown: "L320（WO-2511-0001）：派单，在问何平、林涛" in shown.text)
        await house.says("唐悦", "催一下何平")
        await house.sees("何平", lambda shown: shown.text.startswith("唐悦催您：苏州恒力的 L320"))
        await house.says("何平", "接了 四点到")
        await house.sees("何平", lambda shown: "预计 16:00 到" in shown.text)
        await house.says("何平", "堵车 晚半小时到")
        await house.sees("何平", lambda shown: "改为预计 16:30 到" in shown.text)
        assert "何师傅预计今天 16:30 到" in await read(house, browser, link)

        await house.says("何平", "到了")
        await house.sees("何平", lambda shown: "已记上门" in shown.text)
        await house.says("何平", "要1个丝杠")
        await house.sees("何平", lambda shown: "他同意后仓库才出库" in shown.text)
        assert "更换丝杠 ×1要另收" in await read(house, browser, link)
        await posts(house, browser, link, deed="price", agrees="1")
        asked = await house.sees("孙库", lambda shown: "客户已同意付费" in shown.words and "缺货" in active(shown))
        await house.presses("孙库", asked, "缺货")
        await house.sees("孙库", lambda shown: "丝杠 ×1 哪天到货" in shown.text)
        await house.says("孙库", "周五到")
        await house.sees("何平", lambda shown: "丝杠 ×1 缺货，预计 11月21日到" in shown.text)
        await house.says("孙库", "出库 丝杠")
        await house.sees("何平", lambda shown: "丝杠 ×1 已出库到您车上" in shown.text)
        await house.says("何平", "到了")
        await house.sees("何平", lambda shown: "修好后回复" in shown.words)
        await house.says("何平", "换了1个丝杠，修好了 干了俩小时")
        await house.sees("何平", lambda shown: "已过保，要收费 ¥3,200.00" in shown.text)
        assert "备件收费共 <b>¥3,200.00</b>，签收即同意付费" in await read(house, browser, link)
        await signs(house, browser, link)
        await house.sees("何平", lambda shown: "给您打了 5 分" in shown.text)

        await posts(house, browser, link, deed="again", words="又坏了 一样的毛病")
        await house.sees("唐悦", lambda shown: "重复故障：苏州恒力的 L320" in shown.text)
        again = await house.sees("林涛", lambda shown: "接单" in active(shown) and "重复故障" in shown.words)
        assert "机械类 · 华东" in again.words
        await house.says("邵勇", "本月服务报表")
        await house.sees("邵勇", lambda shown: "一次修好率 0%" in shown.words)
        await balanced(house)


async def read(house: House, browser: aiohttp.ClientSession, path: str) -> str:
    return await (await browser.get(f"{house.base}{path}")).text()


async def posts(house: House, browser: aiohttp.ClientSession, path: str, words: str = "", **fields: str) -> str:
    """Hand a form in as a phone without script would; return the progress link on what comes back."""
    nonce = re.search(r'name="nonce" value="([^"]+)"', await read(house, browser, path))
    assert nonce is not None
    first = {"urgent": "1", "phone": "13812345678", "consent": "1"} if path.startswith("/r/") else {}
    form = {"nonce": nonce[1], "words": words, **first, **fields}
    answer = await browser.post(f"{house.base}{path}", data=form)
    sent = await answer.text()
    assert answer.status == 200, sent
    link = re.search(r'href="(/t/[^"]+)"', sent)
    return link[1] if link else ""
