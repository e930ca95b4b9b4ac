"""The stream against a gateway that keeps DingTalk's rules: single-use tickets, pings, disconnects, silence."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from bot.dingtalk.arrivals import Arrivals
from bot.dingtalk.frames import CARD, ROBOT
from bot.dingtalk.ours import Ours
from bot.dingtalk.stream import StreamClient, StreamSettings

WAIT = 5
TICKET = "t+/=&canary 票"


class Line:
    """One connection as the gateway sees it."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.acks: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.closed = asyncio.Event()

    async def push(self, kind, headers, data, **more):
        frame = {"specVersion": "1.0", "type": kind, "headers": headers, "data": json.dumps(data), **more}
        await self.socket.send_str(json.dumps(frame))

    async def robot(self, body, message_id="m1"):
        await self.push("CALLBACK", {"topic": ROBOT, "messageId": message_id, "contentType": "application/json"}, body)

    async def ack(self):
        ack = await asyncio.wait_for(self.acks.get(), WAIT)
        return ack["code"], ack["headers"]["messageId"], json.loads(ack["data"])


class Gateway:
    def __init__(self) -> None:
        self.opened: list[dict[str, Any]] = []
        self.accepts: list[str] = []
        self.knocks: asyncio.Queue[None] = asyncio.Queue()
        self.tickets: set[str] = set()
        self.lines: asyncio.Queue[Line] = asyncio.Queue()
        self.refusals: list[Any] = []
        self.base = ""

    async def open(self, request):
        self.opened.append(await request.json())
        self.accepts.append(request.headers["Accept"])
        self.knocks.put_nowait(None)
        if self.refusals:
            status, body = self.refusals.pop(0)
            return web.Response(status=status, text=body)
        ticket = f"{TICKET}-{len(self.opened)}"
        self.tickets.add(ticket)
        return web.json_response({"endpoint": self.base.replace("http", "ws") + "/connect", "ticket": ticket})

    async def connect(self, request):
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=401)
        self.tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        line = Line(socket)
        self.lines.put_nowait(line)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                line.acks.put_nowait(json.loads(message.data))
        line.closed.set()
        return socket

    async def line(self):
        return await asyncio.wait_for(self.lines.get(), WAIT)


