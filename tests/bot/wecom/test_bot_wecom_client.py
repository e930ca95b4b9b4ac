"""The API client against a server that answers as WeCom does."""

from __future__ import annotations

import asyncio
import socket
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.wecom.client import MEDIA_MAX, WeComClient
from cards.channel import ChannelError, Misconfigured, Refused, Retry

SECRET = "canary-secret-of-the-app"


async def test_one_token_serves_until_shortly_before_its_end(api, client, clock):
    for minutes in (0, 114):
        clock.move(timedelta(minutes=minutes))
        assert await client.get("user/get", userid="lisi") == {"errcode": 0, "errmsg": "ok"}
    assert len(api.tokens) == 1
    clock.move(timedelta(minutes=2))
    await client.post("message/send", {"touser": "李四"})
    assert len(api.tokens) == 2
    assert api.calls[-1] == ("message/send", {"access_token": "token-2"}, {"touser": "李四"})


async def test_json_travels_as_raw_utf8(api, client):
    seen = []

    async def look(request):
        seen.append(await request.read())
        return web.json_response({"errcode": 0})

    api.on("message/send", look)
    await client.post("message/send", {"text": {"content": "跟单😀"}})
    assert seen == ['{"text":{"content":"跟单😀"}}'.encode()]


async def test_fifty_sends_with_a_revoked_token_share_one_refresh(api, client):
    """R-30."""
    api.check_tokens = True
    await client.get("user/get", userid="a")
    api.tokens.append("token revoked by the platform")
    api.barrier = asyncio.Barrier(50)
    sends = [client.post("message/send", {"n": n}) for n in range(50)]
    answers = await asyncio.wait_for(asyncio.gather(*sends), 10)
    assert answers == [{"errcode": 0, "errmsg": "ok"}] * 50
    assert len(api.queries("gettoken")) == 2
    assert sorted(body["n"] for body in api.sent("message/send")[50:]) == list(range(50))


async def test_the_same_text_again_is_a_new_token(api, client):
    """R-30: some days gettoken returns the revoked token once more; nobody loops."""
    api.on("gettoken", {"errcode": 0, "access_token": "same", "expires_in": 7200})
    api.on("message/send", {"errcode": 40014, "errmsg": "invalid access_token"})
    api.barrier = asyncio.Barrier(20)
    answers = await asyncio.gather(*(client.post("message/send", {}) for _ in range(20)), return_exceptions=True)
    assert {type(each).__mro__[1] for each in answers} == {Retry}
    assert len(api.queries("gettoken")) == 2
    assert len(api.queries("message/send")) == 40


@pytest.mark.parametrize("code", [40001, 40013])
async def test_a_wrong_secret_is_not_tried_again_and_again(api, client, clock, code):
    api.on("gettoken", {"errcode": code, "errmsg": "invalid credential"})
    for _ in range(5):
        with pytest.raises(Misconfigured) as error:
            await client.post("message/send", {})
        assert error.value.code == str(code)
    assert len(api.queries("gettoken")) == 1
    clock.move(timedelta(minutes=11))
    with pytest.raises(Misconfigured):
        await client.post("message/send", {})
    assert len(api.queries("gettoken")) == 2


async def test_a_wrong_secret_reported_by_a_call_does_not_refresh(api, client):
    api.on("message/send", {"errcode": 40001, "errmsg": "invalid credential"})
    with pytest.raises(Misconfigured):
        await client.post("message/send", {})
    assert len(api.queries("gettoken")) == 1


async def test_a_used_up_frequency_stops_that_api_only(api, client, clock):
    api.on("message/send", {"errcode": 45009}, {"errcode": 45009}, {"errcode": 0}, {"errcode": 45009})
    waits = []
    for wait in (0, 30, 31, 3590, 11, 0):
        clock.move(timedelta(seconds=wait))
        try:
            await client.post("message/send", {})
        except Retry as error:
            waits.append(error.after)
        else:
            waits.append(None)
    assert waits == [60, 30, 3600, 10, None, 60]
    assert len(api.queries("message/send")) == 4
    assert await client.get("user/get", userid="a") == {"errcode": 0, "errmsg": "ok"}


