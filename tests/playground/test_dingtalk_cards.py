"""Facts 22–27: cards, what each person sees of them, and what a press does."""

from __future__ import annotations

import asyncio
import json

import pytest

from playground.dingtalk.crypto import card_sign
from playground.dingtalk.scene import Template
from tests.playground.dingtalk_bot import ack, acknowledge, playing

CARDS = "/v1.0/card/instances"
BOTH = "/v1.0/card/instances/createAndDeliver"
ROW = "**客户**：华东泵业\n**金额**：12.8万\n请在今天内决定"


def button(text, verb, status="normal"):
    params = {"actionId": verb, "params": {"a": f"{verb}~approval:12~3~~sig"}}
    return {"text": text, "color": "blue", "status": status, "event": {"type": "sendCardRequest", "params": params}}


BUTTONS = json.dumps([button("同意", "approve"), button("拒绝", "refuse", "disabled")])
LINKS = json.dumps(
    [
        {
            "text": "详情",
            "color": "gray",
            "status": "normal",
            "event": {"type": "openLink", "params": {"url": "http://a"}},
        }
    ]
)


def card(track="t1", user="1001", variables=None, **changes):
    return {
        "cardTemplateId": "playground.schema",
        "outTrackId": track,
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": {"title": "报价审批", "content": ROW, "btns": BUTTONS, **(variables or {})}},
        "openSpaceId": f"dtv1.card//IM_ROBOT.{user}",
        "imRobotOpenSpaceModel": {"supportForward": False},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"},
        **changes,
    }


def group_card(group, **changes):
    body = card(openSpaceId=f"dtv1.card//im_group.{group.id}", **changes)
    body = {key: value for key, value in body.items() if not key.startswith("imRobot")}
    return {
        "imGroupOpenSpaceModel": {"supportForward": False},
        "imGroupOpenDeliverModel": {"robotCode": "dingplayground"},
        **body,
    }


def answer_clicks(response):
    return lambda frame: (
        ack(frame, {"response": response}) if frame["headers"]["topic"].endswith("callback") else acknowledge(frame)
    )


async def test_a_card_arrives_and_is_drawn():
    async with playing() as played:
        variables = {"subtitle": "Q-2026-12", "status": "待审批", "btns2": LINKS}
        status, answer = await played.new("POST", BOTH, card(variables=variables))

        (shown,) = played.phones.screen("1001")
        (result,) = answer["result"]["deliverResults"]
        assert status == 200
        assert result.pop("carrierId")
        assert answer == {
            "success": True,
            "result": {
                "outTrackId": "t1",
                "deliverResults": [{"spaceType": "IM_ROBOT", "spaceId": "1001", "success": True, "errorMsg": ""}],
            },
        }
        assert (shown.id, shown.kind, shown.title) == ("t1", "card", "报价审批")
        assert shown.text == "Q-2026-12\n待审批\n请在今天内决定"
        assert shown.rows == [("客户", "华东泵业"), ("金额", "12.8万")]
        assert [(each.text, each.url, each.enabled) for each in shown.buttons] == [
            ("同意", "", True),
            ("拒绝", "", False),
            ("详情", "http://a", True),
        ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cardTemplateId": "unknown.schema"}, "param.templateNotExist"),
        ({"cardTemplateId": ""}, "param.cardTemplateIdEmpty"),
        ({"outTrackId": ""}, "param.outTrackIdEmpty"),
        ({"cardData": None}, "param.cardPublicDataEmpty"),
        ({"cardData": {"cardParamMap": {"n": 1}}}, "param.invalid"),
        ({"cardData": {"cardParamMap": {"title": "长" * 342}}}, "param.invalid"),
        ({"cardData": {"cardParamMap": {"k" * 101: "v"}}}, "param.invalid"),
        ({"privateData": {"1001": {"cardParamMap": {"btns": []}}}}, "param.invalid"),
        ({"privateData": {"nobody": {"cardParamMap": {}}}}, "param.userIdNotExist"),
        ({"openSpaceId": ""}, "param.openSpaceIdEmpty"),
        ({"openSpaceId": "IM_ROBOT.1001"}, "param.openSpaceIdInvalid"),
        ({"openSpaceId": "dtv1.card//IM_ROBOT.nobody"}, "param.userIdNotExist"),
        ({"imRobotOpenDeliverModel": None}, "param.openDeliverModelEmpty"),
        ({"imRobotOpenDeliverModel": {"spaceType": "IM_GROUP"}}, "param.openDeliverModelError"),
        ({"imRobotOpenSpaceModel": {"x": 1}}, "param.openSpaceModelInvalid"),
        ({"callbackType": "stream"}, "param.invalid"),
    ],
)
async def test_what_a_card_is_refused_for(changes, code):
    async with playing() as played:
        status, answer = await played.new("POST", BOTH, card(**changes))

        assert (status, answer["code"]) == (400, code)
        assert played.phones.screen("1001") == []


