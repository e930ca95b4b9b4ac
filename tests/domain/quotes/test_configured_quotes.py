"""Configured products in quotes: versions, going back, price books, checks that wait for somebody's word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.approvals.approval import Approval, ApprovalState
from domain.approvals.deciding import ApproveStep
from domain.catalog.price_book import EnrolPriceBook
from domain.catalog.product_design import EnrolDesign, ProductDesign
from domain.customers.commands import EnrolCustomer
from domain.errors import Invalid, NotFound, Refusal, Stale
from domain.quotes.drafting import DraftQuote, ReviseQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.quote import Quote, QuoteLine, QuoteState
from domain.quotes.returning import AcceptWarnings, ReturnToVersion
from domain.quotes.submitting import SubmitQuote
from domain.quotes.views import QuoteView
from tests.support.company import Company
from tests.support.trades import open_trade

SIZE = {"宽": "1800", "高": "2400"}
MADE = {"玻璃": "三玻", "颜色": "灰"}


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder: Path = tmp_path_factory.mktemp("windows")
    with open_trade(f"sqlite:///{folder}/test.db", "windows") as company:
        yield company


@dataclass
class Desk:
    """One rep at work on quotes of his own."""

    company: Company
    name: str = "小林"

    def drafts(self, *items: QuoteItem, company: str = "绿湾", **more: Any) -> int:
        return int(self.company.act(DraftQuote(items=items, company=company, **more), self.name))

    def window(self, quantity: int = 18, product: str = "PK108", **more: Any) -> QuoteItem:
        made: dict[str, Any] = {"inputs": SIZE, "options": MADE, **more}
        return QuoteItem(product=product, quantity=quantity, **made)

    def revises(self, quote_id: int, *items: QuoteItem, **more: Any) -> QuoteView:
        self.company.act(ReviseQuote(quote_id=quote_id, items=items, **more), self.name)
        return self.view(quote_id)

    def view(self, quote_id: int) -> QuoteView:
        return self.company.look(lambda queries: queries.quotes.card(quote_id, self.company.actor(self.name)))

    def agrees(self, quote_id: int) -> None:
        """Submit and let everybody asked say yes."""
        if self.view(quote_id).waiting_warnings:
            self.company.act(AcceptWarnings(quote_id=quote_id), self.name)
        approval_id = self.company.act(SubmitQuote(quote_id=quote_id), self.name)
        while self.company.get(Approval, approval_id).state is ApprovalState.PENDING:
            name = self.view(quote_id).waiting_for[0]
            self.company.act(ApproveStep(approval_id=approval_id), name)


@pytest.fixture
def desk(windows: Company) -> Desk:
    return Desk(windows)


def test_eighteen_windows(desk: Desk) -> None:
    """P2's first version, for a contractor with a price book: (760 + 120) × 4.32 × 1.03 + 180 + 28 × 8.4 = 4,330.85."""
    view = desk.view(desk.drafts(desk.window()))
    line = view.lines[0]
    assert (line.size, line.piece_measure, line.measure) == ("1800×2400", "4.32㎡", "77.76㎡")
    assert (line.price_fen, line.net_fen, view.total_fen) == (433_085, 7_795_530, 7_795_530)
    assert line.book == "工程价"
    assert dict(line.options) == {
        "窗型": "平开",
        "材质": "喷涂铝",
        "玻璃": "三玻两腔",
        "颜色": "灰色",
        "五金": "国产五金",
    }
    assert line.assumed == ("窗型", "材质", "五金")
    assert view.open_option is not None
    assert (view.open_option.group, view.open_option.choices) == ("五金", ("国产五金", "进口五金"))
    assert sum(step.fen for step in line.steps) == line.price_fen


def test_a_correction_is_the_next_version(desk: Desk) -> None:
    quote_id = desk.drafts(desk.window())
    view = desk.revises(quote_id, QuoteItem(quantity=16, inputs={"高": "2200"}))
    assert (view.revision, view.lines[0].piece_measure, view.lines[0].measure) == (2, "3.96㎡", "63.36㎡")
    assert view.current is not None
    assert view.current.changes == (
        "数量 18→16（-2）",
        "高 2400→2200",
        "单价 -7.8%",
        "合计 ¥77,955.30→¥63,893.44",
    )
    assert [(each.revision, each.is_current) for each in view.versions] == [(2, True), (1, False)]


