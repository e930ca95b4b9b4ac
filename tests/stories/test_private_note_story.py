"""What she keeps for herself: written down, read back, corrected, deleted; by nobody but her."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from domain.notes.note import PrivateNote
from storage.tables import inbox
from tests.support.house import MIXES, House, open_house

SAID = "私密 恒力老板要离婚 嫌咱们响应慢 别让别人看见"


async def own_notes(house: House) -> list[tuple[str, bool]]:
    def look(session) -> list[tuple[str, bool]]:
        return [
            (note.text, note.dropped_at is not None)
            for note in session.scalars(select(PrivateNote).order_by(PrivateNote.id))
        ]

    return await house.engine.database.read(look)


@pytest.mark.parametrize("mix", MIXES)
async def test_a_note_is_kept_listed_and_deleted_by_its_author(mix: str, tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, mix=mix) as house:
        await house.says("陈静", SAID)
        card = await house.sees("陈静", lambda shown: "已记为私密备注" in shown.words)
        assert "恒力老板要离婚 嫌咱们响应慢" in card.words and "苏州恒力机械有限公司" in card.words
        await house.says("陈静", "私密：锦腾的俞经理下月调走")
        await house.sees("陈静", lambda shown: "俞经理下月调走" in shown.words)

        await house.says("陈静", "我的私密备注")
        mine = await house.sees("陈静", lambda shown: "我的私密备注（2条）" in shown.words)
        assert [label for label, _ in mine.rows] == ["1", "2"]
        assert "俞经理" in mine.rows[0][1] and "老板要离婚" in mine.rows[1][1]
        await house.says("陈静", "恒力的私密备注")
        await house.sees("陈静", lambda shown: "苏州恒力机械有限公司的私密备注（1条）" in shown.words)
        await house.says("陈静", "我的私密备注")
        await house.settle()
        await house.says("陈静", "删掉第2条")
        await house.sees("陈静", lambda shown: "已删除" in shown.words and not shown.title)
        await house.settle()
        assert await own_notes(house) == [("", True), ("锦腾的俞经理下月调走", False)]
        screen = house.screen("陈静")
        assert "老板要离婚" not in next(shown for shown in screen if shown.id == card.id).words
        await house.says("陈静", "我的私密备注")
        left = await house.sees("陈静", lambda shown: "我的私密备注（1条）" in shown.words)
        assert "老板要离婚" not in left.words

        await house.says("周敏", "恒力的私密备注")
        answer = await house.sees("周敏", lambda shown: "苏州恒力机械有限公司的私密备注（0条）" in shown.words)
        assert "俞经理" not in answer.words


async def test_a_group_learns_nothing(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path, mix="dingtalk-stream") as house:
        phones, user = house.phones("陈静")
        await phones.say(user, SAID, group="华东销售群")
        card = await house.sees("陈静", lambda shown: "已记为私密备注" in shown.words)
        assert "私聊" in card.words
        await phones.say(user, "我的私密备注", group="华东销售群")
        await house.sees("陈静", lambda shown: "（1条）" in shown.words)
        await house.settle()
        hers = ("陈静\n", "陈静：")
        seen = [shown.words for shown in house.screen("周敏") if not shown.words.startswith(hers)]
        assert seen == [seen[0]] * 2
        assert seen[0].endswith("收到，已私信回复陈静。")


async def test_only_the_author_opens_or_deletes_it(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path) as house:
        await house.says("陈静", SAID)
        card = await house.sees("陈静", lambda shown: "已记为私密备注" in shown.words)
        await house.presses("陈静", card, "删除")
        await house.sees("陈静", lambda shown: "私密备注已删除" in shown.words)
        await house.settle()
        assert await own_notes(house) == [("", True)]
        await house.presses("陈静", card, "删除")
        await house.sees("陈静", lambda shown: "已经删除了" in shown.words)


async def test_a_correction_of_a_note_is_a_note(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path) as house:
        await house.says("陈静", SAID)
        await house.sees("陈静", lambda shown: "已记为私密备注" in shown.words)
        await house.says("陈静", "不对 是锦腾老板要离婚")
        await house.sees("陈静", lambda shown: "锦腾老板要离婚" in shown.words and not shown.mine)
        await house.says("陈静", "撤销")
        await house.sees("陈静", lambda shown: shown.words == "这条私密备注已删除。")
        assert [dropped for _, dropped in await own_notes(house)] == [False, True]


async def test_nothing_to_keep_asks_for_it_and_a_place_that_is_not_there_says_so(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path) as house:
        await house.says("陈静", "私密")
        await house.sees("陈静", lambda shown: "要记什么" in shown.words)
        await house.says("陈静", "删掉第3条")
        await house.sees("陈静", lambda shown: "没有给您看过列表" in shown.words)
        await house.says("陈静", SAID)
        await house.says("陈静", "我的私密备注")
        await house.sees("陈静", lambda shown: "（1条）" in shown.words)
        await house.says("陈静", "删掉第3条")
        await house.sees("陈静", lambda shown: "没有第 3 条" in shown.words)
        await house.says("陈静", "不存在公司的私密备注")
        await house.sees("陈静", lambda shown: "没有找到客户" in shown.words)


async def test_the_inbox_forgets_the_words_and_their_pictures_stay_private(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/test.db", tmp_path) as house:
        await house.says("陈静", "恒力要两台X200")
        await house.settle()
        await house.says("陈静", SAID)
        await house.settle()

        def bodies(session) -> list[str]:
            return [
                body["text"] for body in session.scalars(select(inbox.c.body).order_by(inbox.c.id)) if "text" in body
            ]

        assert await house.engine.database.read(bodies) == ["恒力要两台X200", ""]