async def test_values_may_have_exactly_1024_bytes():
    async with playing() as played:
        assert (await played.new("POST", BOTH, card(variables={"content": "x" * 1024})))[0] == 200


async def test_a_lenient_platform_shows_wrong_values_as_empty():
    async with playing(knobs={"strict_cards": False}) as played:
        status, _ = await played.new("POST", BOTH, card(variables={"title": 12}))

        assert status == 200
        assert played.phones.screen("1001")[0].title == ""


@pytest.mark.parametrize("ignored", [False, True])
async def test_an_id_is_used_once(ignored):
    async with playing(knobs={"reused_card_ignored": ignored}) as played:
        await played.new("POST", BOTH, card())
        status, answer = await played.new("POST", BOTH, card(variables={"title": "another"}))

        assert (status, answer.get("code")) == ((200, None) if ignored else (400, "param.cardAlreadyExist"))
        assert [shown.title for shown in played.phones.screen("1001")] == ["报价审批"]


async def test_without_its_space_model_a_card_succeeds_and_is_not_delivered():
    async with playing() as played:
        status, answer = await played.new("POST", BOTH, card(imRobotOpenSpaceModel=None))

        assert (status, answer["success"]) == (200, True)
        assert answer["result"]["deliverResults"] == [
            {"spaceType": "IM", "spaceId": "IM_ALL", "success": False, "errorMsg": "spaces of card is empty"}
        ]
        assert played.phones.screen("1001") == []


async def test_create_spaces_and_deliver_one_by_one():
    async with playing() as played:
        body = card()
        model = body.pop("imRobotOpenSpaceModel")
        deliver = {key: body[key] for key in ("outTrackId", "openSpaceId", "imRobotOpenDeliverModel")}
        created = await played.new("POST", CARDS, body)
        spaces = await played.new("PUT", CARDS + "/spaces", {"outTrackId": "t1", "imRobotOpenSpaceModel": model})
        _, delivered = await played.new("POST", CARDS + "/deliver", deliver)
        unknown = await played.new("POST", CARDS + "/deliver", {**deliver, "outTrackId": "t2"})

        assert created == (200, {"success": True, "result": "t1"})
        assert spaces == (200, {"success": True, "result": True})
        assert [each["success"] for each in delivered["result"]] == [True]
        assert unknown[1]["code"] == "param.cardNotExist"


async def test_group_cards_need_a_robot_code_and_the_robot_in_the_group():
    async with playing() as played:
        group = played.dingtalk.chats.add_group("测试群", {"1001", "1002"})
        nameless = await played.new("POST", BOTH, group_card(group, imGroupOpenDeliverModel={"atUserIds": {}}))
        model = {"robotCode": "dingplayground", "recipients": ["1002"]}
        await played.new("POST", BOTH, group_card(group, imGroupOpenDeliverModel=model))
        group.has_robot = False
        _, gone = await played.new("POST", BOTH, group_card(group, track="t2"))

        assert nameless[1]["code"] == "param.openDeliverModelError"
        assert [len(played.phones.screen(user)) for user in ("1001", "1002")] == [0, 1]
        assert gone["result"]["deliverResults"][0]["success"] is False


