"""Facts 9–13: what people send, how the bot answers at once, media, and the HTTP transport."""

from __future__ import annotations

import json

import pytest

from playground.dingtalk.crypto import robot_sign
from tests.playground.dingtalk_bot import playing

PNG = b"\x89PNG\r\n\x1a\nimage"


def heard(played):
    return [json.loads(frame["data"]) for frame in played.bot.frames]


async def test_a_text_one_to_one_has_exactly_these_members():
    async with playing() as played:
        await played.bot.connect()
        await played.phones.say("1001", "hello DingTalk!")

        (body,) = heard(played)
        session = body.pop("sessionWebhook")
        for encrypted in ("conversationId", "msgId", "senderId", "chatbotUserId"):
            assert body.pop(encrypted)
        assert session.startswith(played.url + "/robot/sendBySession?session=")
        assert body == {
            "senderPlatform": "Android",
            "chatbotCorpId": "dingcorp0001",
            "senderCorpId": "dingcorp0001",
            "senderNick": "陈静",
            "senderStaffId": "1001",
            "isAdmin": False,
            "createAt": 1_800_000_000_000,
            "sessionWebhookExpiredTime": 1_800_005_400_000,
            "conversationType": "1",
            "robotCode": "dingplayground",
            "msgtype": "text",
            "text": {"content": "hello DingTalk!"},
        }


async def test_in_a_group_the_mention_is_stripped_and_leaves_a_space():
    async with playing() as played:
        await played.bot.connect()
        group = played.dingtalk.chats.add_group("测试群", {"1001", "1002"})
        await played.phones.say("1001", "测试数据", group="测试群")

        (body,) = heard(played)
        assert body["text"] == {"content": " 测试数据"}
        assert (body["conversationType"], body["conversationTitle"]) == ("2", "测试群")
        assert body["conversationId"] == group.id
        assert body["isInAtList"] is True
        assert body["atUsers"] == [{"dingtalkId": body["chatbotUserId"]}]
        assert [shown.mine for shown in played.phones.screen("1002")] == [False]


async def test_an_unpublished_robot_an_outsider_and_a_textual_time():
    async with playing() as played:
        await played.bot.connect()
        played.knobs.robot_published = False
        await played.phones.say("1001", "a")
        played.knobs.robot_published = True
        played.knobs.external = {"1001"}
        played.knobs.created_as_string = True
        await played.phones.say("1001", "b")

        unpublished, outsider = heard(played)
        assert not {"senderStaffId", "isAdmin"} & set(unpublished)
        assert outsider["senderStaffId"] == ""
        assert outsider["createAt"] == "1800000000000"


@pytest.mark.parametrize(
    ("kind", "name", "msgtype", "members"),
    [
        ("image", "现场.png", "picture", {"pictureDownloadCode", "downloadCode"}),
        ("voice", "v.amr", "audio", {"duration", "downloadCode", "recognition"}),
        ("video", "v.mp4", "video", {"duration", "videoType", "downloadCode"}),
        ("file", "图纸.pdf", "file", {"spaceId", "fileName", "downloadCode", "fileId"}),
    ],
)
async def test_a_file_is_fetched_by_code_from_an_address_elsewhere(kind, name, msgtype, members):
    async with playing() as played:
        await played.bot.connect()
        await played.phones.send_file("1001", kind, name, PNG, recognition="机器不转了")
        (body,) = heard(played)
        code = {"downloadCode": body["content"]["downloadCode"], "robotCode": "dingplayground"}
        status, answer = await played.new("POST", "/v1.0/robot/messageFiles/download", code)
        url = answer["downloadUrl"]
        fetched = await (await played.http.get(url)).read()
        played.clock.advance(901)
        late = await played.http.get(url)

        assert (body["msgtype"], set(body["content"])) == (msgtype, members)
        assert status == 200
        assert url.startswith(played.url + "/dingtalk/files/")
        assert ".file?" in url
        assert fetched == PNG
        assert late.status == 403


@pytest.mark.parametrize(
    ("robot", "wait", "code"),
    [
        ("", 0, "invalidParameter.robotCode.empty"),
        ("dingother", 0, "invalidParameter.robotCode.auth"),
        ("dingplayground", 901, "invalidParameter.robotCode.downloadCode"),
    ],
)
async def test_download_codes_belong_to_a_robot_and_expire(robot, wait, code):
    async with playing() as played:
        await played.bot.connect()
        await played.phones.send_file("1001", "image", "a.png", PNG)
        (body,) = heard(played)
        played.clock.advance(wait)
        request = {"downloadCode": body["content"]["downloadCode"], "robotCode": robot}
        status, answer = await played.new("POST", "/v1.0/robot/messageFiles/download", request)

        assert (status, answer["code"]) == (400, code)


async def test_rich_text_unsupported_kinds_and_quotations():
    async with playing() as played:
        await played.bot.connect()
        parts = [{"text": "如下："}, {"pictureDownloadCode": "p", "downloadCode": "d", "type": "picture"}]
        rich = played.dingtalk.inbound.rich_text("1001", parts)
        odd = played.dingtalk.inbound.unsupported("1001")
        await played.dingtalk.pusher.robot_message(rich)
        await played.dingtalk.pusher.robot_message(odd)
        first = await played.phones.say("1001", "报价多少")
        await played.phones.say("1001", "这个", quote=first.key.removeprefix("dingtalk:"))

        bodies = heard(played)
        assert (bodies[0]["msgtype"], bodies[0]["content"]) == ("richText", {"richText": parts})
        assert bodies[1]["msgtype"] == "unknownMsgType"
        assert bodies[1]["content"] == {"unknownMsgType": "用户发送了一条消息，机器人暂不支持接收。"}
        assert bodies[3]["text"]["isReplyMsg"] is True
        assert bodies[3]["text"]["repliedMsg"]["msgId"] == bodies[2]["msgId"]
        assert bodies[3]["text"]["repliedMsg"]["content"] == {"text": "报价多少"}


