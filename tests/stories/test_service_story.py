"""From the QR code on a machine to the customer's signature, on every mix of platforms."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import aiohttp
import pytest
from PIL import Image, ImageDraw

from playground.phone import Shown
from tests.support.house import MIXES, House, open_house

SLUG = "ZkJ07blCX3UALIpFw1ZiNw"
FAULT = "主轴异响，一开就响，停机了"


@pytest.mark.parametrize("mix", MIXES)
async def test_from_the_code_to_the_signature(mix: str, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house, aiohttp.ClientSession() as browser:
        number, link = await reports(house, browser)
        offered = {name: await house.sees(name, offers(number)) for name in ("何平", "林涛")}
        await house.sees("陈静", lambda shown: "恒力" in shown.words and "报修" in shown.words)

        await house.presses("何平", offered["何平"], "接单")
        await house.sees("何平", lambda shown: shown.id == offered["何平"].id and "接单" not in active(shown))
        await house.presses("林涛", offered["林涛"], "接单")
        await house.sees("林涛", lambda shown: "何平" in everything(shown))
        page = await (await browser.get(f"{house.base}{link}")).text()
        assert "何师傅" in page

        await house.says("何平", "到了")
        await house.sees("何平", lambda shown: "上门" in everything(shown))
        await house.says("何平", "换了2个6205轴承，修好了")
        await house.sees("何平", lambda shown: "6205" in shown.words and "扣库存" in shown.words)

        await signs(house, browser, link)
        await house.sees("何平", lambda shown: "确认" in everything(shown) or "签收" in shown.words)
        await house.sees("陈静", lambda shown: "修好" in shown.words)
        closed = await (await browser.get(f"{house.base}{link}")).text()
        assert "已完成" in closed
        await house.settle()
        for played in (house.playground.dingtalk,):
            assert played is None or played.violations == []


async def reports(house: House, browser: aiohttp.ClientSession) -> tuple[str, str]:
    """Fill the page in as a phone without script would; return the ticket's number and the progress link."""
    shown = await (await browser.get(f"{house.base}/r/{SLUG}")).text()
    assert "X200" in shown and "0317" in shown
    assert "恒力" not in shown and "X200-2024-0317" not in shown
    form = aiohttp.FormData()
    form.add_field("words", FAULT)
    form.add_field("urgent", "1")
    form.add_field("phone", "13812345678")
    form.add_field("consent", "1")
    form.add_field("nonce", re.search(r'name="nonce" value="([^"]+)"', shown)[1])
    form.add_field("photos", photo(), filename="a.jpg", content_type="image/jpeg")
    sent = await (await browser.post(f"{house.base}/r/{SLUG}", data=form)).text()
    number, link = re.search(r"BX-\d{4}-\d{4}", sent), re.search(r'href="(/t/[^"]+)"', sent)
    assert number and link, sent
    return number[0], link[1]


async def signs(house: House, browser: aiohttp.ClientSession, link: str) -> None:
    page = await (await browser.get(f"{house.base}{link}")).text()
    form = {
        "nonce": re.search(r'name="nonce" value="([^"]+)"', page)[1],
        "rating": "5",
        "words": "来得快",
        "signer": "王工",
        "signature": "data:image/png;base64," + base64.b64encode(signature()).decode(),
    }
    answer = await browser.post(f"{house.base}{link}", data=form)
    assert answer.status == 200, await answer.text()


def offers(number: str):
    del number
    return lambda shown: "接单" in active(shown)


def active(shown: Shown) -> list[str]:
    return [button.text for button in shown.buttons if button.enabled]


def everything(shown: Shown) -> str:
    return "\n".join([shown.words, shown.toast, *(button.text for button in shown.buttons)])


def photo() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (320, 240), "grey").save(picture, "JPEG")
    return picture.getvalue()


def signature() -> bytes:
    picture = Image.new("RGBA", (300, 120), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(20, 90), (80, 20), (140, 100), (260, 30)], fill="black", width=4)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
