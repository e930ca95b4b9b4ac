"""A rep sends his own ledger into the chat, sees what would come of it, brings it in and takes it back (S-014, S-063)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from playground.phone import Shown
from tests.support.house import House, open_house
from tests.support.workbooks import cells, workbook

LEDGER = [
    ["2025年跟进台账", "", "", ""],
    ["日期", "客户", "沟通方式", "沟通情况"],
    [date(2025, 3, 5), "昆山台账精密", "上门", "看了车间，想要两台X200"],
    ["春节后", "昆山台账精密", "电话", "约了再谈"],
]


def a_card(words: str) -> Any:
    def seen(shown: Shown) -> bool:
        return not shown.mine and words in shown.words and bool(shown.buttons or words.startswith("撤销了"))

    return seen


async def send(house: House, name: str, rows: Any) -> None:
    phones, user = house.phones(name)
    sent = await phones.send_file(user, "file", "台账.xlsx", workbook(rows))
    assert sent.acknowledged


@pytest.mark.parametrize("mix", ["dingtalk-stream", "wecom"])
async def test_a_ledger_in_the_chat(database_url: str, tmp_path: Path, mix: str) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        if mix == "wecom":
            assert house.playground.wecom is not None
            house.playground.wecom.phones.knobs.file_messages = "file"
        await send(house, "陈静", LEDGER)
        preview = await house.sees("陈静", a_card("能导入"), timeout=40)
        assert "导入这份表格？（跟进记录）" in preview.words
        assert "1 行" in preview.words
        await house.presses("陈静", preview, "导入")
        done = await house.sees("陈静", a_card("新增 1 行"), timeout=40)
        await house.sees("陈静", lambda shown: shown.kind == "file" and not shown.mine, timeout=40)
        await house.says("陈静", "昆山台账精密啥情况")
        await house.sees("陈静", lambda shown: not shown.mine and "昆山台账精密" in shown.title + shown.text)
        await house.presses("陈静", done, "撤销导入")
        await house.sees("陈静", lambda shown: "撤销了 2 条" in shown.words, timeout=40)
        await house.settle()


def test_the_report_can_be_sent_again() -> None:
    assert cells(workbook(LEDGER))[1] == LEDGER[1]
