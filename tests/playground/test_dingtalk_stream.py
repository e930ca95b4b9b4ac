"""Facts 1–8: the Stream connection, its frames and what happens when nobody answers."""

from __future__ import annotations

import json

import aiohttp
import pytest

from tests.playground.dingtalk_bot import CARD, EVENT, ROBOT, ack, playing, until


async def test_wrong_credentials_are_answered_401():
    async with playing() as played:
        response = await played.bot.open(clientSecret="wrong")

        body = await response.json()
        assert response.status == 401
        assert body.pop("requestid")
        assert body == {"code": "authFailed", "message": "鉴权失败"}


async def test_opening_is_recorded_and_the_endpoint_has_another_host_and_path():
    async with playing(knobs={"stream_url": "ws://localhost:1/connect"}) as played:
        opened = await (await played.bot.open(ROBOT)).json()

        (opening,) = played.dingtalk.stream.openings
        assert opened["endpoint"] == "ws://localhost:1/connect"
        assert opening.subscriptions == {("CALLBACK", "/v1.0/im/bot/messages/get")}
        assert (opening.ua, opening.local_ip) == ("stand-in/1", "10.0.0.1")


@pytest.mark.parametrize(("wait", "uses", "status"), [(90, 1, 101), (91, 1, 401), (0, 2, 401)])
async def test_a_ticket_opens_one_connection_within_90_seconds(wait, uses, status):
    async with playing() as played:
        opened = await (await played.bot.open()).json()
        played.clock.advance(wait)
        for _ in range(uses - 1):
            await (await played.http.ws_connect(opened["endpoint"], params={"ticket": opened["ticket"]})).close()
        try:
            socket = await played.http.ws_connect(opened["endpoint"], params={"ticket": opened["ticket"]})
            got = 101
            await socket.close()
        except aiohttp.WSServerHandshakeError as error:
            got = error.status

        assert got == status


async def test_open_can_fail_with_html():
    async with playing(knobs={"open_status": 503}) as played:
        response = await played.bot.open()

        assert (response.status, response.content_type) == (503, "text/html")


async def test_a_robot_message_is_a_frame_with_data_as_a_string():
    async with playing(knobs={"odd_headers": False}) as played:
        await played.bot.connect()
        sent = await played.phones.say("1001", "hello DingTalk!")

        (frame,) = played.bot.frames
        body = json.loads(frame["data"])
        assert {key: frame[key] for key in ("specVersion", "type")} == {"specVersion": "1.0", "type": "CALLBACK"}
        assert set(frame["headers"]) == {"appId", "connectionId", "contentType", "messageId", "time", "topic"}
        assert frame["headers"]["topic"] == "/v1.0/im/bot/messages/get"
        assert frame["headers"]["time"] == "1800000000000"
        assert sent.key == f"dingtalk:{body['msgId']}"
        assert [(attempt.status, attempt.error) for attempt in sent.attempts] == [(200, "")]
        assert sent.attempts[0].body == '{"response": null}'


async def test_pushes_go_only_to_a_connection_that_subscribed():
    async with playing() as played:
        cards = await played.bot.connect(CARD)
        robots = await played.bot.connect(ROBOT)
        for number in range(8):
            await played.phones.say("1001", f"{number}")
        nobody = await played.dingtalk.pusher.event("user_modify_org", {"userId": ["1001"]})

        assert (len(cards), len(robots)) == (0, 8)
        assert nobody.attempts[0].error == "no connection subscribes to this"


async def test_one_of_several_connections_is_chosen_by_seeded_chance():
    async def shares() -> list[int]:
        async with playing() as played:
            connections = [await played.bot.connect() for _ in range(3)]
            for number in range(30):
                await played.phones.say("1001", f"{number}")
            return [len(each) for each in connections]

    first = await shares()

    assert sum(first) == 30
    assert all(first)
    assert await shares() == first


async def test_ping_wants_its_opaque_back():
    async with playing() as played:
        await played.bot.connect()
        (connection,) = played.dingtalk.stream.connections
        await played.dingtalk.stream.ping(connection)
        assert "specVersion" not in played.bot.frames[0]
        assert played.dingtalk.violations == []

        played.bot.answer = lambda frame: ack(frame, {"opaque": "something else"})
        await played.dingtalk.stream.ping(connection)
        assert len(played.dingtalk.violations) == 1


