"""Two records of one customer merge and part again, and many customers change with one tap, on both platforms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.phone import Shown
from tests.support.house import House, open_house

LEFT, RIGHT = "无锡锦腾模具有限公司", "昆山鼎泰液压厂"


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_merged_parted_and_changed_by_the_dozen(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house:
        await house.says("陈静", f"{RIGHT}的祝工，13912000088，想要一台X200，预算20万")
        await house.sees("陈静", lambda shown: "XJ-2511-0001" in shown.words)
        await house.says("陈静", f"合并 {LEFT} 和 {RIGHT}")
        asked = await house.sees("陈静", lambda shown: "合并这两家客户？" in shown.words and bool(shown.selects))
        await _merges(house, asked)
        merged = await house.sees("陈静", lambda shown: _has(shown, "撤销合并"))
        await house.says("陈静", "查 昆山鼎泰")
        card = await house.sees("陈静", lambda shown: shown.title == LEFT)
        assert "待报价：1 条" in card.words and "祝工" in card.words
        await house.presses("陈静", merged, "撤销合并")
        await house.sees("陈静", lambda shown: shown.title == LEFT and "祝工" not in shown.words)
        await house.says("陈静", "查 昆山鼎泰")
        await house.sees("陈静", lambda shown: shown.title == RIGHT and "祝工" in shown.words)

        await house.says("陈静", "批量改 区域=华东的客户 级别=普通")
        preview = await house.sees("陈静", lambda shown: _has(shown, "确认修改"))
        assert "区域是华东" in preview.words and "级别：普通" in preview.words
        await house.presses("陈静", preview, "确认修改")
        done = await house.sees("陈静", lambda shown: _has(shown, "撤销修改"))
        await house.sees("陈静", lambda shown: shown.title == LEFT and ("级别", "普通") in shown.rows)
        assert _has(done, "撤销修改")
        await house.says("陈静", "撤销修改")
        await house.sees("陈静", lambda shown: shown.title == LEFT and ("级别", "战略") in shown.rows)
        await house.settle()


async def _merges(house: House, card: Shown) -> None:
    """Keep the left one's name: with the button on WeCom, with the form's own 提交 on DingTalk."""
    key = next((each.key for each in card.buttons if each.text == "合并"), json.dumps({"actionId": "form"}))
    phones, user = house.phones("陈静")
    await phones.press(user, card.id, key, {each.key: [each.options[0][0]] for each in card.selects})


def _has(shown: Shown, button: str) -> bool:
    return button in [each.text for each in shown.buttons]
