"""Tokens, error classes, brakes and counters of both API generations."""

from __future__ import annotations

import asyncio

import pytest

from bot.dingtalk.bucket import Buckets
from bot.dingtalk.client import ClientSettings, DingTalkClient
from bot.dingtalk.errors import new_api_error, old_api_error
from bot.dingtalk.quota import Quota
from cards.channel import Misconfigured, Refused, Retry

FORBIDDEN = "Forbidden.AccessDenied."
NEW = [
    (400, "InvalidAuthentication", Retry),
    (400, "AuthenticationFailed.MissingParameter", Refused),
    (400, "invalidClientIdOrSecret", Misconfigured),
    (401, "authFailed", Misconfigured),
    (401, "unauthorized.client", Misconfigured),
    (403, f"{FORBIDDEN}AccessTokenPermissionDenied", Misconfigured),
    (403, f"{FORBIDDEN}IpNotInWhiteList", Misconfigured),
    (403, f"{FORBIDDEN}ApiCountLimitForOrg", Misconfigured),
    (403, f"{FORBIDDEN}QpsLimitForAppkeyAndApi", Retry),
    (403, f"{FORBIDDEN}QpsLimitForApi", Retry),
    (403, f"{FORBIDDEN}QpmLimitForAppkeyAndApi", Retry),
    (429, "system.busy", Retry),
    (500, "system.busy", Retry),
    (500, "system.error", Retry),
    (500, "systemBusy", Retry),
    (500, "serviceBusy", Retry),
    (500, "unknownError", Retry),
    (400, "send.too.fast", Retry),
    (400, "send.byToken.tooFast", Retry),
    (400, "too.many.group", Retry),
    (400, "too.many.people", Retry),
    (400, "invalidParameter.msgKey.invalid", Refused),
    (400, "invalidParameter.msgParam.tooLong", Refused),
    (400, "invalidParameter.userIds.overMax", Refused),
    (400, "invalidParameter.robotCode.downloadCode", Refused),
    (400, "miss.param.robotCode", Refused),
    (400, "invalid.openConversationId", Refused),
    (400, "invalidParameter.robotCode.notExsit", Misconfigured),
    (400, "invalidParameter.robotCode.auth", Misconfigured),
    (400, "template.stopped", Misconfigured),
    (400, "robot.oto.notExist", Misconfigured),
    (400, "resource.unavailable", Misconfigured),
    (400, "bot.stopped", Misconfigured),
    (400, "group.disbanded", Refused),
    (400, "staffId.notExisted", Refused),
    (400, "session.expired", Refused),
    (400, "contain.notAllowed.text", Refused),
    (400, "contain.unsafe.url", Refused),
    (400, "param.templateNotExist", Misconfigured),
    (400, "param.templateUnpublished", Misconfigured),
    (400, "param.cardNotExist", Refused),
    (400, "param.userIdNotExist", Refused),
    (400, "param.contentUnsafe", Refused),
    (400, "something.never.seen", Retry),
]
OLD = [
    ({"errcode": 88, "sub_code": "40014"}, Retry),
    ({"errcode": 88, "sub_code": "40000"}, Retry),
    ({"errcode": 88, "sub_code": ""}, Retry),
    ({"errcode": 88}, Retry),
    ({"errcode": 15}, Retry),
    ({"errcode": -1}, Retry),
    ({"errcode": 88, "sub_code": "90018"}, Retry),
    ({"errcode": 90002}, Retry),
    ({"errcode": 88, "sub_code": "90020"}, Misconfigured),
    ({"errcode": 88, "sub_code": "60011"}, Misconfigured),
    ({"errcode": 88, "sub_code": "60020"}, Misconfigured),
    ({"errcode": 40096}, Misconfigured),
    ({"errcode": 33012}, Refused),
    ({"errcode": 60121}, Refused),
    ({"errcode": 60003}, Refused),
    ({"errcode": 400002}, Refused),
    ({"errcode": 40035}, Refused),
    ({"errcode": 43009}, Refused),
    ({"errcode": 40078}, Refused),
    ({"errcode": 22}, Refused),
    ({"errcode": 300001}, Refused),
    ({"errcode": 410100}, Retry),
    ({"errcode": 660026}, Retry),
    ({"errcode": 300005}, Misconfigured),
    ({"errcode": 310000}, Misconfigured),
    ({"errcode": 400013}, Refused),
    ({"errcode": 123456789}, Retry),
    ({"status": 1111, "wait": 5, "punish": "deny"}, Retry),
    ({}, Retry),
    (None, Retry),
]


