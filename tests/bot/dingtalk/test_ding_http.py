"""The three HTTP doors, spoken to over real sockets."""

from __future__ import annotations

import asyncio
import gzip
import json
import random

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.dingtalk.arrivals import Arrivals
from bot.dingtalk.crypto import EventCrypto, OneBody, card_sign, robot_sign
from bot.dingtalk.http import DingTalkHttp
from bot.dingtalk.ours import Ours
from handlers.envelope import Kind

SECRET = "app-secret"
AES_KEY = "1234567890123456789012345678901234567890123"


class Inbox:
    def __init__(self) -> None:
        self.kept = []
        self.broken = False
        self.answer = {"cardData": {"cardParamMap": {"status": "已同意"}}}
        self.never_answers = False

    async def keep(self, envelope):
        if self.broken:
            raise OSError("disk full")
        self.kept.append(envelope)

    async def answer_card(self, _envelope):
        if self.never_answers:
            await asyncio.Event().wait()
        return self.answer


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def crypto():
    return EventCrypto(token="123456", aes_key=AES_KEY, owner_key="dingapp")


@pytest.fixture
async def door(inbox, clock, crypto, quota):
    arrivals = Arrivals(
        ours=Ours(robot_code="dingrobot", corp_id="dingcorp"),
        keep=inbox.keep,
        answer_card=inbox.answer_card,
        clock=clock,
        quota=quota,
        answer_wait=0.05,
    )
    doors = DingTalkHttp(
        arrivals,
        clock=clock,
        robot=OneBody(robot_sign, SECRET, clock=clock),
        card=OneBody(card_sign, "card-secret", clock=clock),
        events=[crypto],
    )
    app = web.Application()
    app.add_routes(doors.routes())
    async with TestClient(TestServer(app)) as client:
        yield client


def signed(clock):
    return {"timestamp": clock.ms, "sign": robot_sign(clock.ms, SECRET)}


def card_signed(clock):
    return {
        "x-ddpaas-signature-timestamp": clock.ms,
        "x-ddpaas-signature": card_sign(clock.ms, "card-secret"),
    }


def sealed(crypto, clock, text, owner=None):
    sealer = owner or crypto
    body = sealer.encrypt(text, timestamp=clock.ms, nonce="nonce")
    return {"msg_signature": body["msg_signature"], "timestamp": clock.ms, "nonce": "nonce"}, {
        "encrypt": body["encrypt"]
    }


async def test_a_robot_message_is_kept_and_answered_empty(door, inbox, clock, robot_body, quota):
    answer = await door.post("/dingtalk/robot", json=robot_body(), headers=signed(clock))
    assert (answer.status, await answer.json()) == (200, {"msgtype": "empty"})
    assert [each.key for each in inbox.kept] == ["dingtalk:msgY=="]
    assert quota.snapshot()["push"] == 1


async def test_nothing_is_acknowledged_that_was_not_kept(door, inbox, clock, robot_body, crypto):
    inbox.broken = True
    assert (await door.post("/dingtalk/robot", json=robot_body(), headers=signed(clock))).status == 503
    query, body = sealed(crypto, clock, json.dumps({"EventType": "user_add_org", "CorpId": "dingcorp", "eventId": "e"}))
    assert (await door.post("/dingtalk/events", params=query, json=body)).status == 503


async def test_a_captured_header_with_100_bodies(door, inbox, clock, robot_body):
    """R-04."""
    headers = signed(clock)
    assert (await door.post("/dingtalk/robot", json=robot_body(), headers=headers)).status == 200
    for number in range(100):
        answer = await door.post("/dingtalk/robot", json=robot_body(msgId=f"forged-{number}"), headers=headers)
        assert (answer.status, await answer.read()) == (403, b"")
    assert len(inbox.kept) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"timestamp": "1795147200000"},
        {"sign": "x"},
        {"timestamp": "", "sign": ""},
        {"timestamp": "1795147200000", "sign": "x"},
        [("timestamp", "1795147200000"), ("timestamp", "1795147200000"), ("sign", robot_sign("1795147200000", SECRET))],
        {"timestamp": "1795147200000", "sign": "\udcff"},
    ],
)
async def test_robot_headers_that_are_refused(door, inbox, robot_body, headers):
    answer = await door.post("/dingtalk/robot", json=robot_body(), headers=headers)
    assert (answer.status, await answer.read(), inbox.kept) == (403, b"", [])


