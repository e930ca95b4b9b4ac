"""DingTalk's monthly allowance survives a restart and is warned about once."""

from __future__ import annotations

from pathlib import Path

from storage import care
from tests.support.house import open_house


async def test_the_quota_is_kept_warned_about_once_and_shown(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/test.db"
    async with open_house(url, tmp_path, mix="dingtalk-stream", dingtalk__monthly_push_quota="2") as house:
        for _ in range(2):
            await house.says("梁宁", "帮助")
        await house.settle()
        for _ in range(3):
            await house.recurs("quota")
        house.engine.wake()
        await house.sees("梁宁", lambda shown: "100% 提醒" in shown.words)
        await house.settle()
        warned = [shown for shown in house.screen("梁宁") if "提醒）" in shown.words]
        assert len(warned) == 2  # 80 % and 100 %, each once
        await house.says("梁宁", "钉钉用量")
        await house.sees("梁宁", lambda shown: "消息与回调 2 次" in shown.words)

        kept = await house.engine.database.read(lambda session: care.number(session, "dingtalk.push:2025-11"))
        assert kept == 2
