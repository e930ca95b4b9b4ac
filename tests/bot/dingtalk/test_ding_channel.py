"""Sending, updating and fetching, against a platform that answers as DingTalk does."""

from __future__ import annotations

import json

import pytest

from bot.dingtalk.channel import ChannelSettings, DingTalkChannel, out_track_id
from bot.dingtalk.directory import Department, Directory, Person
from bot.dingtalk.login import DingTalkLogin, LoginRefused, LoginSettings
from bot.downloads import Downloads, DownloadSettings
from cards.action import Action, ActionCodec
from cards.card import Button, Card, Document, Markdown, Picture, Text
from cards.channel import CannotUpdate, MediaRef, Misconfigured, Refused, Retry
from cards.render.dingtalk import render

CREATE = "/v1.0/card/instances/createAndDeliver"
CARDS = "/v1.0/card/instances"
SEND = "/v1.0/robot/oToMessages/batchSend"
GROUP = "/v1.0/robot/groupMessages/send"
DOWNLOAD = "/v1.0/robot/messageFiles/download"
CODEC = ActionCodec(b"0123456789abcdef")
CARD = Card(
    kind="quotes.approval",
    subject="approval:12",
    version=3,
    title="报价待审批",
    url="https://crm.example.com/m/q/12",
    buttons=(Button(text="同意", action=Action(verb="approve", subject="approval:12", version=3), typed="同意 A12"),),
)
DELIVERED = {
    "success": True,
    "result": {
        "outTrackId": "t",
        "deliverResults": [{"spaceType": "IM_ROBOT", "success": True, "carrierId": "carrier"}],
    },
}
NO_SPACE = {
    "success": True,
    "result": {"deliverResults": [{"spaceType": "IM", "success": False, "errorMsg": "spaces of card is empty"}]},
}


@pytest.fixture
def make(client, platform, session):
    def build(**changes):
        settings = ChannelSettings(**{"robot_code": "dingrobot", "card_template_id": "t.schema", **changes})
        downloads = Downloads(DownloadSettings(api_base=platform.base, size_max=1000), session=session)
        return DingTalkChannel(settings, client=client, codec=CODEC, downloads=downloads)

    return build


async def test_a_card_to_a_member(make, platform):
    platform.replies[CREATE] = (200, DELIVERED)
    receipt = await make().send("1001", CARD, key="approval:12:1001")
    track = out_track_id("approval:12:1001")
    assert (receipt.message_id, receipt.handle, receipt.note) == ("carrier", {"out_track_id": track}, "")
    assert platform.to(CREATE)[0].body == {
        "cardTemplateId": "t.schema",
        "outTrackId": track,
        "userIdType": 1,
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": render(CARD, CODEC)},
        "openSpaceId": "dtv1.card//IM_ROBOT.1001",
        "imRobotOpenSpaceModel": {"supportForward": False, "lastMessageI18n": {"ZH_CN": "报价待审批"}},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": "dingrobot"},
    }


async def test_a_card_to_a_group_answered_over_http(make, platform):
    platform.replies[CREATE] = (200, DELIVERED)
    await make(callback="HTTP", callback_route_key="gendan").send("cid1==", CARD, key="k", group=True)
    body = platform.to(CREATE)[0].body
    assert (body["callbackType"], body["callbackRouteKey"]) == ("HTTP", "gendan")
    assert body["openSpaceId"] == "dtv1.card//IM_GROUP.cid1=="
    assert body["imGroupOpenDeliverModel"] == {"robotCode": "dingrobot"}
    assert body["imGroupOpenSpaceModel"]["supportForward"] is False


@pytest.mark.parametrize(
    ("reply", "note"),
    [
        ((200, NO_SPACE), "卡片未能投放（spaces of card is empty），已改发链接"),
        ((200, {"success": True, "result": {}}), "卡片未能投放（没有投放结果），已改发链接"),
        ((400, {"code": "param.templateNotExist"}), "卡片未能投放（卡片模板不存在），已改发链接"),
    ],
)
async def test_an_undelivered_card_goes_out_as_a_message(make, platform, reply, note):
    """Outer success says nothing about delivery."""
    platform.replies |= {CREATE: reply, SEND: (200, {"processQueryKey": "q"})}
    receipt = await make().send("1001", CARD, key="k")
    assert (receipt.message_id, receipt.handle, receipt.note) == ("q", {}, note)
    body = platform.to(SEND)[0].body
    assert (body["robotCode"], body["userIds"], body["msgKey"]) == ("dingrobot", ["1001"], "sampleActionCard")
    assert json.loads(body["msgParam"])["singleURL"] == CARD.url


