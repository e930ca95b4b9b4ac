"""The robot's callback address: the reference's vectors, hostile requests, and answers that are late, lost or doubled."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.wecom.aibot.callback import AibotCallback
from bot.wecom.aibot.media import open_media
from bot.wecom.aibot.reply import Reply
from bot.wecom.aibot.turns import Turns, stream_id_of
from bot.wecom.crypto import CallbackCrypto, CallbackKey
from cards.channel import Refused

KEY = CallbackKey(token="QDG6eK", aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
CRYPTO = CallbackCrypto([KEY], "")
MESSAGE = {
    "msgid": "m1",
    "aibotid": "bot",
    "chatid": "CHATID",
    "chattype": "group",
    "from": {"userid": "zhangsan"},
    "msgtype": "text",
    "text": {"content": "@助手 华鑫啥情况"},
}
HEARD = Reply(content="收到")


class Hearing:
    """The house behind the address: ``done`` says whose effect is over, ``update`` what a press is answered with."""

    def __init__(self):
        self.kept = []
        self.done = set()
        self.update = None
        self.broken = False

    async def keep(self, envelope):
        if self.broken:
            raise OSError("disk full")
        self.kept.append(envelope)

    async def carried_out(self, key):
        return key in self.done

    async def answer_card(self, envelope, wait):
        return self.update


class Address:
    """The callback behind a server, asked as the platform asks."""

    def __init__(self, client, hearing, turns, clock):
        self.client, self.hearing, self.turns, self.clock = client, hearing, turns, clock

    async def post(self, body, *, crypto=CRYPTO, nonce="1372623149", **query):
        plain = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        stamp = str(int(self.clock.now().timestamp()))
        sealed = crypto.seal(plain, timestamp=stamp, nonce=nonce)
        words = urlencode({"msg_signature": sealed.signature, "timestamp": stamp, "nonce": nonce, **query})
        return await self.raw(words, json.dumps({"encrypt": sealed.encrypted}).encode())

    async def raw(self, words, body):
        async with self.client.post(f"/wecom/aibot?{words}", data=body) as response:
            return response.status, await response.text()

    async def ask(self, body):
        """Return what the answer says, after checking its seal as the platform does."""
        status, text = await self.post(body)
        assert status == 200
        if not text:
            return None
        answer = json.loads(text)
        assert set(answer) == {"encrypt", "msgsignature", "timestamp", "nonce"}
        assert isinstance(answer["timestamp"], int)
        assert answer["nonce"] == "1372623149"
        CRYPTO.check(
            signature=answer["msgsignature"],
            timestamp=str(answer["timestamp"]),
            nonce=answer["nonce"],
            encrypted=answer["encrypt"],
        )
        return json.loads(CRYPTO.decrypt(answer["encrypt"]))


@asynccontextmanager
async def opened(clock, **changes):
    hearing, turns = Hearing(), Turns(life=360, clock=lambda: clock.now().timestamp(), patience=0.2)
    callback = AibotCallback(
        CRYPTO,
        hearing=hearing,
        turns=turns,
        now=clock.now,
        window=timedelta(minutes=5),
        **{"answer_wait": 0.05, "bot_id": "bot", **changes},
    )
    app = web.Application()
    app.router.add_get("/wecom/aibot", callback.verify)
    app.router.add_post("/wecom/aibot", callback.receive)
    async with TestClient(TestServer(app)) as client:
        yield Address(client, hearing, turns, clock)


def streamed(content, *, finish):
    return {"msgtype": "stream", "stream": {"id": stream_id_of("wecom:m1"), "finish": finish, "content": content}}


def more(stream_id=None):
    return {
        "msgid": "m2",
        "aibotid": "bot",
        "from": {"userid": "zhangsan"},
        "msgtype": "stream",
        "stream": {"id": stream_id or stream_id_of("wecom:m1")},
    }


def test_an_answer_is_sealed_as_in_the_references_vector():
    sealed = CRYPTO.seal(
        b'{"msgtype":"text","text":{"content":"hi"}}',
        timestamp="1409659813",
        nonce="1372623149",
        random=b"0123456789abcdef",
    )
    assert sealed.signature == "42cf74edaccba14c0661d71ba89be87065be290a"
    assert sealed.encrypted == (
        "sKqRbbiSUnDhFHOvPjtUMeJBV1LIPhBLiS/+bDapFbYVhHdUs/DnbaknhbqfAh2BTpK5aJX7/p7a/MUQd1b1sA=="
    )


async def test_the_address_is_verified_byte_for_byte(clock):
    async with opened(clock) as address:
        stamp = str(int(clock.now().timestamp()))
        sealed = CRYPTO.seal(b"1616140317555161061", timestamp=stamp, nonce="n")
        query = {"msg_signature": sealed.signature, "timestamp": stamp, "nonce": "n", "echostr": sealed.encrypted}
        async with address.client.get("/wecom/aibot", params=query) as response:
            assert (response.status, await response.read()) == (200, b"1616140317555161061")


async def test_words_that_are_ready_are_the_response(clock):
    async with opened(clock, answer_wait=5) as address:
        asking = asyncio.create_task(address.ask(MESSAGE))
        while not address.hearing.kept:
            await asyncio.sleep(0)
        assert await address.turns.give("wecom:m1", HEARD)
        assert await asking == streamed("收到", finish=True)


async def test_late_words_are_fetched_by_the_platform(clock):
    async with opened(clock) as address:
        assert await address.ask(MESSAGE) == streamed("正在处理…", finish=False)
        assert await address.ask(more()) == streamed("正在处理…", finish=False)
        giving = asyncio.create_task(address.turns.give("wecom:m1", HEARD))
        assert await address.ask(more()) == streamed("收到", finish=True)
        assert await giving


async def test_words_nobody_fetches_are_said_another_way(clock):
    async with opened(clock) as address:
        assert await address.ask(MESSAGE) == streamed("正在处理…", finish=False)
        assert not await address.turns.give("wecom:m1", HEARD)
        assert await address.ask(more()) == streamed("已处理。", finish=True)


async def test_a_second_sentence_is_said_another_way(clock):
    async with opened(clock, answer_wait=5) as address:
        asking = asyncio.create_task(address.ask(MESSAGE))
        while not address.hearing.kept:
            await asyncio.sleep(0)
        given = await asyncio.gather(*(address.turns.give("wecom:m1", Reply(content=each)) for each in "一二"))
        assert given == [True, False]
        assert await asking == streamed("一", finish=True)


async def test_a_card_is_the_response_or_follows_the_stream_that_was_begun(clock):
    card = Reply(card={"card_type": "text_notice", "task_id": "t"})
    async with opened(clock) as address:
        assert await address.ask(MESSAGE) == streamed("正在处理…", finish=False)
        giving = asyncio.create_task(address.turns.give("wecom:m1", card))
        assert await address.ask(more()) == {
            **streamed("请看下面的卡片。", finish=True),
            "msgtype": "stream_with_template_card",
            "template_card": {"card_type": "text_notice", "task_id": "t"},
        }
        assert await giving
    assert card.answer("s") == {
        "msgtype": "template_card",
        "template_card": {"card_type": "text_notice", "task_id": "t"},
    }


async def test_what_is_done_without_a_word_is_answered_empty(clock):
    async with opened(clock) as address:
        address.hearing.done.add("wecom:m1")
        assert await address.ask(MESSAGE) is None
        assert not await address.turns.give("wecom:m1", HEARD)


async def test_a_message_delivered_again_hears_the_same(clock):
    async with opened(clock, answer_wait=5) as address:
        asking = [asyncio.create_task(address.ask(MESSAGE)) for _ in range(2)]
        while len(address.hearing.kept) < 2:
            await asyncio.sleep(0)
        assert await address.turns.give("wecom:m1", HEARD)
        assert await asyncio.gather(*asking) == [streamed("收到", finish=True)] * 2
        assert await address.ask(MESSAGE) == streamed("收到", finish=True)


async def test_a_stream_nobody_remembers_ends(clock):
    async with opened(clock) as address:
        answer = await address.ask(more("gone"))
        assert answer == {"msgtype": "stream", "stream": {"id": "gone", "finish": True, "content": "已处理。"}}
        assert address.hearing.kept == []


async def test_a_turn_lives_as_long_as_the_platform_asks(clock):
    async with opened(clock) as address:
        await address.ask(MESSAGE)
        clock.move(timedelta(minutes=6, seconds=1))
        assert not await address.turns.give("wecom:m1", HEARD)


async def test_what_is_not_kept_is_not_acknowledged(clock):
    async with opened(clock) as address:
        address.hearing.broken = True
        assert (await address.post(MESSAGE))[0] == 503


async def test_a_press_is_answered_with_its_card_or_not_at_all(clock):
    press = {**MESSAGE, "msgtype": "event", "event": {"eventtype": "template_card_event", "task_id": "t"}}
    async with opened(clock) as address:
        assert await address.ask(press) is None
        address.hearing.update = {"response_type": "update_template_card", "template_card": {"task_id": "t"}}
        assert await address.ask({**press, "msgid": "m9"}) == address.hearing.update


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"encrypt":7}', b'{"encrypt":"x"}', b"<xml/>", b'{"encrypt":"a","encrypt":"b"}', b"\xff"]
)
async def test_a_hostile_body_is_refused(clock, body):
    async with opened(clock) as address:
        stamp = str(int(clock.now().timestamp()))
        words = urlencode({"msg_signature": "0" * 40, "timestamp": stamp, "nonce": "n"})
        assert await address.raw(words, body) == (403, "refused")
        assert address.hearing.kept == []


@pytest.mark.parametrize(
    ("plain", "crypto"),
    [
        (json.dumps({**MESSAGE, "aibotid": "another"}).encode(), CRYPTO),
        (json.dumps(MESSAGE).encode(), CallbackCrypto([KEY], "ww1234567890abcdef")),
        (json.dumps(MESSAGE).encode(), CallbackCrypto([CallbackKey(token="x", aes_key=KEY.aes_key)], "")),
        (b"[]", CRYPTO),
        (b"hello", CRYPTO),
    ],
)
async def test_a_signed_stranger_is_refused(clock, plain, crypto):
    async with opened(clock) as address:
        assert await address.post(plain, crypto=crypto) == (403, "refused")


async def test_an_old_request_is_refused(clock):
    async with opened(clock) as address:
        stamp = str(int(clock.now().timestamp()) - 400)
        sealed = CRYPTO.seal(json.dumps(MESSAGE).encode(), timestamp=stamp, nonce="n")
        words = urlencode({"msg_signature": sealed.signature, "timestamp": stamp, "nonce": "n"})
        assert (await address.raw(words, json.dumps({"encrypt": sealed.encrypted}).encode()))[0] == 403


def test_media_are_opened_with_their_key_and_refused_with_another():
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    from bot.wecom.crypto import aes_key_of

    key = aes_key_of(KEY.aes_key)
    plain = b"\x89PNG picture"
    pad = 32 - len(plain) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
    assert open_media(sealed, KEY.aes_key) == plain
    assert open_media(sealed, KEY.aes_key + "=") == plain
    for data, other in (
        (sealed, "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"),
        (sealed[:-1], KEY.aes_key),
        (b"", "x"),
    ):
        with pytest.raises(Refused):
            open_media(data, other)
