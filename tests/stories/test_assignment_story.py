"""An inquiry heard by the service desk finds its seller: who gets it, why, and who is away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import open_house

HEARD = "官网上来的常州明扬精密李工，13812345699，想要两台X200"


@pytest.mark.parametrize("mix", ["wecom", "dingtalk-stream"])
async def test_what_the_service_desk_hears_goes_to_a_seller(mix: str, database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, mix=mix) as house:
        await house.says("陈静", "我今天请假")
        await house.sees("陈静", lambda shown: "陈静的请假记下了：11月21日（周五）00:00 前不再分新询价" in shown.words)
        await house.says("唐悦", HEARD)
        await house.sees("唐悦", lambda shown: "华东+官网 → 魏巍" in shown.words)
        card = await house.sees("魏巍", lambda shown: "明扬" in shown.words and bool(shown.buttons))
        assert "华东+官网 → 你（规则“华东官网”，轮流）" in card.words

        await house.says("陈静", "取消请假")
        await house.sees("陈静", lambda shown: "陈静已在岗" in shown.words)
        await house.says("唐悦", HEARD.replace("明扬精密", "同辉机电").replace("699", "698"))
        await house.sees("陈静", lambda shown: "同辉" in shown.words and bool(shown.buttons))

        await house.says("陈静", "我这周分了几条")
        await house.sees("陈静", lambda shown: "您这周分到 1 条（上周 0 条）：轮流 1；来源：官网 1" in shown.words)
        await house.says("周敏", "线索分配")
        report = await house.sees("周敏", lambda shown: "线索分配" in shown.words)
        for words in ("陈静", "魏巍", "1 条（上周 0）", "最多 1 条，最少 1 条"):
            assert words in report.words
        await house.says("周敏", "何雨明天请假")
        await house.sees("周敏", lambda shown: "没有找到“何雨”，或不在您的团队里" in shown.words)