@pytest.mark.parametrize(
    ("answer", "maybe"),
    [
        pytest.param(lambda _: web.Response(status=502), True, id="502"),
        pytest.param(lambda _: web.Response(status=404), False, id="404"),
        pytest.param(lambda _: web.Response(text="<html>"), True, id="no json"),
        pytest.param(lambda _: web.Response(text="[1]"), True, id="a list"),
        pytest.param(lambda _: web.json_response({"errcode": "0"}), True, id="a code that is no number"),
        pytest.param(
            lambda _: web.Response(status=302, headers={"Location": "http://10.0.0.1/"}), False, id="redirect"
        ),
    ],
)
async def test_answers_that_are_none_are_tried_again(api, client, answer, maybe):
    """R-28, R-87: redirects are not followed."""
    api.on("message/send", answer)
    with pytest.raises(Retry) as error:
        await client.post("message/send", {})
    assert error.value.delivered_maybe is maybe


async def test_a_lost_answer_may_have_been_delivered(api, client):
    async def hang_up(request):
        request.transport.close()
        return web.Response()

    api.on("message/send", hang_up)
    with pytest.raises(Retry) as error:
        await client.post("message/send", {})
    assert error.value.delivered_maybe


async def test_a_connection_never_made_delivered_nothing(clock):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with aiohttp.ClientSession() as session:
        client = WeComClient(
            session, base=f"http://127.0.0.1:{port}", corp_id="ww", secret=SECRET, agent_id=1, now=clock.now
        )
        with pytest.raises(Retry) as error:
            await client.get("user/get")
    assert not error.value.delivered_maybe


async def test_an_answer_that_hints_at_wrong_types_is_logged_as_our_fault(api, client):
    api.on("message/send", {"errcode": 0, "errmsg": "ok. Warning: wrong json format. "})
    with capture_logs() as logs:
        await client.post("message/send", {})
    assert [(each["log_level"], each["api"]) for each in logs] == [("error", "message/send")]


async def test_neither_secret_nor_token_is_ever_shown(api, client):
    """R-88: in every way a call can fail."""

    async def hang_up(request):
        request.transport.close()
        return web.Response()

    api.on(
        "message/send",
        hang_up,
        lambda _: web.Response(status=500),
        {"errcode": 12345678, "errmsg": "x"},
        {"errcode": 60020},
    )
    shown = []
    with capture_logs() as logs:
        for _ in range(4):
            try:
                await client.post("message/send", {"text": "canary-note"})
            except ChannelError as error:
                shown += [str(error), repr(error), str(error.__cause__), str(error.code)]
    assert len(shown) == 16
    assert not [word for word in ("canary", "token-1") if word in f"{shown}{logs}"]


async def test_an_upload_is_one_field_with_the_name_as_utf8(api, client):
    api.on("media/upload", {"errcode": 0, "errmsg": "", "type": "file", "media_id": "M", "created_at": "1"})
    assert await client.upload("file", "报价 1.pdf", b"0123456789", "application/pdf") == "M"
    assert api.queries("media/upload") == [{"access_token": "token-1", "type": "file"}]
    (body,) = api.sent("media/upload")
    assert 'name="media"; filename="报价 1.pdf"'.encode() in body
    assert b"\r\n\r\n0123456789\r\n" in body


def file(data, name="M.jpg", mime="image/jpeg"):
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Type": mime}
    return lambda _: web.Response(body=data, headers=headers)


async def test_a_download_is_told_from_an_error_by_its_disposition(api, client):
    api.on("media/get", file(b'{"errcode":40007}', "list.json", "application/json"))
    media = await client.download("M")
    assert (media.name, media.mime, media.data) == ("list.json", "application/json", b'{"errcode":40007}')


@pytest.mark.parametrize("code", [40007, 830002])
async def test_a_download_that_is_gone_or_too_large_is_refused(api, client, code):
    api.on("media/get", {"errcode": code, "errmsg": "invalid media_id"})
    with pytest.raises(Refused):
        await client.download("M")


async def test_a_download_survives_a_dead_token(api, client):
    api.on("media/get", {"errcode": 42001}, file(b"x"))
    assert (await client.download("M")).data == b"x"
    assert len(api.tokens) == 2


async def test_a_download_is_cut_off_at_20_mb(api, client):
    """R-87: with a length, and without one."""

    async def stream(request):
        response = web.StreamResponse(headers={"Content-Disposition": 'attachment; filename="x"'})
        response.enable_chunked_encoding()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 1024 * 1024)
        except ConnectionError:
            return response

    api.on("media/get", file(b"x" * (MEDIA_MAX + 1)), stream)
    for _ in range(2):
        with pytest.raises(Refused, match="20 MB"):
            await client.download("M")
