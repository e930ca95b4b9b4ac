"""Facts 1 to 8 of the WeCom reference, section 11.1."""

import re

import pytest

from tests.playground.wecom_kit import AGENT, CORP, SECRET, playing


async def test_1_2_a_refusal_is_http_200_with_a_trace_behind_the_words():
    async with playing() as play:
        answer = await play.get("user/get", access_token="unknown", userid="chenjing")
    assert answer["errcode"] == 40014
    assert re.fullmatch(
        r"invalid access_token, hint: \[.+\], from ip: 127\.0\.0\.1, "
        r"more info at https://open\.work\.weixin\.qq\.com/devtool/query\?e=40014",
        answer["errmsg"],
    )


async def test_3_the_token_counts_in_the_query_only():
    async with playing() as play:
        token = await play.token()
        in_body = await play.post("message/send", {"access_token": token}, access_token=None)
        play.playground.clock.advance(7200)
        expired = await play.get("getcallbackip", access_token=token)
        fresh = await play.get("getcallbackip")
    assert (in_body["errcode"], expired["errcode"]) == (41001, 42001)
    assert fresh == {"errcode": 0, "errmsg": "ok", "ip_list": ["127.0.0.1"]}


async def test_3_a_foreign_agentid_is_301002():
    async with playing() as play:
        play.wecom.tokens.add_app(1000003, "other")
        answer = await play.text("hi", token=await play.token("other"))
    assert answer["errcode"] == 301002


async def test_4_gettoken_returns_the_same_token_until_it_expires():
    async with playing() as play:
        first = await play.get("gettoken", access_token=None, corpid=CORP, corpsecret=SECRET)
        play.playground.clock.advance(7100)
        second = await play.get("gettoken", access_token=None, corpid=CORP, corpsecret=SECRET)
        play.playground.clock.advance(200)
        third = await play.token()
    assert first["expires_in"] == 7200
    assert 90 <= second["expires_in"] <= 100
    assert second["access_token"] == first["access_token"] != third


@pytest.mark.parametrize(("knob", "old_token_answers"), [("new", 0), ("replace", 40014)])
async def test_4_knob_a_repeated_gettoken_gives_another_token(knob, old_token_answers):
    async with playing(repeated_gettoken=knob) as play:
        old, new = await play.token(), await play.token()
        answer = await play.get("getcallbackip", access_token=old)
    assert old != new
    assert answer["errcode"] == old_token_answers


async def test_4_revoked_before_its_time():
    async with playing() as play:
        token = await play.token()
        play.wecom.revoke_token()
        assert (await play.get("getcallbackip", access_token=token))["errcode"] == 40014
        assert await play.token() != token


async def test_4_5_wrong_credentials_and_the_lockout_of_an_hour():
    async with playing(lockout_after=3) as play:
        answers = [
            await play.get("gettoken", access_token=None, corpid=corp, corpsecret=secret)
            for corp, secret in [("wwother", SECRET), (CORP, "x"), (CORP, "x"), (CORP, "x"), (CORP, SECRET)]
        ]
        assert [answer["errcode"] for answer in answers] == [40013, 40001, 40001, 40001, 45009]
        play.playground.clock.advance(3601)
        assert (await play.get("gettoken", access_token=None, corpid=CORP, corpsecret=SECRET))["errcode"] == 0
        assert play.wecom.tokens.calls == 6


async def test_6_only_trusted_addresses_may_call():
    async with playing(trusted_ips={"10.0.0.1"}) as play:
        answer = await play.get("gettoken", access_token=None, corpid=CORP, corpsecret=SECRET)
    assert answer["errcode"] == 60020


async def test_7_codes_can_be_injected_per_endpoint():
    async with playing() as play:
        for code in (45009, 45033, -1, 6000):
            play.playground.faults.add("wecom", "message/send", "errcode", code=code, count=1)
        codes = [(await play.text("hi"))["errcode"] for _ in range(5)]
    assert codes == [45009, 45033, -1, 6000, 0]


async def test_7_a_minute_limit_blocks_that_endpoint_for_a_minute():
    async with playing(per_minute={"user/get": 2}) as play:
        codes = [(await play.get("user/get", userid="chenjing"))["errcode"] for _ in range(4)]
        other = (await play.get("user/list", department_id="1"))["errcode"]
        play.playground.clock.advance(61)
        after = (await play.get("user/get", userid="chenjing"))["errcode"]
    assert (codes, other, after) == ([0, 0, 45009, 45009], 0, 0)


@pytest.mark.parametrize(("empty", "expected"), [(False, None), (True, "")])
async def test_8_receipt_fields_are_absent_or_empty(empty, expected):
    async with playing(empty_receipt_fields=empty) as play:
        answer = await play.text("hi")
    assert [answer.get(name) for name in ("invaliduser", "invalidparty", "invalidtag", "unlicenseduser")] == [
        expected
    ] * 4


async def test_unicode_escapes_are_refused_but_a_typed_backslash_is_not():
    async with playing() as play:
        token = await play.token()
        url = f"{play.base}/cgi-bin/message/send?access_token={token}"
        head = f'{{"touser":"chenjing","agentid":{AGENT},"msgtype":"text","text":{{"content":"'
        codes = []
        for text in (r"\u4f60", r"C:\\u4f60", "你"):
            async with play.http.post(url, data=(head + text + '"}}').encode()) as response:
                codes.append((await response.json())["errcode"])
    assert codes == [40033, 0, 0]


async def test_get_instead_of_post_is_40058():
    async with playing() as play:
        assert (await play.get("message/send"))["errcode"] == 40058
