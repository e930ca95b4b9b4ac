"""Fact 28 and the logins: contacts as they come, codes that work once."""

from __future__ import annotations

import pytest
from yarl import URL

from tests.playground.dingtalk_bot import TOKEN, playing, refusal, without_ids


async def test_a_person_without_what_is_empty():
    async with playing() as played:
        answer = await played.old("/topapi/v2/user/get", {"userid": "1001", "language": "zh_CN"})

        assert answer == {
            "errcode": 0,
            "errmsg": "ok",
            "result": {
                "userid": "1001",
                "unionid": "unionchen",
                "name": "陈静",
                "state_code": "86",
                "manager_userid": "1002",
                "mobile": "13800000001",
                "title": "",
                "hide_mobile": False,
                "exclusive_account": False,
                "dept_id_list": [2],
                "dept_order_list": [{"dept_id": 2, "order": 1}],
                "leader_in_dept": [{"dept_id": 2, "leader": False}],
                "active": True,
                "real_authed": True,
                "senior": False,
                "admin": False,
                "boss": False,
            },
        }


async def test_stringly_contacts_and_no_mobile_without_the_permission():
    async with playing(knobs={"stringly_contacts": True, "contacts_with_mobile": False}) as played:
        result = (await played.old("/topapi/v2/user/get", {"userid": "1002"}))["result"]

        assert not {"mobile", "manager_userid"} & set(result)
        assert result["active"] == "true"
        assert result["leader_in_dept"] == {"dept_id": "2", "leader": "true"}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/topapi/v2/user/get", {"userid": "nobody"}, 33012),
        ("/topapi/v2/user/get", {}, 400002),
        ("/topapi/v2/department/listsub", {"dept_id": 99}, 60003),
        ("/topapi/user/listid", {"dept_id": 99}, 60003),
        ("/topapi/v2/user/getbymobile", {"mobile": "1"}, 60121),
        ("/topapi/user/getbyunionid", {"unionid": "1"}, 60121),
        ("/topapi/v2/user/getuserinfo", {"code": "1"}, 40078),
    ],
)
async def test_what_contacts_refuse(path, body, code):
    async with playing() as played:
        assert (await played.old(path, body))["errcode"] == code


async def test_departments_and_members_come_one_level_at_a_time():
    async with playing() as played:
        root = await played.old("/topapi/v2/department/listsub", {"dept_id": 1})
        below = await played.old("/topapi/v2/department/listsub", {"dept_id": 2})
        members = await played.old("/topapi/user/listid", {"dept_id": 2})
        at_root = await played.old("/topapi/user/listid", {"dept_id": 1})

        assert root["result"] == [
            {"dept_id": 2, "name": "华东一组", "parent_id": 1, "create_dept_group": False, "auto_add_user": False}
        ]
        assert below["result"] == []
        assert members["result"] == {"userid_list": ["1002", "1001"]}
        assert at_root["result"] == {"userid_list": []}


async def test_people_are_found_by_mobile_and_union_id():
    async with playing() as played:
        mobile = await played.old("/topapi/v2/user/getbymobile", {"mobile": "13800000001"})
        union = await played.old("/topapi/user/getbyunionid", {"unionid": "unionzhou"})

        assert (mobile["result"], union["result"]) == ({"userid": "1001"}, {"userid": "1002"})


@pytest.mark.parametrize(("wait", "code"), [(299, 0), (300, 40078)])
async def test_a_login_code_works_once_within_five_minutes(wait, code):
    async with playing() as played:
        login = played.dingtalk.login_code("1001")
        played.clock.advance(wait)
        first = await played.old("/topapi/v2/user/getuserinfo", {"code": login})
        second = await played.old("/topapi/v2/user/getuserinfo", {"code": login})

        assert (first["errcode"], second["errcode"]) == (code, 40078)
        if code == 0:
            assert (first["result"]["userid"], first["result"]["unionid"]) == ("1001", "unionchen")
            assert (first["result"]["sys"], first["result"]["sys_level"]) == (False, 0)


AUTH = {
    "redirect_uri": "http://bot.test/login/dingtalk?next=%2Fm",
    "response_type": "code",
    "client_id": "dingplayground",
    "scope": "openid",
    "state": "s1",
    "prompt": "consent",
}


async def test_web_login_from_the_page_to_the_user_id():
    async with playing() as played:
        asked = await played.http.get("/oauth2/auth", params=AUTH)
        page = await played.http.get("/oauth2/auth", params={**AUTH, "play_user": "1001"}, allow_redirects=False)
        back = URL(page.headers["Location"])
        app = {"clientId": "dingplayground", "clientSecret": "playground-dingtalk-secret"}
        trade = {**app, "code": back.query["code"], "grantType": "authorization_code"}
        tokens = await (await played.http.post("/v1.0/oauth2/userAccessToken", json=trade)).json()
        used = await played.http.post("/v1.0/oauth2/userAccessToken", json=trade)
        refresh = {**app, "grantType": "refresh_token", "refreshToken": tokens["refreshToken"]}
        fresh = await (await played.http.post("/v1.0/oauth2/userAccessToken", json=refresh)).json()
        me = await played.http.get("/v1.0/contact/users/me", headers={TOKEN: fresh["accessToken"]})
        app_token = await played.http.get("/v1.0/contact/users/me", headers={TOKEN: await played.token()})

        assert "陈静" in await asked.text()
        assert page.status == 302
        assert (back.host, back.path) == ("bot.test", "/login/dingtalk")
        assert back.query["authCode"] == back.query["code"]
        assert (back.query["next"], back.query["state"]) == ("/m", "s1")
        assert (tokens["expireIn"], tokens["corpId"]) == (7200, "dingcorp0001")
        assert used.status == 400
        assert await me.json() == {
            "nick": "陈静",
            "openId": "openunionchen",
            "unionId": "unionchen",
            "stateCode": "86",
            "mobile": "13800000001",
        }
        assert (app_token.status, without_ids(await app_token.json())) == (
            400,
            refusal("InvalidAuthentication", "不合法的access_token"),
        )