@pytest.mark.parametrize(("status", "code", "kind"), NEW, ids=[each[1] for each in NEW])
def test_new_api_codes(status, code, kind):
    """R-29."""
    error = new_api_error(status, {"requestid": "1", "code": code, "message": "words"})
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize(("body", "kind"), OLD, ids=[str(each[0]) for each in OLD])
def test_old_api_codes(body, kind):
    """R-29: an error inside HTTP 200 is an error."""
    assert type(old_api_error(200, body)) is kind


def test_good_answers_are_no_errors():
    assert new_api_error(200, {"success": True}) is None
    assert old_api_error(200, {"errcode": 0}) is None


def test_what_the_words_add():
    scopes = {"requiredScopes": ["Card.Instance.Write"]}
    denied = new_api_error(403, {"code": f"{FORBIDDEN}AccessTokenPermissionDenied", "accessdenieddetail": scopes})
    assert str(denied) == "应用没有所需的接口权限：Card.Instance.Write"
    throttled = new_api_error(403, {"code": f"{FORBIDDEN}QpsLimitForApi"})
    assert throttled.after == 1
    assert new_api_error(504, None).delivered_maybe
    assert new_api_error(200, {"status": 1111}).after == 300
    assert old_api_error(200, None).after == 300
    assert new_api_error(502, None).after is None


SEND = "/v1.0/robot/oToMessages/batchSend"


async def test_the_token_travels_in_the_header_or_the_query(client, platform):
    platform.replies[SEND] = (200, {"processQueryKey": "k"})
    platform.replies["/topapi/v2/user/get"] = (200, {"errcode": 0, "result": {}})
    assert await client.new("POST", SEND, {"a": 1}) == {"processQueryKey": "k"}
    await client.old("/topapi/v2/user/get", {"userid": "1"})
    assert platform.to(SEND)[0].headers["x-acs-dingtalk-access-token"] == "token-1"
    assert platform.to("/topapi/v2/user/get")[0].query == {"access_token": "old-token-1"}
    assert platform.to("/v1.0/oauth2/accessToken")[0].body == {"appKey": "dingapp", "appSecret": "s3cret-canary"}


async def test_a_stampede_fetches_one_token(client, platform):
    """R-30."""
    platform.replies[SEND] = (200, {})
    await asyncio.gather(*(client.new("POST", SEND, {}) for _ in range(20)))
    assert len(platform.to("/v1.0/oauth2/accessToken")) == 1


async def test_a_revoked_token_is_fetched_once_for_all(client, platform):
    """R-30: HTTP 400 InvalidAuthentication, not 401."""

    def reply(call):
        if call.headers.get("x-acs-dingtalk-access-token") == platform.token:
            return 200, {"ok": True}
        return 400, {"code": "InvalidAuthentication", "message": "不合法的access_token"}

    platform.replies[SEND] = reply
    await client.new("POST", SEND, {})
    for revocation in range(2, 5):
        platform.token = f"token-{revocation}"
        answers = await asyncio.gather(*(client.new("POST", SEND, {}) for _ in range(20)))
        assert answers == [{"ok": True}] * 20
    assert len(platform.to("/v1.0/oauth2/accessToken")) == 4


async def test_the_old_gateway_wraps_a_bad_token(client, platform):
    path = "/topapi/v2/user/get"

    def reply(call):
        if call.query["access_token"] == "old-token-2":
            return 200, {"errcode": 0}
        platform.token = "token-2"
        return 200, {"errcode": 88, "sub_code": "40014", "errmsg": "ding talk error"}

    platform.replies[path] = reply
    assert await client.old(path, {}) == {"errcode": 0}
    assert len(platform.to(path)) == 2


