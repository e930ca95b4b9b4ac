"""Papers: Chinese or a clear word about it, the same bytes for the same values, and never in the way of others."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

import pytest
import typst

from bot.typesetting import NoChineseFont, Typesetter, chinese_font

AT = datetime(2026, 11, 20, 2, 0, 30, 123456, tzinfo=UTC)
CODE = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


@pytest.fixture(scope="module")
def papers():
    typesetter = Typesetter()
    yield typesetter
    typesetter.close()


def labels(count: int, model: str = "X200") -> dict[str, list[dict[str, str]]]:
    one = {"code": "code.svg", "model": model, "serial": "SN-2024-000317", "customer": "苏州恒力机械有限公司"}
    return {"labels": [one] * count}


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type ?/Page\b", pdf))


async def test_a_full_sheet_is_one_page_and_one_label_more_is_two(papers):
    pages = [
        sheets(await papers.pdf("labels", labels(count), at=AT, pictures={"code.svg": CODE})) for count in (24, 25)
    ]
    assert pages == [1, 2]


async def test_the_same_values_give_the_same_bytes(papers):
    first, again, other = [
        await papers.pdf("labels", labels(1, model), at=AT, pictures={"code.svg": CODE})
        for model in ("X200", "X200", "M5")
    ]
    assert first.startswith(b"%PDF-")
    assert first == again
    assert first != other


async def test_what_a_user_wrote_is_never_markup(papers):
    for hostile in ('#read("/etc/passwd")', '#panic("x")', "*[#$`\\", "]]>"):
        assert sheets(await papers.pdf("labels", labels(1, hostile), at=AT, pictures={"code.svg": CODE})) == 1


async def test_papers_asked_for_at_once_are_all_made_and_the_loop_goes_on(papers):
    asked = asyncio.gather(
        *(papers.pdf("labels", labels(24, f"M{each}"), at=AT, pictures={"code.svg": CODE}) for each in range(8))
    )
    turns = 0
    while not asked.done():
        turns += 1
        await asyncio.sleep(0)
    assert len(set(asked.result())) == 8
    assert turns > 50


async def test_without_a_chinese_font_it_says_so_and_finds_one_that_was_added_later():
    found = [typst.Fonts(include_system_fonts=False), typst.Fonts()]
    papers = Typesetter(find_fonts=lambda: found.pop(0))
    try:
        with pytest.raises(NoChineseFont, match=r"没有中文字体.*apt-get install fonts-noto-cjk"):
            await papers.pdf("labels", labels(1), at=AT, pictures={"code.svg": CODE})
        assert sheets(await papers.pdf("labels", labels(1), at=AT, pictures={"code.svg": CODE})) == 1
    finally:
        papers.close()


def test_the_best_font_that_is_there_is_taken():
    assert chinese_font(["Arial", "WenQuanYi Micro Hei", "Noto Sans CJK SC"]) == "Noto Sans CJK SC"
    assert chinese_font(["WenQuanYi Zen Hei", "Noto Sans CJK JP"]) == "WenQuanYi Zen Hei"
