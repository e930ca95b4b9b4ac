"""She presses 修改 and types what is wrong: the same card shows it, nothing else changes."""

from __future__ import annotations

from pathlib import Path

from tests.support.house import open_house

SENTENCE = "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右，下周三前给报价"


async def test_a_correction_redraws_the_card(tmp_path: Path) -> None:
    async with open_house(f"sqlite:///{tmp_path}/story.db", tmp_path, mix="mixed") as house:
        await house.says("陈静", SENTENCE)
        card = await house.sees("陈静", lambda shown: "恒力" in shown.words and bool(shown.buttons))
        assert "× 2台" in card.words

        await house.presses("陈静", card, "修改")
        await house.sees("陈静", lambda shown: "直接发要改的内容" in shown.words)
        await house.says("陈静", "数量改成3台")
        await house.sees("陈静", lambda shown: "已改好" in shown.words)
        await house.settle()

        redrawn = next(shown for shown in house.screen("陈静") if shown.id == card.id)
        assert "× 3台" in redrawn.words
        for words in ("王总", "13812345678", "30万元左右", "展会", "11月26日（周三）"):
            assert words in redrawn.words