async def test_refused_again_is_passing(client, platform):
    platform.replies[SEND] = (400, {"code": "InvalidAuthentication"})
    with pytest.raises(Retry):
        await client.new("POST", SEND, {})
    assert len(platform.to(SEND)) == 2


async def test_wrong_credentials_are_not_asked_for_again_and_again(client, platform, clock):
    platform.replies["/v1.0/oauth2/accessToken"] = (400, {"code": "invalidClientIdOrSecret"})
    for _ in range(5):
        with pytest.raises(Misconfigured):
            await client.new("POST", SEND, {})
    assert len(platform.to("/v1.0/oauth2/accessToken")) == 1
    clock.pass_by(61)
    with pytest.raises(Misconfigured):
        await client.new("POST", SEND, {})
    assert len(platform.to("/v1.0/oauth2/accessToken")) == 2


async def test_a_token_is_renewed_five_minutes_early(client, platform, clock):
    platform.replies[SEND] = (200, {})
    for seconds in (0, 6899, 2):
        clock.pass_by(seconds)
        await client.new("POST", SEND, {})
    assert len(platform.to("/v1.0/oauth2/accessToken")) == 2


@pytest.mark.parametrize("page", ["<html>blocked</html>", "", b"\xff", b"[]", b'{"a":NaN}'])
async def test_a_ban_answers_in_html(client, platform, page):
    platform.replies[SEND] = (200, page)
    with pytest.raises(Retry) as caught:
        await client.new("POST", SEND, {})
    assert caught.value.after == 300


async def test_errors_name_no_address(session, clock, quota):
    """R-88: the old API keeps its token and the app's secret in the address."""
    nobody = ClientSettings(client_id="dingapp", client_secret="s3cret-canary", oapi_base="http://127.0.0.1:9")
    client = DingTalkClient(nobody, session=session, clock=clock, quota=quota)
    with pytest.raises(Retry) as caught:
        await client.old("/topapi/v2/user/get", {})
    assert (str(caught.value), caught.value.delivered_maybe) == ("连不上钉钉：ClientConnectorError", False)


async def test_the_quota_counts_what_is_paid(client, platform, quota):
    platform.replies[SEND] = (200, {})
    platform.replies["/topapi/v2/user/get"] = (200, {"errcode": 0})
    await client.new("POST", SEND, {})
    await client.old("/topapi/v2/user/get", {})
    platform.replies[SEND] = (403, {"code": f"{FORBIDDEN}QpsLimitForApi"})
    with pytest.raises(Retry):
        await client.new("POST", SEND, {})
    assert quota.snapshot() == {"month": "2026-11", "api": 1, "push": 0, "api_limit": 5000, "push_limit": 3000}


def test_the_quota_is_stored_and_starts_over_with_the_month_of_beijing(clock):
    stored = []
    quota = Quota(clock=clock, store=stored.append, kept={"month": "2026-11", "api": 7, "push": 9})
    quota.count_push()
    assert stored[-1]["push"] == 10
    clock.pass_by(10 * 86_400 + 11 * 3600 + 3599)  # 30 November, 23:59:59 in Beijing
    assert quota.snapshot()["api"] == 7
    clock.pass_by(1)
    assert (quota.snapshot()["month"], quota.snapshot()["api"], quota.snapshot()["push"]) == ("2026-12", 0, 0)
    assert Quota(clock=clock, kept=stored[-1]).snapshot()["push"] == 0


async def test_the_brake(clock):
    """R-31: a second's worth at once, then one each twentieth; what is too far away goes back to the outbox."""
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    buckets = Buckets(20, clock=clock, sleep=sleep)
    for _ in range(20):
        await buckets.take("/a")
    assert waits == []
    await buckets.take("/a")
    await buckets.take("/b")
    assert waits == [pytest.approx(0.05, abs=1e-3)]
    for _ in range(59):
        await buckets.take("/a")
    with pytest.raises(Retry) as caught:
        await buckets.take("/a")
    assert caught.value.after > 3
    clock.pass_by(60)
    waits.clear()
    await buckets.take("/a")
    assert waits == []
