"""With a model switched on: it helps where the reader is unsure, holds nobody up, and hears nothing private."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from playground.phone import Shown
from storage.tables import inbox
from tests.support.house import House, open_house
from tests.support.model import open_model

SLOPPY = "大恒想要两台X200，预算30万左右 王总 13812345678"


def chooses_hengli(asked: dict[str, Any]) -> dict[str, Any]:
    chosen = next(each["id"] for each in asked["candidates"] if each["name"] == "恒力")
    return {"intent": "", "clauses": [], "slots": [{"type": "company", "quote": "大恒", "choice_id": chosen}]}


async def hangs(_asked: dict[str, Any]) -> dict[str, Any]:
    await asyncio.sleep(60)
    return {}


def logged(shown: Shown) -> bool:
    return "XJ-" in shown.words and bool(shown.buttons)


def switched_on(base: str) -> dict[str, str]:
    return {"llm__enabled": "true", "llm__base_url": base, "llm__model": "m", "llm__api_key": "key-canary-77"}


async def ready(house: House, probes: list[str]) -> None:
    """Wait for the test at the start."""
    async with asyncio.timeout(10):
        while not probes:
            await asyncio.sleep(0.01)
    await house.recurs("llm")


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_it_names_the_customer_and_the_card_says_who_said_so(mix: str, tmp_path: Path) -> None:
    async with (
        open_model(chooses_hengli) as model,
        open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, mix=mix, **switched_on(model.base)) as house,
    ):
        await ready(house, model.probes)
        await house.says("陈静", SLOPPY)
        card = await house.sees("陈静", lambda shown: "苏州恒力机械有限公司" in shown.words)
        assert "〔AI〕" in card.words
        await house.settle()
        assert not any(logged(shown) for shown in house.screen("陈静"))
        await house.presses("陈静", card, "确认")
        written = await house.sees("陈静", logged)
        assert "苏州恒力机械有限公司" in written.words
        await house.settle()

        def kept(session) -> list[dict[str, Any]]:
            return [body["data"] for body in session.scalars(select(inbox.c.body)) if body["text"] == SLOPPY]

        (data,) = await house.engine.database.read(kept)
        assert json.loads(data["opinion"])["slots"][0]["value"] == "苏州恒力机械有限公司"


async def test_a_model_that_hangs_delays_nobody_else_and_changes_nothing(tmp_path: Path) -> None:
    async with (
        open_model(hangs) as model,
        open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, mix="wecom", **switched_on(model.base)) as house,
    ):
        await ready(house, model.probes)
        await house.says("陈静", SLOPPY)
        await house.says("何雨", "帮助")
        await house.sees("何雨", lambda shown: "直接打一句话" in shown.words)
        assert not any(logged(shown) for shown in house.screen("陈静"))
        card = await house.sees("陈静", logged)
        assert "待补充" in card.words and "〔AI〕" not in card.words


async def test_it_never_hears_of_a_private_note_nor_of_a_decision(tmp_path: Path) -> None:
    async with (
        open_model(chooses_hengli) as model,
        open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, **switched_on(model.base)) as house,
    ):
        await ready(house, model.probes)
        await house.says("陈静", "私密 大恒王总爱喝茶 别让别人看见")
        await house.sees("陈静", lambda shown: "已记为私密备注" in shown.words)
        await house.says("陈静", "大恒老板娘也爱喝茶 嫌咱们响应慢")
        await house.says("周敏", "同意 毛利够了 大恒那单")
        await house.settle()
        assert model.asked == []