class Inbox:
    def __init__(self) -> None:
        self.kept = []
        self.may_keep = asyncio.Event()
        self.may_keep.set()
        self.entered = asyncio.Event()
        self.broken = False
        self.answer: Any = None
        self.answers = asyncio.Event()
        self.answers.set()

    async def keep(self, envelope):
        self.entered.set()
        await self.may_keep.wait()
        if self.broken:
            raise OSError("disk full")
        self.kept.append(envelope)

    async def answer_card(self, _envelope):
        await self.answers.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Sleeps:
    """Pauses that pass at once, and are remembered."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
async def gateway():
    played = Gateway()
    app = web.Application()
    app.router.add_post("/v1.0/gateway/connections/open", played.open)
    app.router.add_get("/connect", played.connect)
    async with TestServer(app) as server:
        played.base = str(server.make_url("")).rstrip("/")
        yield played


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def sleeps():
    return Sleeps()


@pytest.fixture
def alerts():
    return []


@pytest.fixture
async def start(gateway, inbox, session, clock, sleeps, alerts):
    """Return a function that starts a client; all are closed at the end."""
    running = []

    def begin(**changes):
        settings = StreamSettings(
            **{"client_id": "dingapp", "client_secret": "s3cret-canary", "api_base": gateway.base, **changes}
        )
        arrivals = Arrivals(
            ours=Ours(robot_code="dingrobot", corp_id="dingcorp"),
            keep=inbox.keep,
            answer_card=inbox.answer_card,
            clock=clock,
            answer_wait=0.05,
        )
        client = StreamClient(
            settings, session=session, arrivals=arrivals, alert=alerts.append, sleep=sleeps, jitter=lambda: 0.5
        )
        running.append((client, asyncio.create_task(client.run())))
        return client

    yield begin
    for client, task in running:
        await asyncio.wait_for(client.close(), WAIT)
        await asyncio.wait_for(task, WAIT)


async def test_opening(gateway, start):
    start()
    await gateway.line()
    asked = gateway.opened[0]
    assert gateway.accepts == ["application/json"]
    assert (asked["clientId"], asked["clientSecret"]) == ("dingapp", "s3cret-canary")
    assert asked["subscriptions"] == [
        {"type": "EVENT", "topic": "*"},
        {"type": "CALLBACK", "topic": ROBOT},
        {"type": "CALLBACK", "topic": CARD},
    ]


async def test_acknowledged_only_after_it_is_kept(gateway, start, inbox, robot_body):
    """R-11: the acknowledgement waits for the inbox, not the other way round."""
    start()
    line = await gateway.line()
    inbox.may_keep.clear()
    await line.robot(robot_body())
    await asyncio.wait_for(inbox.entered.wait(), WAIT)
    # A ping behind it is answered first: the message has no acknowledgement yet.
    await line.push("SYSTEM", {"topic": "ping", "messageId": "p1"}, {"opaque": "123-dsfs"})
    assert await line.ack() == (200, "p1", {"opaque": "123-dsfs"})
    inbox.may_keep.set()
    assert await line.ack() == (200, "m1", {"response": None})
    assert [each.key for each in inbox.kept] == ["dingtalk:msgY=="]


async def test_not_kept_is_not_acknowledged(gateway, start, inbox, robot_body):
    start()
    line = await gateway.line()
    inbox.broken = True
    await line.robot(robot_body())
    assert await line.ack() == (500, "m1", {"response": None})
    headers = {"topic": "*", "messageId": "e", "eventType": "user_add_org", "eventId": "1", "eventCorpId": "dingcorp"}
    await line.push("EVENT", headers, {"userId": ["7"]})
    code, _, data = await line.ack()
    assert (code, data["status"]) == (500, "LATER")


async def test_redelivery_has_the_same_key(gateway, start, inbox, robot_body):
    """R-10: the same msgId under a new frame id."""
    start()
    line = await gateway.line()
    for message_id in ("m1", "m2"):
        await line.robot(robot_body(), message_id)
        assert await line.ack() == (200, message_id, {"response": None})
    assert {each.key for each in inbox.kept} == {"dingtalk:msgY=="}


@pytest.mark.parametrize("topic", ["*", "dingTalk"])
async def test_events_are_known_by_kind_not_topic(gateway, start, inbox, topic):
    start()
    line = await gateway.line()
    headers = {
        "topic": topic,
        "messageId": "e1",
        "eventType": "user_add_org",
        "eventId": "c7",
        "eventCorpId": "dingcorp",
    }
    await line.push("EVENT", headers, {"userId": ["7"]})
    assert await line.ack() == (200, "e1", {"status": "SUCCESS", "message": "success"})
    assert [each.key for each in inbox.kept] == ["dingtalk:c7"]


def pressed():
    content = json.dumps({"cardPrivateData": {"actionIds": ["approve"], "params": {"a": "approve~x~1~~s"}}})
    return {"outTrackId": "t1", "userId": "1001", "corpId": "dingcorp", "content": content, "value": content}


async def test_a_click_is_answered_in_its_acknowledgement(gateway, start, inbox):
    start()
    line = await gateway.line()
    inbox.answer = {
        "cardUpdateOptions": {"updateCardDataByKey": True},
        "cardData": {"cardParamMap": {"status": "已同意"}},
    }
    await line.push("CALLBACK", {"topic": CARD, "messageId": "c1"}, pressed())
    assert await line.ack() == (200, "c1", {"response": inbox.answer})


@pytest.mark.parametrize("trouble", ["none", "slow", "broken"])
async def test_a_click_without_an_answer_in_time(gateway, start, inbox, trouble):
    start()
    line = await gateway.line()
    if trouble == "slow":
        inbox.answers.clear()
    if trouble == "broken":
        inbox.answer = RuntimeError("our own mistake")
    await line.push("CALLBACK", {"topic": CARD, "messageId": "c1"}, pressed())
    assert await line.ack() == (200, "c1", {"response": {}})
    assert len(inbox.kept) == 1


async def test_unknown_foreign_and_unreadable(gateway, start, inbox, robot_body):
    start()
    line = await gateway.line()
    await line.push("CALLBACK", {"topic": "/v1.0/graph/api/invoke", "messageId": "u1"}, {})
    assert (await line.ack())[:2] == (404, "u1")
    await line.robot(robot_body(robotCode="dingother"), "u2")
    assert (await line.ack())[:2] == (400, "u2")
    for raw in ("", "[]", "{", '{"headers":1}', '{"headers":{},"data":"[]"}', "[" * 5000):
        await line.socket.send_str(raw)
    await line.socket.send_bytes(b"\xff\xfe")
    await line.push("SYSTEM", {"topic": "KEEPALIVE", "messageId": "k"}, {})
    await line.robot(robot_body(), "u3")
    assert await line.ack() == (200, "u3", {"response": None})
    assert len(inbox.kept) == 1


async def test_disconnect_opens_the_next_line_before_the_old_one_goes(gateway, start, robot_body):
    start()
    old = await gateway.line()
    await old.push("SYSTEM", {"topic": "disconnect"}, {"reason": "connection is expired"})
    new = await gateway.line()
    assert len(gateway.opened) == 2
    await asyncio.wait_for(old.closed.wait(), WAIT)
    await new.robot(robot_body())
    assert (await new.ack())[0] == 200


async def test_what_the_old_line_was_keeping_is_acknowledged_on_it(gateway, start, inbox, robot_body):
    start()
    old = await gateway.line()
    inbox.may_keep.clear()
    await old.robot(robot_body())
    await asyncio.wait_for(inbox.entered.wait(), WAIT)
    await old.push("SYSTEM", {"topic": "disconnect"}, {})
    await gateway.line()
    assert not old.closed.is_set()
    inbox.may_keep.set()
    assert (await old.ack())[:2] == (200, "m1")
    await asyncio.wait_for(old.closed.wait(), WAIT)


async def test_a_dropped_line_comes_back(gateway, start, sleeps, robot_body):
    start()
    first = await gateway.line()
    await first.robot(robot_body())
    await first.ack()
    await first.socket.close()
    second = await gateway.line()
    await second.robot(robot_body())
    assert (await second.ack())[0] == 200
    assert sleeps.taken == []


async def test_a_silent_line_is_dead(gateway, start):
    start(silence=0.05)
    first = await gateway.line()
    await gateway.line()
    await asyncio.wait_for(first.closed.wait(), WAIT)


async def test_back_off(gateway, start, sleeps):
    """R-28: 1, 2, 4 … 60 seconds, each with its tenth here; then a line that speaks starts over."""
    proxy_page = "<html>400 The plain HTTP request was sent to HTTPS port</html>"
    gateway.refusals = [
        (503, ""),
        (400, proxy_page),
        (200, "{}"),
        (200, "no json"),
        (500, ""),
        (500, ""),
        (500, ""),
        (500, ""),
    ]
    start()
    line = await gateway.line()
    assert sleeps.taken == pytest.approx([1.1, 2.2, 4.4, 8.8, 17.6, 35.2, 66.0, 66.0])
    await line.push("SYSTEM", {"topic": "ping", "messageId": "p"}, {"opaque": "x"})
    await line.ack()
    gateway.refusals = [(503, "")]
    await line.socket.close()
    await gateway.line()
    assert sleeps.taken[8:] == pytest.approx([1.1])


async def test_a_line_that_says_nothing_and_goes_is_a_failure(gateway, start, sleeps):
    start()
    for _ in range(3):
        await (await gateway.line()).socket.close()
    await gateway.line()
    assert len(sleeps.taken) == 3
    assert sleeps.taken == sorted(sleeps.taken)


async def test_wrong_credentials_slow_down_and_alert(gateway, start, sleeps, alerts):
    body = '{"requestid":"ED20","code":"authFailed","message":"鉴权失败"}'
    gateway.refusals = [(401, body), (401, body)]
    start()
    await gateway.line()
    assert sleeps.taken == [300.0, 300.0]
    assert alerts == ["钉钉拒绝了应用凭证，Stream 连接已暂停：请检查 dingtalk.client_id 和 client_secret"]


async def test_close_finishes_what_is_in_work(gateway, start, inbox, robot_body):
    client = start()
    line = await gateway.line()
    inbox.may_keep.clear()
    await line.robot(robot_body())
    await asyncio.wait_for(inbox.entered.wait(), WAIT)
    closing = asyncio.create_task(client.close())
    await asyncio.sleep(0)
    assert not closing.done()
    inbox.may_keep.set()
    await asyncio.wait_for(closing, WAIT)
    assert (await line.ack())[:2] == (200, "m1")
    await asyncio.wait_for(line.closed.wait(), WAIT)


async def test_close_does_not_wait_for_ever(gateway, start, inbox, robot_body):
    client = start(drain=0.05)
    line = await gateway.line()
    inbox.may_keep.clear()
    await line.robot(robot_body())
    await asyncio.wait_for(inbox.entered.wait(), WAIT)
    await asyncio.wait_for(client.close(), WAIT)
    await asyncio.wait_for(line.closed.wait(), WAIT)
    assert line.acks.empty()


async def test_many_at_once_stay_within_bounds(gateway, start, inbox, robot_body):
    start(at_once=4)
    line = await gateway.line()
    inbox.may_keep.clear()
    for number in range(40):
        await line.robot(robot_body(msgId=f"m{number}"), f"f{number}")
    await asyncio.wait_for(inbox.entered.wait(), WAIT)
    inbox.may_keep.set()
    assert {(await line.ack())[1] for _ in range(40)} == {f"f{number}" for number in range(40)}
    assert len(inbox.kept) == 40


async def test_neither_secret_nor_ticket_is_logged(gateway, start, capfd, caplog, sleeps):
    """R-88."""
    gateway.refusals = [(401, "no"), (503, "no")]
    endpoint = gateway.base
    gateway.base = endpoint + "/nowhere"  # the handshake fails: its error text holds the address
    start(api_base=endpoint)
    for _ in range(4):
        await asyncio.wait_for(gateway.knocks.get(), WAIT)
    gateway.base = endpoint
    await gateway.line()
    out, err = capfd.readouterr()
    for canary in ("canary", "s3cret"):
        assert canary not in out + err + caplog.text
