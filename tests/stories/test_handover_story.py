"""A rep leaves and all he looks after goes on; whose a customer is, is settled by 报备, the leader and one rep on DingTalk, the other on WeCom."""

from __future__ import annotations

from pathlib import Path

from tests.support.house import open_house


async def test_handed_over_and_registered(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix="mixed") as house:
        await house.says("何雨", "报备 苏州科锐自动化 二期产线")
        await house.sees("何雨", lambda shown: "报备成功，保护期到 2025-12-20" in shown.text)
        await house.says("陈静", "报备 苏州科锐自动化")
        clash = await house.sees("陈静", lambda shown: shown.text.startswith("撞单："))
        assert clash.text == "撞单：这家客户由何雨报备，保护期到 2025-12-20。"
        await house.says("陈静", "查 科锐自动化")
        await house.sees("陈静", lambda shown: shown.text.startswith("没有找到“科锐自动化”"))

        await house.says("陈静", "无锡锦腾的俞海燕想要两台X200，预算30万左右，下周三前给报价")
        await house.sees("陈静", lambda shown: "XJ-2511-0001" in shown.words)
        await house.says("周敏", "离职交接 陈静 给 魏巍")
        card = await house.sees("周敏", lambda shown: shown.title == "陈静 的工作交接")
        assert ("询价", "1") in card.rows
        await house.presses("周敏", card, "全部给魏巍")
        digest = await house.sees("魏巍", lambda shown: shown.text.startswith("陈静交接给您："))
        assert "询价 1" in digest.text and "无锡锦腾模具有限公司" in digest.text
        await house.sees(
            "周敏", lambda shown: shown.id == card.id and not any(button.enabled for button in shown.buttons)
        )
        await house.says("魏巍", "查 锦腾")
        await house.sees("魏巍", lambda shown: shown.title == "无锡锦腾模具有限公司" and "待报价" in shown.words)
        await house.says("陈静", "查 锦腾")
        await house.sees("陈静", lambda shown: shown.text.startswith("没有找到“锦腾”"))
        await house.settle()
