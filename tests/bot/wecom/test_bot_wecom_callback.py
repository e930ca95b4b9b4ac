"""The two doors of the callback address, with real requests against a real server."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import random
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from bot.wecom.callback import WeComCallback
from bot.wecom.crypto import CallbackCrypto, CallbackKey
from handlers.envelope import Kind

CORP, AGENT = "ww1234567890abcdef", 1000002
KEY = CallbackKey(token="canary-token", aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
CRYPTO = CallbackCrypto([KEY], CORP)


def inner(content="今天拜访", *, corp=CORP, agent=AGENT, msgid="1"):
    agent_id = f"<AgentID>{agent}</AgentID>" if agent is not None else ""
    return (
        f"<xml><ToUserName>{corp}</ToUserName><FromUserName>zhangsan</FromUserName><CreateTime>1767225600</CreateTime>"
        f"<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content><MsgId>{msgid}</MsgId>{agent_id}</xml>"
    ).encode()


def sealed(plain, timestamp, *, crypto=CRYPTO, outer_agent=AGENT, outer_corp=CORP):
    """Return the query and body of a correctly encrypted callback."""
    letter = crypto.seal(plain, timestamp=timestamp, nonce="263014780")
    query = {"msg_signature": letter.signature, "timestamp": timestamp, "nonce": "263014780"}
    body = (
        f"<xml><ToUserName><![CDATA[{outer_corp}]]></ToUserName>\n<AgentID><![CDATA[{outer_agent}]]></AgentID>\n"
        f"<Encrypt><![CDATA[{letter.encrypted}]]></Encrypt></xml>"
    )
    return query, body.encode()


class Door:
    """The callback behind a server; ``kept`` is what it kept."""

    def __init__(self, client, clock, kept):
        self.client, self.clock, self.kept = client, clock, kept

    @property
    def stamp(self):
        return str(int(self.clock.now().timestamp()))

    async def post(self, query, body, **kwargs):
        """Return status and body of the answer; ``query`` is a dict or the text of a query."""
        words = query if isinstance(query, str) else urlencode(query)
        async with self.client.post(f"/wecom/callback?{words}", data=body, **kwargs) as response:
            return response.status, await response.text()


async def open_door(clock, keep=None, *, window=timedelta(seconds=300)):
    kept = []

    async def remember(envelope):
        kept.append(envelope)

    callback = WeComCallback(CRYPTO, corp_id=CORP, agent_id=AGENT, keep=keep or remember, now=clock.now, window=window)
    app = web.Application()
    app.router.add_get("/wecom/callback", callback.verify)
    app.router.add_post("/wecom/callback", callback.receive)
    return Door(TestClient(TestServer(app)), clock, kept)


@pytest.fixture
async def door(clock):
    door = await open_door(clock)
    async with door.client:
        yield door


async def test_verification_answers_the_bare_echo(door):
    letter = CRYPTO.seal(b"1616140317555161061", timestamp=door.stamp, nonce="n")
    query = {"msg_signature": letter.signature, "timestamp": door.stamp, "nonce": "n", "echostr": letter.encrypted}
    async with door.client.get("/wecom/callback", params=query) as response:
        assert (response.status, await response.read()) == (200, b"1616140317555161061")


async def test_verification_refuses_a_foreign_signature(door):
    query = {"msg_signature": "0" * 40, "timestamp": door.stamp, "nonce": "n", "echostr": "AAAA"}
    async with door.client.get("/wecom/callback", params=query) as response:
        assert (response.status, await response.text()) == (403, "refused")


async def test_a_genuine_message_is_kept_then_acknowledged_empty(door):
    assert await door.post(*sealed(inner(), door.stamp)) == (200, "")
    (envelope,) = door.kept
    assert (envelope.key, envelope.account, envelope.kind, envelope.text) == (
        "wecom:1",
        "zhangsan",
        Kind.TEXT,
        "今天拜访",
    )


async def test_what_could_not_be_kept_is_not_acknowledged(clock):
    async def keep(envelope):
        raise OSError(f"disk full while writing {envelope.text}")

    door = await open_door(clock, keep)
    async with door.client:
        with capture_logs() as logs:
            assert await door.post(*sealed(inner("canary-note"), door.stamp)) == (503, "")
    assert "canary-note" not in str(logs)
    assert logs[0]["error"] == "OSError"


async def test_no_mutant_is_kept(door):
    """R-01: one bit changed anywhere in query or body, never a 2xx and never a 5xx."""
    query, body = sealed(inner(), door.stamp)
    chance = random.Random(2)
    answers = set()
    with capture_logs():
        for _ in range(1500):
            changed, altered = dict(query), bytearray(body)
            name = chance.choice([*query, "body", "body"])
            if name == "body":
                altered[chance.randrange(len(altered))] ^= 1 << chance.randrange(8)
            else:
                raw = bytearray(query[name].encode())
                raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
                changed[name] = raw.decode("latin-1")
            answers.add(await door.post(changed, bytes(altered)))
    assert answers == {(403, "refused")}
    assert door.kept == []


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
@pytest.mark.parametrize("how", ["missing", "empty", "doubled"])
async def test_parameters_come_exactly_once(door, name, how):
    """R-01."""
    query, body = sealed(inner(), door.stamp)
    words = {
        "missing": urlencode({key: value for key, value in query.items() if key != name}),
        "empty": urlencode(query | {name: ""}),
        "doubled": urlencode([*query.items(), (name, query[name])]),
    }[how]
    assert await door.post(words, body) == (403, "refused")
    assert door.kept == []


@pytest.mark.parametrize(
    ("minutes", "status"), [(0, 200), (4, 200), (-4, 200), (6, 403), (-6, 403), (10, 403), (24 * 60, 403)]
)
async def test_the_signed_time_must_be_near(door, minutes, status):
    """R-02."""
    letter = sealed(inner(), door.stamp)
    door.clock.move(timedelta(minutes=minutes))
    with capture_logs() as logs:
        assert (await door.post(*letter))[0] == status
    assert len(door.kept) == (status == 200)
    if status == 403:
        assert f"timestamp is {abs(minutes) * 60} s" in logs[0]["reason"]


async def test_the_window_can_be_switched_off(clock):
    """R-02: the platform does not promise that a retry is signed anew."""
    door = await open_door(clock, window=None)
    async with door.client:
        letter = sealed(inner(), door.stamp)
        clock.move(timedelta(days=3))
        assert (await door.post(*letter))[0] == 200


@pytest.mark.parametrize(
    "letter",
    [
        pytest.param({"plain": inner(corp="wwFOREIGN")}, id="other company inside"),
        pytest.param({"plain": inner(agent=1000003)}, id="other application inside"),
        pytest.param({"plain": inner(agent=None), "outer_agent": 1000003}, id="other application outside"),
        pytest.param({"plain": inner(), "outer_agent": 1000003}, id="applications that differ"),
        pytest.param({"plain": inner(), "outer_corp": "wwFOREIGN"}, id="other company outside"),
        pytest.param({"plain": inner(), "crypto": CallbackCrypto([KEY], "wwFOREIGN")}, id="other receive id"),
        pytest.param({"plain": inner(), "crypto": CallbackCrypto([KEY], "")}, id="no receive id"),
    ],
)
async def test_what_is_meant_for_others_is_refused(door, letter):
    """R-03: correctly signed and encrypted, but not ours."""
    assert await door.post(*sealed(letter.pop("plain"), door.stamp, **letter)) == (403, "refused")
    assert door.kept == []


async def test_events_without_an_application_are_ours(door):
    assert (await door.post(*sealed(inner(agent=None), door.stamp)))[0] == 200


async def test_every_refusal_looks_the_same(door):
    """R-05: same status, body and headers, whatever was wrong."""
    query, body = sealed(inner(), door.stamp)
    letters = [
        (query | {"msg_signature": "0" * 40}, body),
        sealed(inner(), "1"),
        sealed(inner(), "soon"),
        sealed(inner(), door.stamp, crypto=CallbackCrypto([KEY], "other")),
        sealed(b"not xml", door.stamp),
        sealed(b"<!DOCTYPE xml><xml><a>1</a></xml>", door.stamp),
        (query, b"not xml"),
        (query, b""),
        (query, b"x" * 300_000),
        (query, body.replace(b"<Encrypt>", b"<Encrypt>x</Encrypt><Encrypt>")),
        ({}, body),
    ]
    answers = []
    for words, raw in letters:
        async with door.client.post(f"/wecom/callback?{urlencode(words)}", data=raw) as response:
            headers = {name: response.headers[name] for name in ("Content-Type", "Content-Length")}
            answers.append((response.status, headers, await response.text()))
    assert answers == [answers[0]] * len(letters)
    assert answers[0][0] == 403
    assert door.kept == []


async def test_a_body_is_measured_after_inflation(door):
    """R-103."""
    query, _ = sealed(inner(), door.stamp)
    bomb = gzip.compress(b" " * 50_000_000)
    assert (await door.post(query, bomb, headers={"Content-Encoding": "gzip"}))[0] in {400, 403}
    assert (await door.post(query, b"no gzip", headers={"Content-Encoding": "gzip"}))[0] in {400, 403}
    assert door.kept == []


async def test_a_body_without_a_length_is_measured_too(door):
    """R-103."""

    async def endless():
        for _ in range(10_000):
            yield b" " * 65_536

    query, _ = sealed(inner(), door.stamp)
    try:
        status, _ = await door.post(query, endless())
    except ConnectionError:
        # The server answered and hung up while we were still talking.
        status = 403
    assert status == 403


async def test_two_doors_one_key_each_delivery(door):
    """R-10: the same message delivered twice has one key; making it one row is the inbox's part."""
    for _ in range(2):
        assert (await door.post(*sealed(inner(msgid="77"), door.stamp)))[0] == 200
    assert [envelope.key for envelope in door.kept] == ["wecom:77", "wecom:77"]