@pytest.mark.parametrize("changes", [{"robotCode": "dingother"}, {"chatbotCorpId": "dingother"}, {"msgId": None}])
async def test_foreign_or_nameless_messages(door, inbox, clock, robot_body, changes):
    """R-03."""
    answer = await door.post("/dingtalk/robot", json=robot_body(**changes), headers=signed(clock))
    assert (answer.status, await answer.read(), inbox.kept) == (403, b"", [])


@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"[]", b'{"a":1,"a":2}', b'{"a":NaN}', b"[" * 5000, b'{"a":' * 500 + b"1" + b"}" * 500, b"\xff"],
)
@pytest.mark.parametrize("path", ["/dingtalk/robot", "/dingtalk/card", "/dingtalk/events"])
async def test_hostile_json_at_every_door(door, inbox, clock, path, raw):
    """R-102: no 500."""
    query = {"msg_signature": "x", "timestamp": clock.ms, "nonce": "n"}
    headers = signed(clock) | card_signed(clock)
    answer = await door.post(path, data=raw, headers=headers, params=query)
    assert (answer.status, await answer.read(), inbox.kept) == (403, b"", [])


async def test_a_body_too_large_even_when_zipped(door, inbox, clock):
    """R-103."""
    bomb = gzip.compress(b" " * 50_000_000)
    for data, more in ((b" " * 300_000, {}), (bomb, {"Content-Encoding": "gzip"})):
        answer = await door.post("/dingtalk/robot", data=data, headers=signed(clock) | more)
        assert answer.status == 413
    broken = await door.post("/dingtalk/robot", data=b"no gzip", headers=signed(clock) | {"Content-Encoding": "gzip"})
    assert (broken.status, inbox.kept) == (400, [])


def press(**changes):
    content = json.dumps({"cardPrivateData": {"actionIds": ["1"], "params": {"a": "approve~x~1~~s"}}})
    body = {"type": "actionCallback", "outTrackId": "t1", "corpId": "dingcorp", "userId": "1001", "content": content}
    return {**body, **changes}


async def test_a_click_is_answered_with_the_redrawn_card(door, inbox, clock):
    answer = await door.post("/dingtalk/card", json=press(), headers=card_signed(clock))
    assert (answer.status, await answer.json()) == (200, inbox.answer)
    assert [each.kind for each in inbox.kept] == [Kind.CLICK]


async def test_a_slow_effect_is_answered_empty_and_kept(door, inbox, clock):
    inbox.never_answers = True
    answer = await door.post("/dingtalk/card", json=press(), headers=card_signed(clock))
    assert (answer.status, await answer.json(), len(inbox.kept)) == (200, {}, 1)


async def test_a_click_again_is_the_same_click(door, inbox, clock):
    for _ in range(2):
        await door.post("/dingtalk/card", json=press(), headers=card_signed(clock))
    clock.pass_by(1)
    await door.post("/dingtalk/card", json=press(), headers=card_signed(clock))
    first, again, second = (each.key for each in inbox.kept)
    assert first == again
    assert first != second


async def test_clicks_that_are_refused(door, inbox, clock):
    assert (await door.post("/dingtalk/card", json=press())).status == 403
    assert (await door.post("/dingtalk/card", json=press(corpId="x"), headers=card_signed(clock))).status == 403
    stale = card_signed(clock)
    clock.pass_by(600)
    assert (await door.post("/dingtalk/card", json=press(), headers=stale)).status == 403
    assert inbox.kept == []


