"""Facts 18–21: robot messages, work notifications, custom robots, uploads."""

from __future__ import annotations

import io
import json

import aiohttp
import pytest

from playground.dingtalk.crypto import robot_sign
from playground.dingtalk.custom_robot import CustomRobot
from playground.dingtalk.gate import Call
from tests.playground.dingtalk_bot import playing

ONE = "/v1.0/robot/oToMessages/batchSend"
GROUP = "/v1.0/robot/groupMessages/send"
NOTICE = "/topapi/message/corpconversation/asyncsend_v2"
RESULT = "/topapi/message/corpconversation/getsendresult"
AGENT = 3000000001


def one(**changes):
    body = {"robotCode": "dingplayground", "userIds": ["1001"], "msgKey": "sampleText", "msgParam": '{"content": "x"}'}
    return {**body, **changes}


async def test_who_cannot_be_reached_is_listed_in_a_200():
    async with playing(knobs={"flow_controlled": {"1002"}}) as played:
        param = json.dumps({"title": "报价", "text": "### **报价**\n金额：`1.2万`"})
        body = one(userIds=["1001", "1002", "nobody"], msgKey="sampleMarkdown", msgParam=param)
        status, answer = await played.new("POST", ONE, body)

        shown = await played.phones.wait("1001", lambda _: True)
        assert status == 200
        assert answer == {
            "processQueryKey": shown.id,
            "invalidStaffIdList": ["nobody"],
            "flowControlledStaffIdList": ["1002"],
        }
        assert (shown.kind, shown.title, shown.text) == ("markdown", "报价", "报价\n金额：1.2万")
        assert played.phones.screen("1002") == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"userIds": [str(n) for n in range(21)]}, "invalidParameter.userIds.overMax"),
        ({"userIds": []}, "invalidParameter.userIds.empty"),
        ({"msgParam": {"content": "x"}}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": "no json"}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": json.dumps({"content": "x" * 15_000})}, "invalidParameter.msgParam.tooLong"),
        ({"msgParam": "{}"}, "invalidParameter.param.invalid"),
        ({"msgKey": "sampleCard"}, "invalidParameter.msgKey.invalid"),
        ({"robotCode": ""}, "invalidParameter.robotCode.empty"),
        ({"robotCode": "dingnobody"}, "invalidParameter.robotCode.notExsit"),
        ({"robotCode": "dingother"}, "invalidParameter.robotCode.auth"),
    ],
)
async def test_what_batch_send_refuses(changes, code):
    async with playing() as played:
        played.dingtalk.add_app("dingother", "its-secret")
        status, answer = await played.new("POST", ONE, one(**changes))

        assert (status, answer["code"]) == (400, code)


async def test_link_buttons_of_an_action_card():
    async with playing() as played:
        param = {"title": "t", "text": "x", "buttonTitle1": "看", "buttonUrl1": "http://a"}
        param |= {"buttonTitle2": "改", "buttonUrl2": "http://b"}
        await played.new("POST", ONE, one(msgKey="sampleActionCard6", msgParam=json.dumps(param)))

        shown = await played.phones.wait("1001", lambda _: True)
        assert [(button.text, button.url) for button in shown.buttons] == [("看", "http://a"), ("改", "http://b")]


async def test_a_group_gets_a_message_unless_the_robot_cannot_write_there():
    async with playing() as played:
        group = played.dingtalk.chats.add_group("测试群", {"1001"})
        body = {k: v for k, v in one().items() if k != "userIds"}

        async def send(**changes):
            status, answer = await played.new("POST", GROUP, {**body, "openConversationId": group.id, **changes})
            return status, answer.get("code")

        assert await send() == (200, None)
        assert [shown.text for shown in played.phones.screen("1001")] == ["x"]
        assert played.phones.screen("1002") == []
        assert await send(openConversationId="") == (400, "miss.openConversationId")
        assert await send(openConversationId="cidnone") == (400, "invalid.openConversationId")
        group.has_robot = False
        assert await send() == (400, "resource.unavailable")
        group.disbanded = True
        assert await send() == (400, "group.disbanded")


