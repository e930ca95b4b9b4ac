"""Bad input gets a clear sentence that says what to do next, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.world import Person
from tests.support.house import MIXES, open_house


@pytest.mark.parametrize("mix", MIXES)
async def test_a_stranger_is_told_how_to_be_added_and_the_admin_once(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, mix=mix) as house:
        platform = "wecom" if mix in ("wecom", "mixed") else "dingtalk"
        house.playground.world.add(Person(id="new", name="新来的", wecom="newcomer", dingtalk="9999", unionid="u9999"))
        house.doors["新来的"] = (platform, "newcomer" if platform == "wecom" else "9999")
        for _ in range(3):
            await house.says("新来的", "你好")
        await house.sees("新来的", lambda shown: "不在跟单的人员名单里" in shown.words)
        await house.settle()
        told = [shown for shown in house.screen("梁宁") if "gendan load" in shown.words]
        assert len(told) == 1
        assert ("newcomer" if platform == "wecom" else "9999") in told[0].words


async def test_what_is_not_understood_gets_three_examples_for_this_role(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path) as house:
        await house.says("陈静", "嗯哼呃呃呃")
        answer = await house.sees("陈静", lambda shown: "没看懂" in shown.words)
        assert answer.words.count("·") == 3 and "X200" in answer.words
        await house.says("何平", "嗯哼呃呃呃")
        answer = await house.sees("何平", lambda shown: "没看懂" in shown.words)
        assert "到了" in answer.words


async def test_a_photo_goes_to_what_its_sender_is_in_the_middle_of(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path) as house:
        await house.says("陈静", "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右")
        await house.sees("陈静", lambda shown: "恒力" in shown.words and bool(shown.buttons))
        phones, user = house.phones("陈静")
        sent = await phones.send_file(user, "image", "a.jpg", b"\xff\xd8\xff\xe0" + b"0" * 200)
        assert sent.acknowledged
        await house.sees("陈静", lambda shown: shown.words.startswith("图片已归到这条询价"))
        sent = await phones.send_file(user, "voice", "a.amr", b"#!AMR\n" + b"0" * 200)
        assert sent.acknowledged
        await house.sees("陈静", lambda shown: "语音已保存" in shown.words)


TABLE = "产品\t数量\t单价\nX200\t2\t158000\nX300\t1\t226000\n合计\t\t542000"
FORWARDED = "【报价单】Q-2511-9999 苏州恒力机械有限公司 X200 2台 单价150000 合计300000元 有效期30天"
HOSTILE = (
    "",
    "   \n\t ",
    "😀😀👍🏽",
    "Hello, how are you today?",
    "こんにちは、元気ですか",
    "啊" * 10_000,
    "同意\u202e1000-1152-PS",
    "\u200b\u200b\u200b",
    "确\u0301\u0301\u0301认" * 50,
    "{{7*7}} ${jndi:ldap://x} <script>alert(1)</script>",
    "'; DROP TABLE inquiries; --",
)


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_bad_input_is_answered_in_words_and_writes_nothing(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, mix=mix) as house:
        for text in HOSTILE:
            before = len([shown for shown in house.screen("陈静") if not shown.mine])
            await house.says("陈静", text)
            await house.settle()
            answers = [shown for shown in house.screen("陈静") if not shown.mine][before:]
            assert len(answers) == (1 if text.strip() else 0), text[:40]
            assert not [shown for shown in answers if shown.buttons], text[:40]
        assert not [shown for shown in house.screen("陈静") if "XJ-" in shown.words or "Q-2" in shown.words]


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
@pytest.mark.parametrize("text", [TABLE, FORWARDED])
async def test_pasted_papers_never_become_a_record_without_a_yes(mix: str, text: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, mix=mix) as house:
        await house.says("陈静", text)
        answer = await house.sees("陈静", lambda shown: not shown.mine)
        await house.settle()
        assert not [shown for shown in house.screen("陈静") if "XJ-" in shown.words or "Q-2511-0" in shown.words]
        assert "确认" in answer.words or "没看懂" in answer.words