async def test_logs_hold_neither_keys_nor_contents(door):
    """R-88."""
    query, body = sealed(inner("canary-note"), door.stamp)
    with capture_logs() as logs:
        await door.post(query, body)
        await door.post(query | {"msg_signature": "0" * 40}, body)
        await door.post(*sealed(inner("canary-note", agent=5), door.stamp))
    assert len(logs) == 2
    assert not [word for word in ("canary", KEY.aes_key, query["msg_signature"]) if word in str(logs)]


async def test_keys_are_rotated_under_traffic(clock):
    """R-08: eight rotations with callbacks under way; ours is changed first, then the platform's."""
    kept = []

    async def keep(envelope):
        await asyncio.sleep(0)
        kept.append(envelope.key)

    def door_with(*keys):
        return WeComCallback(CallbackCrypto(keys, CORP), corp_id=CORP, agent_id=AGENT, keep=keep, now=clock.now)

    keys = [CallbackKey(token=f"token{n}", aes_key=f"{n}" * 42 + "A") for n in range(9)]
    ours, theirs = door_with(keys[0]), CallbackCrypto([keys[0]], CORP)
    numbers, answers = itertools.count(), []
    app = web.Application()

    async def receive(request):
        return await ours.receive(request)

    app.router.add_post("/wecom/callback", receive)
    async with TestClient(TestServer(app)) as client:
        door = Door(client, clock, kept)

        async def push():
            letter = sealed(inner(msgid=next(numbers)), door.stamp, crypto=theirs)
            answers.append((await door.post(*letter))[0])

        for old, new in itertools.pairwise(keys):
            async with asyncio.TaskGroup() as traffic:
                for _ in range(20):
                    traffic.create_task(push())
                await asyncio.sleep(0)
                ours = door_with(new, old)
                for _ in range(20):
                    traffic.create_task(push())
                await asyncio.sleep(0)
                theirs = CallbackCrypto([new], CORP)
                for _ in range(20):
                    traffic.create_task(push())
    assert answers == [200] * 480
    assert len(set(kept)) == 480