async def test_private_values_are_seen_by_their_person_only_where_the_template_says_private():
    async with playing() as played:
        group = played.dingtalk.chats.add_group("测试群", {"1001", "1002"})
        own = {"1002": {"cardParamMap": {"btns": "[]", "title": "ignored"}}}
        await played.new("POST", BOTH, group_card(group, privateData=own))

        (his,), (hers,) = played.phones.screen("1001"), played.phones.screen("1002")
        assert [each.text for each in his.buttons] == ["同意", "拒绝"]
        assert hers.buttons == []
        assert hers.title == "报价审批"


async def test_user_ids_may_be_union_ids_throughout():
    async with playing() as played:
        await played.bot.connect()
        await played.new("POST", BOTH, card(user="unionchen", userIdType=2))
        await played.phones.press("1001", "t1", played.phones.screen("1001")[0].buttons[0].key)

        data = json.loads(played.bot.frames[0]["data"])
        assert (data["userId"], data["userIdType"]) == ("unionchen", 2)


@pytest.mark.parametrize(
    ("options", "title", "status"),
    [({}, "", "已同意"), ({"updateCardDataByKey": True}, "报价审批", "已同意")],
)
async def test_put_overwrites_unless_by_key(options, title, status):
    async with playing() as played:
        await played.new("POST", BOTH, card())
        change = {"outTrackId": "t1", "cardData": {"cardParamMap": {"status": status}}, "cardUpdateOptions": options}
        answer = await played.new("PUT", CARDS, change)

        (shown,) = played.phones.screen("1001")
        assert answer == (200, {"success": True, "result": True})
        assert (shown.title, shown.raw["status"], shown.updated) == (title, status, 1)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"outTrackId": "t1"}, "param.cardDataAndPrivateDataBothEmpty"),
        ({"outTrackId": "t2", "cardData": {"cardParamMap": {}}}, "param.cardNotExist"),
        ({"outTrackId": "t1", "cardData": {"cardParamMap": {"a": 1}}}, "param.invalid"),
    ],
)
async def test_what_put_refuses(body, code):
    async with playing() as played:
        await played.new("POST", BOTH, card())
        status, answer = await played.new("PUT", CARDS, body)

        assert (status, answer["code"]) == (400, code)


async def test_a_press_sends_the_documented_frame_and_applies_the_answer():
    async with playing() as played:
        await played.bot.connect()
        await played.new("POST", BOTH, card())
        played.bot.answer = answer_clicks(
            {
                "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
                "cardData": {"cardParamMap": {"status": "已同意", "btns": "[]"}},
                "userPrivateData": {"cardParamMap": {"toast": "已记录"}},
            }
        )
        sent = await played.phones.press("1001", "t1", played.phones.screen("1001")[0].button("同意").key)

        data = json.loads(played.bot.frames[0]["data"])
        content = data.pop("content")
        (shown,) = played.phones.screen("1001")
        assert played.bot.frames[0]["headers"]["topic"] == "/v1.0/card/instances/callback"
        assert json.loads(content) == {
            "cardPrivateData": {"actionIds": ["approve"], "params": {"a": "approve~approval:12~3~~sig"}}
        }
        assert data.pop("spaceId")
        assert data == {
            "extension": "{}",
            "corpId": "dingcorp0001",
            "spaceType": "im",
            "userIdType": 1,
            "type": "actionCallback",
            "userId": "1001",
            "outTrackId": "t1",
            "value": content,
        }
        assert sent.key.startswith("dingtalk:sha256:")
        assert (shown.raw["status"], shown.buttons, shown.toast) == ("已同意", [], "已记录")
        assert shown.title == "报价审批"
        assert played.dingtalk.violations == []


