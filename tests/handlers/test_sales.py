"""What sales and managers type and press, from the understood sentence to what is answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cards.card import Card
from domain.approvals.approval import Approval, ApprovalState
from domain.errors import Invalid, NotFound, Refusal
from domain.inquiries.inquiry import Inquiry, InquiryLine, InquiryState
from domain.quotes.quote import Quote, QuoteState
from domain.quotes.submitting import SubmitQuote
from handlers import approvals, corrections, inquiries, quotes
from handlers.context import Ask, Understood
from handlers.envelope import Click, Envelope, Kind
from storage.queries import Queries
from storage.uow import UnitOfWork
from tests.support.company import Company, open_company

INTENTS = {**inquiries.INTENTS, **quotes.INTENTS, **approvals.INTENTS, **corrections.INTENTS}
BUTTONS = {**inquiries.BUTTONS, **quotes.BUTTONS, **approvals.BUTTONS}
STORY = {
    "company": "苏州恒力机械",
    "contact": "王总",
    "phone": "13812345678",
    "product": "X200",
    "quantity": 2,
    "amount_cny": 300000,
    "amount_approx": True,
    "source": "展会",
    "due": "2026-12-02",
}


@dataclass
class Chat:
    company: Company
    said: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def types(self, name: str, text: str, intent: str, confirm: bool = False, **slots: Any) -> None:
        understood = Understood(intent=intent, slots=slots, confirm=confirm)
        self._run(name, self._envelope(name, text=text), lambda ask: INTENTS[intent](ask, understood))

    def presses(self, name: str, card: Card, text: str, **selections: str) -> None:
        deeds = [*card.buttons, *([card.submit] if card.submit else [])]
        action = next(button.action for button in deeds if button.text == text)
        assert action is not None
        click = Click(action="", selections={key: (value,) for key, value in selections.items()})
        self._run(name, self._envelope(name, click=click), lambda ask: BUTTONS[action.verb](ask, action))

    def _run(self, name: str, envelope: Envelope, handle: Any) -> None:
        self.said, self.shown = [], []

        def effect(work: UnitOfWork) -> None:
            actor = self.company.actor(name)
            assert actor.person_id is not None
            handle(
                Ask(
                    envelope=envelope,
                    actor=actor,
                    now=work.now,
                    calendar=work.calendar,
                    policies=work.policies,
                    queries=Queries(work.session),
                    act=work.act,
                    say=self.said.append,
                    show=lambda kind, subject, **args: self.shown.append(f"{kind} {subject}"),
                    focus=work.find.people.focus(actor.person_id, work.now),
                )
            )

        self.company.run(effect, name)

    def _envelope(self, name: str, text: str = "", click: Click | None = None) -> Envelope:
        kind = Kind.TEXT if click is None else Kind.CLICK
        return Envelope(
            key="k",
            platform="wecom",
            account=name,
            conversation=name,
            kind=kind,
            sent_at=self.company.clock.now(),
            text=text,
            click=click,
        )


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield Chat(company)


def test_the_story_from_inquiry_to_approval(chat: Chat) -> None:
    company = chat.company
    chat.types("陈静", "展会上认识的苏州恒力机械王总……", "log_inquiry", **{**STORY, "company": "苏州恒力机械有限公司"})
    assert chat.shown == ["inquiries.logged inquiry:1"]
    inquiry = company.get(Inquiry, 1)
    assert (inquiry.budget_fen, inquiry.due, inquiry.due_whole_day) == (
        30_000_000,
        datetime(2026, 12, 2, 9, 30, tzinfo=UTC),
        True,
    )
    chat.types("陈静", "报价 X200 两台 九五折", "request_quote", product="X200", quantity=2, discount=0.95)
    assert chat.shown == ["quotes.draft quote:1"]
    quote = company.get(Quote, 1)
    assert (quote.total_fen, quote.inquiry_id) == (30_020_000, 1)
    chat.presses("陈静", company.card("quotes.draft", "quote:1", "陈静"), "提交审批")
    assert chat.said == ["报价 Q-2611-0001 已提交，SP-2611-0001 等周敏审批。"]
    chat.presses("周敏", company.card("approvals.decide", "approval:1", "周敏"), "同意")
    assert company.get(Quote, 1).state is QuoteState.APPROVED


def test_the_button_quotes_once(chat: Chat) -> None:
    chat.types("陈静", "…", "log_inquiry", **STORY)
    card = chat.company.card("inquiries.logged", "inquiry:1", "陈静")
    chat.presses("陈静", card, "报价")
    chat.presses("陈静", card, "报价")
    assert chat.shown == ["quotes.draft quote:1"]
    assert len(chat.company.all(Quote)) == 1


def test_correcting_and_undoing(chat: Chat) -> None:
    company = chat.company
    chat.types("陈静", "…", "log_inquiry", **STORY)
    chat.presses("陈静", company.card("inquiries.logged", "inquiry:1", "陈静"), "修改")
    assert chat.said == ["直接发要改的内容，例如：数量改成3台、预算改成35万、下周五前报。"]
    chat.types("陈静", "数量改成3台", "log_inquiry", quantity=3)
    assert len(company.all(Inquiry)) == 1
    assert [line.quantity for line in company.all(InquiryLine)] == [3]
    chat.types("陈静", "不对，预算35万", "log_inquiry", amount_cny=350000, correction=True)
    assert company.get(Inquiry, 1).budget_fen == 35_000_000
    chat.types("陈静", "撤销", "undo")
    assert company.get(Inquiry, 1).state is InquiryState.UNDONE
    with pytest.raises(Refusal):
        chat.types("何雨", "撤销", "undo")


@pytest.mark.parametrize(("typed", "count"), [("1381234567", 10), ("138123456789", 12)])
def test_a_number_of_the_wrong_length_is_said_back(chat: Chat, typed: str, count: int) -> None:
    """The reader sees no number there, the rest is kept."""
    chat.types("陈静", f"苏州恒力机械王总，{typed}，两台X200", "log_inquiry", **{**STORY, "phone": None})
    inquiry = chat.company.get(Inquiry, 1)
    assert (inquiry.contact, inquiry.phone) == ("王总", "")
    assert inquiry.notes[0].startswith(f"号码 {typed} 有 {count} 位，手机号应为 11 位")
    with pytest.raises(Invalid, match=f"有 {count} 位"):
        chat.types("陈静", f"电话改成{typed}", "revise")


def test_a_request_with_a_number_is_an_inquiry_first(chat: Chat) -> None:
    chat.types("陈静", "…下周三前给报价", "request_quote", **STORY)
    assert chat.shown == ["inquiries.logged inquiry:1"]
    assert chat.company.all(Quote) == []


def test_a_number_is_changed_without_the_button(chat: Chat) -> None:
    chat.types("陈静", "…", "log_inquiry", **STORY)
    chat.types("陈静", "电话改成13800138000", "log_inquiry", phone="13800138000")
    assert [inquiry.phone for inquiry in chat.company.all(Inquiry)] == ["13800138000"]


def test_a_new_inquiry_right_after_one_is_new(chat: Chat) -> None:
    chat.types("陈静", "…", "log_inquiry", **STORY)
    chat.types("陈静", "…", "log_inquiry", **{**STORY, "company": "锦腾", "phone": None, "contact": None})
    assert [inquiry.contact for inquiry in chat.company.all(Inquiry)] == ["王总", ""]


def test_several_products_ranges_and_unit_prices(chat: Chat) -> None:
    chat.types(
        "陈静",
        "…",
        "log_inquiry",
        company="锦腾",
        items=[{"product": "X200", "quantity": 2}, {"product": "RB12", "quantity": 1}],
        amount_min_cny=300000,
        amount_max_cny=400000,
        due="2026-12-02T15:00:00+08:00",
    )
    inquiry = chat.company.get(Inquiry, 1)
    assert (inquiry.budget_fen, inquiry.budget_max_fen) == (30_000_000, 40_000_000)
    assert (inquiry.due, inquiry.due_whole_day) == (datetime(2026, 12, 2, 7, 0, tzinfo=UTC), False)
    assert [(line.said, line.quantity) for line in chat.company.all(InquiryLine)] == [("X200", 2), ("RB-12", 1)]
    chat.types("陈静", "…", "log_inquiry", product="X200", quantity_min=3, quantity_max=4, unit_price_cny=150000)
    second = chat.company.get(Inquiry, 2)
    assert second.budget_fen == 45_000_000
    assert "数量说的是 3～4，先按 3 记" in second.notes


def test_discounts_by_button_and_by_word(chat: Chat) -> None:
    company = chat.company
    chat.types("陈静", "…", "request_quote", company="锦腾", product="X200", quantity=2)
    card = company.card("quotes.draft", "quote:1", "陈静")
    chat.presses("陈静", card, "改折扣", discount="900000")
    assert company.get(Quote, 1).discount_ppm == 900_000
    chat.types("陈静", "改成九五折", "request_quote", discount=0.95)
    assert company.get(Quote, 1).discount_ppm == 950_000
    chat.types("陈静", "改成3台", "revise", quantity=3)
    assert company.get(Quote, 1).total_fen == 45_030_000
    with pytest.raises(Invalid, match="请先选折扣"):
        chat.presses("陈静", company.card("quotes.draft", "quote:1", "陈静"), "改折扣")


def pending(company: Company, count: int) -> None:
    for _ in range(count):
        company.act(SubmitQuote(quote_id=company.quote()), "陈静")


def test_a_bare_yes_names_its_object_and_asks_for_a_tap(chat: Chat) -> None:
    pending(chat.company, 1)
    chat.types("周敏", "同意", "approve")
    assert chat.shown == ["approvals.decide approval:1"]
    assert chat.said == [
        "请确认：SP-2611-0001 无锡锦腾模具有限公司 ¥300,200.00 9.5折（陈静）。点卡片上的按钮，或发“同意 SP-2611-0001”。"
    ]
    assert chat.company.get(Approval, 1).state is ApprovalState.PENDING
    chat.types("周敏", "同意 SP-2611-0001", "approve", approval_no="SP-2611-0001")
    assert chat.said == ["已同意 SP-2611-0001（Q-2611-0001）。"]
    assert chat.company.get(Approval, 1).state is ApprovalState.APPROVED
    chat.types("周敏", "同意", "approve")
    assert chat.said == ["没有等您审批的单子。"]


def test_what_the_reader_doubts_is_not_carried_out(chat: Chat) -> None:
    pending(chat.company, 1)
    chat.types("周敏", "0001可以吧", "approve", confirm=True, approval_no="0001")
    assert chat.shown == ["approvals.decide approval:1"]
    assert chat.company.get(Approval, 1).state is ApprovalState.PENDING


def test_a_no_needs_a_reason(chat: Chat) -> None:
    company = chat.company
    pending(company, 2)
    card = company.card("approvals.decide", "approval:1", "周敏")
    with pytest.raises(Invalid, match="驳回要写明原因"):
        chat.presses("周敏", card, "驳回", reason="other")
    chat.presses("周敏", card, "驳回", reason="margin")
    assert company.get(Approval, 1).comment == "毛利不足"
    chat.types("周敏", "驳回 SP-2611-0002 毛利太低", "reject", approval_no="SP-2611-0002", reason="毛利太低")
    assert company.get(Approval, 2).comment == "毛利太低"


def test_ordinals_after_a_list(chat: Chat) -> None:
    company = chat.company
    pending(company, 3)
    chat.types("周敏", "同意", "approve")
    row = "无锡锦腾模具有限公司 ¥300,200.00 9.5折（陈静），10:00 起等"
    assert chat.said == [
        (
            "有几份在等您，请说是哪一份，例如：2和3过 1驳回 毛利太低。\n"
            f"1. SP-2611-0001 {row}\n2. SP-2611-0002 {row}\n3. SP-2611-0003 {row}"
        )
    ]
    decisions = [
        {"decision": "approve", "ordinals": [2, 3]},
        {"decision": "reject", "ordinals": [1], "reason": "毛利太低"},
    ]
    chat.types("周敏", "2和3过 1驳回 毛利太低", "approve", decisions=decisions)
    assert chat.said == ["2. SP-2611-0002 已同意\n3. SP-2611-0003 已同意\n1. SP-2611-0001 已驳回：毛利太低"]
    chat.types("周敏", "2过", "approve", ordinals=[2])
    assert chat.said == ["2. SP-2611-0002 已经处理过了"]
    with pytest.raises(NotFound, match="没有等您审批的单子"):
        chat.types("周敏", "9过", "approve", ordinals=[9])


def test_lists(chat: Chat) -> None:
    chat.types("陈静", "我的询价", "list_inquiries")
    assert chat.said == ["您没有待报价的询价。"]
    chat.types("陈静", "…", "log_inquiry", **STORY)
    chat.types("陈静", "我的询价", "list_inquiries")
    assert chat.said == ["待报价的询价：\n1. XJ-2611-0001 苏州恒力机械：X200，12月2日（周三）前报价（今天 陈静）"]
    pending(chat.company, 1)
    chat.types("周敏", "待审批", "list_approvals")
    assert chat.said == ["等您审批的：\n1. SP-2611-0001 无锡锦腾模具有限公司 ¥300,200.00 9.5折（陈静），10:00 起等"]
