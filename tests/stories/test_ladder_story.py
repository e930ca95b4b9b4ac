"""Nobody acts: the promise is reminded of, then it climbs; whoever acts stops it (R-36, R-41)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from playground.phone import Shown
from tests.support.house import MIXES, House, open_house


@pytest.mark.parametrize("mix", MIXES)
async def test_a_forgotten_approval_is_reminded_of_and_climbs(mix: str, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await submits(house)
        first = await house.sees("周敏", can_approve)

        await house.passes(timedelta(hours=2, minutes=1))
        again = await house.sees("周敏", lambda shown: can_approve(shown) and shown.id != first.id)
        assert not [shown for shown in house.screen("秦岚") if can_approve(shown)]

        await house.passes(timedelta(hours=23))
        climbed = await house.sees("秦岚", can_approve)
        await house.presses("秦岚", climbed, "同意")
        await house.sees("陈静", lambda shown: "秦岚" in shown.words and "同意" in shown.words)
        await house.sees("周敏", lambda shown: shown.id == again.id and not can_approve(shown))

        await house.settle()
        told = {name: len(house.screen(name)) for name in ("周敏", "秦岚", "陈静")}
        await house.passes(timedelta(days=2))  # on the third, nobody having called the customer is told of
        assert {name: len(house.screen(name)) for name in told} == told


async def submits(house: House) -> None:
    await house.says("陈静", "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右")
    inquiry = await house.sees("陈静", lambda shown: "报价" in texts(shown))
    await house.presses("陈静", inquiry, "报价")
    draft = await house.sees("陈静", lambda shown: "提交审批" in texts(shown))
    await house.presses("陈静", draft, "提交审批")


def texts(shown: Shown) -> list[str]:
    return [button.text for button in shown.buttons if button.enabled]


def can_approve(shown: Shown) -> bool:
    return "同意" in texts(shown)
