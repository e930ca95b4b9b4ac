"""Clock, world, settings, journal, faults and the control API."""

import asyncio
import json

import aiohttp
import pytest

from playground.clock import Clock
from playground.faults import Faults
from playground.journal import Journal
from playground.settings import load_settings
from playground.world import Person, World
from tests.playground.wecom_kit import PEOPLE, SECRET, playing


def test_a_clock_stands_and_moves_forward_only():
    clock = Clock()
    clock.set(1000.0)
    clock.advance(60)
    assert clock.now() == 1060.0
    with pytest.raises(ValueError, match="not turned back"):
        clock.advance(-1)


def test_a_world_from_people_has_teams_and_leaders():
    world = World.from_people(PEOPLE, "华东阀门")
    chen, zhou = world.by_wecom("CHENJING"), world.by_wecom("zhoumin")
    assert [(each.id, each.name, each.parent) for each in world.departments.values()] == [
        (1, "华东阀门", 0),
        (2, "华东一组", 1),
        (3, "服务部", 1),
    ]
    assert (chen.name, chen.leaders, chen.departments, chen.mobile) == ("陈静", ["ZhouMin"], [2], "13800000002")
    assert zhou.leads == [2]
    assert [each.id for each in world.below(1)] == [1, 2, 3]
    assert world.by_unionid(chen.unionid) is chen
    assert world.by_dingtalk("") is None


def test_nobody_shares_an_account():
    world = World.from_people(PEOPLE)
    with pytest.raises(ValueError, match="shares an id"):
        world.add(Person(id="new", name="另一个", wecom="ChenJing"))


def test_settings_come_from_a_file_and_name_a_wrong_key(tmp_path):
    file = tmp_path / "play.yaml"
    file.write_text("bot_url: http://127.0.0.1:1\nwecom: {corp_id: wwx, api_base: x}\ndingtalk: {enabled: false}\n")
    settings = load_settings(file)
    assert (settings.bot_url, settings.wecom.corp_id, settings.dingtalk) == ("http://127.0.0.1:1", "wwx", None)
    file.write_text("wecom: {corpid: wwx}\n")
    with pytest.raises(ValueError, match="unknown key 'corpid'"):
        load_settings(file)


