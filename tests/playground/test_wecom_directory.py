"""Facts 29 to 32 of the WeCom reference, section 11.4."""

import io
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.playground.wecom_kit import CORP, playing

MEGABYTE = 1024 * 1024
JPEG = b"\xff\xd8\xff" + b"x" * 100


async def upload(play, kind, data, name="图.jpg", field="media"):
    form = aiohttp.FormData()
    form.add_field(field, io.BytesIO(data), filename=name)
    url = f"{play.base}/cgi-bin/media/upload"
    query = {"access_token": await play.token(), "type": kind}
    async with play.http.post(url, params=query, data=form) as response:
        assert response.status == 200
        return await response.json()


async def download(play, media_id, **headers):
    query = {"access_token": await play.token(), "media_id": media_id}
    return await play.http.get(f"{play.base}/cgi-bin/media/get", params=query, headers=headers)


async def test_29_upload_says_nothing_in_errmsg_and_the_time_as_a_string():
    async with playing() as play:
        play.playground.clock.set(1_767_225_600)
        answer = await upload(play, "image", JPEG)
        media_id = answer.pop("media_id")
        assert answer == {"errcode": 0, "errmsg": "", "type": "image", "created_at": "1767225600"}
        response = await download(play, media_id)
        assert (response.status, response.content_type) == (200, "image/jpeg")
        assert response.headers["Content-disposition"] == f'attachment; filename="{media_id}.jpg"'
        assert await response.read() == JPEG


@pytest.mark.parametrize(
    ("kind", "begins", "size", "code"),
    [
        ("image", b"", 5, 44001),
        ("image", b"not a picture", 13, 40058),
        ("image", JPEG, 10 * MEGABYTE + 1, 45001),
        ("voice", b"#!AMR\n", 2 * MEGABYTE + 1, 45001),
        ("voice", b"ID3 an mp3", 10, 40058),
        ("file", b"", 20 * MEGABYTE, 0),
        ("file", b"", 20 * MEGABYTE + 1, 45001),
        ("poem", b"", 6, 40058),
    ],
)
async def test_29_limits_of_an_upload(kind, begins, size, code):
    async with playing() as play:
        assert (await upload(play, kind, begins.ljust(size, b"x")))["errcode"] == code


async def test_29_the_part_is_called_media():
    async with playing() as play:
        assert (await upload(play, "image", JPEG, field="file"))["errcode"] == 40063


async def test_29_an_id_dies_after_three_days_as_json_in_a_200():
    async with playing() as play:
        media_id = (await upload(play, "image", JPEG))["media_id"]
        play.playground.clock.advance(3 * 24 * 3600)
        response = await download(play, media_id)
        assert (response.status, (await response.json())["errcode"]) == (200, 40007)
        assert "Content-disposition" not in response.headers
        assert (await play.send(msgtype="image", image={"media_id": media_id}))["errcode"] == 40007


async def test_29_a_range_is_206_and_more_than_20_mb_needs_one():
    async with playing() as play:
        big = play.wecom.media.keep("video", "a.mp4", bytes(20 * 1024 * 1024 + 10)).id
        assert (await (await download(play, big)).json())["errcode"] == 830002
        response = await download(play, big, Range="bytes=0-1023")
        assert (response.status, len(await response.read())) == (206, 1024)
        assert response.headers["Content-Range"] == f"bytes 0-1023/{20 * 1024 * 1024 + 10}"


async def test_30_user_get_keeps_the_stored_case_and_hides_what_is_private():
    async with playing() as play:
        answer = await play.get("user/get", userid="ZHOUMIN")
        member = await play.get("user/get", userid="chenjing")
    assert (answer["userid"], answer["name"], answer["department"]) == ("ZhouMin", "周敏", [2])
    assert (answer["is_leader_in_dept"], answer["direct_leader"]) == ([1], [])
    assert (member["is_leader_in_dept"], member["direct_leader"]) == ([0], ["ZhouMin"])
    assert not {"mobile", "email", "avatar", "address", "gender", "biz_mail", "qr_code"} & set(answer)


async def test_30_who_is_outside_the_visible_range():
    async with playing(invisible={"zhoumin"}) as play:
        codes = [(await play.get("user/get", userid=user))["errcode"] for user in ("ZhouMin", "nobody")]
        assert (await play.get("user/get", userid="chenjing"))["direct_leader"] == []
        play.wecom.knobs.invisible_errcode = 60021
        codes.append((await play.get("user/get", userid="ZhouMin"))["errcode"])
    assert codes == [60011, 60111, 60021]


