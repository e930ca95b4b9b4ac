"""A large quotation on both platforms: two steps, a deputy, a copy for the boss, and why the smaller one was none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from playground.phone import Shown
from tests.support.house import House, open_house


async def test_a_large_quotation_finds_its_way(tmp_path: Path) -> None:
    """陈静, 罗成 and 秦岚 are on WeCom, 周敏 and 钱进 on DingTalk."""
    async with open_house(f"sqlite:///{tmp_path}/bot.db", tmp_path, at="2025-11-20T10:00:00+08:00") as house:
        await house.says("周敏", "我今天出差 报价让罗成代批 超100万的还是发我")
        await house.sees("罗成", lambda shown: "从现在起您代周敏审批" in shown.words)

        await asks(house, "给苏州恒力机械报4台X200 九八折")
        card = await house.sees("罗成", lambda shown: "同意" in texts(shown))
        assert "您代周敏审批" in card.words
        assert "大额报价" in card.words
        await house.presses("罗成", card, "同意")
        theirs = await house.sees("钱进", lambda shown: "同意" in texts(shown))
        assert not [shown for shown in house.screen("秦岚") if "抄送您" in shown.words]

        await house.says("陈静", "催一下审批")
        await house.sees("陈静", lambda shown: "已催钱进" in shown.words)
        await house.presses("钱进", theirs, "同意")
        copied = await house.sees("秦岚", lambda shown: "已批准，抄送您" in shown.words)
        assert texts(copied) == [] or "同意" not in texts(copied)
        await house.sees("陈静", lambda shown: "已由钱进同意" in shown.words)

        await house.says("秦岚", "毛利低于15个点的报价都得我和钱进一块签")
        rule = await house.sees("秦岚", lambda shown: "发布" in texts(shown))
        assert "毛利率低于15%时，另需秦岚和钱进会签" in rule.words
        await house.presses("秦岚", rule, "发布")
        await house.sees("钱进", lambda shown: "秦岚发布了审批规则" in shown.words)

        await house.passes(timedelta(hours=14))
        await house.sees("周敏", lambda shown: "代批结束" in shown.words)
        await house.says("秦岚", "审批时效")
        times = await house.sees("秦岚", lambda shown: "审批时效" in shown.words)
        assert "8小时内办完" in times.words


async def asks(house: House, text: str) -> None:
    await house.says("陈静", text)
    draft = await house.sees("陈静", lambda shown: "提交审批" in texts(shown))
    await house.presses("陈静", draft, "提交审批")


def texts(shown: Shown) -> list[str]:
    return [button.text for button in shown.buttons if button.enabled]