async def test_read_state_and_recall():
    async with playing() as played:
        key = (await played.new("POST", ONE, one(userIds=["1001", "1002"])))[1]["processQueryKey"]
        played.phones.screen("1001")
        query = {"robotCode": "dingplayground", "processQueryKey": key}
        state = (await played.new("GET", "/v1.0/robot/oToMessages/readStatus", **query))[1]
        recall = {"robotCode": "dingplayground", "processQueryKeys": [key, "unknown"]}
        recalled = (await played.new("POST", "/v1.0/robot/otoMessages/batchRecall", recall))[1]
        after = (await played.new("GET", "/v1.0/robot/oToMessages/readStatus", **query))[1]

        assert state["sendStatus"] == "SUCCESS"
        assert state["messageReadInfoList"] == [
            {"name": "陈静", "userId": "1001", "readStatus": "READ"},
            {"name": "周敏", "userId": "1002", "readStatus": "UNREAD"},
        ]
        assert recalled == {"successResult": [key], "failedResult": {"unknown": "processQueryKey无效"}}
        assert after["sendStatus"] == "RECALLED"
        assert played.phones.screen("1001") == []


async def test_recall_ends_after_a_day_and_groups_have_their_own():
    async with playing() as played:
        group = played.dingtalk.chats.add_group("测试群", {"1001"})
        body = {k: v for k, v in one().items() if k != "userIds"} | {"openConversationId": group.id}
        key = (await played.new("POST", GROUP, body))[1]["processQueryKey"]
        recall = {"robotCode": "dingplayground", "processQueryKeys": [key]}
        private = (await played.new("POST", "/v1.0/robot/otoMessages/batchRecall", recall))[1]
        played.clock.advance(86_401)
        late = (
            await played.new("POST", "/v1.0/robot/groupMessages/recall", {**recall, "openConversationId": group.id})
        )[1]

        assert private["failedResult"] == {key: "processQueryKey无效"}
        assert late["failedResult"] == {key: "超过24小时"}


def notice(text, users="1001", **changes):
    return {"agent_id": AGENT, "userid_list": users, "msg": {"msgtype": "text", "text": {"content": text}}, **changes}


async def test_a_notice_is_accepted_and_a_repeated_one_is_swallowed_until_tomorrow():
    async with playing() as played:
        first = await played.old(NOTICE, notice("请提交日报", "1001,nobody"))
        second = await played.old(NOTICE, notice("请提交日报"))
        played.clock.advance(86_400)
        third = await played.old(NOTICE, notice("请提交日报"))
        results = [
            (await played.old(RESULT, {"agent_id": AGENT, "task_id": each["task_id"]})).get("send_result")
            for each in (first, second, third)
        ]

        assert [each["errcode"] for each in (first, second, third)] == [0, 0, 0]
        assert results[0]["invalid_user_id_list"] == ["nobody"]
        assert results[0]["unread_user_id_list"] == ["1001"]
        assert results[1]["forbidden_list"] == [{"code": "143106", "count": 1, "userid": "1001"}]
        assert results[2]["unread_user_id_list"] == ["1001"]
        assert [shown.text for shown in played.phones.screen("1001")] == ["请提交日报", "请提交日报"]


async def test_the_501st_notice_of_a_day_is_swallowed():
    async with playing(knobs={"qps": 10_000}) as played:
        for number in range(500):
            await played.dingtalk.notices.send(_call(notice(f"{number}")))
        last = await played.dingtalk.notices.send(_call(notice("one too many")))

        task = played.dingtalk.notices.tasks[last["task_id"]]
        assert last["errcode"] == 0
        assert task.swallowed == {"1001": "143105"}


def _call(body):
    return Call(client_id="dingplayground", body=body, query={}, request=None)


