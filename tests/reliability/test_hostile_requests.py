"""Forged, broken, oversized and half-sent requests against the running house: refused alike, and nothing kept."""

from __future__ import annotations

import asyncio
import gzip
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from playground.wecom.crypto import Crypto
from storage.tables import inbox
from tests.reliability.aftermath import arrivals, books_are_right, catch_up, effects, heard
from tests.reliability.processes import serving
from tests.support.house import AES_KEY, House, open_house

SLUG = "ZkJ07blCX3UALIpFw1ZiNw"
MALICE = "苏州\x00恒力\u202e机械\u200b王总\ud800，\x07想要两台X200，１３８１２３４５６７８"
OLD_KEY = AES_KEY
NEW_TOKEN, NEW_KEY = "rotatedToken", "N" * 42 + "A"


def message(house: House, words: str, *, number: int) -> bytes:
    """Return a text message as WeCom writes it inside, before it is sealed."""
    at = int(house.playground.clock.now())
    return (
        "<xml><ToUserName><![CDATA[ww1234567890abcdef]]></ToUserName><FromUserName><![CDATA[chenjing]]></FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{words}]]></Content>"
        f"<MsgId>{number}</MsgId><AgentID>1000002</AgentID></xml>"
    ).encode("utf-8", "surrogatepass")


async def test_a_forged_callback_leaves_nothing_behind(sqlite_url: str, tmp_path: Path) -> None:
    """R-01, R-05: three hundred callbacks with one thing wrong each get one and the same answer."""
    chance = random.Random(20261122)
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        platform = house.playground.wecom
        answers: set[tuple[int, str]] = set()
        for number in range(300):
            sealed = platform.seal(message(house, "帮助", number=number))
            query, body = dict(sealed.query), bytearray(sealed.body)
            match number % 5:
                case 0:
                    begin = body.index(b"<Encrypt>") + 20
                    body[chance.randrange(begin, begin + 100)] ^= 1 << chance.randrange(3)
                case 1:
                    query["msg_signature"] = query["msg_signature"][::-1]
                case 2:
                    query["timestamp"] = str(int(query["timestamp"]) + 1)
                case 3:
                    del query[chance.choice(list(query))]
                case 4:
                    sealed = platform.seal(message(house, "帮助", number=number), receiveid="ww0000000000000000")
                    query, body = dict(sealed.query), bytearray(sealed.body)
            attempt = await platform.deliver_raw(body=bytes(body), query=query)
            answers.add((attempt.status, attempt.body))
        assert answers == {(403, "refused")}
        assert await arrivals(house) == 0
        assert platform.messages.sent == []


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10), auto_decompress=False) as http:
        yield http


