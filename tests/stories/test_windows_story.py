"""A maker of windows: one sloppy sentence to a priced quotation, put right, sent for approval, on both platforms (P2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import open_house
from tests.support.trades import PRESETS

SENTENCE = "王总13812345678要18樘断桥铝平开108的 1米8乘2米4 三玻两腔 灰色 啥价 急"


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_eighteen_windows_and_no_sixteen(mix: str, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/story.db"
    async with open_house(database, tmp_path, mix=mix, preset=PRESETS / "windows") as house:
        await house.says("小林", SENTENCE)
        first = await house.sees("小林", lambda shown: "V1" in shown.words and "77.76" in shown.words)
        for words in ("18樘", "1800×2400", "三玻两腔", "灰色", "国产五金", "¥81,158.94"):
            assert words in first.words

        await house.says("小林", "不对 是16樘 高2米2")
        second = await house.sees("小林", lambda shown: "V2" in shown.words and "63.36" in shown.words)
        for words in ("18→16", "2400→2200", "¥66,504.00"):
            assert words in second.words

        await house.says("小林", "五金用进口")
        await house.sees("小林", lambda shown: "¥70,984.00" in shown.words)
        await house.says("小林", "客户是绍兴王氏门窗有限公司")
        await house.sees("小林", lambda shown: "报价单" in shown.words and "绍兴王氏门窗" in shown.words)
        await house.says("小林", "提交")
        waiting = await house.sees("周敏", lambda shown: "同意" in [button.text for button in shown.buttons])
        await house.presses("周敏", waiting, "同意")
        await house.sees("小林", lambda shown: "已由周敏同意" in shown.words)

        await house.says("小林", "九五折")
        await house.sees("小林", lambda shown: "V3" in shown.words)
        await house.says("小林", "客户还是要V2")
        await house.sees(
            "小林", lambda shown: "V2" in shown.words and "已同意" in shown.words and "70,984.00" in shown.words
        )
        await house.settle()