def test_an_open_option_is_filled_in_without_a_new_version(desk: Desk) -> None:
    quote_id = desk.drafts(desk.window())
    view = desk.revises(quote_id, QuoteItem(line=1, options={"五金": "进口"}))
    assert (view.revision, view.open_option, dict(view.lines[0].options)["五金"]) == (1, None, "进口五金")
    view = desk.revises(quote_id, QuoteItem(line=1, options={"五金": "国产"}))
    assert (view.revision, view.current and view.current.changes[0]) == (2, "五金 进口五金→国产五金")


def test_a_change_to_the_same_is_none(desk: Desk) -> None:
    quote_id = desk.drafts(desk.window())
    with pytest.raises(Invalid, match="一样，没有改动"):
        desk.revises(quote_id, QuoteItem(quantity=18, inputs={"高": "2400"}))
    assert desk.view(quote_id).revision == 1


def test_two_lines_of_one_product_are_told_apart_by_their_place(desk: Desk) -> None:
    quote_id = desk.drafts(desk.window(), desk.window(6, inputs={"宽": "1500", "高": "1500"}))
    with pytest.raises(Invalid, match="有 2 行 PK108，请带上行号"):
        desk.revises(quote_id, QuoteItem(product="PK108", quantity=3))
    view = desk.revises(quote_id, QuoteItem(line=2, quantity=8))
    assert [line.quantity for line in view.lines] == [18, 8]
    view = desk.revises(quote_id, desk.window(2, inputs={"宽": "900", "高": "900"}, added=True))
    assert [line.measure for line in view.lines] == ["77.76㎡", "18㎡", "1.62㎡"]
    with pytest.raises(Invalid, match="只有 3 行，没有第 4 行"):
        desk.revises(quote_id, QuoteItem(line=4, quantity=8))


def test_an_approved_version_counts_again_with_its_yes(desk: Desk) -> None:
    """U24: the customer returns to V1 after V2 was tried; nobody has to approve the same twice."""
    quote_id = desk.drafts(desk.window())
    desk.agrees(quote_id)
    first = desk.view(quote_id)
    desk.revises(quote_id, discount_ppm=950_000)
    desk.company.act(SubmitQuote(quote_id=quote_id), desk.name)
    pending = desk.company.get(Quote, quote_id).approval_id
    assert pending is not None
    desk.company.act(ReturnToVersion(quote_id=quote_id, revision=1), desk.name)
    again = desk.view(quote_id)
    assert (again.revision, again.state, again.total_fen) == (1, "approved", first.total_fen)
    assert (again.decided_by, again.lines) == (first.decided_by, first.lines)
    assert desk.company.get(Approval, pending).state is ApprovalState.SUPERSEDED
    assert list(desk.company.look(lambda queries: list(queries.quotes.changed_after_approval()))) == []
    view = desk.revises(quote_id, QuoteItem(quantity=20))
    assert (view.revision, view.state) == (3, "draft")
    assert view.current is not None
    assert view.current.base == 1


def test_a_version_that_was_never_approved_has_to_be(desk: Desk) -> None:
    quote_id = desk.drafts(desk.window())
    desk.revises(quote_id, discount_ppm=950_000)
    desk.company.act(ReturnToVersion(quote_id=quote_id, revision=1), desk.name)
    assert desk.view(quote_id).state == "draft"
    desk.agrees(quote_id)
    assert desk.company.get(Quote, quote_id).state is QuoteState.APPROVED
    assert desk.view(quote_id).revision == 1


def test_a_yes_does_not_outlive_the_offer(desk: Desk) -> None:
    quote_id = desk.drafts(desk.window())
    desk.agrees(quote_id)
    desk.revises(quote_id, discount_ppm=950_000)
    began = desk.company.clock.now()
    desk.company.clock.move(timedelta(days=31))
    desk.company.act(ReturnToVersion(quote_id=quote_id, revision=1), desk.name)
    assert desk.view(quote_id).state == "draft"
    desk.company.clock.move(began - desk.company.clock.now())


@pytest.mark.parametrize(("revision", "wrong"), [(1, Stale), (9, NotFound), (0, NotFound), (-1, NotFound)])
def test_no_way_back_to_what_is_not_there(desk: Desk, revision: int, wrong: type[Refusal]) -> None:
    quote_id = desk.drafts(desk.window())
    with pytest.raises(wrong):
        desk.company.act(ReturnToVersion(quote_id=quote_id, revision=revision), desk.name)


