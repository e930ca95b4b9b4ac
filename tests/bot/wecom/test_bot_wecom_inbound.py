"""Every message and event of WeCom as an envelope."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from bot.wecom.inbound import parse
from handlers.envelope import Attachment, Click, Envelope, Kind

RECEIVED = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
SENT = datetime(2026, 1, 1, tzinfo=UTC)


def message(inner, *, sender="zhangsan", msgid="7300000000000000001"):
    number = f"<MsgId>{msgid}</MsgId>" if msgid else ""
    return (
        "<xml><ToUserName><![CDATA[ww1]]></ToUserName>"
        f"<FromUserName><![CDATA[{sender}]]></FromUserName><CreateTime>1767225600</CreateTime>"
        f"{inner}{number}<AgentID>1000002</AgentID></xml>"
    ).encode()


def event(name, inner="", *, sender="zhangsan"):
    return message(
        f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{inner}", sender=sender, msgid=""
    )


def meaning(raw):
    """Return kind, text and data, what most kinds consist of."""
    envelope = parse(raw, RECEIVED)
    return envelope.kind, envelope.text, dict(envelope.data)


def test_a_text_is_complete():
    raw = message("<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[ 今天拜访了\n华东阀门厂 ]]></Content>")
    assert parse(raw, RECEIVED) == Envelope(
        key="wecom:7300000000000000001",
        platform="wecom",
        account="zhangsan",
        conversation="zhangsan",
        kind=Kind.TEXT,
        sent_at=SENT,
        text=" 今天拜访了\n华东阀门厂 ",
    )


@pytest.mark.parametrize(
    ("inner", "kind", "attachment"),
    [
        (
            "<MsgType>image</MsgType><PicUrl>http://x/1</PicUrl><MediaId>M1</MediaId>",
            Kind.IMAGE,
            Attachment(kind="image", ref="M1"),
        ),
        (
            "<MsgType>voice</MsgType><MediaId>M2</MediaId><Format>amr</Format>",
            Kind.VOICE,
            Attachment(kind="voice", ref="M2", mime="audio/amr"),
        ),
        (
            "<MsgType>video</MsgType><MediaId>M3</MediaId><ThumbMediaId>T</ThumbMediaId>",
            Kind.VIDEO,
            Attachment(kind="video", ref="M3"),
        ),
        (
            "<MsgType>file</MsgType><MediaId>M4</MediaId><FileName>图纸.pdf</FileName>",
            Kind.FILE,
            Attachment(kind="file", ref="M4", name="图纸.pdf"),
        ),
    ],
)
def test_media_messages_carry_one_attachment(inner, kind, attachment):
    envelope = parse(message(inner), RECEIVED)
    assert (envelope.kind, envelope.attachments, envelope.text) == (kind, (attachment,), "")


def test_a_location_is_latitude_first():
    raw = message(
        "<MsgType>location</MsgType><Location_X>31.2304</Location_X><Location_Y>121.4737</Location_Y>"
        "<Scale>15</Scale><Label><![CDATA[上海市黄浦区]]></Label><AppType>wxwork</AppType>"
    )
    data = {"latitude": "31.2304", "longitude": "121.4737", "scale": "15", "label": "上海市黄浦区"}
    assert meaning(raw) == (Kind.LOCATION, "上海市黄浦区", data)


def test_a_link_keeps_its_address():
    raw = message("<MsgType>link</MsgType><Title>报价</Title><Description>D</Description><Url>https://x</Url>")
    assert meaning(raw) == (Kind.LINK, "报价", {"title": "报价", "description": "D", "url": "https://x"})


def test_an_unknown_type_is_said_to_be_unsupported():
    assert meaning(message("<MsgType>hologram</MsgType>")) == (Kind.UNSUPPORTED, "", {"type": "hologram"})


@pytest.mark.parametrize(
    ("name", "inner", "expected"),
    [
        ("subscribe", "", (Kind.JOINED, "", {"event": "subscribe"})),
        ("unsubscribe", "", (Kind.LEFT, "", {"event": "unsubscribe"})),
        (
            "enter_agent",
            "<EventKey><![CDATA[]]></EventKey>",
            (Kind.ENTER, "", {"event": "enter_agent", "eventkey": ""}),
        ),
        (
            "LOCATION",
            "<Latitude>31.2</Latitude><Longitude>121.4</Longitude><Precision>65.000</Precision>",
            (
                Kind.LOCATION,
                "",
                {"event": "location", "latitude": "31.2", "longitude": "121.4", "precision": "65.000", "label": ""},
            ),
        ),
        (
            "location_select",
            (
                "<EventKey>K</EventKey><SendLocationInfo><Location_X>31.2</Location_X><Location_Y>121.4</Location_Y>"
                "<Scale>15</Scale><Label>徐汇</Label><Poiname>东门</Poiname></SendLocationInfo>"
            ),
            (
                Kind.LOCATION,
                "徐汇",
                {
                    "event": "location_select",
                    "latitude": "31.2",
                    "longitude": "121.4",
                    "scale": "15",
                    "label": "徐汇",
                    "name": "东门",
                },
            ),
        ),
        (
            "click",
            "<EventKey>MY_TASKS</EventKey>",
            (Kind.MENU, "MY_TASKS", {"event": "click", "key": "MY_TASKS"}),
        ),
        (
            "view",
            "<EventKey>https://x</EventKey>",
            (Kind.MENU, "https://x", {"event": "view", "key": "https://x"}),
        ),
        (
            "scancode_waitmsg",
            (
                "<EventKey>SCAN_DEVICE</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType>"
                "<ScanResult>DEV-2026-0001</ScanResult></ScanCodeInfo>"
            ),
            (Kind.MENU, "DEV-2026-0001", {"event": "scancode_waitmsg", "key": "SCAN_DEVICE"}),
        ),
        (
            "pic_sysphoto",
            (
                "<EventKey>K</EventKey><SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item>"
                "<item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo>"
            ),
            (
                Kind.OTHER,
                "",
                {
                    "event": "pic_sysphoto",
                    "eventkey": "K",
                    "sendpicsinfo.count": "2",
                    "sendpicsinfo.piclist.item.picmd5sum": "a",
                    "sendpicsinfo.piclist.item.2.picmd5sum": "b",
                },
            ),
        ),
        (
            "low_active_alert",
            "<EffectTime>1767225600</EffectTime>",
            (Kind.OTHER, "", {"event": "low_active_alert", "effecttime": "1767225600"}),
        ),
    ],
)
def test_application_events(name, inner, expected):
    assert meaning(event(name, inner)) == expected


CARD = (
    "<EventKey>approve~a:1~3~~sig</EventKey><TaskId>t-1</TaskId><CardType>x</CardType><ResponseCode>RC</ResponseCode>"
)


@pytest.mark.parametrize(
    ("items", "selections"),
    [
        ("", {}),
        ("<SelectedItems></SelectedItems>", {}),
        (
            (
                "<SelectedItems><SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId>a</OptionId></OptionIds>"
                "</SelectedItem></SelectedItems>"
            ),
            {"q": ("a",)},
        ),
        (
            (
                "<SelectedItems><SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId>a</OptionId>"
                "<OptionId>b</OptionId></OptionIds></SelectedItem><SelectedItem><QuestionKey>r</QuestionKey>"
                "<OptionIds></OptionIds></SelectedItem></SelectedItems>"
            ),
            {"q": ("a", "b"), "r": ()},
        ),
    ],
)
@pytest.mark.parametrize("name", ["template_card_event", "template_card_menu_event"])
def test_a_pressed_card(name, items, selections):
    envelope = parse(event(name, CARD + items), RECEIVED)
    assert (envelope.kind, envelope.click) == (
        Kind.CLICK,
        Click(action="approve~a:1~3~~sig", card="t-1", response_code="RC", selections=selections),
    )


def test_who_pressed_is_the_sender_and_nobody_else():
    """R-07: a name inside the payload changes nothing."""
    raw = event("template_card_event", CARD + "<UserID>boss</UserID><FromUser>boss</FromUser>")
    assert parse(raw, RECEIVED).account == "zhangsan"


def test_changes_of_the_directory_come_from_nobody():
    envelope = parse(
        event(
            "change_contact",
            "<ChangeType>update_user</ChangeType><UserID><![CDATA[zhangsan]]></UserID><NewUserID>zs</NewUserID>",
            sender="sys",
        ),
        RECEIVED,
    )
    assert (envelope.kind, envelope.account, envelope.conversation) == (Kind.CHANGED, "", "@sys")
    assert envelope.data == {
        "event": "change_contact",
        "changetype": "update_user",
        "userid": "zhangsan",
        "newuserid": "zs",
    }


@pytest.mark.parametrize("name", ["change_external_contact", "change_external_chat", "change_external_tag"])
def test_changes_of_customers(name):
    raw = event(name, "<ChangeType>create</ChangeType><Id>1</Id>", sender="sys")
    assert meaning(raw) == (Kind.CHANGED, "", {"event": name, "changetype": "create", "id": "1"})


@pytest.mark.parametrize("spelling", ["ApproverStep", "approverstep"])
def test_approvals_are_read_whatever_their_case(spelling):
    inner = (
        f"<ApprovalInfo><SpNo>2026</SpNo><{spelling}>1</{spelling}>"
        "<SpRecord><SpStatus>2</SpStatus></SpRecord><SpRecord><SpStatus>1</SpStatus></SpRecord></ApprovalInfo>"
    )
    data = {
        "event": "open_approval_change",
        "approvalinfo.spno": "2026",
        "approvalinfo.approverstep": "1",
        "approvalinfo.sprecord.spstatus": "2",
        "approvalinfo.sprecord.2.spstatus": "1",
    }
    assert meaning(event("open_approval_change", inner, sender="sys")) == (Kind.OTHER, "", data)


def test_events_are_told_apart_by_their_whole_body():
    """R-12: same sender, same second, different events."""
    one, two = event("subscribe"), event("unsubscribe")
    assert parse(one, RECEIVED).key == f"wecom:sha256:{hashlib.sha256(one).hexdigest()}"
    keys = {
        parse(
            event("sys_approval_change", f"<ApprovalInfo><SpNo>{n}</SpNo></ApprovalInfo>", sender="sys"), RECEIVED
        ).key
        for n in range(200)
    }
    assert len(keys | {parse(two, RECEIVED).key, parse(one, RECEIVED).key}) == 202


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "99999999999999999999"])
def test_without_a_readable_time_it_was_sent_when_it_came(stamp):
    raw = message("<MsgType>text</MsgType><Content>x</Content>").replace(b"1767225600", stamp.encode())
    assert parse(raw, RECEIVED).sent_at == RECEIVED


def test_text_is_cleaned_once_at_the_edge():
    """R-104."""
    raw = message("<MsgType>text</MsgType><Content><![CDATA[a\x00b\r\nc\x85]]></Content>")
    assert parse(raw, RECEIVED).text == "ab\nc"
    assert parse(raw, RECEIVED).to_json()["text"] == "ab\nc"
