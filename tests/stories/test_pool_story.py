"""The pool as people see it: given back with a reason, listed, taken by the first tap."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import open_house


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_given_back_and_taken(mix: str, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says("陈静", "退回公海 恒力 没有预算")
        card = await house.sees("陈静", lambda shown: "退回公海：苏州恒力机械有限公司" in shown.words)
        await house.presses("陈静", card, "退回公海")
        await house.sees(
            "陈静",
            lambda shown: shown.id == card.id and "已退回公海" in f"{shown.words}{[b.text for b in shown.buttons]}",
        )

        await house.says("何雨", "公海有什么")
        await house.sees("何雨", lambda shown: "公海：" in shown.words and "恒力" in shown.words)
        await house.says("何雨", "领取 恒力")
        offer = await house.sees("何雨", lambda shown: "公海客户：苏州恒力机械有限公司" in shown.words)
        await house.says("魏巍", "领取 恒力")
        other = await house.sees("魏巍", lambda shown: "公海客户：苏州恒力机械有限公司" in shown.words)
        await house.presses("何雨", offer, "领取")
        await house.sees("何雨", lambda shown: "苏州恒力机械有限公司归您了" in shown.words)
        await house.presses("魏巍", other, "领取")
        await house.sees("魏巍", lambda shown: shown.kind == "text" and "已由何雨领取" in shown.words)
        await house.says("陈静", "领取 恒力")
        await house.sees("陈静", lambda shown: "公海里没有“恒力”" in shown.words)