def test_only_its_owner_goes_back(desk: Desk) -> None:
    quote_id = desk.drafts(desk.window())
    desk.revises(quote_id, discount_ppm=950_000)
    with pytest.raises(NotFound):
        desk.company.act(ReturnToVersion(quote_id=quote_id, revision=1), "阿娟")


def test_a_new_edition_of_a_design_changes_no_quote(desk: Desk) -> None:
    quote_id = desk.drafts(desk.window())
    before = desk.view(quote_id)
    kept = next(each for each in desk.company.all(ProductDesign) if each.name == "断桥铝窗")
    body = kept.design.body()
    try:
        dearer = {
            **body,
            "values": {**body["values"], "基价": "9999"},
            "prices": [{**body["prices"][0], "waste": 90_000}],
        }
        desk.company.act(EnrolDesign(body=dearer))
        assert desk.view(quote_id) == before
        view = desk.revises(quote_id, QuoteItem(quantity=16))
        assert view.lines[0].price_fen == before.lines[0].price_fen
        assert desk.view(desk.drafts(desk.window())).lines[0].price_fen != before.lines[0].price_fen
    finally:
        desk.company.act(EnrolDesign(body=body))
    assert desk.view(desk.drafts(desk.window())).lines[0].price_fen == before.lines[0].price_fen


def test_a_missing_accessory_waits_for_somebodys_word(desk: Desk) -> None:
    quote_id = desk.drafts(QuoteItem(product="RH-90", quantity=2))
    assert [(each.name, each.said) for each in desk.view(quote_id).waiting_warnings] == [
        ("缺配件", "RH-90 要配 LOCK-1（智能锁），报价里没有")
    ]
    with pytest.raises(Invalid, match=r"还有 1 条提醒没确认（缺配件：RH-90 要配 LOCK-1"):
        desk.company.act(SubmitQuote(quote_id=quote_id), desk.name)
    desk.company.act(AcceptWarnings(quote_id=quote_id), desk.name)
    assert [each.accepted_by for each in desk.view(quote_id).warnings] == ["小林"]
    assert "QuoteWarningsAccepted" in desk.company.happened(f"quote:{quote_id}")
    with pytest.raises(Stale, match="没有要确认的提醒"):
        desk.company.act(AcceptWarnings(quote_id=quote_id), desk.name)
    view = desk.revises(quote_id, QuoteItem(quantity=3))
    assert view.waiting_warnings == ()
    view = desk.revises(quote_id, QuoteItem(product="LOCK-1", quantity=3))
    assert view.warnings == ()
    desk.company.act(SubmitQuote(quote_id=quote_id), desk.name)


def test_an_option_brings_its_accessory(desk: Desk) -> None:
    item = QuoteItem(product="YGF", inputs={"长": "4000", "宽": "3000"}, options={"天窗": "电动天窗"})
    assert [each.said for each in desk.view(desk.drafts(item)).warnings] == [
        "YGF 要配 RAIN-1（风雨感应器），报价里没有"
    ]


def test_an_unusual_measure_is_asked_about(desk: Desk) -> None:
    view = desk.view(desk.drafts(desk.window(inputs={"宽": "350", "高": "2400"})))
    assert [(each.name, each.said) for each in view.warnings] == [
        ("尺寸单位", "PK108：宽 350mm 不在常见范围 400–4500mm，会不会是 3500mm（毫米和厘米写错）")
    ]


def test_a_price_out_of_band_and_a_count_too_many(desk: Desk) -> None:
    """After three agreed quotes the fourth is compared with them, per ㎡ and after its discount."""
    for _ in range(3):
        desk.agrees(desk.drafts(QuoteItem(product="SC-01", quantity=10)))
    assert desk.view(desk.drafts(QuoteItem(product="SC-01", quantity=12), discount_ppm=800_000)).warnings == ()
    odd = desk.view(desk.drafts(QuoteItem(product="SC-01", quantity=100), discount_ppm=700_000))
    assert [(each.name, each.said) for each in odd.warnings] == [
        ("单价偏离", "SC-01 折后 ¥164.50/扇，比最近成交的中位数 ¥235.00 低 30%"),
        ("数量级", "SC-01 数量 100扇，以前最多报过 10扇，会不会多打了 0"),
    ]


