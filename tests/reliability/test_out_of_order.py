"""R-14: what arrives before its time, twice or in another order; nothing is dropped, everything is answered."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from storage.queries import Queries
from tests.reliability.aftermath import books_are_right, catch_up, effects, heard
from tests.support.house import House, open_house
from tests.support.staff import look, submitted_quote

WORDS = ("帮助", "我的询价", "撤销", "数量改成3台", "第二个", "报价", "同意", "到了")
DOORS = {"wecom": ("wecom", "message/send"), "dingtalk-stream": ("dingtalk", "createAndDeliver")}


@pytest.mark.parametrize("mix", DOORS)
async def test_a_click_before_our_send_returned(mix: str, sqlite_url: str, tmp_path: Path) -> None:
    """The card is on the screen and pressed while the platform has not yet answered us, and never will."""
    async with open_house(sqlite_url, tmp_path, mix=mix) as house:
        fault = house.playground.faults.add(*DOORS[mix], "lost_answer", seconds=30.0, count=1)
        quote, approval = await submitted_quote(house)
        card = await house.sees("周敏", lambda shown: bool(shown.buttons))
        await house.presses("周敏", card, "同意")
        async with asyncio.timeout(10):
            while await approval_state(house, approval) != "approved":
                await asyncio.sleep(0.01)
        assert fault.struck == 1
        house.playground.faults.clear()
        await catch_up(house)
        view = await look(house, "陈静", lambda queries, viewer: queries.quotes.card(quote, viewer))
        assert view.state == "approved"
        cards = [shown for shown in house.screen("周敏") if shown.kind == "card"]
        # WeCom redraws only with a code that went lost with the answer: there a second card says how it stands.
        assert len(cards) == (2 if mix == "wecom" else 1)
        assert not any(button.text == "同意" and button.enabled for button in cards[-1].buttons)
        await books_are_right(house)


async def approval_state(house: House, approval: int) -> str:
    view = await house.engine.database.read(
        lambda session: Queries(session).approvals.card(
            approval,
            Queries(session).people.actor(*house.doors["周敏"]),  # type: ignore[arg-type]
        )
    )
    return str(view.state)


async def test_shuffled_and_doubled_talk_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """Two hundred messages of twenty people, held back and delivered in another order, each fourth one twice."""
    chance = random.Random(20261122)
    async with open_house(sqlite_url, tmp_path, mix="wecom") as house:
        wecom = house.playground.wecom
        assert wecom is not None
        people = list(house.doors)
        keys = []
        for _ in range(40):
            wecom.knobs.reorder = 4
            wecom.knobs.duplicates = int(chance.random() < 0.25)
            batch = [(chance.choice(people), chance.choice(WORDS)) for _ in range(5)]
            for name, words in batch:
                phones, user = house.phones(name)
                keys.append((await phones.say(user, words)).key)
        await catch_up(house, step=10.0)
        assert await effects(house) == dict.fromkeys(keys, 1)
        assert sum(len(heard(house, name)) for name in people) >= len(keys)
        await books_are_right(house)