@pytest.mark.parametrize(
    "changes",
    [
        {"userid_list": ",".join(str(n) for n in range(101))},
        {"userid_list": ""},
        {"agent_id": 1},
        {"msg": {"msgtype": "text"}},
        {"msg": {"msgtype": "text", "text": {"content": "长" * 700}}},
    ],
)
async def test_what_a_notice_is_refused_for(changes):
    async with playing() as played:
        assert (await played.old(NOTICE, notice("x", **changes)))["errcode"] in {40035, 400002}


async def test_a_notice_reaches_a_department_and_shows_its_link():
    async with playing() as played:
        card = {"title": "t", "markdown": "**审批**", "single_title": "去看", "single_url": "http://a"}
        body = {"agent_id": AGENT, "dept_id_list": "1", "msg": {"msgtype": "action_card", "action_card": card}}
        await played.old(NOTICE, body)

        shown = await played.phones.wait("1002", lambda _: True)
        assert (shown.title, shown.text) == ("t", "审批")
        assert [(button.text, button.url) for button in shown.buttons] == [("去看", "http://a")]


async def custom(played, **robot):
    group = played.dingtalk.chats.add_group("测试群", {"1001"})
    played.dingtalk.custom_robots.robots["tok"] = CustomRobot(group=group.id, **robot)

    async def send(text="日报", query=None, token="tok", **more):
        body = {"msgtype": "text", "text": {"content": text}, **more}
        params = {"access_token": token, **(query or {})}
        return await (await played.http.post("/robot/send", json=body, params=params)).json()

    return send


async def test_a_custom_robot_wants_its_sign():
    async with playing() as played:
        send = await custom(played, secret="SECxyz")
        now = str(played.dingtalk.scene.now_ms())
        old = str(played.dingtalk.scene.now_ms() - 3_600_001)

        assert await send() == {"errcode": 310000, "errmsg": "invalid timestamp"}
        assert (await send(query={"timestamp": old, "sign": robot_sign(old, "SECxyz")}))[
            "errmsg"
        ] == "invalid timestamp"
        assert await send(query={"timestamp": now, "sign": "x"}) == {"errcode": 310000, "errmsg": "sign not match"}
        assert await send(query={"timestamp": now, "sign": robot_sign(now, "SECxyz")}) == {"errcode": 0, "errmsg": "ok"}
        assert await send(token="none") == {"errcode": 300005, "errmsg": "token is not exist"}


async def test_the_21st_message_of_a_minute_shuts_a_custom_robot_for_ten():
    async with playing() as played:
        send = await custom(played)
        codes = [(await send(f"{n}"))["errcode"] for n in range(21)]
        played.clock.advance(599)
        shut = await send()
        played.clock.advance(1)
        again = await send()

        assert codes == [0] * 20 + [660026]
        assert shut == {"errcode": 660026, "errmsg": "sending too many messages per minute"}
        assert again["errcode"] == 0


async def test_a_custom_robots_keywords_and_its_idempotency_key():
    async with playing() as played:
        send = await custom(played, keywords=("日报",))
        answers = [await send(msgUuid="u1"), await send(msgUuid="u1"), await send("周报")]

        assert [each["errcode"] for each in answers] == [0, 0, 310000]
        assert [shown.text for shown in played.phones.screen("1001")] == ["日报"]


@pytest.mark.parametrize(
    ("kind", "name", "size", "code"),
    [
        ("image", "a.png", 10, 0),
        ("voice", "a.amr", 2 * 1024 * 1024 + 1, 40035),
        ("file", "a.exe", 10, 40035),
        ("picture", "a.png", 10, 40035),
        ("image", "a.png", 0, 40035),
    ],
)
async def test_uploads_have_limits_by_type(kind, name, size, code):
    async with playing() as played:
        form = aiohttp.FormData()
        form.add_field("type", kind)
        form.add_field("media", io.BytesIO(b"x" * size), filename=name)
        params = {"access_token": await played.token()}
        answer = await (await played.http.post("/media/upload", data=form, params=params)).json()

        assert answer["errcode"] == code
        if code == 0:
            assert (answer["type"], answer["created_at"]) == ("image", 1_800_000_000_000)
            assert played.dingtalk.files.media(answer["media_id"]).data == b"x" * size
