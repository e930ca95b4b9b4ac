"""A photo or a PDF is the drawing of a line: it goes with the versions, and only the open content takes one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.errors import NotFound
from domain.quotes.drafting import ReviseQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.quote import Quote, QuoteLine
from handlers.envelope import Kind
from tests.support.trades import open_trade
from tests.support.typed import Typed


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typed]:
    folder = tmp_path_factory.mktemp("parts")
    with open_trade(f"sqlite:///{folder}/test.db", "custom-parts") as company:
        yield Typed(company)


def drawings(typed: Typed) -> list[list[int]]:
    """Return the drawings of every line of the newest quote's current version."""
    quote = typed.company.all(Quote)[-1]
    lines = [
        each for each in typed.company.all(QuoteLine) if (each.quote_id, each.revision) == (quote.id, quote.revision)
    ]
    return [line.drawings for line in sorted(lines, key=lambda line: line.position)]


def test_a_drawing_goes_to_the_only_line_and_along_into_the_next_version(typed: Typed) -> None:
    typed.says("小方", "给科锐报价 治具 100*80*20 5套 铝件")
    assert typed.sends("小方", Kind.FILE, "f1") == ["图纸已附在报价 Q-2611-0001 第1行 非标治具上。"]
    typed.says("小方", "数量改10套")
    card = typed.company.card("quotes.draft", "quote:1", "小方")
    (row,) = [field for field in card.fields if field.label == "图纸"]
    assert row.url.endswith("/m/quotes/1/drawings/1")
    assert drawings(typed) == [[1]]
    paper = typed.company.look(lambda queries: queries.offers.paper(1, typed.company.actor("小方")))
    assert [each.id for each in paper.lines[0].drawings] == [1]


def test_of_several_lines_it_is_asked_which(typed: Typed) -> None:
    typed.says("小方", "给科锐报价 治具 100*80*20 5套 铝件 和 机加件 60*40*10 50件")
    (said,) = typed.sends("小方", Kind.IMAGE, "f2")
    assert said.endswith("是哪一行的图纸？请发，例如：图纸是第2行的。")
    assert drawings(typed) == [[], []]
    (said,) = typed.says("小方", "图纸是第2行的")
    assert said.endswith("第2行 非标机加工件上。")
    said = typed.sends("小方", Kind.FILE, "f3", text="第一行的图")[-1]
    assert said.endswith("第1行 非标治具上。")
    assert [len(each) for each in drawings(typed)] == [1, 1]
    (said,) = typed.says("小方", "图纸是第2行的")
    assert said.startswith("报价 Q-2611-0002 没有要归的图纸")


def test_what_was_sent_with_an_inquiry_is_the_drawing_of_its_quote(typed: Typed) -> None:
    typed.says("小方", "科锐想做机加件 60*40*10 50件")
    typed.sends("小方", Kind.FILE, "f4")
    typed.says("小方", "九五折报")
    assert [len(each) for each in drawings(typed)] == [1]


def test_an_agreed_content_takes_no_drawing_unseen(typed: Typed) -> None:
    typed.says("小方", "给科锐报价 治具 100*80*20 5套 铝件")
    typed.says("小方", "提交")
    quote = typed.company.all(Quote)[-1]
    (said,) = typed.sends("小方", Kind.FILE, "f5")
    assert said == f"文件已归到报价 {quote.no}，报价内容没有变。"
    assert drawings(typed) == [[]]
    with pytest.raises(NotFound):
        typed.company.act(
            ReviseQuote(quote_id=quote.id, items=(QuoteItem(line=1, drawings=(999_999,)),)),
            "小方",
        )