@pytest.mark.parametrize("names", [("msg_signature", "timestamp"), ("signature", "timeStamp")])
async def test_an_event(door, inbox, clock, crypto, names):
    text = json.dumps({"EventType": "user_add_org", "CorpId": "dingcorp", "eventId": "e1", "UserId": ["7"]})
    query, body = sealed(crypto, clock, text)
    spelled = {names[0]: query["msg_signature"], names[1]: query["timestamp"], "nonce": query["nonce"]}
    answer = await door.post("/dingtalk/events", params=spelled, json=body)
    said = await answer.json()
    plain = crypto.decrypt(said["msg_signature"], said["timeStamp"], said["nonce"], said["encrypt"])
    assert (answer.status, plain) == (200, b"success")
    assert [(each.key, each.kind, each.account) for each in inbox.kept] == [("dingtalk:e1", Kind.JOINED, "7")]


async def test_check_url_is_answered_and_not_kept(door, inbox, clock, crypto):
    query, body = sealed(crypto, clock, '{"EventType":"check_url"}')
    said = await (await door.post("/dingtalk/events", params=query, json=body)).json()
    assert crypto.decrypt(said["msg_signature"], said["timeStamp"], said["nonce"], said["encrypt"]) == b"success"
    assert inbox.kept == []


async def test_foreign_owner_old_and_doubled(door, inbox, clock, crypto):
    """R-01, R-02, R-03."""
    foreign = EventCrypto(token="123456", aes_key=AES_KEY, owner_key="dingother")
    text = json.dumps({"EventType": "user_add_org", "CorpId": "dingcorp", "eventId": "e1"})
    query, body = sealed(crypto, clock, text, owner=foreign)
    assert (await door.post("/dingtalk/events", params=query, json=body)).status == 403
    query, body = sealed(crypto, clock, text.replace("dingcorp", "other"))
    assert (await door.post("/dingtalk/events", params=query, json=body)).status == 403
    query, body = sealed(crypto, clock, text)
    doubled = [*query.items(), ("nonce", query["nonce"])]
    assert (await door.post("/dingtalk/events", params=doubled, json=body)).status == 403
    clock.pass_by(360)
    assert (await door.post("/dingtalk/events", params=query, json=body)).status == 403
    assert inbox.kept == []


async def test_mutated_requests(door, inbox, clock, crypto):
    """R-01: 300 forgeries of one event over the wire, none kept, all one answer."""
    chance = random.Random(2)
    text = json.dumps({"EventType": "user_add_org", "CorpId": "dingcorp", "eventId": "e1"})
    query, body = sealed(crypto, clock, text)
    for number in range(300):
        parts = {**query, **body}
        name = sorted(parts)[number % 4]
        value = parts[name]
        place = chance.randrange(len(value))
        parts[name] = value[:place] + chance.choice("aZ0+/=中") + value[place + 1 :] if number % 3 else value[:place]
        if parts == {**query, **body}:
            continue
        encrypt = parts.pop("encrypt")
        answer = await door.post("/dingtalk/events", params=parts, json={"encrypt": encrypt})
        assert (answer.status, await answer.read()) == (403, b"")
    assert inbox.kept == []


async def test_an_unconfigured_door_is_shut(inbox, clock):
    arrivals = Arrivals(ours=Ours(robot_code="r"), keep=inbox.keep, answer_card=inbox.answer_card, clock=clock)
    app = web.Application()
    app.add_routes(DingTalkHttp(arrivals, clock=clock, robot=None, card=None, events=[]).routes())
    async with TestClient(TestServer(app)) as client:
        for path in ("robot", "card", "events"):
            assert (await client.post(f"/dingtalk/{path}", json={})).status == 403


async def test_registered_without_a_secret(inbox, clock):
    arrivals = Arrivals(ours=Ours(robot_code="r"), keep=inbox.keep, answer_card=inbox.answer_card, clock=clock)
    app = web.Application()
    doors = DingTalkHttp(arrivals, clock=clock, robot=None, card=None, events=[], unsigned_cards=True)
    app.add_routes(doors.routes())
    async with TestClient(TestServer(app)) as client:
        assert (await client.post("/dingtalk/card", json=press())).status == 200
    assert len(inbox.kept) == 1
