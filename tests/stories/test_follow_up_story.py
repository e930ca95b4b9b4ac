"""A week of following up: one sentence each, what comes of it, and what everybody then reads on his phone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from playground.phone import Shown
from tests.support.house import House, open_house


def has(*words: str):
    return lambda shown: all(word in shown.words for word in words)


def texts(shown: Shown) -> list[str]:
    return [button.text for button in shown.buttons if button.enabled]


async def says(house: House, name: str, text: str, *answer: str) -> Shown:
    await house.says(name, text)
    return await house.sees(name, has(*answer))


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_one_sentence_becomes_a_visit_and_a_promise(mix: str, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        card = await says(
            house, "陈静", "今天上午拜访了恒力的蔡文斌，聊了X200，他下周要定，明天给他发资料", "已记拜访", "承诺"
        )
        for words in ("苏州恒力机械有限公司", "蔡文斌", "发资料", "11月21日（周五）"):
            assert words in card.words

        await house.passes(timedelta(hours=18))  # Friday 8:30
        await house.recurs("mornings")
        await house.recurs("mornings")
        day = await house.sees("陈静", has("今日待办", "发资料"))
        await house.settle()
        assert len([shown for shown in house.screen("陈静") if "今日待办" in shown.words]) == 1
        assert not [shown for shown in house.screen("周敏") if "今日待办" in shown.words]

        await says(house, "陈静", "第1个做完了", "已完成", "发资料")
        await house.settle()
        assert [shown for shown in house.screen("陈静") if "今日待办" in shown.words and "✓" in shown.words]
        await says(house, "陈静", "我的兑现率", "按时兑现 1 件", "100%")
        assert day.words


async def test_it_is_put_right_and_taken_back(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path) as house:
        await says(house, "陈静", "刚给锦腾模具的俞海燕打了电话，她说价格偏高，后天给她答复", "已记电话", "承诺")
        await says(house, "陈静", "记串了 挪到远帆液压", "已挪过去")
        card = await house.sees("陈静", has("已记电话：宁波远帆液压件有限公司"))
        await says(house, "陈静", "不对 是昨天打的", "已改好")
        await house.sees("陈静", has("已记电话", "11月19日（周三）"))
        await says(house, "陈静", "撤销", "已撤销，带出的待办也取消了")
        await house.settle()
        await says(house, "陈静", "今天干啥", "今天没有待办")
        assert card.words


async def test_an_unknown_customer_is_asked_about_once(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path) as house:
        card = await says(house, "陈静", "今天拜访了昆山晨光精密机械有限公司的李总，挺感兴趣", "客户库里没有")
        assert "新建客户" in texts(card)
        await house.presses("陈静", card, "新建客户")
        await house.sees("陈静", lambda shown: "已记拜访：昆山晨光" in shown.words and "新建客户" not in texts(shown))
        again = await house.presses("陈静", card, "新建客户")
        assert again.acknowledged
        await house.sees("陈静", has("已经有客户了"))


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_a_reminder_is_set_moved_and_done(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house:
        card = await says(house, "陈静", "明天下午三点提醒我给锦腾模具的俞海燕打电话", "11月21日（周五）15:00")
        assert "完成" in texts(card)
        await says(house, "陈静", "推到下周三上午十点", "改到11月26日（周三）10:00")
        await house.passes(timedelta(days=5, hours=19, minutes=31))
        reminded = await house.sees("陈静", lambda shown: "已到期" in shown.words and shown.id != card.id)
        await house.presses("陈静", reminded, "稍后提醒")
        await house.sees("陈静", has("再提醒您"))
        await says(house, "陈静", "做完了", "已完成")
        await house.settle()
        before = len(house.screen("陈静"))
        await house.passes(timedelta(days=1))
        assert len(house.screen("陈静")) == before


async def test_nobody_answers_and_the_next_try_is_planned(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path) as house:
        await says(house, "陈静", "给恒力的蔡文斌打电话没打通", "没联系上", "再联系（第 2 次）")
        await house.passes(timedelta(hours=20))
        await says(
            house, "陈静", "恒力的蔡文斌回电话了，说下周三来厂里看", "已记电话：苏州恒力机械有限公司", "待办：跟进："
        )
        await says(house, "陈静", "恒力啥情况", "最近联系：今天 陈静", "下一步：跟进")


async def test_the_forgotten_are_called_with_one_tap(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path) as house:
        await says(house, "陈静", "多久没联系的客户", "从没联系过", "90 天以上")
        preview = await says(house, "陈静", "一键排跟进 每天2个", "预览")
        await house.presses("陈静", preview, "确认")
        await house.sees("陈静", has("已排好", "到那天会出现在您的待办里"))
        done = await house.sees("陈静", has("已排好跟进"))
        await house.presses("陈静", done, "撤销")
        await house.sees("陈静", has("跟进安排已撤销"))


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_the_map_goes_to_the_rep_and_the_board_to_the_leader(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house:
        await says(house, "陈静", "今天拜访了恒力的蔡文斌，聊了X200", "已记拜访")
        await house.says("陈静", "我的热力图")
        await house.sees("陈静", lambda shown: not shown.mine and bool(shown.media_id))
        await says(house, "陈静", "团队跟进", "只有主管能看")

        board = await says(house, "周敏", "团队跟进", "陈静：本周跟进 1 家")
        place = next(line[0] for line in board.words.splitlines() if "陈静" in line)
        await says(house, "周敏", place, "陈静手上")