@pytest.mark.parametrize("named", [True, False])
async def test_after_disconnect_comes_silence_and_then_the_end(named):
    async with playing(knobs={"disconnect_silence": 0.05}) as played:
        await played.bot.connect()
        (connection,) = played.dingtalk.stream.connections
        await played.dingtalk.stream.disconnect(connection, named=named)
        unheard = await played.phones.say("1001", "hello")
        await until(lambda: played.bot.sockets[0].closed)

        assert [frame["headers"]["topic"] for frame in played.bot.frames] == ["disconnect"]
        assert ("messageId" in played.bot.frames[0]["headers"]) is named
        assert json.loads(played.bot.frames[0]["data"]) == {"reason": "connection is expired"}
        assert not unheard.acknowledged


async def test_a_cut_connection_fails_the_push_under_way():
    async with playing() as played:
        await played.bot.connect()
        (connection,) = played.dingtalk.stream.connections

        def cut(_: object) -> None:
            played.dingtalk.stream.drop(connection)

        played.bot.answer = cut
        sent = await played.phones.say("1001", "hello")

        assert sent.attempts[0].error == "the connection broke"


async def test_an_ack_after_the_deadline_is_recorded_as_late():
    async with playing(knobs={"stream_deadline": 0.02}) as played:
        await played.bot.connect()
        played.bot.answer = lambda _: None
        sent = await played.phones.say("1001", "hello")
        await played.bot.sockets[0].send_json(ack(played.bot.frames[0], {"response": None}))
        await until(lambda: played.dingtalk.stream.acks)

        assert sent.attempts[0].error == "no ACK within 0.02 s"
        assert [late.late for late in played.dingtalk.stream.acks] == [True]


async def test_an_event_comes_again_after_10_and_30_seconds_and_then_lies_in_the_failed_list():
    async with playing() as played:
        await played.bot.connect()
        codes = iter([200, 500, 500])
        played.bot.answer = lambda frame: ack(frame, {"status": "LATER", "message": ""}, next(codes))
        sent = await played.dingtalk.pusher.event("bpms_instance_change", {"processInstanceId": "p1"})
        due = [at for at, *_ in played.dingtalk.timers._due]
        played.clock.advance(10)
        await until(lambda: len(sent.attempts) == 2)
        due += [at for at, *_ in played.dingtalk.timers._due]
        played.clock.advance(30)
        await until(lambda: len(sent.attempts) == 3)

        headers = [frame["headers"] for frame in played.bot.frames]
        failed = await played.http.get(
            "/call_back/get_call_back_failed_result", params={"access_token": await played.token()}
        )
        again = await played.http.get(
            "/call_back/get_call_back_failed_result", params={"access_token": await played.token()}
        )
        assert due == [1_800_000_010.0, 1_800_000_040.0]
        assert {each["eventId"] for each in headers} == {sent.key.removeprefix("dingtalk:")}
        assert {each["eventType"] for each in headers} == {"bpms_instance_change"}
        assert [attempt.error for attempt in sent.attempts] == ["LATER"] * 3
        assert (await failed.json())["failed_list"][0]["bpms_instance_change"] == {"processInstanceId": "p1"}
        assert (await again.json())["failed_list"] == []


async def test_an_event_acknowledged_without_status_is_a_violation():
    async with playing() as played:
        await played.bot.connect(EVENT)
        played.bot.answer = lambda frame: ack(frame, {"userId": ["1001"]})
        sent = await played.dingtalk.pusher.event("user_modify_org", {"userId": ["1001"]})

        assert not sent.acknowledged
        assert len(played.dingtalk.violations) == 1


@pytest.mark.parametrize("same_id", [True, False])
async def test_an_unanswered_robot_message_comes_again_with_the_same_msg_id(same_id):
    knobs = {"stream_deadline": 0.02, "redelivery": "delayed", "redelivery_same_id": same_id}
    async with playing(knobs=knobs) as played:
        await played.bot.connect()
        played.bot.answer = lambda _: None
        sent = await played.phones.say("1001", "hello")
        played.clock.advance(60)
        await until(lambda: len(sent.attempts) == 2)

        deliveries = [frame["headers"]["messageId"] for frame in played.bot.frames]
        assert len({json.loads(frame["data"])["msgId"] for frame in played.bot.frames}) == 1
        assert (deliveries[0] == deliveries[1]) is same_id


async def test_robot_messages_can_come_twice_although_acknowledged():
    async with playing(knobs={"duplicates": 1}) as played:
        await played.bot.connect()
        sent = await played.phones.say("1001", "hello")

        assert [attempt.status for attempt in sent.attempts] == [200, 200]
        assert played.bot.frames[0]["data"] == played.bot.frames[1]["data"]


async def test_closing_the_platform_ends_every_connection():
    async with playing() as played:
        await played.bot.connect()
        await played.bot.connect()
        await played.dingtalk.stream.close()
        await until(lambda: all(socket.closed for socket in played.bot.sockets))

        assert played.dingtalk.stream.connections == []
