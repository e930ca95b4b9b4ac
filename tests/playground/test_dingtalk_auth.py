"""Facts 14–17: tokens of both generations, refusals with their exact bodies, calls per second and per month."""

from __future__ import annotations

import pytest

from tests.playground.dingtalk_bot import TOKEN, playing, refusal, without_ids

SEND = "/v1.0/robot/oToMessages/batchSend"
TEXT = {"robotCode": "dingplayground", "userIds": ["1001"], "msgKey": "sampleText", "msgParam": '{"content": "x"}'}
APP = {"appKey": "dingplayground", "appSecret": "playground-dingtalk-secret"}


async def test_the_three_ways_to_a_token_give_the_same_one_while_it_is_valid():
    async with playing() as played:
        corp = {"client_id": APP["appKey"], "client_secret": APP["appSecret"], "grant_type": "client_credentials"}
        old = {"appkey": APP["appKey"], "appsecret": APP["appSecret"]}
        first = await (await played.http.post("/v1.0/oauth2/accessToken", json=APP)).json()
        second = await (await played.http.post("/v1.0/oauth2/dingcorp0001/token", json=corp)).json()
        third = await (await played.http.get("/gettoken", params=old)).json()
        played.clock.advance(7000)
        renewed = await played.token()
        played.clock.advance(7000)
        kept = await played.token()
        played.clock.advance(7200)

        token = first["accessToken"]
        assert first == {"accessToken": token, "expireIn": 7200}
        assert second == {"access_token": token, "expires_in": 7200}
        assert third == {"errcode": 0, "access_token": token, "errmsg": "ok", "expires_in": 7200}
        assert renewed == kept == token
        assert await played.token() != token


async def test_wrong_credentials():
    async with playing() as played:
        wrong = {**APP, "appSecret": "no"}
        new = await played.http.post("/v1.0/oauth2/accessToken", json=wrong)
        corp = await played.http.post("/v1.0/oauth2/dingwrong/token", json={})
        old = await played.http.get("/gettoken", params={"appkey": "dingplayground", "appsecret": "no"})
        missing = await played.http.get("/gettoken")

        assert (new.status, without_ids(await new.json())) == (
            400,
            refusal("invalidClientIdOrSecret", "无效的clientId或者clientSecret"),
        )
        assert (corp.status, without_ids(await corp.json())) == (500, refusal("unknownError", "未知错误"))
        assert (old.status, await old.json()) == (200, {"errcode": 40096, "errmsg": "不合法的appKey或appSecret"})
        assert await missing.json() == {"errcode": 40035, "errmsg": "缺少参数 corpid or appkey"}


async def test_the_new_api_without_and_with_a_dead_token():
    async with playing() as played:
        token = await played.token()
        bare = await played.http.post(SEND, json=TEXT)
        bearer = await played.http.post(SEND, json=TEXT, headers={"Authorization": f"Bearer {token}"})
        played.dingtalk.revoke_token()
        dead = await played.http.post(SEND, json=TEXT, headers={TOKEN: token})

        missing = refusal("AuthenticationFailed.MissingParameter", "缺少参数：x-acs-dingtalk-access-token")
        assert (bare.status, without_ids(await bare.json())) == (400, missing)
        assert (bearer.status, without_ids(await bearer.json())) == (400, missing)
        assert (dead.status, without_ids(await dead.json())) == (
            400,
            refusal("InvalidAuthentication", "不合法的access_token"),
        )


async def test_the_old_api_wraps_token_mistakes_in_88():
    async with playing() as played:
        blank = await (await played.http.post("/topapi/v2/user/get", json={})).json()
        dead = await (await played.http.post("/topapi/v2/user/get?access_token=dead", json={})).json()
        form = await (await played.http.post("/topapi/v2/user/get", data={"access_token": "dead"})).json()
        unknown = await (await played.http.post("/topapi/v2/user/notexist", json={})).json()

        assert without_ids(blank) == {
            "errcode": 88,
            "sub_code": "40000",
            "sub_msg": "access_token is blank",
            "errmsg": "ding talk error[subcode=40000,submsg=access_token is blank]",
        }
        assert without_ids(dead) == {
            "errcode": 88,
            "sub_code": "40014",
            "sub_msg": "不合法的access_token",
            "errmsg": "ding talk error[subcode=40014,submsg=不合法的access_token]",
        }
        assert without_ids(form) == without_ids(dead)
        assert unknown["errcode"] == 22
        assert unknown["sub_msg"] == "不合法ApiName，ApiName = dingtalk.oapi.v2.user.notexist"