def test_the_journal_masks_secrets_and_writes_lines(tmp_path):
    """R-88: no secret or token in what is kept."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.hide("canary-1")
    journal.write(
        "wecom", "request", url="/x?access_token=canary-2&a=1", body={"secret": "canary-3", "t": ["canary-1"]}
    )
    journal.close()
    (line,) = (tmp_path / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    entry = json.loads(line)
    assert (entry["url"], entry["body"]) == ("/x?access_token=***&a=1", {"secret": "***", "t": ["***"]})
    assert "canary" not in line


async def test_the_journal_can_be_followed():
    journal = Journal()
    journal.write("wecom", "note", text="一")
    journal.write("wecom", "note", text="二")
    following = journal.follow(after=1)
    assert (await anext(following))["text"] == "二"
    waiting = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0)
    journal.write("wecom", "note", text="三")
    assert (await waiting)["text"] == "三"
    await following.aclose()


def test_a_fault_strikes_by_place_count_and_seeded_chance():
    faults = Faults(Journal(), seed=1)
    faults.add("wecom", "message/*", "http_500", count=1)
    assert [
        bool(faults.take(*call)) for call in (("dingtalk", "/cgi-bin/message/send"), ("wecom", "/cgi-bin/gettoken"))
    ] == [
        False,
        False,
    ]
    assert [bool(faults.take("wecom", "/cgi-bin/message/send")) for _ in range(2)] == [True, False]
    faults.clear()
    faults.add("*", "*", "reset", probability=0.5)
    struck = [bool(faults.take("wecom", "/cgi-bin/gettoken")) for _ in range(200)]
    again = Faults(Journal(), seed=1)
    again.add("*", "*", "reset", probability=0.5)
    assert struck == [bool(again.take("wecom", "/cgi-bin/gettoken")) for _ in range(200)]
    assert 70 < sum(struck) < 130
    with pytest.raises(ValueError, match="unknown fault"):
        faults.add("wecom", "*", "explode")


async def test_1_lost_answer_processes_and_reset_does_not():
    """R-14: delivered, but the client cannot know."""
    async with playing() as play:
        await play.token()
        faults = play.playground.faults
        for kind, delivered in (("reset", 0), ("lost_answer", 1)):
            faults.add("wecom", "message/send", kind, count=1)
            with pytest.raises(aiohttp.ClientError):
                await play.text("hi")
            assert len(play.wecom.messages.sent) == delivered


async def test_1_a_broken_gateway_answers_without_json():
    async with playing() as play:
        play.playground.faults.add("wecom", "gettoken", "http_500", status=502)
        response = await play.http.get(f"{play.base}/cgi-bin/gettoken")
        assert (response.status, response.content_type) == (502, "text/plain")


async def test_1_a_hanging_call_is_not_processed_once_the_caller_is_gone_and_clear_lets_go():
    async with playing() as play:
        token = await play.token()
        fault = play.playground.faults.add("wecom", "getcallbackip", "hang", seconds=60)
        url = f"{play.base}/cgi-bin/getcallbackip?access_token={token}"
        with pytest.raises(TimeoutError):
            await play.http.get(url, timeout=aiohttp.ClientTimeout(total=0.05))
        waiting = asyncio.ensure_future(play.http.get(url))
        async for entry in play.playground.journal.follow():
            if entry["kind"] == "fault" and fault.struck == 2:
                break
        play.playground.faults.clear()
        assert (await waiting).status == 200


async def api(play, method, path, **kwargs):
    async with play.http.request(method, f"{play.base}/play/api/{path}", **kwargs) as response:
        return response.status, await response.json()


async def test_the_control_api_plays_a_conversation():
    async with playing() as play:
        who = {"platform": "wecom", "user": "chenjing"}
        status, people = await api(play, "GET", "people")
        assert (status, people["platforms"], [p["name"] for p in people["people"]]) == (
            200,
            ["wecom"],
            ["周敏", "陈静", "马强"],
        )
        _, said = await api(play, "POST", "say", json={**who, "text": "你好"})
        assert (said["attempts"][0]["status"], play.bot.got[0]["Content"]) == (200, "你好")
        await play.card()
        _, screen = await api(play, "GET", "screen", params=who)
        assert [message["kind"] for message in screen["messages"]] == ["text", "card"]
        await api(play, "POST", "press", json={**who, "message": screen["messages"][1]["id"], "key": "accept"})
        assert play.bot.got[1]["EventKey"] == "accept"
        form = aiohttp.FormData({**who, "kind": "image"})
        form.add_field("file", b"\xff\xd8\xffx", filename="现场.jpg")
        assert (await api(play, "POST", "send_file", data=form))[0] == 200
        assert play.bot.got[2]["MsgType"] == "image"


async def test_the_control_api_steers_faults_clock_and_tokens():
    async with playing() as play:
        fault = {"platform": "wecom", "endpoint": "user/get", "kind": "errcode", "code": 45009}
        _, added = await api(play, "POST", "faults", json=fault)
        assert (await play.get("user/get", userid="chenjing"))["errcode"] == 45009
        assert (await api(play, "GET", "faults"))[1]["faults"][0]["struck"] == 1
        assert await api(play, "DELETE", "faults", params={"id": added["id"]}) == (200, {"faults": []})
        play.playground.clock.set(100.0)
        assert await api(play, "POST", "clock", json={"advance": 5}) == (200, {"now": 105.0})
        token = await play.token()
        await api(play, "POST", "revoke_token", json={"platform": "wecom"})
        assert (await play.get("getcallbackip", access_token=token))["errcode"] == 40014


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "say", {"platform": "wecom", "user": "nobody", "text": "x"}, 404, "nobody"),
        ("POST", "say", {"platform": "fax", "user": "chenjing", "text": "x"}, 404, "fax"),
        ("POST", "say", {"platform": "wecom", "user": "chenjing"}, 400, "'text' is missing"),
        ("POST", "say", ["not", "an", "object"], 400, "not a JSON object"),
        ("POST", "faults", {"platform": "wecom", "endpoint": "*", "kind": "explode"}, 400, "unknown fault"),
        ("POST", "faults", {"platform": "wecom", "endpoint": "*", "kind": "reset", "size": 1}, 400, "size"),
    ],
)
async def test_the_control_api_answers_mistakes_in_words(method, path, body, status, words):
    async with playing() as play:
        found, answer = await api(play, method, path, json=body)
    assert found == status
    assert words in answer["error"]


async def test_the_journal_streams_calls_without_their_secrets():
    """R-88."""
    async with playing() as play:
        token = await play.token()
        await play.text("你好")
        async with play.http.get(f"{play.base}/play/api/journal") as stream:
            lines = []
            while not lines or "msgid" not in lines[-1]:
                lines.append((await stream.content.readline()).decode())
    text = "".join(lines)
    assert "你好" in text
    assert SECRET not in text
    assert token not in text
