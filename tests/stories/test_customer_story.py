"""A rep looks a customer up in whatever way he remembers it, marks it, and unfolds what happened, on both platforms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import open_house

NAME = "无锡锦腾模具有限公司"


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_a_customer_is_found_marked_and_unfolded(mix: str, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says("陈静", "查 wxjt")
        card = await house.sees("陈静", lambda shown: shown.title == NAME)
        await house.says("陈静", "给锦腾模具打个标签 价格敏感")
        await house.sees("陈静", lambda shown: shown.text == f"{NAME} 加了标签“价格敏感”。弄错了发“撤销”。")
        await house.sees("陈静", lambda shown: shown.id == card.id and "价格敏感" in shown.words)

        await house.says("陈静", "无锡锦腾的俞海燕想要两台X200，预算30万左右，下周三前给报价")
        await house.sees("陈静", lambda shown: "XJ-2511-0001" in shown.words)
        await house.says("陈静", "尾号0002")
        found = await house.sees("陈静", lambda shown: shown.title == NAME and "待报价" in shown.words)
        await house.presses("陈静", found, "询价")
        section = await house.sees("陈静", lambda shown: "询价：共 1 条" in shown.words)
        assert "XJ-2511-0001" in section.words

        await house.says("陈静", "锦腾模具的俞海燕还有个电话 139 1200 0077")
        await house.sees("陈静", lambda shown: shown.text == "俞海燕 的号码 13912000077 已加上。")
        await house.says("陈静", "给华东的客户打标签 展会邀请")
        preview = await house.sees("陈静", lambda shown: "确认修改" in [button.text for button in shown.buttons])
        assert "加标签 展会邀请" in preview.words and "现在的标签：价格敏感" in preview.words

        await house.says("陈静", "打开工作台")
        home = await house.sees("陈静", lambda shown: shown.title == "陈静的工作台")
        await house.presses("陈静", home, "待报价")
        await house.sees("陈静", lambda shown: shown.id != home.id and "XJ-2511-0001" in shown.title)

        await house.says("何雨", "查 锦腾模具")
        refused = await house.sees("何雨", lambda shown: shown.text.startswith("没有找到“锦腾模具”"))
        assert "无锡" not in refused.words
        await house.settle()


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_a_customer_is_added_used_and_taken_back(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, mix=mix) as house:
        await house.says("陈静", "加个客户 昆山锐科自动化 联系人刘工 13700001111 做汽车零部件的")
        await house.sees("陈静", lambda shown: shown.text == "已建客户：昆山锐科自动化，归您负责。弄错了发“撤销”。")
        card = await house.sees("陈静", lambda shown: shown.title == "昆山锐科自动化")
        assert "刘工" in card.words
        await house.says("陈静", "给锐科打个标签 汽配")
        await house.sees("陈静", lambda shown: shown.text.startswith("昆山锐科自动化 加了标签“汽配”"))

        await house.says("何雨", "新建客户 昆山锐科自动化")
        told = await house.sees("何雨", lambda shown: "陈静" in shown.text)
        assert told.text == "撞单：这家客户由陈静负责，请直接联系陈静。"
        assert "刘工" not in told.text and "1370000" not in told.text

        await house.says("陈静", "建个档 常熟天工，沈小姐 13700002222")
        await house.sees("陈静", lambda shown: shown.text.startswith("已建客户：常熟天工"))
        await house.says("陈静", "撤销")
        await house.sees("陈静", lambda shown: shown.text == "已撤销：常熟天工 不再是客户。")
        await house.says("陈静", "查 常熟天工")
        await house.sees("陈静", lambda shown: shown.text.startswith("没有找到“常熟天工”"))
        await house.settle()
