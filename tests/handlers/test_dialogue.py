"""What waits for a yes: kept, corrected, confirmed, dropped, forgotten; and why something was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cards.action import Action
from domain.approvals.approval import Approval, ApprovalState
from domain.customers.customer import Customer
from domain.dialogue.draft import Draft, DraftState
from domain.files.kept_file import KeptFile
from domain.inquiries.inquiry import Inquiry, InquiryLine, InquiryState
from domain.quotes.quote import Quote, QuoteState
from domain.quotes.submitting import SubmitQuote
from handlers.envelope import Kind
from tests.support.company import Company, open_company
from tests.support.typed import Typed

GUESSED = "锦腾要两台X200 预算300"
"""300 of what was not said: never written without a yes."""
THREE = "锦腾要两台X200；鑫宏要一台X300；嘉兴东海机械有限公司要三台X200"


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as opened:
        yield opened


@pytest.fixture
def typed(company: Company) -> Typed:
    return Typed(company)


def quantities(company: Company) -> list[int | None]:
    return [line.quantity for line in company.all(InquiryLine)]


def test_a_guess_waits_and_names_what_was_assumed(company: Company, typed: Typed) -> None:
    assert typed.says("陈静", GUESSED) == ["dialogue.draft draft:1"]
    assert company.all(Inquiry) == []
    card = typed.draft("陈静")
    assert card.title == "请确认：记录询价"
    assert [(row.label, row.value) for row in card.fields] == [
        ("客户", "无锡锦腾模具有限公司"),
        ("产品", "X200 × 2"),
        ("金额", "300万元"),
    ]
    assert card.notes[0] == "我的理解：300：没说单位，按万算"
    assert [button.text for button in card.buttons] == ["确认", "修改", "取消"]
    assert typed.presses("陈静", card, "确认") == ["inquiries.logged inquiry:1"]
    assert (company.get(Inquiry, 1).budget_fen, company.get(Inquiry, 1).requirement) == (300_000_000, GUESSED)
    assert company.card("dialogue.draft", "draft:1", "陈静").outcome == "已确认：XJ-2611-0001"


@pytest.mark.parametrize("yes", ["确认", "对", "对的", "好", "好的", "没错", "OK", "确认。"])
def test_a_typed_yes_confirms_the_one_that_is_open(company: Company, typed: Typed, yes: str) -> None:
    typed.says("陈静", GUESSED)
    typed.says("陈静", yes)
    assert quantities(company) == [2]


@pytest.mark.parametrize("no", ["算了", "取消", "不要了", "取消吧"])
def test_a_typed_no_drops_it(company: Company, typed: Typed, no: str) -> None:
    typed.says("陈静", GUESSED)
    assert typed.says("陈静", no) == ["已取消，没有记录。"]
    assert typed.says("陈静", "确认") == ["现在没有等您确认的内容。要取消刚记的，请发“撤销”。"]
    assert company.all(Inquiry) == []
    assert "draft:1:expire" not in company.pending()


def test_a_correction_changes_the_draft_and_an_old_card_no_longer_counts(company: Company, typed: Typed) -> None:
    typed.says("陈静", GUESSED)
    old = typed.draft("陈静")
    assert typed.says("陈静", "不对 是16台") == ["已改好，请看卡片，对的话点“确认”。"]
    assert typed.presses("陈静", old, "确认") == ["这张卡片的内容刚刚有变化，请看最新的卡片再点。"]
    assert company.all(Inquiry) == []
    typed.presses("陈静", typed.draft("陈静"), "修改")
    typed.says("陈静", "下周五前报")
    assert [row.value for row in typed.draft("陈静").fields][-1] == "12月4日（周五）"
    typed.says("陈静", "确认")
    assert quantities(company) == [16]
    assert company.get(Inquiry, 1).due is not None


def test_a_second_press_does_nothing_more(company: Company, typed: Typed) -> None:
    typed.says("陈静", GUESSED)
    card = typed.draft("陈静")
    typed.presses("陈静", card, "确认")
    assert typed.presses("陈静", card, "确认") == ["这张卡片的内容刚刚有变化，请看最新的卡片再点。"]
    assert quantities(company) == [2]


def test_nobody_else_can_say_yes(company: Company, typed: Typed) -> None:
    typed.says("陈静", GUESSED)
    action = Action(verb="confirm_wish", subject="draft:1", version=1, args={"i": "0"})
    assert typed.presses_action("何雨", action) == ["没有找到这条待确认的内容，可能不是您发起的。"]
    assert typed.says("何雨", "确认") == ["现在没有等您确认的内容。要取消刚记的，请发“撤销”。"]
    assert company.all(Inquiry) == []


def test_after_half_an_hour_the_words_are_given_back(company: Company, typed: Typed) -> None:
    typed.says("陈静", GUESSED)
    card = typed.draft("陈静")
    company.clock.move(timedelta(minutes=30))
    company.fire()
    assert company.told("陈静")[-1] == f"10:00 的这些话 30 分钟没有确认，没有记录。要记的话，复制再发一次：\n{GUESSED}"
    assert company.get(Draft, 1).state is DraftState.EXPIRED
    assert company.card("dialogue.draft", "draft:1", "陈静").outcome == "超过 30 分钟没有确认，没有记录"
    assert typed.presses("陈静", card, "确认") == ["这条已经超过 30 分钟没有确认，没有记录。需要的话把原话再发一次。"]
    assert GUESSED in typed.says("陈静", "确认")[0]
    assert company.all(Inquiry) == []


def test_a_yes_one_second_late_counts_no_more_even_before_the_timer(company: Company, typed: Typed) -> None:
    typed.says("陈静", GUESSED)
    company.clock.move(timedelta(minutes=29, seconds=59))
    typed.says("陈静", "不对 是3台")
    company.clock.move(timedelta(minutes=30))
    assert GUESSED in typed.says("陈静", "确认")[0]
    assert company.all(Inquiry) == []
    typed.says("陈静", "锦腾要五台X200 预算300")
    typed.says("陈静", "确认")
    assert quantities(company) == [5]


def test_three_customers_are_three_wishes_on_one_card(company: Company, typed: Typed) -> None:
    assert typed.says("陈静", THREE) == ["dialogue.draft draft:1"]
    assert company.all(Inquiry) == []
    assert typed.says("陈静", "确认")[0].startswith(
        "有 3 条等您确认，请发“全部确认”，或带序号，例如：确认 1。\n1. 记录询价 "
    )
    typed.says("陈静", "确认 2")
    typed.says("陈静", "第1条 改成5台")
    typed.says("陈静", "取消 3")
    assert [button.text for button in typed.draft("陈静").buttons][:3] == ["确认1", "取消1", "撤销2"]
    typed.presses("陈静", typed.draft("陈静"), "确认1")
    assert quantities(company) == [1, 5]
    card = typed.draft("陈静")
    assert [button.text for button in card.buttons] == ["撤销1", "撤销2"]
    typed.presses("陈静", card, "撤销2")
    assert [each.state for each in company.all(Inquiry)] == [InquiryState.UNDONE, InquiryState.OPEN]
    assert typed.says("陈静", "撤销 1") == ["已撤销第 1 条（XJ-2611-0002）。"]
    assert [each.state for each in company.all(Inquiry)] == [InquiryState.UNDONE, InquiryState.UNDONE]


def test_all_at_once(company: Company, typed: Typed) -> None:
    typed.says("陈静", THREE)
    assert typed.says("陈静", "全部确认")[-1] == "已记录 3 条：XJ-2611-0001、XJ-2611-0002、XJ-2611-0003。"
    assert quantities(company) == [2, 1, 3]
    typed.says("陈静", THREE)
    typed.says("陈静", "全部取消")
    assert len(company.all(Inquiry)) == 3


def test_a_refused_deed_takes_the_yes_back(company: Company, typed: Typed) -> None:
    """All three or none: the second one is impossible, so the first is not written either."""
    typed.says("陈静", "锦腾要两台X200；鑫宏要200000台X300")
    assert typed.says("陈静", "全部确认") == ["数量要在 1 到 100000 之间，请核对后重发。"]
    assert company.all(Inquiry) == []
    typed.says("陈静", "第2条 改成两台")
    typed.says("陈静", "全部确认")
    assert quantities(company) == [2, 2]


def test_something_new_leaves_the_draft_open(company: Company, typed: Typed) -> None:
    typed.says("陈静", GUESSED)
    assert typed.says("陈静", "鑫宏要一台X300")[0].startswith("inquiries.logged")
    assert quantities(company) == [1]
    typed.says("陈静", "确认")
    assert quantities(company) == [1, 2]


def test_one_open_draft_per_chat(company: Company, typed: Typed) -> None:
    """R-15."""
    typed.says("陈静", GUESSED)
    typed.says("陈静", "锦腾要七台X200 预算300")
    assert [draft.state for draft in company.all(Draft)] == [DraftState.OPEN]
    typed.says("陈静", "锦腾要八台X200 预算300", group="g1")
    assert len(company.all(Draft)) == 2
    assert typed.says("陈静", "确认", group="g1")[0].startswith("inquiries.logged")
    assert quantities(company) == [8]


def test_pictures_that_follow_join_the_record(company: Company, typed: Typed) -> None:
    typed.says("陈静", GUESSED)
    for number in range(5):
        assert typed.sends("陈静", Kind.IMAGE, f"f{number}") == ["图片已归到等您确认的这条。"]
    assert "后面发来的 5 个附件会一起归档" in typed.draft("陈静").notes
    typed.says("陈静", "确认")
    assert {file.subject for file in company.all(KeptFile)} == {"inquiry:1"}
    assert typed.sends("陈静", Kind.IMAGE, "f9") == ["图片已归到这条询价。"]


def test_what_is_missing_is_asked_once_with_buttons(company: Company, typed: Typed) -> None:
    """Products by name where only one is called so, else by code."""
    assert typed.says("陈静", "给锦腾报价") == ["dialogue.draft draft:1"]
    card = typed.draft("陈静")
    assert (card.title, card.headline) == ("还差一项：报价", "报什么产品？")
    assert [button.text for button in card.buttons] == ["机器人", "操作培训", "X200", "X300", "取消"]
    assert typed.presses("陈静", card, "X300")[-1] == "quotes.draft quote:1"
    assert company.get(Quote, 1).total_fen == 22_600_000


@pytest.mark.parametrize("answer", ["X300", "第3个", "3"])
def test_what_is_missing_can_be_typed(company: Company, typed: Typed, answer: str) -> None:
    typed.says("陈静", "给锦腾报价")
    assert typed.says("陈静", answer)[-1] == "quotes.draft quote:1"
    assert company.get(Quote, 1).total_fen in (22_600_000, 15_800_000, 600_000)


def test_a_sentence_is_no_answer_to_what_was_asked_before_it(company: Company, typed: Typed) -> None:
    typed.says("陈静", "给锦腾报价")
    assert typed.says("陈静", "华鑫没打通")[-1] == "activities.logged activity:1"
    assert typed.says("陈静", "X300多少钱")[0].startswith("X300 立式加工中心：目录价")
    assert typed.says("陈静", "X300")[-1] == "quotes.draft quote:1"


def pending(company: Company, count: int) -> None:
    for _ in range(count):
        company.act(SubmitQuote(quote_id=company.quote()), "陈静")


def test_a_bare_word_is_never_guessed_between_a_draft_and_an_approval(company: Company, typed: Typed) -> None:
    pending(company, 1)
    typed.says("周敏", GUESSED)
    answer = typed.says("周敏", "好")
    assert "SP-2611-0001" in answer[0] and "1 条等确认" in answer[0]
    assert company.all(Inquiry) == []
    assert company.get(Approval, 1).state is ApprovalState.PENDING
    typed.says("周敏", "确认")
    assert quantities(company) == [2]
    assert company.get(Approval, 1).state is ApprovalState.PENDING


@pytest.mark.parametrize("word", ["同意", "好", "不同意"])
def test_a_bare_word_with_three_waiting_decides_nothing(company: Company, typed: Typed, word: str) -> None:
    """Touchstone M1."""
    pending(company, 3)
    answer = typed.says("周敏", word)[0]
    assert [f"{number}. SP-2611-000{number}" in answer for number in (1, 2, 3)] == [True] * 3
    assert {each.state for each in company.all(Approval)} == {ApprovalState.PENDING}


def test_a_mixed_up_customer_moves_with_everything_that_came_of_it(company: Company, typed: Typed) -> None:
    typed.says("陈静", "苏州恒力机械有限公司王总要两台X200，13812345678，下周三前报价")
    typed.says("陈静", "报价")
    typed.says("陈静", "提交")
    approver = company.told("周敏")
    assert approver[-1] == "approvals.decide approval:1"
    typed.says("陈静", "记串了 挪到锦腾")
    right = next(each for each in company.all(Customer) if each.name == "无锡锦腾模具有限公司")
    quote = company.get(Quote, 1)
    assert (company.get(Inquiry, 1).customer_id, quote.customer_id) == (right.id, right.id)
    assert (quote.state, quote.revision) == (QuoteState.DRAFT, 2)
    assert company.get(Approval, 1).state is ApprovalState.SUPERSEDED
    assert "报价 Q-2611-0001 的客户改了，原来的审批作废，请看过后重新提交。" in company.told("陈静")


def test_taking_back_takes_all_that_one_message_did(company: Company, typed: Typed) -> None:
    typed.says("陈静", "鑫宏要一台X300")
    typed.says("陈静", "报价")
    typed.says("陈静", "撤销")
    assert (company.get(Quote, 1).state, company.get(Inquiry, 1).state) == (QuoteState.VOID, InquiryState.OPEN)
    assert typed.says("陈静", "撤销 XJ-2611-0001") == ["询价 XJ-2611-0001 已撤销。"]


@pytest.mark.parametrize(
    ("said", "undone"),
    [
        ("给锦腾打个标签 价格敏感", "已撤销：无锡锦腾模具有限公司 不再有标签“价格敏感”。"),
        ("把锦腾设成战略客户", "已撤销：无锡锦腾模具有限公司 "),
    ],
)
def test_what_was_taken_back_does_not_come_again(company: Company, typed: Typed, said: str, undone: str) -> None:
    typed.says("陈静", said)
    assert typed.says("陈静", "撤销")[-1].startswith(undone)
    assert typed.says("陈静", "撤销")[-1].startswith("刚才那一步已经撤销了")


def test_why_is_answered_from_what_was_written_down(company: Company, typed: Typed) -> None:
    assert typed.says("陈静", "为什么")[0].startswith("还没有可以解释的操作")
    typed.says("陈静", "展会上认识的锦腾，想要两台X200，预算30万左右，下周三前给报价")
    expected = (
        "10:00 我按“记录询价”处理。\n"
        "· 客户：无锡锦腾模具有限公司 ← “锦腾”（客户名单里的叫法）\n"
        "· 来源：展会 ← “展会上”（来源叫法）\n"
        "· 产品：X200 ← “X200”（产品库）\n"
        "· 数量：2 ← “两台”（数字加量词）\n"
        "· 金额：30万元左右 ← “30万左右”（金额写法）\n"
        "· 期限：12月2日（周三） ← “下周三前”（2026-12-02 周三，下周指下一个自然周）"
    )
    assert typed.says("陈静", "为什么") == [expected]
    assert typed.says("陈静", "怎么理解的？") == [expected]
    typed.says("陈静", "报价 九五折")
    assert typed.says("陈静", "为啥")[0].endswith("报价 Q-2611-0001 按审批规则：常规报价，由直属上级审批。")
    assert typed.says("陈静", "为什么 XJ-2611-0001") == [expected]
    assert typed.says("何雨", "为什么 XJ-2611-0001") == ["没有找到询价 XJ-2611-0001，可能不在您的范围内。"]


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("陈静", "同意 SP-2611-0001", "SP-2611-0001 是您自己提交的，不能自己审批，请等审批人处理。"),
        ("陈静", "作废 Q-2611-0001", "报价 Q-2611-0001 正在审批，请先撤回再作废。"),
        ("陈静", "Q-2611-0001", "quotes.draft quote:1"),
        ("陈静", "查 SP-2611-0001", "approvals.decide approval:1"),
        ("何雨", "Q-2611-0001", "没有找到报价 Q-2611-0001，可能不在您的范围内。"),
        ("陈静", "BX-2611-0001", "没有找到 BX-2611-0001，请核对单号，或它不在您的范围内。"),
        ("陈静", "XJ-2611-0009", "没有找到询价 XJ-2611-0009，可能不在您的范围内。"),
        ("陈静", "你们X200多少钱一台", "X200 立式加工中心：目录价 ¥158,000.00/台（含税）。"),
        ("陈静", "X200什么价", "X200 立式加工中心：目录价 ¥158,000.00/台（含税）。"),
    ],
)
def test_a_document_named_is_answered(company: Company, typed: Typed, name: str, text: str, answer: str) -> None:
    pending(company, 1)
    assert typed.says(name, text)[0].partition("\n")[0] == answer
    assert len(company.all(Quote)) == 1


def test_an_ordinal_refers_to_the_last_list_shown(company: Company, typed: Typed) -> None:
    typed.says("陈静", "锦腾要两台X200")
    typed.says("陈静", "鑫宏要一台X300")
    typed.says("陈静", "我的询价")
    assert typed.says("陈静", "第1个") == ["inquiries.logged inquiry:1"]
    assert typed.says("陈静", "改成9台")[0] == "已改好，卡片已更新。"
    assert quantities(company) == [9, 1]


def test_a_number_in_the_sentence_beats_what_was_talked_about(company: Company, typed: Typed) -> None:
    typed.says("陈静", "给锦腾报两台X200")
    typed.says("陈静", "给锦腾报一台X300")
    typed.says("陈静", "Q-2611-0001 改成九折")
    assert [quote.discount_ppm for quote in company.all(Quote)] == [900_000, 1_000_000]
