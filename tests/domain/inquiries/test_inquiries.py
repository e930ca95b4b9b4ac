"""Logging, correcting and undoing inquiries, and the promise to quote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.customers.customer import Contact, Customer
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.inquiries.commands import LogInquiry, ReviseInquiry, UndoInquiry
from domain.inquiries.inquiry import Inquiry, InquiryLine, InquiryState
from domain.inquiries.lines import Wanted
from domain.people.commands import EnrolPerson
from domain.quotes.drafting import DraftQuote
from domain.quotes.quote import Quote, QuoteState
from domain.quotes.submitting import SubmitQuote, WithdrawQuote
from domain.tasks.task import Task, TaskState
from tests.support.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


def test_the_story_is_kept_whole(company: Company) -> None:
    inquiry = company.get(Inquiry, company.log())
    assert (inquiry.no, inquiry.contact, inquiry.phone, inquiry.source) == (
        "XJ-2611-0001",
        "王总",
        "13812345678",
        "展会",
    )
    assert (inquiry.budget_fen, inquiry.budget_approx) == (30_000_000, True)
    assert inquiry.requirement.startswith("展会上认识的苏州恒力机械王总")
    assert inquiry.notes == []
    customer = company.get(Customer, inquiry.customer_id or 0)
    assert (customer.name, customer.owner_id) == ("苏州恒力机械", company.people["陈静"].person_id)
    assert [(line.said, line.quantity) for line in company.all(InquiryLine)] == [("X200", 2)]
    assert company.happened("inquiry:1") == ["InquiryLogged"]


def test_the_same_company_and_number_are_found_again(company: Company) -> None:
    """R-51."""
    company.log()
    before = len(company.all(Customer)), len(company.all(Contact))
    company.log(company="苏州恒力机械有限公司")
    company.log(company="", contact="", phone="138-1234-5678")
    assert (len(company.all(Customer)), len(company.all(Contact))) == before
    inquiries = company.all(Inquiry)
    assert {inquiry.customer_id for inquiry in inquiries} == {inquiries[0].customer_id}
    assert inquiries[2].contact == "王总"
    assert inquiries[2].notes == ["按电话找到了客户"]


def test_a_bad_number_loses_nothing_else(company: Company) -> None:
    inquiry = company.get(Inquiry, company.log(phone="1381234567"))
    assert (inquiry.phone, inquiry.contact) == ("", "王总")
    assert inquiry.notes == [
        (
            "号码 1381234567 有 10 位，手机号应为 11 位，请核对后重发，例如：电话改成13800138000"
            "（其余内容已记下，电话没有存）"
        )
    ]


def test_a_number_of_another_customer_stays_there(company: Company) -> None:
    inquiry = company.get(Inquiry, company.log(phone="13912000002"))
    assert (inquiry.phone, inquiry.contact_id) == ("13912000002", None)
    assert inquiry.notes == ["这个号码已登记在另一位客户名下，请核对"]


def test_nothing_is_added_to_a_colleagues_customer(company: Company) -> None:
    """R-52: the inquiry is kept, the rep learns that it is a colleague's and nothing else, the owner is told."""
    before = [(contact.customer_id, contact.name, contact.phone) for contact in company.all(Contact)]
    inquiry = company.get(Inquiry, company.log("何雨", company="锦腾", contact="俞工", phone="13700000009"))
    assert [(contact.customer_id, contact.name, contact.phone) for contact in company.all(Contact)] == before
    assert (inquiry.contact, inquiry.phone, inquiry.contact_id) == ("俞工", "13700000009", None)
    assert inquiry.notes == ["这家公司由同事负责，联系人和电话只记在这条询价里，已告知负责人"]
    (told,) = company.told("陈静")
    assert told.startswith("何雨记了一条您的客户无锡锦腾模具有限公司的询价（XJ-2611-0001）：展会上认识的")
    assert told.endswith("下周三前给报价。请和何雨商量由谁来跟。")
    company.act(ReviseInquiry(inquiry_id=inquiry.id, contact="俞经理"), "何雨")
    assert len(company.told("陈静")) == 1


