"""The manager decides on DingTalk, the CEO on WeCom, finance on DingTalk again: one flow, each on his own phone."""

from __future__ import annotations

from pathlib import Path

from playground.phone import Shown
from tests.support.house import House, open_house


async def test_manager_and_ceo_are_on_different_platforms(tmp_path: Path) -> None:
    """Over a million below 15 %: CEO and CFO both sign (S-095); before that a condition, in the manager's own words."""
    async with open_house(f"sqlite:///{tmp_path}/bot.db", tmp_path, at="2025-11-20T10:00:00+08:00") as house:
        assert (house.doors["周敏"][0], house.doors["秦岚"][0], house.doors["钱进"][0]) == (
            "dingtalk",
            "wecom",
            "dingtalk",
        )
        await asks(house, "给苏州恒力机械报2台X200 九八折", "2台")
        await house.says("周敏", "批了 不过付款改全款")
        await house.presses("周敏", await house.sees("周敏", lambda shown: "确认" in texts(shown)), "确认")
        second = await house.sees("陈静", lambda shown: "付款 三六一→全款" in shown.words)
        await house.presses("陈静", second, "提交审批")
        await house.sees("周敏", lambda shown: "SP-2511-0002" in shown.words)
        await house.says("周敏", "待审批")
        await house.says("周敏", "都同意")
        await house.sees("陈静", lambda shown: "V2 已由周敏同意" in shown.words)

        await asks(house, "给苏州恒力机械报8台X200 八八折", "8台")
        ceo = await house.sees("秦岚", lambda shown: "同意" in texts(shown))
        assert "百万以上低毛利会签" in ceo.words
        await house.presses("秦岚", ceo, "同意")
        cfo = await house.sees("钱进", lambda shown: "同意" in texts(shown))
        assert "秦岚 已同意" in cfo.words
        assert not [shown for shown in house.screen("周敏") if "SP-2511-0003" in shown.words], "not his turn, not told"
        await house.presses("钱进", cfo, "同意")
        await house.sees("陈静", lambda shown: "已由钱进同意" in shown.words)
        await house.sees("秦岚", lambda shown: "已批准，抄送您" in shown.words)
        await house.settle()
        await house.presses("秦岚", ceo, "同意")
        await house.sees("秦岚", lambda shown: "SP-2511-0003" in shown.words and "已由钱进" in shown.words)


async def test_a_technical_solution_with_its_drawing(tmp_path: Path) -> None:
    """S-102: words, then the drawing, then those who know; whoever is asked can open the drawing."""
    async with open_house(f"sqlite:///{tmp_path}/bot.db", tmp_path, at="2025-11-20T10:00:00+08:00") as house:
        await house.says("陈静", "技术方案 苏州恒力机械 X200配自动上下料，节拍45秒，影响交付")
        await house.sees("陈静", lambda shown: "提交审批" in texts(shown))
        phones, user = house.phones("陈静")
        await phones.send_file(user, "image", "布局.jpg", b"\xff\xd8\xff\xe0" + b"0" * 200)
        await house.sees("陈静", lambda shown: "图片已归到这份技术方案" in shown.words)
        await house.says("陈静", "方案提交审批")
        card = await house.sees("高原", lambda shown: "同意" in texts(shown))
        assert "附件：" in card.words
        await house.says("高原", "附件 FA-2511-0001")
        await house.sees("高原", lambda shown: shown.kind == "file")
        await house.says("高原", "同意 SP-2511-0001")
        await house.sees("陈静", lambda shown: "技术方案 FA-2511-0001 V1 已由高原同意" in shown.words)


async def asks(house: House, text: str, goods: str) -> None:
    await house.says("陈静", text)
    draft = await house.sees("陈静", lambda shown: "提交审批" in texts(shown) and goods in shown.words)
    await house.presses("陈静", draft, "提交审批")
    await house.settle()


def texts(shown: Shown) -> list[str]:
    return [button.text for button in shown.buttons if button.enabled]
