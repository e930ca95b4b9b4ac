"""WeCom as a channel, seen from what the platform receives."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.wecom.budget import SendBudget
from bot.wecom.channel import WeComChannel, task_id_for
from bot.wecom.codes import all_codes, with_click_code
from cards.action import Action, ActionCodec
from cards.card import Button, Card, Document, Markdown, Picture, Text
from cards.channel import CannotUpdate, MediaRef, Misconfigured, Refused, Retry

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
CODEC = ActionCodec(b"0123456789abcdef")
ASKING = Card(
    kind="t",
    subject="a:1",
    version=1,
    title="审批",
    url="https://crm.example.com/m/1",
    buttons=(Button(text="同意", action=Action(verb="approve", subject="a:1", version=1)),),
)


@pytest.fixture
def channel(client, clock):
    return WeComChannel(client, CODEC, budget=SendBudget(clock.now), now=clock.now)


async def test_a_text_goes_to_one_member(api, channel):
    api.on("message/send", {"errcode": 0, "errmsg": "ok", "msgid": "m1"})
    receipt = await channel.send("zhangsan", Text(text="已记录"), key="k1")
    assert (receipt.message_id, receipt.handle, receipt.note) == ("m1", {}, "")
    (body,) = api.sent("message/send")
    assert 1800 <= body.pop("duplicate_check_interval") <= 14400
    assert body == {
        "touser": "zhangsan",
        "agentid": 1000002,
        "msgtype": "text",
        "text": {"content": "已记录"},
        "enable_id_trans": 0,
        "enable_duplicate_check": 1,
    }


async def test_one_promise_is_one_request_and_two_are_two(api, channel):
    """R-27: what the platform compares is the request, so it depends on the key and on nothing else."""
    for key in ("k1", "k1", "k2"):
        await channel.send("zhangsan", Text(text="已记录"), key=key)
        await channel.send("zhangsan", ASKING, key=f"card {key}")
        await channel.send("zhangsan", Document(name="a.pdf", data=b"0123456789"), key=f"file {key}")
    bodies = [json.dumps(body) for body in api.sent("message/send")]
    assert bodies[:3] == bodies[3:6]
    assert not set(bodies[:3]) & set(bodies[6:])
    assert len(api.sent("media/upload")) == 1


async def test_a_long_text_is_cut_between_characters(api, channel):
    text = "".join(f"第{n}行跟单\n" for n in range(400))
    await channel.send("zhangsan", Text(text=text), key="k")
    pieces = [body["text"]["content"] for body in api.sent("message/send")]
    assert max(len(piece.encode()) for piece in pieces) <= 2048
    assert "\n".join(pieces) == text.rstrip()


async def test_user_text_makes_no_link_and_no_mention(api, channel):
    """R-84."""
    await channel.send("zhangsan", Text(text='<a href="https://evil">点</a> @all $userName=boss$ 3<5'), key="k")
    assert [body["text"]["content"] for body in api.sent("message/send")] == [
        '＜a href="https://evil">点＜/a> ＠all ＄userName=boss$ 3<5'
    ]


async def test_markdown_goes_as_prepared(api, channel):
    await channel.send("zhangsan", Markdown(title="t", markdown="**今日**\n[看](https://x)"), key="k")
    assert [body["markdown"] for body in api.sent("message/send")] == [{"content": "**今日**\n[看](https://x)"}]


async def test_a_picture_is_uploaded_then_sent(api, channel):
    api.on("media/upload", {"errcode": 0, "errmsg": "", "media_id": "M"})
    receipt = await channel.send("zhangsan", Picture(name="现场.png", data=PNG), key="k")
    assert [(query["type"]) for query in api.queries("media/upload")] == ["image"]
    assert [(body["msgtype"], body["image"]) for body in api.sent("message/send")] == [("image", {"media_id": "M"})]
    assert receipt.note == ""


async def test_a_picture_the_platform_does_not_take_goes_as_a_file(api, channel):
    api.on("media/upload", {"errcode": 0, "errmsg": "", "media_id": "M"})
    receipt = await channel.send("zhangsan", Picture(name="x.webp", data=b"RIFF0123456789"), key="k")
    assert [body["msgtype"] for body in api.sent("message/send")] == ["file"]
    assert receipt.note == "图片过大或格式不支持，已按文件发送"


async def test_a_name_cannot_break_out_of_the_upload(api, channel):
    """R-84."""
    await channel.send("zhangsan", Document(name='a"\r\nX: y/../b.pdf', data=b"0123456789"), key="k")
    (body,) = api.sent("media/upload")
    assert b'filename="a_ X_ y_.._b.pdf"' in body


async def test_a_dead_media_id_is_uploaded_again_once(api, channel, clock):
    api.on("media/upload", {"errcode": 0, "media_id": "M1"}, {"errcode": 0, "media_id": "M2"})
    api.on("message/send", {"errcode": 0}, {"errcode": 40007}, {"errcode": 0})
    for key in ("k1", "k2"):
        await channel.send("zhangsan", Document(name="a.pdf", data=b"0123456789"), key=key)
    assert [body["file"]["media_id"] for body in api.sent("message/send")] == ["M1", "M1", "M2"]
    clock.move(timedelta(days=3))
    await channel.send("zhangsan", Document(name="a.pdf", data=b"0123456789"), key="k3")
    assert len(api.sent("media/upload")) == 3


@pytest.mark.parametrize("size", [0, 5, 20 * 1024 * 1024 + 1])
async def test_files_of_an_impossible_size_are_not_tried(api, channel, size):
    with pytest.raises(Refused):
        await channel.send("zhangsan", Document(name="a", data=b"x" * size), key="k")
    assert api.calls == []


@pytest.mark.parametrize("account", ["@all", "a|b", "", "张三", "a b", "a" * 65, "a\n"])
async def test_nobody_but_one_member_can_be_addressed(api, channel, account):
    with pytest.raises(Refused):
        await channel.send(account, Text(text="x"), key="k")
    with pytest.raises(Refused):
        await channel.update(account, ASKING, {})
    assert api.calls == []


async def test_groups_are_refused(api, channel):
    with pytest.raises(Refused):
        await channel.send("wrkSFfCgAALFgnrSsWU38puiv4yvExuw", Text(text="x"), key="k", group=True)
    assert api.calls == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"errcode": 0, "invaliduser": "zhangsan"}, Refused),
        ({"errcode": 0, "invaliduser": "a|zhangsan|b"}, Refused),
        ({"errcode": 81013}, Refused),
        ({"errcode": 0, "unlicenseduser": "zhangsan"}, Misconfigured),
        ({"errcode": 60020}, Misconfigured),
        ({"errcode": -1}, Retry),
    ],
)
async def test_a_receiver_left_out_is_a_failure(api, channel, answer, error):
    """R-35: reported inside a success, in lower case."""
    api.on("message/send", answer)
    with pytest.raises(error):
        await channel.send("ZhangSan", Text(text="x"), key="k")


@pytest.mark.parametrize("empty", [{}, {"invaliduser": "", "unlicenseduser": ""}, {"invaliduser": "zhangsan2"}])
async def test_others_left_out_are_not_ours(api, channel, empty):
    api.on("message/send", {"errcode": 0, "msgid": "m", **empty})
    assert (await channel.send("zhangsan", Text(text="x"), key="k")).message_id == "m"


async def test_an_empty_text_is_refused(api, channel):
    with pytest.raises(Refused):
        await channel.send("zhangsan", Text(text=" \n"), key="k")


async def test_the_budget_is_asked_first(api, channel):
    """R-31."""
    for n in range(25):
        await channel.send("zhangsan", Text(text="x"), key=f"k{n}")
    with pytest.raises(Retry) as error:
        await channel.send("zhangsan", Text(text="x"), key="k25")
    assert error.value.after == 70
    assert len(api.sent("message/send")) == 25


async def test_a_card_returns_its_code(api, channel, clock):
    api.on("message/send", {"errcode": 0, "msgid": "m", "response_code": "RC1"})
    receipt = await channel.send("zhangsan", ASKING, key="k")
    (body,) = api.sent("message/send")
    assert body["template_card"]["task_id"] == receipt.handle["task_id"] == task_id_for("k")
    assert all_codes(receipt.handle) == [("RC1", clock.now())]


async def test_a_card_the_platform_has_already_is_not_a_failure(api, channel):
    """R-27: our task ids are always legal, so 42014 means that an earlier try arrived."""
    api.on("message/send", {"errcode": 42014})
    receipt = await channel.send("zhangsan", ASKING, key="k")
    assert (receipt.handle, receipt.note) == ({"task_id": task_id_for("k")}, "平台已收过这张卡片")


@pytest.mark.parametrize("key", ["", "k", "中文 key|~", "x" * 500])
def test_task_ids_are_legal_whatever_the_key(key):
    allowed = set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-@")
    assert set(task_id_for(key)) <= allowed
    assert len(task_id_for(key)) <= 128


AT = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)


async def test_every_update_uses_the_newest_code_once(api, channel):
    handle = with_click_code({"task_id": "t"}, "old", AT - timedelta(hours=2))
    handle = with_click_code(handle, "new", AT - timedelta(hours=1))
    left = await channel.update("zhangsan", ASKING, handle)
    assert [(body["userids"], body["response_code"]) for body in api.sent("message/update_template_card")] == [
        (["zhangsan"], "new")
    ]
    assert (left["task_id"], all_codes(left)) == ("t", [("old", AT - timedelta(hours=2))])
    assert all_codes(await channel.update("zhangsan", ASKING, left)) == []


async def test_an_update_says_what_is_documented(api, channel):
    await channel.update("zhangsan", ASKING, with_click_code({}, "RC", AT))
    (body,) = api.sent("message/update_template_card")
    card = body.pop("template_card")
    assert body == {"userids": ["zhangsan"], "agentid": 1000002, "response_code": "RC", "enable_id_trans": 0}
    assert card["card_type"] == "button_interaction"
    assert "task_id" not in card


@pytest.mark.parametrize("code", [42022, 60140])
async def test_a_used_code_gives_way_to_the_one_before(api, channel, code):
    api.on("message/update_template_card", {"errcode": code}, {"errcode": 0})
    handle = with_click_code(with_click_code({}, "old", AT - timedelta(hours=1)), "new", AT)
    assert all_codes(await channel.update("zhangsan", ASKING, handle)) == []
    assert [body["response_code"] for body in api.sent("message/update_template_card")] == ["new", "old"]


@pytest.mark.parametrize(
    "handle", [{}, {"task_id": "t"}, {"codes": "[]"}, with_click_code({}, "RC", AT - timedelta(hours=72))]
)
async def test_without_a_living_code_a_card_is_frozen(api, channel, handle):
    with pytest.raises(CannotUpdate):
        await channel.update("zhangsan", ASKING, handle)
    assert api.calls == []


async def test_when_all_codes_are_used_the_card_is_frozen(api, channel):
    api.on("message/update_template_card", {"errcode": 42022})
    with pytest.raises(CannotUpdate):
        await channel.update("zhangsan", ASKING, with_click_code({}, "RC", AT))


async def test_a_busy_platform_does_not_cost_a_code(api, channel):
    api.on("message/update_template_card", {"errcode": -1})
    with pytest.raises(Retry):
        await channel.update("zhangsan", ASKING, with_click_code({}, "RC", AT))
    assert len(api.sent("message/update_template_card")) == 1


async def test_an_update_reports_a_receiver_left_out(api, channel):
    """R-35: here the platform sends a list."""
    api.on("message/update_template_card", {"errcode": 0, "invaliduser": ["zhangsan"]})
    with pytest.raises(Refused):
        await channel.update("ZhangSan", ASKING, with_click_code({}, "RC", AT))


def test_a_click_adds_its_code_once_and_old_ones_fall_out():
    handle = {"task_id": "t"}
    for n in range(12):
        handle = with_click_code(handle, f"c{n}", AT + timedelta(minutes=n))
        handle = with_click_code(handle, f"c{n}", AT + timedelta(minutes=n))
    assert handle["task_id"] == "t"
    assert [code for code, _ in all_codes(handle)] == [f"c{n}" for n in range(4, 12)]
    assert with_click_code(handle, "", AT) == handle


async def test_media_is_fetched_by_its_id(api, channel):
    headers = {"Content-Disposition": 'attachment; filename="M1.jpg"', "Content-Type": "image/jpeg"}
    api.on("media/get", lambda _: web.Response(body=b"photo", headers=headers))
    media = await channel.fetch(MediaRef(kind="image", ref="M1"))
    assert (media.name, media.mime, media.data) == ("M1.jpg", "image/jpeg", b"photo")
    assert api.queries("media/get") == [{"access_token": "token-1", "media_id": "M1"}]
