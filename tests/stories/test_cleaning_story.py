"""Monday morning everybody is shown what is missing in his customers' records, and puts it right with a tap or a line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.house import open_house


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_the_weekly_card_is_worked_off(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house:
        await house.says("陈静", "没电话的客户")
        await house.sees("陈静", lambda shown: "您的客户资料都是全的" in shown.words)
        await house.says("陈静", "官网上来的常州明扬精密有限公司李工想要两台X200")
        await house.sees("陈静", lambda shown: "XJ-2511-0001" in shown.words)
        await house.settle()
        await house.passes(timedelta(days=3, hours=18, minutes=5))  # Thursday half past two → Monday 08:35
        await house.recurs("cleaning")
        await house.recurs("cleaning")
        card = await house.sees("陈静", lambda shown: "本周客户资料整理" in shown.words)
        assert "没有电话" in card.words and "常州明扬精密有限公司" in card.words
        await house.settle()
        assert len([each for each in house.screen("陈静") if "本周客户资料整理" in each.words]) == 1
        assert not [each for each in house.screen("周敏") if "本周客户资料整理" in each.words]

        await house.presses("陈静", card, "补电话")
        await house.sees("陈静", lambda shown: "先补“常州明扬精密有限公司”的电话" in shown.words)
        await house.says("陈静", "联系人 李工 13812345699")
        await house.sees("陈静", lambda shown: "联系人 李工 已记下" in shown.words)
        await house.says("陈静", "没电话的客户")
        await house.sees("陈静", lambda shown: "您的客户资料都是全的" in shown.words and shown.id != card.id)
        await house.settle()
