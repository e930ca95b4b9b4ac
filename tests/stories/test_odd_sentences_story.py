"""Sentences that people type when they are in a hurry: nothing is guessed that would hurt, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.phone import Shown
from tests.support.house import House, open_house


@pytest.fixture
async def house(tmp_path: Path):
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path) as house:
        yield house


def active(shown: Shown) -> list[str]:
    return [button.text for button in shown.buttons if button.enabled and not button.url]


async def test_a_demand_without_a_number_is_an_inquiry_all_the_same(house: House) -> None:
    await house.says("陈静", "苏州恒力机械王总，想要两台X200，预算30万左右，下周三前给报价")
    card = await house.sees("陈静", lambda shown: "XJ-" in shown.words and "报价" in active(shown))
    assert "30万元左右" in card.words and "11月26日（周三）" in card.words


async def test_a_name_of_nothing_but_trade_words_names_no_customer(house: House) -> None:
    await house.says("陈静", "绍兴客户1号机械有限公司孙工，13911110001，想要2台X200")
    await house.sees("陈静", lambda shown: "XJ-" in shown.words)
    await house.says("陈静", "嘉兴东海机械有限公司赵总 13622220000 想要1台X200")
    second = await house.sees("陈静", lambda shown: "13622220000" in shown.words and bool(active(shown)))
    assert "嘉兴东海机械有限公司" in second.words


async def test_fifteen_tenths_are_not_five(house: House) -> None:
    await house.says("陈静", "报价 X200 两台 十五折")
    shown = await house.sees("陈静", lambda shown: not shown.mine)
    assert "5折" not in shown.words


async def test_withdrawing_twice_destroys_nothing(house: House) -> None:
    await house.says("陈静", "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右")
    inquiry = await house.sees("陈静", lambda shown: "报价" in active(shown))
    await house.presses("陈静", inquiry, "报价")
    draft = await house.sees("陈静", lambda shown: "提交审批" in active(shown))
    await house.presses("陈静", draft, "提交审批")
    await house.sees("陈静", lambda shown: "等周敏审批" in shown.words)
    await house.says("陈静", "撤回")
    await house.sees("陈静", lambda shown: "已撤回" in shown.words)
    await house.says("陈静", "撤回")
    answer = await house.sees("陈静", lambda shown: "不需要撤回" in shown.words)
    assert "作废" in answer.words


async def test_a_colleagues_customer_keeps_his_number_to_himself(house: House) -> None:
    await house.says("陈静", "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右")
    await house.sees("陈静", lambda shown: "13812345678" in shown.words and bool(active(shown)))
    await house.says("魏巍", "苏州恒力机械王总又想要三台X200，预算50万左右")
    card = await house.sees("魏巍", lambda shown: "XJ-" in shown.words and bool(active(shown)))
    assert "13812345678" not in card.words