def test_a_colleagues_number_tells_nothing(company: Company) -> None:
    """R-52: a number alone does not say whose it is, nor who answers there."""
    inquiry = company.get(Inquiry, company.log("何雨", company="", contact="", phone="13912000002"))
    assert (inquiry.customer_id, inquiry.contact_id, inquiry.contact) == (None, None, "")
    assert inquiry.notes == ["这个号码属于同事负责的客户，已告知负责人"]
    card = repr(company.card("inquiries.logged", inquiry.subject, "何雨"))
    assert "俞海燕" not in card
    assert "锦腾" not in card
    (told,) = company.told("陈静")
    assert told.startswith("何雨记了一条您的客户无锡锦腾模具有限公司的询价")


def test_who_leads_the_owner_adds_to_his_customers(company: Company) -> None:
    company.act(LogInquiry(requirement="锦腾俞工", company="锦腾", contact="俞工", phone="13700000009"), "周敏")
    assert "13700000009" in [contact.phone for contact in company.all(Contact)]
    assert company.told("陈静") == []


def test_an_unknown_product_is_kept_as_said(company: Company) -> None:
    inquiry = company.get(Inquiry, company.log(wanted=(Wanted(said="X201", quantity=1),)))
    assert [(line.said, line.product_id) for line in company.all(InquiryLine)] == [("X201", None)]
    assert inquiry.notes[0].startswith("产品库里没有“X201”，已按原话记下，相近的有 X200")


def test_without_a_company_it_is_kept_and_asked(company: Company) -> None:
    inquiry = company.get(Inquiry, company.log(company="", phone="13700000001"))
    assert inquiry.customer_id is None
    assert inquiry.notes == ["还不知道是哪家公司，补发公司名即可"]
    company.act(ReviseInquiry(inquiry_id=inquiry.id, company="苏州恒力机械"), "陈静")
    revised = company.get(Inquiry, inquiry.id)
    assert revised.customer_id is not None
    assert (revised.contact, revised.phone, revised.notes) == ("王总", "13700000001", [])


def test_reminders_stand_before_the_day_and_climb_after_it(company: Company) -> None:
    """Due Wednesday 17:30; four hours before, half a working day after, and 24 working hours after."""
    company.log()
    assert company.pending() == {
        "inquiry:1:silence": datetime(2026, 11, 26, 0, 30, tzinfo=UTC),
        "task:1:remind": datetime(2026, 12, 2, 5, 30, tzinfo=UTC),
        "task:1:again": datetime(2026, 12, 3, 5, 30, tzinfo=UTC),
        "task:1:escalate": datetime(2026, 12, 3, 9, 30, tzinfo=UTC),
    }
    company.clock.set(datetime(2026, 12, 7, 10, 0, tzinfo=UTC))
    assert company.fire() == 4
    title = "给苏州恒力机械报价（XJ-2611-0001）"
    assert company.told("陈静") == [
        "苏州恒力机械（XJ-2611-0001）14 天前来询价，还没有联系过。请联系后发一句跟进，例如：给苏州恒力机械打了电话。",
        "tasks.task task:1",
        f"任务“{title}”还没有完成，12月2日（周三）17:30 已到期，已告知周敏。",
    ]
    assert company.told("周敏") == [
        f"陈静的任务“{title}”还没有完成，12月2日（周三）17:30 已到期，请关注。",
    ]


def test_without_a_day_the_ladder_counts_from_now(company: Company) -> None:
    company.log(due=None, due_whole_day=False)
    assert set(company.pending()) == {"inquiry:1:silence", "task:1:again", "task:1:escalate"}


