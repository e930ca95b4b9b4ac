"""The first contact: reminded of, red at the deadline, up the line, and silent as soon as anybody acts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.activities.activity import ActivityKind, Outcome
from domain.activities.logging import LogActivity
from domain.assignment.first_contact import FirstContact
from domain.assignment.handing import HandOn, UrgeContact
from domain.assignment.receiving import ReceiveInquiry
from domain.errors import NotAllowed, NotFound, Stale
from domain.inquiries.commands import LogInquiry
from domain.inquiries.inquiry import Inquiry
from domain.people.commands import EnrolPerson
from domain.policy_assignment import AssignmentPolicy
from domain.tasks.task import Task, TaskKind
from tests.support.company import MONDAY, Company, open_company

RULES = AssignmentPolicy.model_validate(
    {
        "rules": [{"name": "全部", "to": "person:陈静"}],
        "first_contact": [
            {
                "name": "大单",
                "when": {"amount": {"at_least": "300万"}},
                "within": "1h",
                "remind_before": "30m",
                "tell": ["role:finance"],
            },
            {"name": "官网", "when": {"channel": "官网"}, "within": "24h", "working": False, "remind_before": "4h"},
            {"name": "其他", "within": "4h", "remind_before": "1h", "again_after": "2h"},
        ],
    }
)


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url, assignment=RULES) as company:
        yield company


def receive(company: Company, source: str = "抖音", budget_fen: int | None = None) -> Inquiry:
    said = LogInquiry(requirement="要一台", company="苏州新来有限公司", source=source, budget_fen=budget_fen)
    return company.get(Inquiry, company.act(ReceiveInquiry(said=said)).inquiry_id)


def contact(company: Company, inquiry: Inquiry) -> None:
    assert inquiry.customer_id is not None
    said = LogActivity(
        text="打了电话",
        kind=ActivityKind.CALL,
        outcome=Outcome.REACHED,
        at=company.clock.now(),
        customer_id=inquiry.customer_id,
    )
    company.act(said, "陈静")


def late(company: Company) -> Inquiry:
    """Receive one and let its deadline pass: Monday 15:00, four working hours after ten."""
    inquiry = receive(company)
    for at in (timedelta(hours=4), timedelta(hours=5)):
        company.clock.set(MONDAY + at)
        company.fire()
    return inquiry


def test_it_is_reminded_of_then_red_and_up_the_line(company: Company) -> None:
    inquiry = receive(company)
    first = company.all(FirstContact)[0]
    assert first.due == MONDAY + timedelta(hours=5)
    card = company.card("inquiries.logged", inquiry.subject, "陈静")
    assert card.notes[1] == "首次联系还剩 5 小时 0 分（11月23日（周一）15:00 前）"
    company.clock.set(MONDAY + timedelta(hours=4))
    company.fire()
    assert (
        company.told("陈静")[-1] == f"{inquiry.no} 还没有首次联系，11月23日（周一）15:00 到期。联系后发一句跟进即可。"
    )
    assert company.told("周敏") == []
    company.clock.set(MONDAY + timedelta(hours=5))
    company.fire()
    assert company.told("周敏") == [f"assignment.overdue {first.subject}"]
    card = company.card("inquiries.logged", inquiry.subject, "陈静")
    assert (card.tone.value, card.notes[1]) == ("bad", "首次联系已超时（11月23日（周一）15:00 到期），请马上联系")
    shown = company.card("assignment.overdue", first.subject, "周敏")
    assert [button.text for button in shown.buttons] == ["催办", "我来跟"]
    company.clock.set(MONDAY + timedelta(hours=7))
    company.fire()
    assert company.told("秦岚") == [f"assignment.overdue {first.subject}"]
    assert company.told("周敏") == [f"assignment.overdue {first.subject}"]


def test_a_contact_stops_it_and_its_withdrawal_begins_anew(company: Company) -> None:
    inquiry = receive(company)
    company.clock.move(timedelta(hours=1))
    contact(company, inquiry)
    assert not [name for name in company.pending() if name.startswith("firstcontact:")]
    company.clock.set(MONDAY + timedelta(hours=8))
    company.fire()
    assert company.told("周敏") == []
    tasks = [task for task in company.all(Task) if task.kind is TaskKind.FIRST_CONTACT]
    assert [task.state.value for task in tasks] == ["done"]


def test_the_website_has_its_day_by_the_clock_and_one_task(company: Company) -> None:
    inquiry = receive(company, "官网")
    tasks = [task for task in company.all(Task) if task.kind is TaskKind.FIRST_CONTACT]
    assert [(task.about, task.due) for task in tasks] == [(inquiry.subject, MONDAY + timedelta(hours=24))]
    assert not [name for name in company.pending() if name.startswith(f"{tasks[0].subject}:")]


def test_big_money_reaches_the_director_on_the_first_day(company: Company) -> None:
    receive(company, budget_fen=300_000_000)
    for hours in (0.5, 1):
        company.clock.set(MONDAY + timedelta(hours=hours))
        company.fire()
    assert company.told("钱进")[-1].startswith("assignment.overdue")
    assert company.told("周敏")[-1].startswith("assignment.overdue")


def test_nobody_hears_of_it_at_night(company: Company) -> None:
    company.clock.set(MONDAY + timedelta(hours=7, minutes=30))
    receive(company, "官网")
    company.clock.set(MONDAY + timedelta(hours=27, minutes=30))
    company.fire()
    told = len(company.told("陈静"))
    company.clock.set(MONDAY + timedelta(hours=36))
    company.fire()
    assert len(company.told("陈静")) == told
    assert company.told("周敏") == []
    company.clock.set(MONDAY + timedelta(hours=46))
    company.fire()
    assert [said for said in company.told("周敏") if said.startswith("assignment.overdue")] != []


def test_a_leader_urges_once_an_hour(company: Company) -> None:
    inquiry = late(company)
    first = company.all(FirstContact)[0]
    assert company.act(UrgeContact(first_id=first.id), "周敏") == "陈静"
    assert company.told("陈静")[-1] == f"周敏催您：{inquiry.no} 还没有首次联系。联系后发一句跟进即可。"
    with pytest.raises(Stale, match="一小时内已经催过陈静了"):
        company.act(UrgeContact(first_id=first.id), "周敏")
    with pytest.raises(NotFound):
        company.act(UrgeContact(first_id=first.id), "罗成")
    with pytest.raises(NotAllowed):
        company.act(UrgeContact(first_id=first.id), "何雨")


def test_a_leader_hands_it_on_or_takes_it(company: Company) -> None:
    inquiry = late(company)
    first = company.all(FirstContact)[0]
    with pytest.raises(NotFound, match="不在岗，或不在您的团队里"):
        company.act(HandOn(first_id=first.id, person_id=company.people["何雨"].person_id), "周敏")
    assert company.act(HandOn(first_id=first.id), "周敏") == "周敏"
    assert company.get(Inquiry, inquiry.id).owner_id == company.people["周敏"].person_id
    assert {task.owner_id for task in company.all(Task)} == {company.people["周敏"].person_id}
    assert company.told("陈静")[-1] == f"{inquiry.no} 已由周敏改给周敏跟进。"
    again = company.get(FirstContact, first.id)
    assert (again.red, again.due > company.clock.now()) == (False, True)
    contact_said = LogActivity(
        text="打了电话", kind=ActivityKind.CALL, outcome=Outcome.REACHED, at=company.clock.now(),
        customer_id=company.get(Inquiry, inquiry.id).customer_id,
    )  # fmt: skip
    company.act(contact_said, "周敏")
    with pytest.raises(Stale, match="已经联系过"):
        company.act(UrgeContact(first_id=first.id), "秦岚")


def test_lateness_is_measured_from_the_moments(company: Company) -> None:
    inquiry = late(company)
    company.clock.move(timedelta(hours=1))
    contact(company, inquiry)
    since = MONDAY.replace(hour=16, day=22)
    view = company.look(lambda queries: queries.assignment.fairness(company.actor("秦岚"), since, company.clock.now()))
    assert (view.contacts, view.late) == (1, 1)


def test_who_leads_nobody_may_not_hand_on(company: Company) -> None:
    company.act(EnrolPerson(name="陈静", team="华东"))
    late(company)
    with pytest.raises(NotAllowed):
        company.act(HandOn(first_id=company.all(FirstContact)[0].id), "陈静")