@pytest.mark.parametrize(("short", "names"), [(False, ("errorCode", "errorMessage")), (True, ("errCode", "errMsg"))])
async def test_a_used_up_quota_empties_the_message(short, names):
    async with playing(knobs={"push_quota": 1, "short_quota_names": short}) as played:
        await played.bot.connect()
        await played.phones.say("1001", "the last one")
        await played.phones.say("1001", "one too many")

        _, empty = heard(played)
        assert not {"text", "content"} & set(empty)
        assert empty[names[0]] == 20001
        assert empty[names[1]].startswith("受调用量超量影响")


async def webhook(played):
    await played.bot.connect()
    await played.phones.say("1001", "hello")
    return heard(played)[0]["sessionWebhook"]


@pytest.mark.parametrize(
    ("body", "kind", "words", "links"),
    [
        ({"msgtype": "text", "text": {"content": "收到"}}, "text", "收到", []),
        (
            {"msgtype": "markdown", "markdown": {"title": "杭州", "text": "#### **9度**\n> 晴"}},
            "markdown",
            "杭州\n9度\n晴",
            [],
        ),
        (
            {"msgtype": "link", "link": {"title": "t", "text": "x", "picUrl": "", "messageUrl": "http://a"}},
            "link",
            "t\nx",
            [("t", "http://a")],
        ),
        (
            {
                "msgtype": "actionCard",
                "actionCard": {"title": "t", "text": "x", "btns": [{"title": "看", "actionURL": "http://a"}]},
            },
            "markdown",
            "t\nx",
            [("看", "http://a")],
        ),
        (
            {"msgtype": "feedCard", "feedCard": {"links": [{"title": "f", "messageURL": "http://a", "picURL": ""}]}},
            "markdown",
            "",
            [("f", "http://a")],
        ),
    ],
)
async def test_the_session_webhook_takes_five_kinds(body, kind, words, links):
    async with playing() as played:
        url = await webhook(played)
        answer = await (await played.http.post(url, json=body)).json()

        shown = await played.phones.wait("1001", lambda _: True)
        assert answer == {"errcode": 0, "errmsg": "ok"}
        assert (shown.kind, shown.words) == (kind, words)
        assert [(button.text, button.url) for button in shown.buttons] == links


async def test_the_session_webhook_ends_and_takes_no_other_kind():
    async with playing() as played:
        url = await webhook(played)
        wrong = await (await played.http.post(url, json={"msgtype": "image", "image": {}})).json()
        played.clock.advance(5401)
        late = await played.http.post(url, json={"msgtype": "text", "text": {"content": "x"}})

        assert wrong["errcode"] == 400105
        assert (late.status, await late.json()) == (200, {"errcode": 300001, "errmsg": "session 不存在"})


async def test_http_messages_are_signed_and_the_response_may_be_the_reply():
    async with playing(transport="http") as played:
        played.http_bot.reply = {"msgtype": "text", "text": {"content": "你好"}}
        sent = await played.phones.say("1001", "hello")

        ((path, headers, body),) = played.http_bot.got
        assert path == "/dingtalk/robot"
        assert headers["timestamp"] == "1800000000000"
        assert headers["sign"] == robot_sign("1800000000000", "playground-dingtalk-secret")
        assert body["text"] == {"content": "hello"}
        assert sent.acknowledged
        assert (await played.phones.wait("1001", lambda _: True)).text == "你好"


async def test_anything_can_be_posted_raw():
    async with playing(transport="http") as played:
        headers = played.dingtalk.pusher.robot_headers("1577262236757")
        attempt = await played.dingtalk.pusher.deliver_raw("/dingtalk/robot", b'{"msgtype": "text"}', headers)

        assert attempt.status == 200
        assert played.http_bot.got[0][1]["timestamp"] == "1577262236757"


async def test_http_events_are_encrypted_and_want_the_encrypted_word():
    async with playing(transport="http") as played:
        check = await played.dingtalk.pusher.check_url()
        sent = await played.dingtalk.pusher.event("user_add_org", {"userId": ["1003"]})
        played.http_bot.word = "ok"
        refused = await played.dingtalk.pusher.event("user_add_org", {"userId": ["1003"]})

        bodies = [body for _, _, body in played.http_bot.got]
        assert check.status == 200
        assert bodies[0] == {"EventType": "check_url"}
        assert bodies[1] == {
            "EventType": "user_add_org",
            "EventTime": 1_800_000_000_000,
            "CorpId": "dingcorp0001",
            "eventId": sent.key.removeprefix("dingtalk:"),
            "userId": ["1003"],
        }
        assert sent.acknowledged
        assert refused.attempts[0].error == "HTTP请求结果校验返回字段值失败"


async def test_a_bot_that_is_down_leaves_an_error():
    async with playing(transport="http") as played:
        played.all_settings.bot_url = "http://127.0.0.1:1"
        sent = await played.phones.say("1001", "hello")

        assert not sent.acknowledged
        assert sent.attempts[0].error
