"""A deal from the first word to the signed contract, typed and pressed on both platforms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.phone import Shown
from tests.support.house import House, open_house

BOTH = ("wecom", "dingtalk-http")


@pytest.mark.parametrize("mix", BOTH)
async def test_a_deal_moves_by_words_and_keeps_its_history(mix: str, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says("陈静", "恒力建个商机，两台X200，50万，下个月签")
        card = await house.sees("陈静", lambda shown: "SJ-2511-0001" in shown.words and "新线索" in shown.words)
        for words in ("苏州恒力机械有限公司", "X200", "50万元", "2025年12月31日"):
            assert words in card.words

        await house.says("陈静", "恒力意向明确了")
        await house.sees("陈静", lambda shown: "从“新线索”到“意向明确”" in shown.words)
        await house.says("陈静", "恒力谈价格了")
        refused = await house.sees("陈静", lambda shown: "还不能到“商务谈判”" in shown.words)
        assert "缺已同意的报价" in refused.words
        assert "请先发“报价”" in refused.words

        await house.says("陈静", "恒力退回已联系")
        await house.sees("陈静", lambda shown: "退回要说明原因" in shown.words)
        await house.says("陈静", "恒力退回已联系，客户要重新选型")
        await house.sees("陈静", lambda shown: "到“已联系”，因为客户要重新选型" in shown.words)

        await house.says("陈静", "撤销")
        await house.sees("陈静", lambda shown: "商机 SJ-2511-0001 的阶段变化已撤销" in shown.words)
        await house.says("陈静", "恒力商机历史")
        told = await house.sees("陈静", lambda shown: "建立，从“新线索”开始" in shown.words and shown.kind == "text")
        assert "从“新线索”到“意向明确”" in told.words
        assert "已联系" not in told.words
        await house.settle()


@pytest.mark.parametrize("mix", BOTH)
async def test_an_inquiry_becomes_a_deal_in_one_step(mix: str, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says(
            "陈静", "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右，下周三前给报价"
        )
        await house.sees("陈静", lambda shown: "已记录询价" in shown.words)
        await house.says("陈静", "转商机")
        deal = await house.sees("陈静", lambda shown: "SJ-2511-0001" in shown.words)
        for words in ("恒力", "X200", "王总", "30万元", "展会", "意向明确", "由询价 XJ-2511-0001 转来"):
            assert words in deal.words

        await house.says("陈静", "恒力转商机")
        await _is_told(house, "陈静", "已有商机 SJ-2511-0001")
        await house.settle()


@pytest.mark.parametrize("mix", BOTH)
async def test_lost_is_one_tap_with_its_reason_and_may_be_opened_again(
    mix: str, database_url: str, tmp_path: Path
) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says("陈静", "恒力建个商机，两台X200，50万，下个月签")
        await house.sees("陈静", lambda shown: "SJ-2511-0001" in shown.words)
        await house.says("陈静", "恒力被沈阳机床抢了")
        asked = await house.sees("陈静", lambda shown: "确认流失：苏州恒力机械有限公司" in shown.words)
        assert "丢给了沈阳机床" in asked.words
        await _submits(house, "陈静", asked, "确认流失", {"reason": ["competitor"]})
        await house.sees("陈静", lambda shown: shown.id == asked.id and "已流失" in _everything(shown))

        await house.says("陈静", "恒力意向明确了")
        await _is_told(house, "陈静", "没有这样的商机（SJ-2511-0001 流失）")
        await house.says("陈静", "重新打开恒力的商机")
        await house.sees("陈静", lambda shown: "重新打开，回到“新线索”" in shown.words)
        await house.says("陈静", "恒力先放一放，三月再说")
        await house.sees("陈静", lambda shown: "2026年3月1日" in shown.words and "自动唤醒" in shown.words)
        await house.settle()


@pytest.mark.parametrize("mix", BOTH)
async def test_a_signed_contract_is_checked_by_the_leader_where_the_pipeline_asks(
    mix: str, database_url: str, tmp_path: Path
) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says("陈静", "恒力建个商机，3套CC-80")
        await house.sees("陈静", lambda shown: "备件销售" in shown.words)
        await house.says("陈静", "恒力签了")
        asked = await house.sees("陈静", lambda shown: "确认成交：苏州恒力机械有限公司" in shown.words)
        await house.presses("陈静", asked, "确认成交")
        check = await house.sees("周敏", lambda shown: "陈静报了成交，请核对" in shown.words)
        await house.presses("周敏", check, "确认成交")
        await house.sees("陈静", lambda shown: "到了“成交”（周敏）" in shown.words)

        await house.says("陈静", "锦腾建个商机，两台X300")
        await house.sees("陈静", lambda shown: "SJ-2511-0002" in shown.words and "标准销售" in shown.words)
        await house.says("陈静", "锦腾签了")
        await _is_told(house, "陈静", "缺合同号或订单照片。请发合同号")
        await house.says("陈静", "合同号 HT-2511-7")
        await house.sees("陈静", lambda shown: "HT-2511-7" in shown.words and bool(shown.buttons))
        await house.says("陈静", "锦腾签了")
        asked = await house.sees("陈静", lambda shown: "确认成交：无锡锦腾模具有限公司" in shown.words)
        await house.presses("陈静", asked, "确认成交")
        await house.sees("陈静", lambda shown: shown.id == asked.id and "已成交" in _everything(shown))
        await house.settle()


@pytest.mark.parametrize("mix", BOTH)
async def test_a_leader_asks_for_the_funnel_and_for_what_deals_are_lost(
    mix: str, database_url: str, tmp_path: Path
) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says("陈静", "恒力建个商机，两台X200，50万，下个月签")
        await house.sees("陈静", lambda shown: "SJ-2511-0001" in shown.words)
        await house.says("陈静", "漏斗")
        mine = await house.sees("陈静", lambda shown: "我的漏斗" in shown.words)
        assert "1 单，50万元" in mine.words
        await house.says("陈静", "恒力丢了")
        asked = await house.sees("陈静", lambda shown: "确认流失" in shown.words)
        await _submits(house, "陈静", asked, "确认流失", {"reason": ["price"]})
        await house.sees("陈静", lambda shown: "已流失" in _everything(shown))

        await house.says("周敏", "漏斗")
        team = await house.sees("周敏", lambda shown: "团队漏斗" in shown.words)
        assert "流失 1 单" in team.words
        await house.says("周敏", "丢单分析")
        losses = await house.sees("周敏", lambda shown: "团队流失原因" in shown.words)
        for words in ("价格", "1 单，50万元，累计 100%", "陈静 1 单"):
            assert words in losses.words
        await house.settle()


async def _submits(house: House, name: str, card: Shown, button: str, chosen: dict[str, list[str]]) -> None:
    """Send a card's choices: with their button on WeCom, with the form's own 提交 on DingTalk."""
    phones, user = house.phones(name)
    key = next((each.key for each in card.buttons if each.text == button), json.dumps({"actionId": "form"}))
    await phones.press(user, card.id, key, chosen)


def _everything(shown: Shown) -> str:
    return " ".join([shown.words, *(button.text for button in shown.buttons)])


async def _is_told(house: House, name: str, words: str) -> None:
    await house.sees(name, lambda shown: words in shown.words)
