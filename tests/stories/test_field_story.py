"""A company adds a field while the program runs: asked for, filled in, shown, and looked up by, on both platforms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import House, open_house

MIXES = ["wecom", "dingtalk-stream"]
PLAIN = "无锡锦腾的俞海燕想要两台X200，预算30万左右，下周三前给报价"
EXPO = "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右，下周三前给报价"


@pytest.mark.parametrize("mix", MIXES)
async def test_a_field_is_added_asked_for_filled_in_and_looked_up_by(
    mix: str, database_url: str, tmp_path: Path
) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says("梁宁", "给询单加个字段 行业 选项 食品/化工/电子 要问")
        proposed = await house.sees("梁宁", lambda shown: "启用" in [button.text for button in shown.buttons])
        assert "食品、化工、电子" in proposed.words
        await house.presses("梁宁", proposed, "启用")
        await house.sees("梁宁", lambda shown: shown.id == proposed.id and "可以这样填：" in shown.words)

        await house.says("陈静", PLAIN)
        card = await house.sees("陈静", lambda shown: "锦腾" in shown.words and bool(shown.selects))
        assert [text for _, text in card.selects[0].options] == ["食品", "化工", "电子"]
        assert "行业是什么？请选一个" in card.words
        assert "先空着" in [button.text for button in card.buttons]
        if mix == "wecom":
            await house.presses("陈静", card, "填上", {card.selects[0].key: ["0"]})
        else:
            await house.says("陈静", "食品")
        await house.sees("陈静", lambda shown: shown.id == card.id and ("行业", "食品") in shown.rows)

        await house.says("陈静", "行业 化工")
        await house.sees("陈静", lambda shown: shown.text == "已填 行业：化工。")
        changed = await house.sees("陈静", lambda shown: shown.id == card.id and ("行业", "化工") in shown.rows)
        assert not changed.selects

        await house.says("陈静", "找 行业=化工且预算30万以上 的询单")
        found = await house.sees("陈静", lambda shown: "共 1 条" in shown.words)
        assert "行业是化工并且预算不少于30万元" in found.words
        assert "今天 陈静" in found.words
        await house.says("陈静", "第一个")
        await house.sees("陈静", lambda shown: shown.id not in (card.id, found.id) and ("行业", "化工") in shown.rows)

        await house.says("梁宁", "停用")
        # The same card, or on WeCom a new one where the old one's only code was spent on an earlier redrawing.
        await house.sees(
            "梁宁",
            lambda shown: shown.title == proposed.title and "停用" not in [button.text for button in shown.buttons],
        )
        await house.settle()


@pytest.mark.parametrize("mix", MIXES)
async def test_an_expo_is_asked_for_only_where_there_was_one(mix: str, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says("陈静", EXPO)
        card = await house.sees("陈静", lambda shown: "恒力" in shown.words and bool(shown.buttons))
        assert "哪个展会？直接回复，例如：上海工博会" in card.words
        await house.says("陈静", "深圳机械展")
        await house.sees("陈静", lambda shown: shown.text == "已填 展会名称：深圳机械展。")
        answered = await house.sees("陈静", lambda shown: shown.id == card.id and "深圳机械展" in shown.words)
        assert "哪个展会" not in answered.words

        await house.says("陈静", PLAIN)
        other = await house.sees("陈静", lambda shown: "锦腾" in shown.words and bool(shown.buttons))
        assert "哪个展会" not in other.words
        await house.says("陈静", "展会名称 上海工博会")
        await house.sees("陈静", lambda shown: shown.text == "来源是展会时才填展会名称，请先改前面的内容。")


async def test_a_question_may_be_left_open_and_is_not_asked_again(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix="mixed") as house:
        await house.says("陈静", EXPO)
        card = await house.sees("陈静", lambda shown: "哪个展会" in shown.words)
        await house.says("陈静", "谢谢")
        await house.sees("陈静", lambda shown: shown.text.startswith("这句话我没看懂"))
        await house.says("陈静", "先空着")
        await house.sees("陈静", lambda shown: shown.text == "好，先空着。")
        await house.sees("陈静", lambda shown: shown.id == card.id and "哪个展会" not in shown.words)


async def test_what_must_be_filled_in_holds_the_quote_back(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix="mixed") as house:
        await _adds(house, "给询价加个字段 行业 选项 食品/化工 必填")
        await house.says("陈静", PLAIN)
        card = await house.sees("陈静", lambda shown: "锦腾" in shown.words and bool(shown.selects))
        await house.says("陈静", "先空着")
        await house.sees("陈静", lambda shown: "行业必须填，不能空着" in shown.text)
        await house.presses("陈静", card, "报价")
        draft = await house.sees("陈静", lambda shown: "提交审批" in [button.text for button in shown.buttons])
        await house.presses("陈静", draft, "提交审批")
        refused = await house.sees("陈静", lambda shown: "提交前请先补上询价" in shown.text)
        no = refused.text.partition("例如：")[2].split(" ")[0]
        await house.says("陈静", f"{no} 行业 食品")
        await house.sees("陈静", lambda shown: shown.text == "已填 行业：食品。")
        await house.presses("陈静", draft, "提交审批")
        await house.sees("周敏", lambda shown: "同意" in [button.text for button in shown.buttons])


async def test_a_field_of_the_customer_is_set_by_name_and_found_by_pages(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix="mixed") as house:
        await _adds(house, "给客户加个字段 工厂类型 选项 食品/化工/电子")
        await house.says("秦岚", "找华东或者华南的客户")
        told = await house.sees("秦岚", lambda shown: "客户：共" in shown.words)
        assert "区域属于华东、华南" in told.words
        await house.says("秦岚", "找所有客户")
        first = await house.sees("秦岚", lambda shown: "客户：共" in shown.words and shown.id != told.id)
        names = [value.split(" ")[0] for label, value in first.rows if label.isdigit()]
        assert len(names) == 6
        await house.says("秦岚", f"{names[0]} 工厂类型 食品")
        await house.sees("秦岚", lambda shown: shown.text == "已填 工厂类型：食品。")
        await house.says("秦岚", "找 工厂类型=食品 的客户")
        only = await house.sees("秦岚", lambda shown: "客户：共 1 条" in shown.words)
        assert any(names[0] in value and "今天 秦岚" in value for _, value in only.rows)
        await house.says("秦岚", "1")
        await house.sees("秦岚", lambda shown: shown.title == names[0] and ("工厂类型", "食品") in shown.rows)

        await house.presses("秦岚", first, "下一页")
        second = await house.sees("秦岚", lambda shown: shown.id == first.id and "第 7 到" in shown.words)
        assert not {value.split(" ")[0] for label, value in second.rows if label.isdigit()} & set(names)
        await house.presses("秦岚", first, "下一页")
        await house.sees("秦岚", lambda shown: "已经翻过了" in shown.text)

        await house.says("陈静", "找 工厂类型=食品且颜色=红 的客户")
        await house.sees("陈静", lambda shown: shown.text.startswith("没看懂条件里的“颜色=红”"))


async def test_only_who_configures_may_add_a_field_and_everybody_may_ask_what_it_means(
    database_url: str, tmp_path: Path
) -> None:
    async with open_house(database_url, tmp_path, mix="mixed") as house:
        await house.says("陈静", "给询单加个字段 行业 选项 食品/化工")
        await house.sees("陈静", lambda shown: "没有权限" in shown.text)
        await house.says("陈静", "字段说明 来源")
        told = await house.sees("陈静", lambda shown: "询价的“来源”：选项" in shown.text)
        assert "展会" in told.text
        assert "代号：source" in told.text
        await house.says("陈静", "字段说明 报价")
        told = await house.sees("陈静", lambda shown: shown.text.startswith("报价的字段"))
        assert "成本" not in told.text
        await house.says("秦岚", "字段说明 报价")
        told = await house.sees("秦岚", lambda shown: shown.text.startswith("报价的字段"))
        assert "成本" in told.text
        await house.says("陈静", "找 成本超过5万 的报价")
        await house.sees("陈静", lambda shown: shown.text.startswith("没看懂条件里的“成本超过5万”"))


async def _adds(house: House, sentence: str) -> None:
    await house.says("梁宁", sentence)
    proposed = await house.sees("梁宁", lambda shown: "启用" in [button.text for button in shown.buttons])
    await house.presses("梁宁", proposed, "启用")
    await house.sees("梁宁", lambda shown: shown.id == proposed.id and "可以这样填：" in shown.words)