def test_a_price_book_of_other_customers_does_not_count(desk: Desk) -> None:
    ajuan = Desk(desk.company, "阿娟")
    line = ajuan.view(ajuan.drafts(QuoteItem(product="SC-01", quantity=1), company="云栖")).lines[0]
    assert (line.price_fen, line.book) == (26_000, "")


def test_another_customer_brings_his_own_prices(desk: Desk) -> None:
    """A contractor's price stays with contractors; who it is for is no change of the offer's version before it is sent."""
    desk.company.act(EnrolCustomer(name="散客", owner="小林", level="C"))
    quote_id = desk.drafts(desk.window())
    view = desk.revises(quote_id, company="散客")
    assert (view.lines[0].book, view.lines[0].price_fen) == ("", 450_883)


def test_a_book_that_ends_before_the_offer_is_told(desk: Desk) -> None:
    prices: dict[str, str | dict[str, str]] = {"FK-50": "110"}
    desk.company.act(EnrolPriceBook(name="月底价", begins=date(2026, 11, 1), ends=date(2026, 11, 30), prices=prices))
    desk.company.act(
        EnrolPriceBook(name="去年价", begins=date(2025, 1, 1), ends=date(2025, 12, 31), prices={"FK-50": "1"})
    )
    view = desk.view(desk.drafts(QuoteItem(product="FK-50", quantity=1)))
    assert view.lines[0].price_fen == 11_000
    assert [each.said for each in view.warnings] == ["价目表“月底价”只到 11月30日，报价有效期 30 天会超出"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"prices": {"XX": "1"}}, "产品“XX”不在产品库里"),
        ({"prices": {"PK108": "680"}}, "PK108 要写各个值"),
        ({"prices": {"SC-01": {"基价": "1"}}}, "SC-01 要写一个价格"),
        ({"prices": {"PK108": {"及价": "1"}}}, "没有“及价”这个值"),
        ({"prices": {"SC-01": "1E+1000000"}}, "不是金额"),
        ({"begins": date(2027, 1, 1)}, "开始日期在结束日期之后"),
        ({"when": {"levle": "A"}}, "条件看不懂"),
    ],
)
def test_a_price_book_with_a_mistake(desk: Desk, changed: dict[str, Any], why: str) -> None:
    good: dict[str, Any] = {"name": "错", "begins": date(2026, 1, 1), "ends": date(2026, 12, 31)}
    with pytest.raises(Invalid, match=why):
        desk.company.act(EnrolPriceBook(**{**good, **changed}))


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (QuoteItem(product="PK108"), "断桥铝平开窗108还缺宽"),
        (QuoteItem(product="PK108", quantity=0, inputs=SIZE), "数量要是 1 到 100000 的整数"),
        (QuoteItem(product="PK108", quantity=-3, inputs=SIZE), "数量要是 1 到 100000 的整数"),
        (QuoteItem(product="PK109", quantity=1, inputs=SIZE), "产品库里没有“PK109”。相近的有：PK108"),
        (QuoteItem(product="PK108", inputs=SIZE, options={"窗型": "推拉", "玻璃": "三玻"}), "推拉扇装不下三玻两腔"),
        (QuoteItem(product="SC-01", inputs=SIZE), "SC-01 没有尺寸和选项可配"),
    ],
)
def test_what_cannot_be_quoted(desk: Desk, item: QuoteItem, why: str) -> None:
    quotes = len(desk.company.all(Quote))
    with pytest.raises(Invalid) as refused:
        desk.drafts(item)
    assert why in refused.value.message
    assert len(desk.company.all(Quote)) == quotes


def test_a_clause_of_ones_own_asks_finance_too(desk: Desk) -> None:
    quote_id = desk.drafts(QuoteItem(product="SC-01", quantity=2), company="东海建工")
    assert desk.company.get(Quote, quote_id).rule == "家装标准价，不用审批"
    view = desk.revises(quote_id, terms={"付款": "月结60天"})
    assert view.rule == "非标条款，由直属上级，再由财务审批"
    payment = view.terms[0]
    assert (payment.kind, payment.text, payment.is_standard) == ("付款", "月结60天", False)
    assert [line.steps for line in desk.company.all(QuoteLine) if line.quote_id == quote_id] == [[], []]
