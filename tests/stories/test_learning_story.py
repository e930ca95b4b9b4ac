"""She calls a customer what nobody has written down, says once who it is, and is understood from then on."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from domain.vocabulary.alias import LearntAlias
from playground.phone import Shown
from tests.support.house import House, open_house

KNOWN = "苏州恒力机械有限公司"
OTHER = "无锡锦腾模具有限公司"


def logged(shown: Shown) -> bool:
    return "XJ-" in shown.words and bool(shown.buttons)


async def logs(house: House, name: str, text: str, expected: str) -> Shown:
    """Type an inquiry once the reader has the company's newest words; return its card when it names ``expected``."""
    await house.settle()
    await house.recurs("gazetteer")
    before = len([shown for shown in house.screen(name) if logged(shown)])
    await house.says(name, text)
    await house.sees(name, lambda _: len([each for each in house.screen(name) if logged(each)]) > before)
    card = [shown for shown in house.screen(name) if logged(shown)][-1]
    assert f"客户：{expected}" in card.words
    return card


async def living(house: House) -> list[tuple[str, str]]:
    def look(session) -> list[tuple[str, str]]:
        found = session.scalars(select(LearntAlias).where(LearntAlias.revoked_at.is_(None)).order_by(LearntAlias.id))
        return [(alias.words, alias.target) for alias in found]

    return await house.engine.database.read(look)


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
@pytest.mark.parametrize(
    ("sloppy", "words", "unknown"),
    [
        ("大恒机械王总想要两台X200，预算30万左右", "大恒机械", "大恒机械"),
        ("大恒想要两台X200，预算30万左右", "大恒", "待补充"),
    ],
)
async def test_corrected_once_understood_then_revoked_and_asked_again(
    mix: str, sloppy: str, words: str, unknown: str, tmp_path: Path
) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, mix=mix) as house:
        await logs(house, "陈静", sloppy, unknown)
        await house.says("陈静", f"不对 是{KNOWN}")
        learnt = await house.sees("陈静", lambda shown: f"记住了：“{words}”" in shown.words)
        assert KNOWN in learnt.words and sloppy[:10] in learnt.words

        await logs(house, "陈静", sloppy, KNOWN)
        await house.says("陈静", "别名有哪些")
        shown = await house.sees("陈静", lambda shown: "学到的别名（1个）" in shown.words)
        assert f"{words}＝{KNOWN}" in shown.words and "陈静" in shown.words

        await house.presses("陈静", learnt, "撤销")
        await house.sees("陈静", lambda shown: f"“{words}”已忘掉" in shown.words)
        await logs(house, "陈静", sloppy, unknown)


async def test_it_is_said_in_other_words_and_forgotten_by_name(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path) as house:
        await logs(house, "陈静", "给大恒报两台X200 王总 13812345678", "待补充")
        await house.says("陈静", "客户是苏州恒力机械")
        await house.sees("陈静", lambda shown: "记住了：“大恒”" in shown.words)
        await house.says("陈静", "恒力的别名")
        await house.sees("陈静", lambda shown: "的别名（1个）" in shown.words)
        await house.says("何雨", "忘掉 大恒")
        await house.sees("何雨", lambda shown: "没有学过“大恒”" in shown.words)
        await house.says("何雨", "别名有哪些")
        await house.sees("何雨", lambda shown: "学到的别名（0个）" in shown.words)
        await house.says("梁宁", "别名有哪些")
        await house.sees("梁宁", lambda shown: "大恒＝苏州恒力机械有限公司" in shown.words)
        await house.says("梁宁", "删掉第1条")
        await house.sees("梁宁", lambda shown: "已忘掉“大恒”" in shown.words)
        assert await living(house) == []
        await house.says("陈静", "忘掉 大恒")
        await house.sees("陈静", lambda shown: "没有学过“大恒”" in shown.words)


async def test_what_two_mean_differently_is_asked(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path) as house:
        for name, company in (("陈静", KNOWN), ("何雨", OTHER)):
            await house.says(name, "大恒想要两台X200，预算30万左右")
            await house.sees(name, logged)
            await house.says(name, f"不对 是{company}")
            await house.sees(name, lambda shown: "记住了" in shown.words)
        await house.recurs("gazetteer")
        await house.says("陈静", "大恒想要三台X200，预算50万左右")
        asked = await house.sees("陈静", lambda shown: "有重名，请选" in shown.words)
        await house.presses("陈静", asked, OTHER)
        card = await house.sees("陈静", lambda shown: logged(shown) and OTHER in shown.words)
        assert "× 3台" in card.words and "50万元左右" in card.words and "大恒想要三台X200" in card.words
        assert len(await living(house)) == 2


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_a_guess_put_right_before_it_is_written_is_learnt_with_the_yes(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, mix=mix) as house:
        await house.says("陈静", "恒历要两台X200，预算30万左右")
        asked = await house.sees("陈静", lambda shown: "读音同" in shown.words and bool(shown.buttons))
        assert KNOWN in asked.words
        await house.says("陈静", f"不对 客户是{OTHER}")
        await house.sees("陈静", lambda shown: "已改好" in shown.words)
        await house.settle()
        assert await living(house) == []
        await house.says("陈静", "确认")
        await house.sees("陈静", lambda shown: "记住了：“恒历”" in shown.words)
        await logs(house, "陈静", "恒历想要三台X200，预算50万左右", OTHER)


async def test_a_second_correction_replaces_what_the_first_one_taught(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path) as house:
        await logs(house, "陈静", "大恒想要两台X200，预算30万左右", "待补充")
        await house.says("陈静", f"不对 是{KNOWN}")
        await house.sees("陈静", lambda shown: "记住了" in shown.words)
        await house.says("陈静", f"不对 是{OTHER}")
        await house.sees("陈静", lambda shown: "记住了" in shown.words and OTHER in shown.words)
        customers = {"customer:2"}
        assert {target for _, target in await living(house)} == customers


async def test_a_name_of_another_customer_is_never_learnt(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path) as house:
        await logs(house, "陈静", "锦腾模具王总想要两台X200，预算30万左右", OTHER)
        await house.says("陈静", f"不对 是{KNOWN}")
        await house.sees("陈静", lambda shown: "已改好" in shown.words)
        await house.settle()
        assert await living(house) == []