async def test_31_lists_are_of_one_department_and_list_id_is_refused():
    async with playing() as play:
        team = await play.get("user/simplelist", department_id="2")
        root = await play.get("user/simplelist", department_id="1")
        unknown = await play.get("user/list", department_id="77")
        refused = await play.post("user/list_id", {"cursor": "", "limit": 100})
    assert team["userlist"] == [
        {"userid": "ZhouMin", "name": "周敏", "department": [2]},
        {"userid": "chenjing", "name": "陈静", "department": [2]},
    ]
    assert (root["userlist"], unknown["errcode"], refused["errcode"]) == ([], 60003, 48002)


async def test_departments():
    async with playing() as play:
        everything = await play.get("department/list")
        ids = await play.get("department/simplelist", id="2")
        one = await play.get("department/get", id="2")
    assert [(each["id"], each["name"], each["parentid"]) for each in everything["department"]] == [
        (1, "示例公司", 0),
        (2, "华东一组", 1),
        (3, "服务部", 1),
    ]
    assert [each["id"] for each in ids["department_id"]] == [2]
    assert one["department"]["department_leader"] == ["ZhouMin"]


LOGIN = {
    "appid": CORP,
    "redirect_uri": "https://crm.example.com/login/wecom?next=%2Fm",
    "response_type": "code",
    "scope": "snsapi_base",
    "state": "abc123",
}


async def authorize(play, **changes):
    query = {**LOGIN, **changes}
    url = f"{play.base}/connect/oauth2/authorize"
    return await play.http.get(url, params=query, allow_redirects=False)


async def login(play, **changes):
    response = await authorize(play, **changes)
    assert response.status == 302
    return parse_qs(urlsplit(response.headers["Location"]).query)["code"][0]


async def test_32_authorize_redirects_with_code_and_state():
    async with playing() as play:
        location = (await authorize(play, play_user="chenjing")).headers["Location"]
        page = await (await authorize(play)).text()
    parts = urlsplit(location)
    assert (parts.netloc, parts.path) == ("crm.example.com", "/login/wecom")
    assert {key: values for key, values in parse_qs(parts.query).items() if key != "code"} == {
        "next": ["/m"],
        "state": ["abc123"],
    }
    assert "play_user=chenjing" in page


async def test_32_a_code_works_once_within_five_minutes():
    async with playing() as play:
        code = await login(play, play_user="CHENJING")
        first, second = [await play.get("auth/getuserinfo", code=code) for _ in range(2)]
        late = await login(play, play_user="chenjing")
        play.playground.clock.advance(301)
        third = await play.get("auth/getuserinfo", code=late)
    assert first == {"errcode": 0, "errmsg": "ok", "userid": "chenjing"}
    assert [second["errcode"], third["errcode"]] == [40029, 40029]


async def test_32_a_visitor_has_an_openid_only():
    async with playing() as play:
        answer = await play.get("auth/getuserinfo", code=await login(play, play_user="a stranger"))
    assert set(answer) == {"errcode", "errmsg", "openid"}


async def test_32_private_fields_need_agentid_and_a_live_ticket():
    async with playing() as play:
        degraded = await login(play, play_user="chenjing", scope="snsapi_privateinfo")
        assert "user_ticket" not in await play.get("auth/getuserinfo", code=degraded)
        code = await login(play, play_user="chenjing", scope="snsapi_privateinfo", agentid="1000002")
        ticket = (await play.get("auth/getuserinfo", code=code))["user_ticket"]
        detail = await play.post("auth/getuserdetail", {"user_ticket": ticket})
        assert (detail["userid"], detail["mobile"]) == ("chenjing", "13800000002")
        assert (await play.post("auth/getuserdetail", {"user_ticket": "x"}))["errcode"] == 84015
        play.playground.clock.advance(1801)
        assert (await play.post("auth/getuserdetail", {"user_ticket": ticket}))["errcode"] == 84014


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"appid": "wwother"}, 40013),
        ({"redirect_uri": "https://evil.example/"}, 50001),
        ({"redirect_uri": "https://crm.example.com:8443/"}, 50001),
        ({"redirect_uri": "javascript:alert(1)"}, 50001),
        ({"response_type": "token"}, 40058),
        ({"state": "has-dash"}, 40058),
    ],
)
async def test_32_what_authorize_refuses(changes, code):
    async with playing(trusted_domain="crm.example.com") as play:
        response = await authorize(play, play_user="chenjing", **changes)
        assert (await response.json())["errcode"] == code