async def chunks(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // 65536):
        yield b"\0" * 65536


async def test_no_route_takes_a_body_that_is_too_much(
    sqlite_url: str, tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    """R-103: a gigantic, an endless and an inflating body, a wrong encoding and a wrong length at every route."""
    async with open_house(sqlite_url, tmp_path, mix="dingtalk-http") as house:
        bomb = gzip.compress(b"\0" * (8 << 20))
        routes = {
            (route.method, route.resource.canonical)
            for route in house.app.router.routes()
            if route.resource is not None and route.method not in ("HEAD", "*")
        }
        assert ("POST", "/dingtalk/robot") in routes
        answered: dict[tuple[str, str, str], int] = {}
        for method, canonical in sorted(routes):
            path = re.sub(r"\{[^}]+\}", SLUG, canonical)
            shapes = {
                "huge": {"data": b"\0" * (1 << 20)},
                "chunked": {"data": chunks(1 << 20)},
                "bomb": {"data": bomb, "headers": {"Content-Encoding": "gzip", "Content-Type": "application/json"}},
                "no gzip": {"data": b"nothing", "headers": {"Content-Encoding": "gzip"}},
            }
            for name, shape in shapes.items():
                try:
                    async with browser.request(method, house.base + path, allow_redirects=False, **shape) as answer:
                        answered[method, path, name] = answer.status
                except aiohttp.ClientError:
                    answered[method, path, name] = 400  # cut off in the middle of what nobody reads
        # /readyz says 503 by itself: the scheduler of a house a second old has not come round yet.
        assert {case: s for case, s in answered.items() if s >= 500 and case[1] != "/readyz"} == {}
        taken = {case: status for case, status in answered.items() if case[0] == "POST" and status < 400}
        assert {case: status for case, status in taken.items() if status not in (302, 303)} == {}
        assert await arrivals(house) == 0
        async with browser.get(f"{house.base}/healthz") as answer:
            assert answer.status == 200


async def test_text_that_no_keyboard_types(database_url: str, tmp_path: Path, browser: aiohttp.ClientSession) -> None:
    """R-104, R-105: NUL, a lone surrogate, direction marks and controls by both chats and the page, on both databases."""
    async with open_house(database_url, tmp_path, mix="mixed") as house:
        sealed = house.playground.wecom.seal(message(house, MALICE, number=77))
        assert (await house.playground.wecom.deliver_raw(body=sealed.body, query=sealed.query)).status == 200
        await house.says("何雨", MALICE)
        page = await (await browser.get(f"{house.base}/r/{SLUG}")).text()
        found = re.search(r'name="nonce" value="([^"]+)"', page)
        assert found, page
        form = {"words": MALICE, "phone": "13812345678", "consent": "1", "nonce": found[1]}
        raw = "&".join(f"{name}={_percent(value)}" for name, value in form.items())
        async with browser.post(
            f"{house.base}/r/{SLUG}", data=raw, headers={"Content-Type": "application/x-www-form-urlencoded"}
        ) as answer:
            assert answer.status < 500, await answer.text()
        await catch_up(house)
        assert len(await effects(house)) >= 2
        kept = await house.engine.database.read(lambda session: list(session.scalars(select(inbox.c.body))))
        for body in kept:
            text = str(body)
            assert not set("\x00\x07\ud800") & set(text)
        for rep in ("陈静", "何雨"):
            words = "\n".join(heard(house, rep))
            assert words
            assert not set("\x00\x07\ud800\u202e") & set(words)
        await books_are_right(house)


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


async def test_callbacks_are_read_through_a_rotation(sqlite_url: str, tmp_path: Path) -> None:
    """R-08: token and key were changed on our side first; both what is signed with the old and the new is taken."""
    rotated = {
        "wecom__token": NEW_TOKEN,
        "wecom__encoding_aes_key": NEW_KEY,
        "wecom__previous_token": "playgroundToken",
        "wecom__previous_encoding_aes_key": OLD_KEY,
    }
    async with open_house(sqlite_url, tmp_path, mix="wecom", **rotated) as house:
        platform = house.playground.wecom
        old, new = platform.callbacks.crypto, Crypto(NEW_TOKEN, NEW_KEY, "ww1234567890abcdef")
        for crypto in (old, new, old, new):
            platform.callbacks.crypto = crypto
            assert (await platform.verify()).ok
            await house.says("陈静", "帮助")
        platform.callbacks.crypto = Crypto("someToken", "S" * 42 + "A", "ww1234567890abcdef")
        phones, user = house.phones("陈静")
        assert [attempt.status for attempt in (await phones.say(user, "帮助")).attempts] == [403]
        await house.settle()
        assert len(heard(house, "陈静")) == 4
        await books_are_right(house)


@pytest.mark.postgres
async def test_half_sent_requests_do_not_keep_the_door_shut(
    postgres_url: str, tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    """R-76: as many silent connections as are let in, and a callback still gets through; then they are cut."""
    async with open_house(postgres_url, tmp_path, mix="wecom") as house:
        await house.engine.stop()
        limits = {"server__header_timeout": "1s", "server__max_connections": "40"}
        async with serving(house, tmp_path, **limits) as process:
            host, port = process.base.removeprefix("http://").split(":")
            silent = [await asyncio.open_connection(host, int(port)) for _ in range(40)]
            for _, writer in silent:
                writer.write(b"POST /wecom/callback HTTP/1.1\r\nHost: x\r\nContent-Le")
            async with browser.get(f"{process.base}/healthz") as answer:
                assert answer.status == 200
            async with asyncio.timeout(10):
                for reader, writer in silent:
                    assert await _rest(reader) == b""
                    writer.close()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
