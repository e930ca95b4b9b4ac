"""Every documented push becomes an Envelope; what is missing or odd does no harm."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.dingtalk.crypto import CallbackRefused
from bot.dingtalk.inbound import event_headers, parse_card, parse_event, parse_robot
from bot.dingtalk.ours import Ours
from bot.json import BadJson
from handlers.envelope import Attachment, Click, Envelope, Kind


def robot(body, clock, **more):
    return parse_robot(body, received=clock(), **more)


def test_a_text_in_private(robot_body, clock):
    envelope = robot(robot_body(), clock)
    assert envelope == Envelope(
        key="dingtalk:msgY==",
        platform="dingtalk",
        account="042297",
        conversation="042297",
        kind=Kind.TEXT,
        sent_at=clock() - timedelta(seconds=1),
        text="hello DingTalk!",
        nick="张三",
        data={
            "conversation_id": "cidP4g==",
            "sender_id": "$:LWCP_v1:$me",
            "session_webhook": "https://oapi.dingtalk.com/robot/sendBySession?session=79b48",
            "session_webhook_expires": str(int(clock.ms) + 5_400_000),
        },
    )
    assert Envelope.from_json(envelope.to_json()) == envelope


def test_a_text_in_a_group(robot_body, clock):
    body = robot_body(
        conversationType="2", conversationTitle="测试群", isInAtList=True, text={"content": " 报价 "}, createAt=clock.ms
    )
    envelope = robot(body, clock)
    assert (envelope.group, envelope.mentioned, envelope.conversation) == (True, True, "cidP4g==")
    assert (envelope.text, envelope.sent_at) == ("报价", clock())
    assert envelope.data["conversation_title"] == "测试群"


@pytest.mark.parametrize("staff_id", ["", None])
def test_outsiders_have_no_account(robot_body, clock, staff_id):
    envelope = robot(robot_body(senderStaffId=staff_id), clock)
    assert (envelope.account, envelope.conversation) == ("", "cidP4g==")


@pytest.mark.parametrize("created", [None, "", "soon", 10**40, -1, {}, True, 1, "1e3"])
def test_a_nonsense_time_is_the_time_of_arrival(robot_body, clock, created):
    assert robot(robot_body(createAt=created), clock).sent_at == clock()


def test_a_picture(robot_body, clock):
    content = {"pictureDownloadCode": "pWjA", "downloadCode": "mIof"}
    envelope = robot(robot_body(msgtype="picture", text=None, content=content), clock)
    assert (envelope.kind, envelope.attachments) == (Kind.IMAGE, (Attachment(kind="image", ref="mIof"),))


def test_a_voice_is_its_words_and_keeps_the_sound(robot_body, clock):
    content = {"duration": 4000, "downloadCode": "mIof", "recognition": "明天上门检修"}
    envelope = robot(robot_body(msgtype="audio", text=None, content=content), clock)
    assert (envelope.kind, envelope.text) == (Kind.VOICE, "明天上门检修")
    assert envelope.attachments == (Attachment(kind="voice", ref="mIof"),)
    assert envelope.data["duration"] == "4000"


def test_a_video(robot_body, clock):
    content = {"duration": "5", "videoType": "mp4", "downloadCode": "mIof"}
    envelope = robot(robot_body(msgtype="video", text=None, content=content), clock)
    assert (envelope.kind, envelope.attachments) == (Kind.VIDEO, (Attachment(kind="video", ref="mIof"),))


def test_a_file(robot_body, clock):
    content = {"spaceId": "223", "fileName": "图纸.zip", "downloadCode": "LJYY", "fileId": "117"}
    envelope = robot(robot_body(msgtype="file", text=None, content=content), clock)
    assert envelope.attachments == (Attachment(kind="file", ref="LJYY", name="图纸.zip"),)


def test_rich_text_keeps_its_order(robot_body, clock):
    parts = [
        {"text": "示例图如下："},
        {"pictureDownloadCode": "p1", "downloadCode": "d1", "type": "picture"},
        {"text": "第二张"},
        {"pictureDownloadCode": "p2", "type": "picture"},
        {"text": "完\n谢谢 "},
        "nonsense",
    ]
    envelope = robot(robot_body(msgtype="richText", text=None, content={"richText": parts}), clock)
    assert (envelope.kind, envelope.text) == (Kind.TEXT, "示例图如下：\n第二张\n完\n谢谢")
    assert [each.ref for each in envelope.attachments] == ["d1", "p2"]


def test_rich_text_of_pictures_only_is_a_picture(robot_body, clock):
    parts = [{"downloadCode": "d1", "type": "picture"}]
    envelope = robot(robot_body(msgtype="richText", text=None, content={"richText": parts}), clock)
    assert (envelope.kind, envelope.text, len(envelope.attachments)) == (Kind.IMAGE, "", 1)


@pytest.mark.parametrize("msgtype", ["unknownMsgType", "interactiveCard", "chatRecord", "", None, 5])
def test_an_unsupported_type(robot_body, clock, msgtype):
    body = robot_body(msgtype=msgtype, text=None, content={"unknownMsgType": "机器人暂不支持接收。"})
    envelope = robot(body, clock)
    assert (envelope.kind, envelope.data["platform_says"]) == (Kind.UNSUPPORTED, "机器人暂不支持接收。")


@pytest.mark.parametrize("names", [("errorCode", "errorMessage"), ("errCode", "errMsg")])
@pytest.mark.parametrize("code", [20001, "20001"])
def test_over_quota(robot_body, clock, names, code):
    envelope = robot(robot_body(text=None, **{names[0]: code, names[1]: "受调用量超量影响"}), clock)
    assert (envelope.kind, envelope.text, envelope.data["platform_says"]) == (Kind.OVER_QUOTA, "", "受调用量超量影响")


@pytest.mark.parametrize(
    ("msgtype", "content", "quoted"),
    [
        ("text", {"content": "上次的报价"}, "上次的报价"),
        ("text", {"text": "上次的报价"}, "上次的报价"),
        ("text", "上次的报价", "上次的报价"),
        ("markdown", {"text": "# 报价"}, "# 报价"),
        (
            "richText",
            {"richText": [{"text": "一"}, {"downloadCode": "d", "type": "picture"}, {"text": "二"}]},
            "一\n二",
        ),
        ("file", {"fileName": "a.pdf", "downloadCode": "d"}, "[文件]a.pdf"),
        ("picture", {"downloadCode": "d"}, "[图片]"),
        ("interactiveCard", None, ""),
        ("text", ["x"], ""),
    ],
)
def test_a_quoted_message(robot_body, clock, msgtype, content, quoted):
    replied = {"msgType": msgtype, "msgId": "msgQ", "senderId": "$:x", "createdAt": 1, "content": content}
    body = robot_body(text={"content": "这个改一下", "isReplyMsg": True, "repliedMsg": replied})
    envelope = robot(body, clock)
    assert (envelope.text, envelope.quoted) == ("这个改一下", quoted)
    assert envelope.data["quoted_id"] == "msgQ"


def test_the_frame_id_stands_in_for_a_missing_msgid(robot_body, clock):
    assert robot(robot_body(msgId=None), clock, message_id="frame-1").key == "dingtalk:frame-1"
    with pytest.raises(BadJson):
        robot(robot_body(msgId=None), clock)


def card_body(content, /, **changes):
    body = {
        "extension": "{}",
        "corpId": "dingcorp",
        "spaceType": "im",
        "userIdType": 1,
        "type": "actionCallback",
        "userId": "1001",
        "content": json.dumps(content),
        "spaceId": "cidxxxx",
        "outTrackId": "gendan-1",
        "value": json.dumps(content),
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


PRESS = {"cardPrivateData": {"actionIds": ["approve"], "params": {"a": "approve~approval:12~3~~sig"}}}


def click(body, clock, headers=None):
    return parse_card(body, headers or {"messageId": "m1", "time": clock.ms}, received=clock())


def test_a_button(clock):
    envelope = click(card_body(PRESS), clock)
    assert envelope.click == Click(action="approve~approval:12~3~~sig", card="gendan-1")
    assert (envelope.kind, envelope.account, envelope.conversation) == (Kind.CLICK, "1001", "1001")
    assert envelope.data == {"action_id": "approve", "space_id": "cidxxxx", "space_type": "im"}


@pytest.mark.parametrize(
    "body",
    [
        card_body(PRESS, value=None),
        card_body(PRESS, content=None),
        card_body(PRESS, content=PRESS),
        card_body({"cardPrivateData": {"actionIds": ["approve"]}, "params": {"a": "approve~approval:12~3~~sig"}}),
    ],
    ids=["content only", "value only", "content as object", "params beside"],
)
def test_the_spellings_of_a_button(clock, body):
    assert click(body, clock).click.action == "approve~approval:12~3~~sig"


def test_an_action_id_at_the_top(clock):
    assert click(card_body({"actionId": "approve"}), clock).click.action == "approve"


def test_a_form(clock):
    form = {
        "a": "assign~ticket:7~2~~sig",
        "engineer": {"index": 2, "value": "u3"},
        "parts": {"index": [1, 2], "value": ["2", "3"]},
        "none": {"index": [], "value": []},
        "urgent": True,
        "day": "2024-06-13",
        "blank": "",
    }
    envelope = click(card_body({"cardPrivateData": {"actionIds": ["form"], "params": {"form": form}}}), clock)
    assert envelope.click.action == "assign~ticket:7~2~~sig"
    assert envelope.click.selections == {
        "engineer": ("u3",),
        "parts": ("2", "3"),
        "none": (),
        "urgent": ("true",),
        "day": ("2024-06-13",),
        "blank": (),
    }


def test_an_input_and_a_select_block(clock):
    params = {"a": "x", "input": "备注", "select": {"index": 0, "value": "u1"}}
    envelope = click(card_body({"cardPrivateData": {"params": params}}), clock)
    assert envelope.click.selections == {"input": ("备注",), "select": ("u1",)}


def test_the_key_of_a_click(clock):
    """R-10, R-12: the same frame again is the same click; anything else is another one."""
    first = click(card_body(PRESS), clock).key
    assert first.startswith("dingtalk:")
    assert len(first) == len("dingtalk:") + 64
    assert click(card_body(PRESS), clock, {"messageId": "m1", "time": "5"}).key == first
    other = {"cardPrivateData": {"actionIds": ["reject"], "params": {"a": "reject~approval:12~3~~sig"}}}
    keys = {
        first,
        click(card_body(PRESS), clock, {"messageId": "m2"}).key,
        click(card_body(PRESS, userId="1002"), clock).key,
        click(card_body(PRESS, outTrackId="gendan-2"), clock).key,
        click(card_body(other), clock).key,
    }
    assert len(keys) == 5


@pytest.mark.parametrize(
    "body",
    [
        {},
        card_body(PRESS, userId=""),
        card_body(PRESS, outTrackId=None),
        card_body(PRESS, content="{"),
        card_body(PRESS, content="[]"),
    ],
)
def test_half_a_click_is_refused(clock, body):
    with pytest.raises(BadJson):
        click(body, clock)


@pytest.mark.parametrize("content", [{}, {"cardPrivateData": []}, {"cardPrivateData": {"params": "x", "actionIds": 1}}])
def test_a_click_that_says_nothing_does_nothing(clock, content):
    assert click(card_body(content), clock).click == Click(action="", card="gendan-1")


def event_frame(name, **changes):
    return {
        "topic": "*",
        "eventType": name,
        "eventId": "c7c7120f",
        "eventCorpId": "dingcorp",
        "eventBornTime": "1795147200000",
        **changes,
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("user_add_org", Kind.JOINED),
        ("user_leave_org", Kind.LEFT),
        ("user_modify_org", Kind.CHANGED),
        ("org_dept_create", Kind.CHANGED),
        ("org_dept_modify", Kind.CHANGED),
        ("org_dept_remove", Kind.CHANGED),
        ("bpms_instance_change", Kind.OTHER),
    ],
)
def test_events_of_the_stream(clock, name, kind):
    envelope = parse_event(event_frame(name), {"timestamp": "1", "userId": ["015227"]}, received=clock())
    assert (envelope.key, envelope.kind, envelope.account) == ("dingtalk:c7c7120f", kind, "015227")
    assert (envelope.data["event"], envelope.data["users"]) == (name, "015227")


def test_an_event_about_several(clock):
    envelope = parse_event(event_frame("user_leave_org"), {"userId": ["1", "2"]}, received=clock())
    assert (envelope.account, envelope.data["users"]) == ("", "1,2")
    envelope = parse_event(event_frame("org_dept_modify"), {"deptId": [7, 8]}, received=clock())
    assert envelope.data["departments"] == "7,8"


def test_an_http_event_is_the_same_event(clock):
    body = {
        "EventType": "user_add_org",
        "EventTime": int(clock.ms),
        "CorpId": "dingcorp",
        "eventId": "c7c7120f",
        "UserId": ["015227"],
    }
    envelope = parse_event(event_headers(body), body, received=clock())
    assert (envelope.key, envelope.kind, envelope.account) == ("dingtalk:c7c7120f", Kind.JOINED, "015227")
    assert envelope.sent_at == clock()


def test_an_event_without_id_is_known_by_its_content(clock):
    def key(**data):
        return parse_event(event_frame("user_add_org", eventId=None), data, received=clock()).key

    assert key(userId=["1"]) == key(userId=["1"])
    assert key(userId=["1"]) != key(userId=["2"])


def test_an_event_without_a_type(clock):
    with pytest.raises(BadJson):
        parse_event({}, {}, received=clock())


def test_foreign_ids(robot_body):
    """R-03: another robot, another company, or none named at all."""
    ours = Ours(robot_code="dingrobot", corp_id="dingcorp")
    ours.check_robot(robot_body())
    ours.check_card({"corpId": "dingcorp"})
    ours.check_event({"eventCorpId": "dingcorp"})
    for changes in ({"robotCode": "dingother"}, {"robotCode": None}, {"chatbotCorpId": "x"}, {"chatbotCorpId": None}):
        with pytest.raises(CallbackRefused):
            ours.check_robot(robot_body(**changes))
    for check in (ours.check_card, ours.check_event):
        for body in ({}, {"corpId": "x", "eventCorpId": "x"}, {"corpId": None}, {"corpId": ["dingcorp"]}):
            with pytest.raises(CallbackRefused):
                check(body)
