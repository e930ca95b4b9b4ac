"""The quotation on paper: every figure is the card's, no cost is in it, and only what is approved is no draft."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import typst

from bot.quotations import QuotationPress, Quotations, file_name
from bot.settings import Company as CompanySettings
from bot.typesetting import Typesetter
from cards.card import Document, Text
from cards.quotes import working
from domain.money import said_money
from domain.quotes.quote import Quote
from tests.domain.quotes.test_configured_quotes import Desk
from tests.support.company import Company
from tests.support.pdf_text import pdf_text
from tests.support.trades import open_trade


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_trade(f"sqlite:///{tmp_path_factory.mktemp('windows')}/test.db", "windows") as company:
        yield Desk(company)


@pytest.fixture(scope="module")
def quotations(desk: Desk) -> Iterator[Quotations]:
    look = CompanySettings(name="绿湾门窗 #panic()", about=("星湖街 1 号",), colour="#123456")
    papers = Typesetter()
    yield Quotations(papers=papers, zone=desk.company.business.calendar.zone, company=look)
    papers.close()


def figures(words: str) -> list[str]:
    return re.findall(r"¥[\d,]+\.\d\d", words)


async def words_of(desk: Desk, quotations: Quotations, quote_id: int) -> tuple[str, str]:
    company = desk.company
    paper = company.look(lambda queries: queries.offers.paper(quote_id, company.actor(desk.name)))
    return file_name(paper), pdf_text(await quotations.pdf(paper, company.clock.now()))


async def test_every_figure_of_the_card_is_on_the_paper_to_the_fen(desk: Desk, quotations: Quotations) -> None:
    """R-114: card, working and paper say the same amounts."""
    quote_id = desk.drafts(desk.window(), desk.window(7, inputs={"宽": "1500", "高": "1333"}), discount_ppm=930_000)
    company: Company = desk.company
    name, printed = await words_of(desk, quotations, quote_id)
    assert name == "报价单 Q-2611-0001 V1 草稿.pdf"
    assert "草稿" in printed.splitlines()
    card = company.card("quotes.draft", f"quote:{quote_id}", desk.name)
    shown = [card.headline, *(field.value for field in card.fields if field.label != "毛利率")]
    on_card = {each for value in shown for each in figures(value)} | set(figures(working(desk.view(quote_id))))
    assert on_card <= set(figures(printed))
    view = desk.view(quote_id)
    assert sum(line.net_fen for line in view.lines) == view.total_fen
    assert {said_money(line.net_fen) for line in view.lines} <= set(figures(printed))
    for words in ("绿湾门窗 #panic()", "星湖街 1 号", "杭州绿湾置业有限公司", "审批同意后 30 天", "大写：人民币"):
        assert words in printed.replace("\n", ""), words
    costs = company.get(Quote, quote_id)
    for secret in (said_money(costs.cost_fen), said_money(costs.total_fen - costs.cost_fen), "毛利", "成本"):
        assert secret not in printed


async def test_only_what_is_approved_and_unchanged_is_no_draft(desk: Desk, quotations: Quotations) -> None:
    quote_id = desk.drafts(desk.window())
    desk.agrees(quote_id)
    quote = desk.company.get(Quote, quote_id)
    name, printed = await words_of(desk, quotations, quote_id)
    assert name == f"报价单 {quote.no} V1.pdf"
    assert "草稿" not in printed
    for words in ("人民币柒万柒仟玖佰伍拾伍元叁角整", "2026-12-23", quote.content_hash, f"{quote.no} V1"):
        assert words in printed.replace("\n", ""), words
    desk.revises(quote_id, discount_ppm=990_000)
    name, printed = await words_of(desk, quotations, quote_id)
    assert name == f"报价单 {quote.no} V2 草稿.pdf"
    assert "草稿" in printed.splitlines()


async def test_in_the_chat_it_is_a_file_or_a_word_about_the_font(desk: Desk, quotations: Quotations) -> None:
    company, subject = desk.company, f"quote:{desk.drafts(desk.window())}"
    press = QuotationPress(database=company.database, quotations=quotations, clock=company.clock)
    sent = await press(subject, {}, company.actor(desk.name))
    assert isinstance(sent, Document)
    assert sent.data.startswith(b"%PDF-")

    papers = Typesetter(find_fonts=lambda: typst.Fonts(include_system_fonts=False))
    bare = Quotations(papers=papers, zone=quotations.zone, company=quotations.company)
    said = await QuotationPress(database=company.database, quotations=bare, clock=company.clock)(
        subject, {}, company.actor(desk.name)
    )
    papers.close()
    assert isinstance(said, Text)
    assert "服务器上没有中文字体" in said.text