async def test_an_answer_after_the_deadline_shows_the_failure_and_changes_nothing():
    async with playing(knobs={"card_deadline": 0.02, "card_retries": 1}) as played:
        await played.bot.connect()
        await played.new("POST", BOTH, card())
        played.bot.answer = lambda _: None
        sent = await played.phones.press("1001", "t1", played.phones.screen("1001")[0].button("同意").key)

        (shown,) = played.phones.screen("1001")
        assert [attempt.error for attempt in sent.attempts] == ["no ACK within 0.02 s"] * 2
        assert (shown.toast, shown.updated) == ("操作失败", 0)


@pytest.mark.parametrize(
    ("crossing", "violations"),
    [(0.0, ["card t1 was updated by PUT while its own callback was unanswered"]), (60.0, [])],
)
async def test_a_put_while_the_cards_callback_is_unanswered_is_a_violation(crossing, violations):
    async with playing(knobs={"crossing": crossing}) as played:
        await played.bot.connect()
        await played.new("POST", BOTH, card())
        arrived = asyncio.Event()
        played.bot.answer = lambda _: arrived.set()
        key = played.phones.screen("1001")[0].button("同意").key
        change = {"outTrackId": "t1", "cardData": {"cardParamMap": {"status": "x"}}}
        press = asyncio.create_task(played.phones.press("1001", "t1", key))
        await arrived.wait()
        await played.new("PUT", CARDS, change)
        await played.bot.sockets[0].send_json(ack(played.bot.frames[0], {"response": {}}))
        await press
        await played.new("PUT", CARDS, change)

        assert played.dingtalk.violations == violations


async def test_an_old_screen_can_be_pressed_by_anybody():
    async with playing() as played:
        await played.bot.connect()
        await played.new("POST", BOTH, card())
        key = played.phones.screen("1001")[0].button("同意").key
        await played.new("PUT", CARDS, {"outTrackId": "t1", "cardData": {"cardParamMap": {"status": "已同意"}}})
        await played.phones.press("1002", "t1", key)

        assert json.loads(played.bot.frames[0]["data"])["userId"] == "1002"
        with pytest.raises(KeyError):
            await played.phones.press("1002", "t9", key)


FORM = json.dumps(
    {
        "fields": [
            {
                "name": "who",
                "label": "工程师",
                "type": "SELECT",
                "options": [{"value": "7", "text": "马强"}, {"value": "8", "text": "李雷"}],
            },
            {
                "name": "parts",
                "label": "配件",
                "type": "MULTI_SELECT",
                "options": [{"value": v, "text": v} for v in "123"],
                "defaultValue": {"index": [0], "value": ["1"]},
            },
            {"name": "urgent", "label": "加急", "type": "CHECKBOX", "defaultValue": True},
            {"name": "id", "type": "TEXT", "hidden": True, "defaultValue": "T-1"},
        ]
    }
)


async def test_a_form_is_drawn_and_its_values_travel_with_the_press():
    async with playing() as played:
        await played.bot.connect()
        await played.new("POST", BOTH, card(variables={"form": FORM}))
        (shown,) = played.phones.screen("1001")
        key = shown.button("同意").key
        await played.phones.press("1001", "t1", key, {"who": ["8"], "parts": ["2", "3"]})
        await played.new("PUT", CARDS, {"outTrackId": "t1", "cardData": {"cardParamMap": {"title": "done"}}})
        await played.phones.press("1001", "t1", key, {"who": ["7"], "urgent": []})

        now, late = [
            json.loads(json.loads(frame["data"])["content"])["cardPrivateData"]["params"] for frame in played.bot.frames
        ]
        assert [(each.key, each.title, each.options, each.selected, each.many) for each in shown.selects] == [
            ("who", "工程师", [("7", "马强"), ("8", "李雷")], [], False),
            ("parts", "配件", [("1", "1"), ("2", "2"), ("3", "3")], ["1"], True),
            ("urgent", "加急", [("true", "加急")], ["true"], False),
        ]
        assert now["form"] == {
            "who": {"index": 1, "value": "8"},
            "parts": {"index": [1, 2], "value": ["2", "3"]},
            "urgent": True,
            "id": "T-1",
        }
        assert late["form"] == {
            "who": {"index": 0, "value": "7"},
            "parts": {"index": [0], "value": ["1"]},
            "urgent": False,
            "id": "T-1",
        }


