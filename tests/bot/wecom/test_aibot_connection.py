"""The long connection against the played platform: wrong secrets, silence, cuts, a take-over, conflicts, late answers."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.wecom.aibot.budget import ChatBudget
from bot.wecom.aibot.connection import ConnectionSettings, LongConnection
from bot.wecom.aibot.reply import Reply
from cards.channel import Refused, Retry
from handlers.envelope import Kind
from playground.app import create_playground
from playground.settings import AibotSettings, PlaygroundSettings, WeComSettings
from playground.wecom.aibot.socket import CONNECTION_PATH

PEOPLE = [{"name": "陈静", "roles": ["sales"], "wecom": "chenjing"}]
HEARD = Reply(content="收到")


class Hearing:
    """The house behind the connection."""

    def __init__(self):
        self.kept = asyncio.Queue()
        self.failures = 0
        self.update = None

    async def keep(self, envelope):
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        self.kept.put_nowait(envelope)

    async def carried_out(self, key):
        return False

    async def answer_card(self, envelope, wait):
        return self.update


class Both:
    """Both ends. ``pauses`` are the sleeps the bot asked for, which end at once unless ``asleep`` is set."""

    def __init__(self, robot, connection, hearing, alerts, pauses, running):
        self.robot, self.connection, self.hearing = robot, connection, hearing
        self.alerts, self.pauses, self.running = alerts, pauses, running

    async def say(self, text="华鑫啥情况", group="群"):
        await self.robot.say("chenjing", text, group=group)
        return await asyncio.wait_for(self.hearing.kept.get(), 5)

    def shown(self):
        return [item.content["content"] for item in self.robot._chats.of("chenjing") if not item.mine]

    def commands(self):
        return [frame["cmd"] for frame in self.robot.socket.frames if frame["cmd"] != "ping"]


@asynccontextmanager
async def both(clock, *, connected=True, secret="", **changes):
    robot_settings = AibotSettings(transport="long_connection")
    playground = create_playground(
        PlaygroundSettings(people=PEOPLE, wecom=WeComSettings(aibot=robot_settings), dingtalk=None)
    )
    hearing, alerts, pauses = Hearing(), [], []

    async def sleep(seconds):
        pauses.append(seconds)
        await asyncio.sleep(0)

    async with TestServer(playground.app) as server, aiohttp.ClientSession() as session:
        robot = playground.wecom.robot
        connection = LongConnection(
            ConnectionSettings(
                url=f"ws://127.0.0.1:{server.port}{CONNECTION_PATH}",
                bot_id=robot_settings.bot_id,
                secret=secret or robot_settings.secret,
                name=robot_settings.name,
                **changes,
            ),
            session=session,
            hearing=hearing,
            budget=ChatBudget(clock.now, replies=30, messages=10),
            now=clock.now,
            alert=alerts.append,
            sleep=sleep,
            jitter=lambda: 0.0,
        )
        running = asyncio.create_task(connection.run())
        if connected:
            await until(lambda: connection.is_open)
        yield Both(robot, connection, hearing, alerts, pauses, running)
        await connection.close()
        await running


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_message_is_kept_and_answered_on_its_own_request(clock):
    async with both(clock) as ends:
        asked = await ends.say()
        assert (asked.text, asked.group, asked.conversation) == ("华鑫啥情况", True, ends.robot.groups.group("群").id)
        assert await ends.connection.answer(asked, HEARD)
        assert ends.shown() == ["收到"]
        assert not await ends.connection.answer(asked, HEARD)  # once: the next sentence is a message
        await ends.connection.message(asked.conversation, asked, Reply(content="还有"))
        assert ends.shown() == ["收到", "还有"]
        assert ends.commands() == ["aibot_subscribe", "aibot_respond_msg", "aibot_send_msg"]
        assert ends.robot.wrong == []


async def test_a_press_is_answered_with_its_card(clock):
    card = {
        "card_type": "button_interaction",
        "main_title": {"title": "工单"},
        "button_list": [{"text": "接单", "key": "accept"}],
        "task_id": "t-1",
    }
    async with both(clock) as ends:
        asked = await ends.say(group="")
        assert await ends.connection.answer(asked, Reply(card=card))
        (item,) = [each for each in ends.robot._chats.of("chenjing") if each.task_id]
        after = {**card, "replace_text": "已接单"}
        ends.hearing.update = {"response_type": "update_template_card", "template_card": after}
        await ends.robot.press(item, card, "accept", {})
        pressed = await asyncio.wait_for(ends.hearing.kept.get(), 5)
        assert (pressed.kind, pressed.click.action, pressed.click.card) == (Kind.CLICK, "accept", "t-1")
        await until(lambda: item.updated == 1)
        assert (item.content, item.grey) == (after, "已接单")
        assert ends.robot.wrong == []


async def test_a_conflict_of_commands_is_tried_again_on_the_same_request(clock):
    async with both(clock) as ends:
        asked = await ends.say()
        ends.robot.knobs.conflicts = 1
        with pytest.raises(Retry):
            await ends.connection.answer(asked, HEARD)
        assert await ends.connection.answer(asked, HEARD)
        assert ends.shown() == ["收到"]


async def test_an_answer_the_platform_calls_too_late_is_left_to_a_message(clock):
    async with both(clock) as ends:
        asked = await ends.say()
        ends.robot.knobs.stream_life = -1
        assert not await ends.connection.answer(asked, HEARD)
        assert ends.robot.wrong == ["aibot_respond_msg: 846608 invalid card field"]


async def test_nobody_is_written_to_who_has_not_spoken(clock):
    async with both(clock) as ends:
        with pytest.raises(Refused) as refused:
            await ends.connection.message("chenjing", None, HEARD)
        assert refused.value.code == "846607"


async def test_the_days_messages_are_counted(clock):
    async with both(clock) as ends:
        ends.robot.knobs.pushes_per_day = 100
        await ends.say()
        chat = ends.robot.groups.group("群").id
        for _ in range(10):
            await ends.connection.message(chat, None, HEARD)
        with pytest.raises(Refused) as refused:
            await ends.connection.message(chat, None, HEARD)
        assert refused.value.code == "local.quota"
        clock.move(timedelta(days=1))
        await ends.connection.message(chat, None, HEARD)


async def test_a_cut_connection_is_opened_again(clock):
    async with both(clock) as ends:
        asked = await ends.say()
        await ends.robot.socket.drop()
        await ends.robot.socket.connected(2)
        await ends.say()
        with pytest.raises(Retry):
            await ends.connection.answer(asked, HEARD)  # its request died with the connection
        assert not await ends.connection.answer(asked, HEARD)
        assert ends.alerts == []


async def test_a_platform_that_cuts_at_once_is_asked_ever_more_slowly(clock):
    async with both(clock, connected=False) as ends:
        ends.robot.knobs.drop_after_subscribe = 7
        await ends.robot.socket.connected(seconds=10)
        assert ends.pauses[:3] == sorted(ends.pauses[:3])
        assert max(ends.pauses) == 30.0


async def test_two_signs_of_life_that_nobody_answers_are_the_end(clock, monkeypatch):
    monkeypatch.setattr("bot.wecom.aibot.line.ACK_WAIT", 0.05)
    async with both(clock, ping_every=0.05) as ends:
        ends.robot.knobs.silent = True
        await ends.robot.socket.gone()
        ends.robot.knobs.silent = False
        await ends.robot.socket.connected(2)
        await ends.say()


async def test_a_newer_connection_takes_over_and_is_not_fought(clock):
    async with both(clock) as ends:
        async with aiohttp.ClientSession() as session:
            url = ends.connection._settings.url
            async with session.ws_connect(url) as other:
                body = {"bot_id": "aibPlayground", "secret": "playground-aibot-secret"}
                await other.send_json({"cmd": "aibot_subscribe", "headers": {"req_id": "1"}, "body": body})
                await asyncio.wait_for(ends.running, 5)
        assert ends.robot.socket.subscriptions == 2
        assert len(ends.alerts) == 1
        assert "另一个程序接管" in ends.alerts[0]


async def test_wrong_credentials_are_told_once_and_not_hammered(clock):
    async with both(clock, connected=False, secret="wrong-secret-of-the-robot") as ends:
        await until(lambda: len(ends.pauses) >= 3)
        assert set(ends.pauses) == {300.0}
        assert len(ends.alerts) == 1
        assert "853000" in ends.alerts[0]
        assert "wrong-secret" not in ends.alerts[0]


async def test_what_cannot_be_kept_is_tried_again_since_nobody_sends_it_again(clock):
    async with both(clock) as ends:
        ends.hearing.failures = 2
        asked = await ends.say()
        assert asked.text == "华鑫啥情况"
        assert ends.pauses == [0.2, 1.0]


@pytest.mark.parametrize("frame", ["", "[]", "{}", '{"cmd":"x","headers":{}}', '{"cmd":"x","headers":{"req_id":"1"}}'])
async def test_a_strange_frame_changes_nothing(clock, frame):
    async with both(clock) as ends:
        await ends.robot.socket.lines[0].socket.send_str(frame)
        assert (await ends.say()).text == "华鑫啥情况"
