"""A rep and his leader type what comes to mind about customers and colleagues, and read what was done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import open_house

NAME = "无锡锦腾模具有限公司"


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_marked_taken_back_asked_for_and_handed_on(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house:

        async def answers(who: str, typed: str, said: str) -> None:
            await house.says(who, typed)
            await house.sees(who, lambda shown: said in shown.words)

        await answers("陈静", "把锦腾模具设成重点客户", f"{NAME} 的级别改成“重点”。弄错了发“撤销”。")
        await answers("陈静", "撤销", f"已撤销：{NAME} 的级别还是“战略”。")
        await answers("陈静", "锦腾模具有没有人报备", "“锦腾模具”是您的客户。")
        await answers("何雨", "撞单 锦腾模具", "撞单：“锦腾模具”由陈静负责，请直接联系陈静。")
        await answers(
            "何雨", "撞单 常州新锐自动化", "没有人在跟“常州新锐自动化”，可以报备，请发：报备 常州新锐自动化。"
        )
        await answers("陈静", "锦腾模具12月5号投标 保证金5万", "投标截止")
        await answers("陈静", "总结一下锦腾模具", f"{NAME}：询价 0 次")
        await answers("周敏", "让陈静明天联系锦腾模具 问问验收", "已安排并通知，做完会告诉您。")
        await answers("陈静", "晚上七点以后别给我发消息", "19:00 到第二天 08:00 不提醒您")
        await answers("陈静", "取消免打扰", "20:00 到第二天 08:00 不打扰")
        task = await house.sees("陈静", lambda shown: "周敏安排" in shown.words)
        await answers("陈静", "明天有什么安排", "11月21日有 1 件：\n1. 联系锦腾模具 问问验收")
        await house.presses("陈静", task, "完成")
        await house.sees("周敏", lambda shown: "陈静做完了您安排的事：联系锦腾模具 问问验收" in shown.words)

        await house.says("陈静", "锦腾模具转给魏巍")
        card = await house.sees("陈静", lambda shown: "一起转给魏巍" in shown.words)
        await house.presses("陈静", card, "确认")
        await house.sees("魏巍", lambda shown: f"陈静的客户 {NAME} 转给您了" in shown.words)
        await answers("陈静", "查 锦腾模具", "没有找到“锦腾模具”")
        await house.settle()
