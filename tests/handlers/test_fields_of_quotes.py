"""A company's own fields of quotations and technical solutions: filled in the chat, found, listed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.trades import open_trade
from tests.support.typed import Typed


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typed]:
    with open_trade(f"sqlite:///{tmp_path_factory.mktemp('windows')}/test.db", "windows") as company:
        typed = Typed(company)
        for said in ("给技术方案加一个字段 节拍 数字 单位 秒", "给报价加一个字段 运输方式"):
            (heard,) = typed.says("马管理", said)
            card = company.card("dictionary.field", heard.partition(" ")[2], "马管理")
            typed.presses("马管理", card, "启用")
        yield typed


def test_a_solution_takes_its_field_in_hand_or_by_its_number(typed: Typed) -> None:
    typed.says("小林", "技术方案 绿湾 系统窗节能方案，K值1.5")
    assert typed.says("小林", "节拍 45秒")[0].startswith("已填 ")
    assert typed.says("小林", "FA-2611-0001 节拍 50秒")[0].startswith("已填 ")
    (heard,) = typed.says("小林", "找 节拍超过40 的技术方案")
    card = typed.company.card("dictionary.listing", heard.partition(" ")[2], "小林")
    assert any("FA-2611-0001" in field.value for field in card.fields)


def test_so_does_a_quotation_and_nobody_elses(typed: Typed) -> None:
    typed.says("小林", "给绿湾报价 铜门2樘 智能锁2套")
    assert typed.says("小林", "运输方式 专车")[0].startswith("已填 ")
    assert typed.says("小林", "Q-2611-0001 运输方式 自提")[0].startswith("已填 ")
    assert "没有找到报价 Q-2611-0001" in typed.says("阿娟", "Q-2611-0001 运输方式 专车")[0]