async def test_http_callbacks_go_to_the_registered_address_with_only_the_time_signed():
    async with playing() as played:
        route = {
            "callbackRouteKey": "r1",
            "callbackUrl": played.all_settings.bot_url + "/dingtalk/card",
            "apiSecret": "example-secret",
        }
        first = await played.new("POST", "/v1.0/card/callbacks/register", route)
        again = await played.new("POST", "/v1.0/card/callbacks/register", route)
        forced = await played.new("POST", "/v1.0/card/callbacks/register", {**route, "forceUpdate": True})
        await played.new("POST", BOTH, card(callbackType="HTTP", callbackRouteKey="r1"))
        options = {"updateCardDataByKey": True}
        played.http_bot.reply = {"cardUpdateOptions": options, "cardData": {"cardParamMap": {"status": "已同意"}}}
        await played.phones.press("1001", "t1", played.phones.screen("1001")[0].button("同意").key)

        ((_, headers, body),) = played.http_bot.got
        at = headers["x-ddpaas-signature-timestamp"]
        kept = {"callbackUrl": route["callbackUrl"], "apiSecret": "example-secret"}
        assert first == forced == (200, {"success": True, "result": kept})
        assert (again[0], again[1]["code"]) == (500, "param.callbackRouteKeyExist")
        assert headers["x-ddpaas-signature"] == card_sign(at, "example-secret")
        assert set(body) == {"type", "outTrackId", "corpId", "userId", "content"}
        assert played.phones.screen("1001")[0].raw["status"] == "已同意"


async def test_an_http_card_without_a_registered_address_fails_on_press():
    async with playing() as played:
        await played.new("POST", BOTH, card(callbackType="HTTP", callbackRouteKey="none"))
        await played.phones.press("1001", "t1", played.phones.screen("1001")[0].button("同意").key)

        assert played.phones.screen("1001")[0].toast == "操作失败"


async def test_clicks_go_to_the_app_that_created_the_card():
    async with playing() as played:
        played.dingtalk.add_app("dingother", "its-secret")
        others = await played.bot.connect(clientId="dingother", clientSecret="its-secret")
        mine = await played.bot.connect()
        await played.new("POST", BOTH, card())
        await played.phones.press("1001", "t1", played.phones.screen("1001")[0].button("同意").key)

        assert (len(others), len(mine)) == (0, 1)


async def test_streaming_text():
    async with playing() as played:
        variables = frozenset(["content", "title", "flowStatus"])
        played.dingtalk.scene.templates["ai.schema"] = Template(variables=variables, markdown=frozenset(["content"]))
        await played.new("POST", BOTH, card(cardTemplateId="ai.schema"))

        async def stream(**changes):
            body = {"outTrackId": "t1", "guid": "g1", "key": "content", "content": "一", "isFull": True, **changes}
            status, answer = await played.new("PUT", "/v1.0/card/streaming", body)
            return answer.get("code", status)

        def seen():
            raw = played.phones.screen("1001")[0].raw
            return raw["content"], raw["flowStatus"]

        assert await stream() == 200
        assert seen() == ("一", "2")
        assert await stream(content="二") == 200
        assert seen() == ("一", "2")
        assert await stream(guid="g2", content="一二", isFinalize=True) == 200
        assert seen() == ("一二", "3")
        assert await stream(guid="g3", isFull=False) == "param.stream.isFull"
        assert await stream(guid="g4", content="x" * 1025) == "param.stream.content"
        assert await stream(guid="") == "param.stream.guidEmpty"
        assert await stream(guid="g5", content="停", isError=True) == 200
        assert seen() == ("停", "5")
