"""The robot's messages and events as envelopes: the reference's examples, and whatever else may come."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.json import BadJson
from bot.wecom.aibot.inbound import parse, split_ref, without_mention
from handlers.envelope import Attachment, Click, Envelope, Kind

NOW = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
MESSAGE = {
    "msgid": "CAIQ16HMjQYY/NGagIOAgAMgq4KM0AI=",
    "aibotid": "AIBOTID",
    "chatid": "CHATID",
    "chattype": "group",
    "from": {"userid": "zhangsan"},
    "response_url": "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=RC",
    "msgtype": "text",
    "text": {"content": "@销售助手 今天的拜访"},
    "quote": {"msgtype": "text", "text": {"content": "主轴异响"}},
}
PRESS = {
    "msgid": "M",
    "create_time": 1767225600,
    "aibotid": "AIBOTID",
    "chatid": "CHATID",
    "chattype": "single",
    "from": {"userid": "zhangsan"},
    "response_url": "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=RC",
    "msgtype": "event",
    "event": {
        "eventtype": "template_card_event",
        "template_card_event": {
            "card_type": "vote_interaction",
            "event_key": "submit_check",
            "task_id": "wo-1001@check",
            "selected_items": {
                "selected_item": [{"question_key": "items", "option_ids": {"option_id": ["power", "leak"]}}]
            },
        },
    },
}
SINGLE = {**MESSAGE, "chattype": "single"}


def test_the_references_message_in_a_group():
    assert parse(MESSAGE, received=NOW) == Envelope(
        key="wecom:CAIQ16HMjQYY/NGagIOAgAMgq4KM0AI=",
        platform="wecom",
        via="wecom.aibot",
        account="zhangsan",
        conversation="CHATID",
        kind=Kind.TEXT,
        sent_at=NOW,
        text="今天的拜访",
        group=True,
        quoted="主轴异响",
        data={"response_url": MESSAGE["response_url"], "bot_id": "AIBOTID"},
    )


def test_an_envelope_survives_the_inbox():
    envelope = parse(MESSAGE, received=NOW)
    assert Envelope.from_json(envelope.to_json()) == envelope


def test_the_references_press():
    envelope = parse(PRESS, received=NOW)
    assert (envelope.kind, envelope.conversation, envelope.group) == (Kind.CLICK, "zhangsan", False)
    assert envelope.sent_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert envelope.click == Click(action="submit_check", card="wo-1001@check", selections={"items": ("power", "leak")})


def test_a_press_may_lie_flat_in_its_event_and_a_single_choice_stand_alone():
    event = {
        "eventtype": "template_card_event",
        "event_key": "k",
        "task_id": "t",
        "selected_items": {"selected_item": {"question_key": "q", "option_ids": {"option_id": "a"}}},
    }
    envelope = parse({**PRESS, "event": event}, received=NOW)
    assert envelope.click == Click(action="k", card="t", selections={"q": ("a",)})


@pytest.mark.parametrize(
    ("event", "kind"), [("enter_chat", Kind.ENTER), ("feedback_event", Kind.OTHER), ("auth_change_event", Kind.OTHER)]
)
def test_other_events_are_told_apart(event, kind):
    envelope = parse({**PRESS, "event": {"eventtype": event}}, received=NOW)
    assert (envelope.kind, envelope.data["event"], envelope.click) == (kind, event, None)


@pytest.mark.parametrize(
    ("change", "kind", "text", "attachments"),
    [
        ({"msgtype": "image", "image": {"url": "u"}}, Kind.IMAGE, "", (Attachment(kind="image", ref="u"),)),
        (
            {"msgtype": "image", "image": {"url": "u", "aeskey": "k"}},
            Kind.IMAGE,
            "",
            (Attachment(kind="image", ref="u#aeskey=k"),),
        ),
        ({"msgtype": "file", "file": {"url": "u"}}, Kind.FILE, "", (Attachment(kind="file", ref="u"),)),
        ({"msgtype": "video", "video": {"url": "u"}}, Kind.VIDEO, "", (Attachment(kind="video", ref="u"),)),
        ({"msgtype": "voice", "voice": {"content": "泵体漏油"}}, Kind.VOICE, "泵体漏油", ()),
        (
            {
                "msgtype": "mixed",
                "mixed": {
                    "msg_item": [
                        {"msgtype": "text", "text": {"content": "泵体漏油"}},
                        {"msgtype": "image", "image": {"url": "u"}},
                    ]
                },
            },
            Kind.TEXT,
            "泵体漏油",
            (Attachment(kind="image", ref="u"),),
        ),
        ({"msgtype": "something", "something": {}}, Kind.UNSUPPORTED, "", ()),
    ],
)
def test_every_kind_of_message(change, kind, text, attachments):
    envelope = parse({**SINGLE, **change}, received=NOW)
    assert (envelope.kind, envelope.text, envelope.attachments) == (kind, text, attachments)


@pytest.mark.parametrize(
    ("quote", "quoted"),
    [
        ({"msgtype": "image", "image": {"url": "u"}}, "[图片]"),
        (
            {
                "msgtype": "mixed",
                "mixed": {
                    "msg_item": [
                        {"msgtype": "text", "text": {"content": "漏油"}},
                        {"msgtype": "image", "image": {"url": "u"}},
                    ]
                },
            },
            "漏油\n[图片]",
        ),
        ("nonsense", ""),
    ],
)
def test_what_was_quoted(quote, quoted):
    assert parse({**MESSAGE, "quote": quote}, received=NOW).quoted == quoted


@pytest.mark.parametrize(
    ("said", "name", "left"),
    [
        ("@销售助手 今天的拜访", "", "今天的拜访"),
        ("@销售助手\u2005今天的拜访", "", "今天的拜访"),
        ("今天 @销售 助手 的拜访", "销售 助手", "今天  的拜访"),
        ("发到 a@b.cn", "", "发到 a@b.cn"),
        ("@销售助手", "销售助手", ""),
    ],
)
def test_the_mention_is_no_part_of_what_was_said(said, name, left):
    assert without_mention(said, name).split() == left.split()


def test_an_event_without_an_id_is_known_by_what_it_says():
    body = {key: value for key, value in PRESS.items() if key != "msgid"}
    one, same = parse(body, received=NOW), parse(dict(reversed(body.items())), received=NOW)
    assert one.key == same.key
    assert one.key.startswith("wecom:sha256:")
    assert parse({**body, "create_time": 1}, received=NOW).key != one.key


@pytest.mark.parametrize(
    "body",
    [{}, {"msgtype": "stream", "stream": {"id": "s"}}, {**MESSAGE, "chatid": ""}, {**MESSAGE, "msgtype": {"a": 1}}],
)
def test_what_is_no_message_is_refused(body):
    with pytest.raises(BadJson):
        parse(body, received=NOW)


@pytest.mark.parametrize("wrong", [None, [], "x", 7, {"content": []}, {"msg_item": "x"}, {"msg_item": [1, None]}])
@pytest.mark.parametrize("kind", ["text", "mixed", "image", "voice", "quote", "from", "event"])
def test_no_shape_breaks_the_parser(kind, wrong):
    parse({**MESSAGE, "msgtype": kind if kind not in ("quote", "from") else "text", kind: wrong}, received=NOW)


def test_a_reference_to_a_picture_carries_its_key():
    assert split_ref("https://a/b?c=d#aeskey=k=") == ("https://a/b?c=d", "k=")
    assert split_ref("https://a/b") == ("https://a/b", "")