def test_a_correction_changes_only_what_it_names(company: Company) -> None:
    inquiry_id = company.log()
    company.act(ReviseInquiry(inquiry_id=inquiry_id, wanted=(Wanted(quantity=3),)), "陈静")
    company.act(
        ReviseInquiry(inquiry_id=inquiry_id, due=datetime(2026, 12, 4, 9, 30, tzinfo=UTC), due_whole_day=True), "陈静"
    )
    inquiry = company.get(Inquiry, inquiry_id)
    assert (inquiry.budget_fen, inquiry.contact, inquiry.source) == (30_000_000, "王总", "展会")
    assert [line.quantity for line in company.all(InquiryLine)] == [3]
    assert company.pending()["task:1:remind"] == datetime(2026, 12, 4, 5, 30, tzinfo=UTC)
    assert company.happened("inquiry:1") == ["InquiryLogged", "InquiryRevised", "InquiryRevised"]


def test_a_correction_says_what_was_before(company: Company) -> None:
    inquiry_id = company.log()
    company.act(ReviseInquiry(inquiry_id=inquiry_id, budget_fen=35_000_000), "陈静")
    from sqlalchemy import select

    from storage.tables import timeline

    query = select(timeline.c.body).where(timeline.c.event == "InquiryRevised")
    body = company.database.look(lambda session: session.execute(query).scalar_one())
    assert body == {"changes": {"budget": ["30万元左右", "35万元"]}}


def test_a_correction_of_one_of_several_products_must_name_it(company: Company) -> None:
    inquiry_id = company.log(wanted=(Wanted(said="X200", quantity=2), Wanted(said="RB12", quantity=1)))
    with pytest.raises(Invalid, match="有 2 种产品，请说明改哪一种"):
        company.act(ReviseInquiry(inquiry_id=inquiry_id, wanted=(Wanted(quantity=3),)), "陈静")
    company.act(ReviseInquiry(inquiry_id=inquiry_id, wanted=(Wanted(said="rb-12", quantity=3),)), "陈静")
    assert [(line.said, line.quantity) for line in company.all(InquiryLine)] == [("X200", 2), ("RB-12", 3)]


def test_a_bad_number_in_a_correction_changes_nothing(company: Company) -> None:
    inquiry_id = company.log()
    with pytest.raises(Invalid, match="有 12 位"):
        company.act(ReviseInquiry(inquiry_id=inquiry_id, phone="138123456789", budget_fen=1), "陈静")
    inquiry = company.get(Inquiry, inquiry_id)
    assert (inquiry.phone, inquiry.budget_fen) == ("13812345678", 30_000_000)


def test_an_empty_correction_says_how(company: Company) -> None:
    inquiry_id = company.log()
    with pytest.raises(Invalid, match="数量改成3台、预算改成35万、下周五前报"):
        company.act(ReviseInquiry(inquiry_id=inquiry_id), "陈静")


def test_undo_takes_the_whole_act_back(company: Company) -> None:
    inquiry_id = company.log()
    quote_id = company.act(DraftQuote(inquiry_id=inquiry_id), "陈静")
    company.act(UndoInquiry(inquiry_id=inquiry_id, version=company.get(Inquiry, inquiry_id).version), "陈静")
    inquiry = company.get(Inquiry, inquiry_id)
    assert inquiry.state is InquiryState.UNDONE
    assert company.get(Task, 1).state is TaskState.CANCELLED
    assert company.pending() == {}
    assert not company.get(Customer, inquiry.customer_id or 0).active
    assert not company.get(Contact, inquiry.contact_id or 0).active
    assert company.get(Quote, quote_id).state is QuoteState.VOID


def test_undo_keeps_a_customer_others_refer_to(company: Company) -> None:
    first = company.log()
    company.log()
    company.act(UndoInquiry(inquiry_id=first), "陈静")
    assert company.get(Customer, company.get(Inquiry, first).customer_id or 0).active


def test_what_was_undone_can_be_logged_again(company: Company) -> None:
    company.act(UndoInquiry(inquiry_id=company.log()), "陈静")
    again = company.get(Inquiry, company.log())
    assert (again.no, again.contact) == ("XJ-2611-0002", "王总")
    assert company.get(Customer, again.customer_id or 0).active
    assert [customer.key for customer in company.all(Customer)].count("苏州恒力机械") == 1


