"""A sales day: from one sloppy sentence to a decided quotation, on every mix of platforms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import MIXES, open_house

SENTENCE = "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右，下周三前给报价"


@pytest.mark.parametrize("mix", MIXES)
async def test_from_a_sentence_to_an_approved_quotation(mix: str, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says("陈静", SENTENCE)
        card = await house.sees("陈静", lambda shown: "恒力" in shown.words and bool(shown.buttons))
        for words in ("王总", "13812345678", "X200", "30万元左右", "展会", "11月26日（周三）"):
            assert words in card.words
        assert [button.text for button in card.buttons if not button.url] == ["报价", "修改", "撤销"]

        await house.presses("陈静", card, "报价")
        draft = await house.sees("陈静", lambda shown: "提交审批" in [button.text for button in shown.buttons])
        await house.presses("陈静", draft, "提交审批")

        waiting = await house.sees("周敏", lambda shown: "同意" in [button.text for button in shown.buttons])
        await house.presses("周敏", waiting, "同意")
        decided = await house.sees(
            "周敏",
            lambda shown: (
                shown.id == waiting.id
                and "周敏" in " ".join([shown.words, *(button.text for button in shown.buttons)])
                and not any(b.enabled and b.text == "同意" for b in shown.buttons)
            ),
        )
        assert "同意" in decided.words or any("同意" in button.text for button in decided.buttons)
        await house.sees(
            "陈静",
            lambda shown: shown.id == draft.id and "同意" in (shown.words + " ".join(b.text for b in shown.buttons)),
        )

        await house.presses("周敏", waiting, "同意")
        await house.sees("周敏", lambda shown: "已" in shown.words and shown.kind == "text")
        await house.settle()
