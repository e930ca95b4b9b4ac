"""Login through WeCom."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.wecom.login import LoginRefused, WeComLogin
from cards.channel import Retry


@pytest.fixture
def login(client, clock):
    return WeComLogin(client, corp_id="ww1234567890abcdef", now=clock.now)


def test_the_address_says_what_is_documented(login):
    address = urlsplit(login.authorize_url("https://crm.example.com/login/wecom?next=/m/1&x=2", "abc123"))
    assert (address.scheme, address.netloc, address.path) == (
        "https",
        "open.weixin.qq.com",
        "/connect/oauth2/authorize",
    )
    assert address.fragment == "wechat_redirect"
    assert parse_qs(address.query) == {
        "appid": ["ww1234567890abcdef"],
        "redirect_uri": ["https://crm.example.com/login/wecom?next=/m/1&x=2"],
        "response_type": ["code"],
        "scope": ["snsapi_base"],
        "state": ["abc123"],
        "agentid": ["1000002"],
    }


def test_the_base_is_a_setting(client, clock):
    login = WeComLogin(client, corp_id="ww", now=clock.now, authorize_base="http://127.0.0.1:9/wecom/")
    assert login.authorize_url("https://x", "a").startswith(
        "http://127.0.0.1:9/wecom/connect/oauth2/authorize?appid=ww&"
    )


@pytest.mark.parametrize("state", ["", "a b", "a-b", "状态", "a" * 129])
def test_a_state_the_platform_would_not_take(login, state):
    with pytest.raises(ValueError, match="letters and digits"):
        login.authorize_url("https://x", state)


async def test_a_code_is_exchanged_once_however_often_the_page_is_asked(api, login, clock):
    api.on("auth/getuserinfo", {"errcode": 0, "userid": "zhangsan"}, {"errcode": 40029})
    assert await asyncio.gather(*(login.userid("CODE") for _ in range(5))) == ["zhangsan"] * 5
    clock.move(timedelta(minutes=4))
    assert await login.userid("CODE") == "zhangsan"
    assert api.queries("auth/getuserinfo") == [{"access_token": "token-1", "code": "CODE"}]
    clock.move(timedelta(minutes=2))
    with pytest.raises(LoginRefused):
        await login.userid("CODE")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"errcode": 0, "openid": "O"}, id="somebody from outside"),
        pytest.param({"errcode": 0, "openid": "O", "external_userid": "wm1"}, id="a customer"),
        pytest.param({"errcode": 0, "userid": "wwOTHER/zhangsan"}, id="a member of a linked company"),
        pytest.param({"errcode": 0, "userid": ""}, id="nobody"),
        pytest.param({"errcode": 40029, "errmsg": "invalid code"}, id="used up"),
    ],
)
async def test_outsiders_stay_outside(api, login, answer):
    api.on("auth/getuserinfo", answer)
    for _ in range(2):
        with pytest.raises(LoginRefused):
            await login.userid("CODE")
    assert len(api.queries("auth/getuserinfo")) == 1


@pytest.mark.parametrize("code", ["", "x" * 513])
async def test_what_cannot_be_a_code_is_not_asked_about(api, login, code):
    with pytest.raises(LoginRefused):
        await login.userid(code)
    assert api.calls == []


async def test_a_platform_that_did_not_answer_may_be_asked_again(api, login):
    api.on("auth/getuserinfo", {"errcode": -1}, {"errcode": 0, "userid": "zhangsan"})
    with pytest.raises(Retry):
        await login.userid("CODE")
    assert await login.userid("CODE") == "zhangsan"