def test_who_may_undo(company: Company) -> None:
    inquiry_id = company.log()
    for stranger in ("何雨", "罗成"):
        with pytest.raises(NotFound):
            company.act(UndoInquiry(inquiry_id=inquiry_id), stranger)
    with pytest.raises(NotAllowed):
        company.act(UndoInquiry(inquiry_id=inquiry_id), "梁宁")
    company.act(UndoInquiry(inquiry_id=inquiry_id), "周敏")
    with pytest.raises(Stale, match="询价 XJ-2611-0001 已撤销"):
        company.act(UndoInquiry(inquiry_id=inquiry_id), "陈静")


def test_an_old_card_does_not_undo(company: Company) -> None:
    inquiry_id = company.log()
    version = company.get(Inquiry, inquiry_id).version
    company.act(ReviseInquiry(inquiry_id=inquiry_id, budget_fen=1_000_000), "陈静")
    with pytest.raises(Stale, match="刚刚改过"):
        company.act(UndoInquiry(inquiry_id=inquiry_id, version=version), "陈静")


def test_undo_is_refused_once_a_quote_is_submitted(company: Company) -> None:
    inquiry_id = company.log(company="苏州恒力机械有限公司")
    quote_id = company.act(DraftQuote(inquiry_id=inquiry_id), "陈静")
    company.act(SubmitQuote(quote_id=quote_id), "陈静")
    with pytest.raises(Invalid, match="的报价已提交审批，不能撤销"):
        company.act(UndoInquiry(inquiry_id=inquiry_id), "陈静")
    company.act(WithdrawQuote(quote_id=quote_id), "陈静")
    assert company.get(Inquiry, inquiry_id).state is InquiryState.QUOTED


def test_reminders_of_what_is_done_are_moot(company: Company) -> None:
    """R-41: the timer's command looks again."""
    from domain.tasks.timers import EscalateTask, RemindTask

    company.act(UndoInquiry(inquiry_id=company.log()), "陈静")
    company.act(RemindTask(task_id=1))
    company.act(EscalateTask(task_id=1))
    assert company.told("陈静") == []
    assert company.told("周敏") == []


def test_eight_reps_meet_the_same_company_at_once(database_url: str) -> None:
    """R-51: one customer, one contact, eight numbers."""
    with open_company(database_url) as company:
        story = LogInquiry(requirement="恒力王总", company="苏州恒力机械", contact="王总", phone="13812345678")
        outcomes = company.race(*[(story, "陈静")] * 8)
        assert outcomes == [None] * 8
        assert [customer.key for customer in company.all(Customer)].count("苏州恒力机械") == 1
        assert [contact.phone for contact in company.all(Contact)].count("13812345678") == 1
        assert len({inquiry.no for inquiry in company.all(Inquiry)}) == 8  # who was tried again leaves a gap


def test_a_leaver_in_the_line_is_skipped(company: Company) -> None:
    from domain.people.commands import PersonLeave

    inquiry_id = company.log()
    company.act(PersonLeave(platform="dingtalk", account="1001"))
    company.act(EnrolPerson(name="何雨", leader="罗成"))
    company.clock.move(timedelta(days=30))
    company.fire()
    title = company.get(Task, 1).title
    assert company.get(Task, 1).about == f"inquiry:{inquiry_id}"
    assert company.told("秦岚") == [f"陈静的任务“{title}”还没有完成，12月2日（周三）17:30 已到期，请关注。"]


def test_what_is_promised_goes_along_to_the_right_customer(company: Company) -> None:
    inquiry = company.log(company="苏州一号机械有限公司", contact="", phone="")
    company.act(ReviseInquiry(inquiry_id=inquiry, company="苏州二号机械有限公司"), "陈静")
    (task,) = company.all(Task)
    kept = company.get(Inquiry, inquiry)
    assert (task.customer_id, task.title) == (kept.customer_id, f"给苏州二号机械有限公司报价（{kept.no}）")