async def test_a_missing_permission_is_named():
    async with playing(knobs={"missing_scopes": {"qyapi_robot_sendmsg", "qyapi_get_member"}}) as played:
        status, new = await played.new("POST", SEND, TEXT)
        old = await played.old("/topapi/v2/user/get", {"userid": "1001"})

        assert status == 403
        assert new["code"] == "Forbidden.AccessDenied.AccessTokenPermissionDenied"
        assert new["accessdenieddetail"] == {"requiredScopes": ["qyapi_robot_sendmsg"]}
        assert (old["errcode"], old["sub_code"]) == (88, "60011")


@pytest.mark.parametrize(("bare", "code"), [(False, (88, "90018")), (True, (90018, None))])
async def test_the_21st_call_of_a_second_is_refused_and_not_counted(bare, code):
    async with playing(knobs={"old_throttle_bare": bare}) as played:
        for _ in range(20):
            assert (await played.new("POST", SEND, TEXT))[0] == 200
            assert (await played.old("/topapi/v2/user/get", {"userid": "1001"}))["errcode"] == 0
        status, refused = await played.new("POST", SEND, TEXT)
        old = await played.old("/topapi/v2/user/get", {"userid": "1001"})
        spent = played.dingtalk.limits.spent_now("api")
        played.clock.advance(1)

        assert (status, refused["code"]) == (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
        assert (old["errcode"], old.get("sub_code")) == code
        assert spent == 20
        assert (await played.new("POST", SEND, TEXT))[0] == 200


async def test_the_months_quota_counts_paid_calls_only():
    async with playing(knobs={"api_quota": 2}) as played:
        for _ in range(3):
            await played.old("/topapi/v2/user/get", {"userid": "1001"})
        sent = [(await played.new("POST", SEND, TEXT))[0] for _ in range(2)]
        status, refused = await played.new("POST", SEND, TEXT)
        notice = await played.old("/topapi/message/corpconversation/asyncsend_v2", {})
        free = await played.old("/topapi/v2/user/get", {"userid": "1001"})
        calls = played.dingtalk.limits.calls["POST /topapi/v2/user/get"]
        played.clock.advance(31 * 24 * 3600)

        assert sent == [200, 200]
        assert (status, refused["code"]) == (403, "Forbidden.AccessDenied.ApiCountLimitForOrg")
        assert (notice["errcode"], notice["sub_code"]) == (88, "90020")
        assert (free["errcode"], calls) == (0, 4)
        assert (await played.new("POST", SEND, TEXT))[0] == 200


async def test_pushes_are_counted_and_contact_events_are_free():
    async with playing() as played:
        await played.bot.connect()
        await played.phones.say("1001", "hello")
        await played.dingtalk.pusher.event("user_modify_org", {"userId": ["1001"]})
        await played.dingtalk.pusher.event("bpms_instance_change", {})

        assert played.dingtalk.limits.spent_now("push") == 2


@pytest.mark.parametrize(("ban", "kind"), [("html", "text/html"), ("json", "application/json")])
async def test_a_banned_address_gets_no_answer_of_the_api(ban, kind):
    async with playing(knobs={"ip_ban": ban}) as played:
        response = await played.http.post(SEND, json=TEXT)

        assert response.content_type == kind
        assert "code" not in await response.text()


async def test_injected_errors_speak_the_apis_own_way():
    async with playing() as played:
        token = await played.token()
        played.faults.add("dingtalk", "oToMessages/batchSend", "errcode", code="system.busy", status=500)
        played.faults.add("dingtalk", "user/get", "errcode", code="", message="", count=1)
        new = await played.http.post(SEND, json=TEXT, headers={TOKEN: token})
        old = await (await played.http.post("/topapi/v2/user/get", json={})).json()

        assert (new.status, without_ids(await new.json())) == (500, refusal("system.busy", "injected fault"))
        assert (old["errcode"], old["sub_code"]) == (88, "")


async def test_a_body_that_is_no_json():
    async with playing() as played:
        headers = {TOKEN: await played.token(), "Content-Type": "application/json"}
        response = await played.http.post(SEND, data=b"{", headers=headers)

        assert (response.status, (await response.json())["code"]) == (400, "Missingbody")
