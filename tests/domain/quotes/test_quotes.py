"""Drafts, revisions, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.approvals.deciding import ApproveStep, RejectStep
from domain.catalog.enrol_product import EnrolProduct
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.inquiries.commands import UndoInquiry
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.quotes.drafting import DraftQuote, ReviseQuote, VoidQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.quote import Quote, QuoteLine, QuoteState
from domain.quotes.submitting import SubmitQuote
from domain.tasks.task import Task, TaskState
from tests.support.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


def lines(company: Company, revision: int = 1) -> list[tuple[str, int, int]]:
    return [(line.code, line.quantity, line.net_fen) for line in company.all(QuoteLine) if line.revision == revision]


def test_an_inquiry_becomes_a_quote(company: Company) -> None:
    inquiry = company.log()
    quote = company.get(Quote, company.act(DraftQuote(inquiry_id=inquiry, discount_ppm=950_000), "陈静"))
    assert (quote.no, quote.revision, quote.state) == ("Q-2611-0001", 1, QuoteState.DRAFT)
    assert (quote.list_fen, quote.total_fen, quote.tax_fen, quote.cost_fen) == (
        31_600_000,
        30_020_000,
        3_453_628,
        23_800_000,
    )
    assert (quote.margin_ppm, quote.effective_discount_ppm) == (207_195, 950_000)
    assert quote.rule == "常规报价，由直属上级审批"
    assert lines(company) == [("X200", 2, 30_020_000)]


def test_the_promise_is_kept_when_the_quote_is_approved(company: Company) -> None:
    inquiry = company.log(company="锦腾")
    quote = company.act(DraftQuote(inquiry_id=inquiry), "陈静")
    company.act(SubmitQuote(quote_id=quote), "陈静")
    assert company.get(Inquiry, inquiry).state is InquiryState.QUOTED
    assert company.get(Task, 1).state is TaskState.OPEN
    company.act(ApproveStep(approval_id=1), "周敏")
    assert company.get(Task, 1).state is TaskState.DONE
    assert set(company.pending()) == {"inquiry:1:silence"}


def test_an_unknown_product_names_the_nearest(company: Company) -> None:
    with pytest.raises(Invalid) as refused:
        company.quote(product="X201")
    assert refused.value.message.startswith("产品库里没有“X201”。相近的有：X200（立式加工中心）、")
    assert refused.value.message.endswith("。请换个型号再发一次。")
    assert company.all(Quote) == []


def test_a_product_without_a_price_is_not_given_away(company: Company) -> None:
    company.act(EnrolProduct(code="N1", name="新机型", price_fen=0, cost_fen=0))
    with pytest.raises(Invalid, match="N1 还没有价格"):
        company.quote(product="N1")


def test_nothing_to_quote_says_how(company: Company) -> None:
    with pytest.raises(Invalid, match="例如：报价 X200 两台 九五折"):
        company.act(DraftQuote(company="锦腾"), "陈静")


def test_every_change_is_a_version_of_its_own(company: Company) -> None:
    quote_id = company.quote()
    company.act(ReviseQuote(quote_id=quote_id, items=(QuoteItem(quantity=3),)), "陈静")
    company.act(
        ReviseQuote(quote_id=quote_id, discount_ppm=900_000, items=(QuoteItem(product="TR-2", quantity=1),)), "陈静"
    )
    assert company.get(Quote, quote_id).revision == 3
    assert lines(company, 1) == [("X200", 2, 30_020_000)]
    assert lines(company, 2) == [("X200", 3, 45_030_000)]
    assert lines(company, 3) == [("X200", 3, 42_660_000), ("TR-2", 1, 540_000)]
    assert company.get(Quote, quote_id).total_fen == 43_200_000


def test_a_low_discount_says_who_will_be_asked(company: Company) -> None:
    quote_id = company.quote(discount_ppm=880_000)
    assert company.get(Quote, quote_id).rule == "低于九折或毛利不足，由总经理审批"


def test_after_a_rejection_a_change_makes_the_next_revision(company: Company) -> None:
    quote_id = company.quote()
    company.act(SubmitQuote(quote_id=quote_id), "陈静")
    company.act(RejectStep(approval_id=1, reason="价格太低"), "周敏")
    with pytest.raises(Stale, match="已驳回，请先改折扣或数量再提交"):
        company.act(SubmitQuote(quote_id=quote_id), "陈静")
    company.act(ReviseQuote(quote_id=quote_id, discount_ppm=980_000), "陈静")
    quote = company.get(Quote, quote_id)
    assert (quote.revision, quote.state, quote.comment) == (2, QuoteState.DRAFT, "")
    assert lines(company) == [("X200", 2, 30_020_000)]
    assert lines(company, 2) == [("X200", 2, 30_968_000)]
    company.act(SubmitQuote(quote_id=quote_id), "陈静")
    assert company.get(Quote, quote_id).state is QuoteState.SUBMITTED


def test_an_approved_quote_stays_approved_as_it_was(company: Company) -> None:
    quote_id = company.quote()
    company.act(SubmitQuote(quote_id=quote_id), "陈静")
    company.act(ApproveStep(approval_id=1), "周敏")
    with pytest.raises(Stale, match="已同意"):
        company.act(VoidQuote(quote_id=quote_id), "陈静")
    company.act(ReviseQuote(quote_id=quote_id, discount_ppm=900_000), "陈静")
    assert company.get(Quote, quote_id).state is QuoteState.DRAFT
    assert lines(company) == [("X200", 2, 30_020_000)]


def test_a_card_of_an_earlier_price_does_not_submit(company: Company) -> None:
    quote_id = company.quote()
    seen = company.get(Quote, quote_id).version
    company.act(ReviseQuote(quote_id=quote_id, discount_ppm=800_000), "陈静")
    with pytest.raises(Stale, match="刚刚有变化，现在还是草稿"):
        company.act(SubmitQuote(quote_id=quote_id, version=seen), "陈静")


def test_a_quote_without_a_customer_is_not_submitted(company: Company) -> None:
    quote_id = company.act(DraftQuote(items=(QuoteItem(product="X200", quantity=1),)), "陈静")
    with pytest.raises(Invalid, match="还没有客户"):
        company.act(SubmitQuote(quote_id=quote_id), "陈静")


def test_whose_quote_it_is(company: Company) -> None:
    """R-52: unknown and forbidden are told alike; another's customer is as unknown as none."""
    quote_id = company.quote()
    for name in ("何雨", "罗成"):
        with pytest.raises(NotFound) as hidden:
            company.act(SubmitQuote(quote_id=quote_id), name)
        with pytest.raises(NotFound) as unknown:
            company.act(SubmitQuote(quote_id=999), name)
        assert hidden.value.message == unknown.value.message
    with pytest.raises(NotAllowed):
        company.act(SubmitQuote(quote_id=quote_id), "钱进")
    items = (QuoteItem(product="X200"),)
    with pytest.raises(NotFound):
        company.act(DraftQuote(company="锦腾", items=items), "何雨")


def test_an_undone_inquiry_is_not_quoted(company: Company) -> None:
    inquiry = company.log()
    company.act(UndoInquiry(inquiry_id=inquiry), "陈静")
    with pytest.raises(Stale, match="已撤销"):
        company.act(DraftQuote(inquiry_id=inquiry), "陈静")