async def test_an_undelivered_card_whose_message_fails_is_not_taken_as_delivered(make, platform):
    """R-27: the card exists by now, and still nobody has seen it."""
    platform.replies |= {CREATE: (200, NO_SPACE), SEND: (500, {"code": "system.error"})}
    channel = make()
    with pytest.raises(Retry):
        await channel.send("1001", CARD, key="k")
    platform.replies |= {CREATE: (400, {"code": "param.cardAlreadyExist"}), SEND: (200, {"processQueryKey": "q"})}
    assert (await channel.send("1001", CARD, key="k")).message_id == "q"


async def test_a_lost_answer_is_not_sent_twice(make, platform):
    """R-27: the same key is the same outTrackId, and "already exists" is done."""
    platform.replies[CREATE] = (504, "gateway timeout")
    with pytest.raises(Retry) as caught:
        await make().send("1001", CARD, key="k")
    assert caught.value.delivered_maybe
    platform.replies[CREATE] = (400, {"code": "param.cardAlreadyExist"})
    assert (await make().send("1001", CARD, key="k")).handle == {"out_track_id": out_track_id("k")}
    assert platform.to(SEND) == []


async def test_without_a_template(make, platform):
    platform.replies[SEND] = (200, {"processQueryKey": "q"})
    receipt = await make(card_template_id="").send("1001", CARD, key="k")
    assert receipt.note == "卡片模板未配置，已改发链接"
    with pytest.raises(CannotUpdate):
        await make().update("1001", CARD, receipt.handle)


async def test_texts_and_markdown(make, platform):
    platform.replies |= {SEND: (200, {"processQueryKey": "q"}), GROUP: (200, {"processQueryKey": "g"})}
    await make().send("1001", Text(text="收到"), key="k")
    receipt = await make().send("cid==", Markdown(title="日报", markdown="**3** 单"), key="k", group=True)
    assert platform.to(SEND)[0].body["msgParam"] == '{"content": "收到"}'
    assert receipt.message_id == "g"
    body = platform.to(GROUP)[0].body
    assert (body["openConversationId"], body["msgKey"]) == ("cid==", "sampleMarkdown")
    assert json.loads(body["msgParam"]) == {"title": "日报", "text": "**3** 单"}


async def test_a_long_text_is_cut_to_what_dingtalk_takes(make, platform):
    platform.replies[SEND] = (200, {})
    await make().send("1001", Text(text="长" * 9000), key="k")
    assert len(platform.to(SEND)[0].body["msgParam"].encode()) <= 15_000


async def test_pictures_and_files_are_uploaded_first(make, platform):
    platform.replies |= {SEND: (200, {}), "/media/upload": (200, {"errcode": 0, "media_id": "$iAEK", "type": "file"})}
    await make().send("1001", Picture(name="a.png", data=b"png"), key="k")
    await make().send("1001", Document(name="报价.PDF", data=b"pdf"), key="k")
    first, second = (json.loads(call.body["msgParam"]) for call in platform.to(SEND))
    assert first == {"photoURL": "$iAEK"}
    assert second == {"mediaId": "$iAEK", "fileName": "报价.PDF", "fileType": "pdf"}
    upload = platform.to("/media/upload")[0]
    assert upload.query == {"access_token": "old-token-1", "type": "image"}
    assert b'name="media"' in upload.body
    with pytest.raises(Refused):
        await make().send("1001", Document(name="a.exe", data=b"x"), key="k")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"invalidStaffIdList": ["1001"]}, Refused),
        ({"filteredStaffIdList": ["1001"]}, Refused),
        ({"flowControlledStaffIdList": ["1001"]}, Retry),
    ],
)
async def test_left_out_inside_200(make, platform, answer, error):
    """R-35."""
    platform.replies[SEND] = (200, {"processQueryKey": "q", **answer})
    with pytest.raises(error):
        await make().send("1001", Text(text="x"), key="k")


async def test_update(make, platform):
    platform.replies[CARDS] = (200, {"success": True, "result": True})
    handle = {"out_track_id": "t1"}
    assert await make().update("1001", CARD, handle) == handle
    call = platform.to(CARDS)[0]
    assert call.method == "PUT"
    assert call.body["cardUpdateOptions"]["updateCardDataByKey"] is True
    assert call.body["cardData"]["cardParamMap"] == render(CARD, CODEC)
    platform.replies[CARDS] = (400, {"code": "param.cardNotExist"})
    with pytest.raises(CannotUpdate):
        await make().update("1001", CARD, handle)


