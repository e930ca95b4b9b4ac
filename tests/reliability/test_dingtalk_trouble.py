"""DingTalk on its bad days: broken streams, copies, missing templates, used-up quotas."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from playground.dingtalk.server import DingTalk
from playground.phone import Shown
from storage.tables import timeline
from tests.reliability.aftermath import arrivals, books_are_right, catch_up, heard, promises
from tests.support.house import House, open_house
from tests.support.staff import submitted_quote


def platform_of(house: House) -> DingTalk:
    assert house.playground.dingtalk is not None
    return house.playground.dingtalk


async def reconnected(platform: DingTalk, openings: int) -> None:
    """Wait until the bot has asked for its ``openings``-th ticket and used it."""
    async with asyncio.timeout(15):
        while len(platform.stream.openings) < openings or not any(
            not each.silenced and each.opening is platform.stream.openings[-1] for each in platform.stream.connections
        ):
            await asyncio.sleep(0.01)


async def gone(platform: DingTalk) -> None:
    """Wait until no connection is left."""
    async with asyncio.timeout(5):
        while platform.stream.connections:
            await asyncio.sleep(0.01)


async def test_what_is_said_while_the_stream_is_down_arrives_once(sqlite_url: str, tmp_path: Path) -> None:
    """R-10, R-28: the connection breaks and the gateway is in trouble too; the platform delivers again later."""
    async with open_house(sqlite_url, tmp_path, mix="dingtalk-stream") as house:
        platform = platform_of(house)
        platform.knobs.redelivery = "delayed"
        await house.says("陈静", "帮助")
        platform.knobs.open_status = 503
        platform.stream.drop(platform.stream.connections[0])
        await gone(platform)
        phones, user = house.phones("陈静")
        missed = [await phones.say(user, "帮助") for _ in range(3)]
        assert [sent.acknowledged for sent in missed] == [False] * 3
        platform.knobs.open_status = 0
        await reconnected(platform, 2)
        house.playground.clock.advance(platform.knobs.redelivery_after + 1)
        async with asyncio.timeout(10):
            while not all(sent.acknowledged for sent in missed):
                await asyncio.sleep(0.01)
        await catch_up(house)
        assert len(heard(house, "陈静")) == 4
        assert platform.violations == []
        await books_are_right(house)


async def test_a_stream_that_is_told_to_go_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """R-10: the next connection is open before the old one falls silent for good."""
    async with open_house(sqlite_url, tmp_path, mix="dingtalk-stream") as house:
        platform = platform_of(house)
        await house.says("陈静", "帮助")
        await platform.stream.disconnect(platform.stream.connections[0])
        await reconnected(platform, 2)
        await house.says("陈静", "帮助")
        await house.settle()
        assert len(heard(house, "陈静")) == 2
        assert platform.violations == []
        await books_are_right(house)


async def test_refused_credentials_are_told_to_the_admin_once(sqlite_url: str, tmp_path: Path) -> None:
    """R-29: the gateway answers 401; the administrator reads it on the other platform, and nobody hammers."""
    async with open_house(sqlite_url, tmp_path, mix="mixed") as house:
        platform = platform_of(house)
        await house.says("何雨", "帮助")
        platform.knobs.open_status = 401
        platform.stream.drop(platform.stream.connections[0])
        told = await house.sees("梁宁", lambda shown: "client_secret" in shown.words)
        assert "Stream" in told.words
        await house.says("陈静", "帮助")
        await house.sees("陈静", lambda shown: shown.kind == "text")
        assert len(platform.stream.openings) == 1
        assert len(heard(house, "梁宁")) == 1


async def test_copies_of_a_message_are_one_message(sqlite_url: str, tmp_path: Path) -> None:
    """R-10: each message comes four times although it was acknowledged."""
    async with open_house(sqlite_url, tmp_path, mix="dingtalk-stream") as house:
        platform_of(house).knobs.duplicates = 3
        sent = [await house.says("陈静", "帮助") for _ in range(5)]
        await house.settle()
        assert [len(each.attempts) for each in sent] == [4] * 5
        assert len(heard(house, "陈静")) == 5
        assert await arrivals(house) == 5
        await books_are_right(house)


async def test_a_click_that_comes_again_decides_once(sqlite_url: str, tmp_path: Path) -> None:
    """R-10, R-43: a decision clicked, pressed again on the old screen and delivered by a platform that saw no answer."""
    async with open_house(sqlite_url, tmp_path, mix="dingtalk-stream") as house:
        _, approval = await submitted_quote(house)
        card = await house.sees("周敏", lambda shown: "同意" in [button.text for button in shown.buttons])
        await asyncio.gather(*(house.presses("周敏", card, "同意") for _ in range(4)))
        await house.settle()
        query = select(timeline.c.event).where(timeline.c.subject == f"approval:{approval}")
        events = await house.engine.database.read(lambda session: list(session.scalars(query)))
        assert events.count("StepApproved") == 1
        assert len([words for words in heard(house, "周敏") if "已" in words and "SP-" not in words]) <= 3
        await books_are_right(house)


@asynccontextmanager
async def effects_wait(house: House) -> AsyncIterator[None]:
    """Hold what every effect writes to and no arrival does, as a database with slow disks would."""
    url = house.engine.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("LOCK TABLE chain_head IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.postgres
@pytest.mark.parametrize("mix", ["dingtalk-stream", "dingtalk-http"])
async def test_a_click_is_answered_in_time_by_a_slow_database(
    mix: str, fresh_postgres_url: str, tmp_path: Path
) -> None:
    """R-97, R-98: the answer is empty and does not wait for the database; the card is redrawn afterwards."""
    async with open_house(fresh_postgres_url, tmp_path, mix=mix) as house:
        await submitted_quote(house)
        card = await house.sees("周敏", lambda shown: "同意" in [button.text for button in shown.buttons])
        await house.settle()
        async with effects_wait(house):
            sent = await house.presses("周敏", card, "同意")
            assert sent.acknowledged, sent
            assert not decided(house.screen("周敏"), card)
        await catch_up(house)
        assert decided(house.screen("周敏"), card)
        assert platform_of(house).violations == []
        await books_are_right(house)


def decided(screen: list[Shown], card: Shown) -> bool:
    now = next(shown for shown in screen if shown.id == card.id)
    return not any(button.enabled and button.text == "同意" for button in now.buttons)


async def test_without_its_template_a_card_is_a_message_to_answer_in_words(sqlite_url: str, tmp_path: Path) -> None:
    """R-29: nobody imported the template; the approval is asked for and given in words."""
    async with open_house(sqlite_url, tmp_path, mix="dingtalk-stream") as house:
        platform_of(house).scene.templates.clear()
        await submitted_quote(house)
        asked = await house.sees("周敏", lambda shown: "同意 SP-" in shown.words)
        assert asked.kind != "card"
        typed = re.search(r"同意 SP-\d{4}-\d{4}", asked.words)
        assert typed, asked.words
        await house.says("周敏", typed[0])
        await house.sees("周敏", lambda shown: shown.words.startswith("已同意 SP-"))
        await house.settle()
        assert any("已通过" in words or "同意" in words for words in heard(house, "陈静")), heard(house, "陈静")
        await books_are_right(house)


async def test_a_throttled_platform_gets_everything_in_the_end(sqlite_url: str, tmp_path: Path) -> None:
    """R-31: two calls a second are let through; twelve answers arrive, each once."""
    async with open_house(sqlite_url, tmp_path, mix="dingtalk-stream") as house:
        platform_of(house).knobs.qps = 2
        for _ in range(12):
            await house.says("陈静", "帮助")
        await catch_up(house)
        assert len(heard(house, "陈静")) == 12
        assert set(await promises(house)) == {"sent"}


async def test_a_used_up_quota_is_told_once_and_waits(sqlite_url: str, tmp_path: Path) -> None:
    """R-29: the month's calls are spent; the admin hears it on WeCom, and buying more sends what waited."""
    async with open_house(sqlite_url, tmp_path, mix="mixed") as house:
        platform = platform_of(house)
        platform.knobs.api_quota = 0
        for _ in range(4):
            await house.says("何雨", "帮助")
        await house.sees("梁宁", lambda shown: "调用量已用完" in shown.words)
        assert heard(house, "何雨") == []
        platform.knobs.api_quota = 5000
        await catch_up(house)
        assert len(heard(house, "何雨")) == 4
        assert len([words for words in heard(house, "梁宁") if "调用量已用完" in words]) == 1
