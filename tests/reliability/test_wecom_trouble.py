"""WeCom on its bad days: what was promised arrives, once, and nobody is asked twice for what one answer said."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.queues import listing
from tests.reliability.aftermath import books_are_right, catch_up, heard, promises
from tests.support.house import House, open_house
from tests.support.staff import submitted_quote

REPS = ("陈静", "魏巍", "何雨")


async def log_inquiries(house: House, numbers: range) -> None:
    """Let the reps take turns in logging inquiries."""
    for number in numbers:
        sentence = f"苏州第{number}机械王总，1391200{number:04}，想要两台X200，预算30万左右，展会上认识的"
        await house.says(REPS[number % len(REPS)], sentence)


def cards_by_customer(house: House, numbers: range) -> Counter[int]:
    """Return how many cards about each inquiry hang on the reps' screens."""
    cards = [shown.words for rep in REPS for shown in house.screen(rep) if shown.kind == "card"]
    return Counter({number: sum(f"苏州第{number}机械" in words for words in cards) for number in numbers})


async def test_a_revoked_token_is_fetched_once_for_everybody(sqlite_url: str, tmp_path: Path) -> None:
    """R-30: the token dies three times while thirty cards go out."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        for tenth in range(3):
            house.playground.wecom.revoke_token()
            await log_inquiries(house, range(10 * tenth, 10 * tenth + 10))
        await house.settle()
        assert cards_by_customer(house, range(30)) == dict.fromkeys(range(30), 1)
        assert house.playground.wecom.tokens.calls <= 1 + 3
        assert set(await promises(house)) == {"sent"}
        await books_are_right(house)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "errcode", "code": 45009},
        {"kind": "errcode", "code": -1},
        {"kind": "http_500"},
        {"kind": "reset"},
        {"kind": "lost_answer"},
    ],
    ids=lambda fault: str(fault.get("code", fault["kind"])),
)
async def test_what_could_not_be_sent_arrives_once_afterwards(
    fault: dict[str, Any], sqlite_url: str, tmp_path: Path
) -> None:
    """R-27, R-28, R-29: nine cards while the platform fails, and everything on the screens once when it is well."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        failing = house.playground.faults.add("wecom", "message/send", **fault)
        await log_inquiries(house, range(9))
        async with asyncio.timeout(10):
            while failing.struck == 0:
                await asyncio.sleep(0.01)
        tries_while_away = failing.struck
        house.playground.faults.clear()
        await catch_up(house)
        assert cards_by_customer(house, range(9)) == dict.fromkeys(range(9), 1)
        assert set(await promises(house)) == {"sent"}
        assert tries_while_away <= 16
        await books_are_right(house)


async def test_an_hour_of_failures_costs_few_calls(sqlite_url: str, tmp_path: Path) -> None:
    """R-28: a platform that is away for a quarter of an hour is asked now and then, not all the time."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        failing = house.playground.faults.add("wecom", "message/send", "http_500")
        await log_inquiries(house, range(3))
        with pytest.raises(AssertionError, match=r"outbox\.ready"):
            await catch_up(house, step=30.0)
        assert failing.struck <= 3 * 10
        house.playground.faults.clear()
        await catch_up(house, step=30.0)
        assert cards_by_customer(house, range(3)) == dict.fromkeys(range(3), 1)


async def test_nobody_gets_more_than_the_platform_lets_through(sqlite_url: str, tmp_path: Path) -> None:
    """R-31, R-33: sixty answers to one person; the platform would drop the thirty-first of a minute in silence."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        for _ in range(60):
            await house.says("陈静", "帮助")
        seconds = await catch_up(house)
        assert [message for message in house.playground.wecom.messages.sent if message.dropped] == []
        assert len(heard(house, "陈静")) == 60
        assert 60 < seconds < 180


async def test_a_person_the_platform_does_not_know_is_listed(sqlite_url: str, tmp_path: Path) -> None:
    """R-35: the manager is outside the app's visible range; the failure stands in the outbox, in words."""
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        account = house.doors["周敏"][1]
        house.playground.wecom.knobs.invisible.add(account)
        await submitted_quote(house)
        await house.settle()
        lines = list(listing(house.engine.database, "outbox", state="refused", limit=50))
        assert len(lines) == 1
        assert "81013" in lines[0]
        assert heard(house, "周敏") == []


async def test_an_address_that_is_not_trusted_is_told_to_the_admin_once(sqlite_url: str, tmp_path: Path) -> None:
    """R-29: the administrator hears of 60020 on the platform that works; the messages wait and arrive."""
    async with open_house(sqlite_url, tmp_path, mix="mixed") as house:
        house.doors["梁宁"] = ("dingtalk", "1099")
        await house.says("梁宁", "帮助")
        await house.settle()
        house.playground.wecom.knobs.trusted_ips = set()
        for _ in range(5):
            await house.says("陈静", "帮助")
        await house.sees("梁宁", lambda shown: "企业可信IP" in shown.words)
        assert heard(house, "陈静") == []
        house.playground.wecom.knobs.trusted_ips = None
        assert await catch_up(house) <= 65
        assert len(heard(house, "陈静")) == 5
        assert len([words for words in heard(house, "梁宁") if "企业可信IP" in words]) == 1