async def test_fetch(make, platform):
    platform.replies |= {DOWNLOAD: (200, {"downloadUrl": platform.base + "/f/1"}), "/f/1": (200, b"\xff\xd8\xffjpeg")}
    media = await make().fetch(MediaRef(kind="image", ref="code"))
    assert (media.mime, media.data) == ("image/jpeg", b"\xff\xd8\xffjpeg")
    assert platform.to(DOWNLOAD)[0].body == {"downloadCode": "code", "robotCode": "dingrobot"}
    platform.replies["/f/1"] = (200, b"x" * 1001)
    with pytest.raises(Refused):
        await make().fetch(MediaRef(kind="file", ref="code"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://127.0.0.1/secret",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://evil.example/?.dingtalk.com",
        "https://dingtalk.com.evil.example/x",
        "https://user@x.dingtalk.com/",
        "https://x.dingtalk.com:8443/",
        "https://evildingtalk.com/",
    ],
)
async def test_foreign_hosts_are_never_called(make, platform, url):
    """R-87."""
    platform.replies[DOWNLOAD] = (200, {"downloadUrl": url})
    with pytest.raises(Misconfigured):
        await make().fetch(MediaRef(kind="file", ref="code"))


@pytest.mark.parametrize("stringly", [False, True])
async def test_the_directory(client, platform, stringly):
    person = {
        "userid": "1001",
        "unionid": "u1",
        "name": "周敏",
        "manager_userid": "1000",
        "dept_id_list": "[2,3]" if stringly else [2, 3],
        "leader_in_dept": {"dept_id": "2", "leader": "true"} if stringly else [{"dept_id": 2, "leader": True}],
        "active": "true" if stringly else True,
        "admin": "false" if stringly else False,
    }
    children = {1: [{"dept_id": 2, "name": "华东", "parent_id": 1}], 2: [{"dept_id": 1}], 3: []}
    members = {1: ["1001"], 2: ["1001", "gone"]}
    platform.replies |= {
        "/topapi/v2/department/listsub": lambda call: (200, {"errcode": 0, "result": children[call.body["dept_id"]]}),
        "/topapi/user/listid": lambda call: (
            200,
            {"errcode": 0, "result": {"userid_list": members[call.body["dept_id"]]}},
        ),
        "/topapi/v2/user/get": lambda call: (
            200,
            {"errcode": 0, "result": person} if call.body["userid"] == "1001" else {"errcode": 33012},
        ),
    }
    directory = Directory(client)
    assert [each async for each in directory.departments()] == [Department(id=2, name="华东", parent=1)]
    assert [each async for each in directory.people()] == [
        Person(userid="1001", name="周敏", unionid="u1", manager="1000", departments=(2, 3), leads=(2,))
    ]


async def test_login(client, platform):
    login = DingTalkLogin(LoginSettings(corp_id="dingcorp"), client=client)
    platform.replies |= {
        "/topapi/v2/user/getuserinfo": lambda call: (
            200,
            {"errcode": 0, "result": {"userid": "1001"}} if call.body["code"] == "good" else {"errcode": 40078},
        ),
        "/v1.0/oauth2/userAccessToken": lambda call: (
            (200, {"accessToken": "user", "corpId": call.body["code"]})
            if call.body["code"] != "bad"
            else (400, {"code": "invalidParameter.authCode.notFound"})
        ),
        "/v1.0/contact/users/me": lambda call: (
            200,
            {"unionId": call.headers["x-acs-dingtalk-access-token"] + "-union"},
        ),
        "/topapi/user/getbyunionid": (200, {"errcode": 0, "result": {"userid": "1001"}}),
    }
    assert await login.inside("good") == "1001"
    assert await login.web("dingcorp") == "1001"
    assert platform.to("/topapi/user/getbyunionid")[0].body == {"unionid": "user-union"}
    for attempt in (login.inside("used"), login.web("bad"), login.web("othercorp")):
        with pytest.raises(LoginRefused):
            await attempt
    platform.replies["/topapi/user/getbyunionid"] = (200, {"errcode": 60121})
    with pytest.raises(LoginRefused):
        await login.web("dingcorp")
    assert login.web_address(redirect_uri="https://crm.example.com/login/dingtalk", state="s&1") == (
        "https://login.dingtalk.com/oauth2/auth?redirect_uri=https%3A%2F%2Fcrm.example.com%2Flogin%2Fdingtalk"
        "&response_type=code&client_id=dingapp&scope=openid+corpid&state=s%261&prompt=consent&corpId=dingcorp"
    )
