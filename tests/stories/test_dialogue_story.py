"""What has to be asked is asked on one card; a word settles it; nothing is written before, nothing is lost after."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from playground.phone import Shown
from tests.support.house import House, open_house

GUESSED = "恒力王总要两台X200 预算300"
THREE = "恒力要两台X200；锦腾模具要一台X300；鑫宏想要三台X200"


def active(shown: Shown) -> list[str]:
    return [button.text for button in shown.buttons if button.enabled and not button.url]


def asks(shown: Shown) -> bool:
    return "确认" in active(shown)


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_a_guess_is_corrected_confirmed_explained_and_taken_back(
    mix: str, database_url: str, tmp_path: Path
) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says("陈静", GUESSED)
        card = await house.sees("陈静", asks)
        assert "没说单位" in card.words and "苏州恒力机械有限公司" in card.words and "300万元" in card.words
        assert active(card) == ["确认", "修改", "取消"]

        await house.says("陈静", "不对 是3台 预算30万")
        await house.sees("陈静", lambda shown: shown.id == card.id and "X200 × 3" in shown.words)
        await house.presses("陈静", card, "确认")
        await house.settle()
        assert not [shown for shown in house.screen("陈静") if "XJ-" in shown.words], "an old card counts no more"

        await house.says("陈静", "确认")
        inquiry = await house.sees("陈静", lambda shown: "XJ-" in shown.words and "报价" in active(shown))
        assert "× 3台" in inquiry.words and "30万元" in inquiry.words
        await house.sees("陈静", lambda shown: shown.id == card.id and not active(shown))
        await house.says("陈静", "为什么")
        told = await house.sees("陈静", lambda shown: "我按“记录询价”处理，经您确认" in shown.words)
        assert "数量：3 ← “3台”" in told.words
        await house.says("陈静", "撤销")
        await house.sees("陈静", lambda shown: "已撤销" in shown.words and shown.kind == "text")
        await house.sees("陈静", lambda shown: shown.id == inquiry.id and not active(shown))


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_three_customers_are_settled_one_by_one(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house:
        await house.says("陈静", THREE)
        card = await house.sees("陈静", lambda shown: "全部确认" in active(shown))
        for words in ("苏州恒力机械有限公司", "无锡锦腾模具有限公司", "东莞市鑫宏五金制品有限公司"):
            assert words in card.words
        await house.presses("陈静", card, "确认2")
        await house.sees("陈静", lambda shown: "XJ-2511-0001" in shown.words and "报价" in active(shown))
        card = await house.sees("陈静", lambda shown: "撤销2" in active(shown))
        await house.says("陈静", "取消 3")
        card = await house.sees("陈静", lambda shown: shown.id == card.id and "确认3" not in active(shown))
        await house.presses("陈静", card, "撤销2")
        await house.sees("陈静", lambda shown: shown.words.startswith("已撤销第 2 条（XJ-2511-0001）"))
        await house.says("陈静", "对")
        await house.sees("陈静", lambda shown: "XJ-2511-0002" in shown.words and "恒力" in shown.words)


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_what_nobody_confirms_is_given_back(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house:
        await house.says("陈静", GUESSED)
        card = await house.sees("陈静", asks)
        await house.passes(timedelta(minutes=31))
        await house.sees("陈静", lambda shown: "没有确认，没有记录" in shown.words and GUESSED in shown.words)
        await house.sees("陈静", lambda shown: shown.id == card.id and not active(shown))
        await house.presses("陈静", card, "确认")
        await house.sees("陈静", lambda shown: "把原话再发一次" in shown.words)
        assert not [shown for shown in house.screen("陈静") if "XJ-" in shown.words]


async def reports(house: House) -> None:
    await house.says("唐悦", "恒力的X200主轴异响，电话13812345678")
    await house.sees("唐悦", lambda shown: "BX-2511-0001" in shown.words)


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_a_job_is_called_off_by_one_tap_that_names_it(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house:
        await reports(house)
        await house.says("唐悦", "派单")
        call = await house.sees("唐悦", lambda shown: "派给何平" in active(shown))
        await house.presses("唐悦", call, "取消工单")
        card = await house.sees("唐悦", asks)
        assert "WO-2511-0001" in card.words and "苏州恒力 X200" in card.words
        offered = await house.sees("何平", lambda shown: "WO-2511-0001" in shown.words and "接单" in active(shown))
        await house.presses("唐悦", card, "确认")
        await house.sees("唐悦", lambda shown: shown.words == "工单 WO-2511-0001 已取消。")
        await house.sees("何平", lambda shown: shown.id == offered.id and "接单" not in active(shown))


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_an_engineer_says_no_with_a_reason_from_the_card(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house:
        await reports(house)
        offered = await house.sees("何平", lambda shown: "接单" in active(shown))
        assert [text for _, text in offered.selects[0].options][:2] == ["手上排不开", "太远赶不过去"]
        phones, user = house.phones("何平")
        # DingTalk's form has a button of its own, which sends the fields under the action "form".
        key = offered.button("拒单").key if mix == "wecom" else json.dumps({"actionId": "form"})
        await phones.press(user, offered.id, key, {"reason": ["far"]})
        await house.sees("何平", lambda shown: "已拒" in shown.words)


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_voice_and_pictures_of_an_engineer(mix: str, tmp_path: Path) -> None:
    """What the platform heard is read; what nobody heard is kept and answered; a picture goes to the job in hand."""
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house:
        await reports(house)
        await house.sees("何平", lambda shown: "接单" in active(shown))
        phones, user = house.phones("何平")
        voice = b"#!AMR\n" + b"0" * 200
        if mix == "wecom":
            await house.says("何平", "接了 三点半到")
        else:
            await phones.send_file(user, "voice", "a.amr", voice, recognition="接了 三点半到")
        await house.sees("何平", lambda shown: "是您的了，预计 15:30 到" in shown.words)
        await phones.send_file(user, "voice", "b.amr", voice)
        await house.sees("何平", lambda shown: "语音已保存，但我听不了语音" in shown.words)
        await phones.send_file(user, "image", "c.jpg", b"\xff\xd8\xff\xe0" + b"0" * 200)
        await house.sees("何平", lambda shown: shown.words == "图片已归到这张工单。")


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_not_mended_after_all(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix=mix) as house:
        await reports(house)
        await house.sees("何平", lambda shown: "接单" in active(shown))
        await house.says("何平", "好")
        await house.sees("何平", lambda shown: "是您的了" in shown.words)
        await house.says("何平", "到了")
        await house.sees("何平", lambda shown: "已记上门" in shown.words)
        await house.says("何平", "修好了")
        await house.sees("何平", lambda shown: "等客户签收" in shown.words)
        await house.says("何平", "没修好，还是响")
        await house.sees("何平", lambda shown: "已改回“上门”" in shown.words)
        await house.says("何平", "撤销")
        await house.sees("何平", lambda shown: "到场已撤销，改回“接单”" in shown.words)
