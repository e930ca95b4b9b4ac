"""Who gets an inquiry from outside: rules, turns, leave, limits, and one transaction with the notice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from domain.actor import Role
from domain.assignment.assignment import Assignment, Leave
from domain.assignment.leave import EndLeave, TakeLeave
from domain.assignment.receiving import ReceiveInquiry
from domain.customers.customer import Customer
from domain.errors import Invalid, NotFound
from domain.inquiries.commands import LogInquiry
from domain.inquiries.inquiry import Inquiry
from domain.people.commands import EnrolPerson, PersonLeave
from domain.policy_assignment import AssignmentPolicy, read_facts
from domain.tasks.task import Task
from storage.uow import UnitOfWork
from tests.support.company import MONDAY, Company, open_company

RULES = {
    "industries": [{"name": "汽车", "words": ["汽配"]}],
    "intents": [{"name": "高", "words": ["尽快"]}],
    "rules": [
        {
            "name": "重点",
            "when": {"industry": "汽车", "intent": "高"},
            "to": "senior",
            "task": "今天联系",
            "tell": ["role:management"],
        },
        {"name": "华东官网", "when": {"region": "华东", "channel": "官网"}, "to": "person:陈静"},
        {"name": "轮流", "to": "role:sales"},
    ],
}
NAMES = ("销一", "销二", "销三", "销四")


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url, assignment=AssignmentPolicy.model_validate(RULES)) as company:
        yield company


def receive(at: Company, said: str = "要一台机器", **fields: Any) -> Inquiry:
    done = at.act(ReceiveInquiry(said=LogInquiry(requirement=said, **fields)))
    return at.get(Inquiry, done.inquiry_id)


def owner(company: Company, inquiry: Inquiry) -> str:
    return next(name for name, actor in company.people.items() if actor.person_id == inquiry.owner_id)


def test_a_city_of_the_region_finds_the_rule_and_the_card_says_why(company: Company) -> None:
    inquiry = receive(company, company="苏州新客户机械有限公司", source="官网")
    assert owner(company, inquiry) == "陈静"
    assert company.told("陈静") == [f"inquiries.logged {inquiry.subject}"]
    card = company.card("inquiries.logged", inquiry.subject, "陈静")
    assert card.notes[0] == "华东+官网 → 你（规则“华东官网”，指定）"
    assert company.get(Customer, inquiry.customer_id).owner_id == inquiry.owner_id
    assert "InquiryAssigned" in company.happened(inquiry.subject)


def test_a_known_customer_goes_to_its_keeper(company: Company) -> None:
    inquiry = receive(company, company="鑫宏", source="官网")
    assert owner(company, inquiry) == "何雨"
    card = company.card("inquiries.logged", inquiry.subject, "何雨")
    assert card.notes[0] == "东莞市鑫宏五金制品有限公司的负责人 → 你（规则“客户负责人”，老客户）"


def test_the_compound_rule_assigns_tasks_and_tells_at_once_or_not_at_all(company: Company) -> None:
    company.act(EnrolPerson(name="何雨", seniority=9))
    inquiry = receive(company, "汽配厂尽快要两台", company="重庆新客户有限公司")
    assert owner(company, inquiry) == "何雨"
    titles = [task.title for task in company.all(Task) if task.owner_id == inquiry.owner_id]
    assert f"今天联系（{inquiry.no}）" in titles
    assert company.told("秦岚") == [
        f"新询价 {inquiry.no}（汽车+意向高）已分给何雨：汽配厂尽快要两台",
        f"inquiries.logged {inquiry.subject}",
    ]
    before = (len(company.all(Inquiry)), len(company.all(Assignment)), company.told("秦岚"))

    def breaks(work: UnitOfWork) -> None:
        work.act(ReceiveInquiry(said=LogInquiry(requirement="汽配厂尽快要", company="西安另一家有限公司")))
        raise Invalid("到这里断了。")

    with pytest.raises(Invalid):
        company.run(breaks)
    assert (len(company.all(Inquiry)), len(company.all(Assignment)), company.told("秦岚")) == before


def test_a_reps_own_inquiry_stays_his(company: Company) -> None:
    assert (
        owner(company, company.get(Inquiry, company.log("何雨", company="苏州另一家机械", phone="", source="官网")))
        == "何雨"
    )
    assert company.all(Assignment) == []


def test_leave_is_respected_and_ends_by_itself(company: Company) -> None:
    company.act(TakeLeave(begins=MONDAY, ends=MONDAY + timedelta(days=1)), "陈静")
    company.act(TakeLeave(begins=MONDAY, ends=MONDAY + timedelta(hours=5)), "陈静")
    assert len(company.all(Leave)) == 1
    assert owner(company, receive(company, company="苏州甲有限公司", source="官网")) == "何雨"
    company.clock.move(timedelta(days=1))
    assert owner(company, receive(company, company="苏州乙有限公司", source="官网")) == "陈静"


def test_leave_is_set_by_those_above_and_taken_back(company: Company) -> None:
    span = {"begins": MONDAY, "ends": MONDAY + timedelta(days=3), "who": "陈静"}
    for stranger in ("何雨", "罗成"):
        with pytest.raises(NotFound):
            company.act(TakeLeave(**span), stranger)
    assert company.act(TakeLeave(**span), "周敏") == "陈静"
    assert company.act(EndLeave(), "陈静") == "陈静"
    assert owner(company, receive(company, company="苏州甲有限公司", source="官网")) == "陈静"
    with pytest.raises(Invalid):
        company.act(EndLeave(), "陈静")
    with pytest.raises(Invalid):
        company.act(TakeLeave(begins=MONDAY - timedelta(days=2), ends=MONDAY - timedelta(days=1)), "陈静")


def test_who_has_left_gets_nothing_and_nobody_on_duty_means_a_leader(company: Company) -> None:
    company.act(PersonLeave(platform="wecom", account="chenjing"))
    assert {owner(company, receive(company, f"第{n}条")) for n in range(3)} == {"何雨"}
    company.act(TakeLeave(begins=MONDAY, ends=MONDAY + timedelta(days=1)), "何雨")
    inquiry = receive(company, "没人在")
    assert owner(company, inquiry) == "周敏"
    assert company.card("inquiries.logged", inquiry.subject, "周敏").notes[0].startswith("没有合适的销售在岗 → 你")


def test_turns_are_exact_for_eight_at_once(database_url: str) -> None:
    """1,000 inquiries over 8 threads: nobody gets two more than another (S-018), on both databases."""
    policy = AssignmentPolicy.model_validate({"rules": [{"name": "轮", "to": "team:轮"}]})
    with open_company(database_url, assignment=policy) as company:
        for name in NAMES:
            company.act(EnrolPerson(name=name, roles=(Role.SALES,), team="轮", wecom=f"w{name}"))

        def many(work: UnitOfWork) -> None:
            for _ in range(5):
                work.act(ReceiveInquiry(said=LogInquiry(requirement="要一台")))

        def run() -> None:
            done = 0
            while done < 25:
                try:
                    company.run(many)
                    done += 1
                except OperationalError:
                    continue  # SQLite's own queue for the one writer is not fair: who waited too long did nothing

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
        shares = Counter(each.person_id for each in company.all(Assignment))
        assert sorted(shares.values()) == [250, 250, 250, 250]


def test_nobody_gets_past_his_limit_at_once(database_url: str) -> None:
    """Eight at once, three places: three are filled, the rest climb to a leader."""
    rules = [{"name": "甲", "when": {"channel": "官网"}, "to": "team:轮"}, {"name": "乙", "to": "person:销一"}]
    policy = AssignmentPolicy.model_validate({"holding_limit": 3, "rules": rules})
    with open_company(database_url, assignment=policy) as company:
        company.act(EnrolPerson(name="销一", roles=(Role.SALES,), team="轮", wecom="w1"))
        said = [LogInquiry(requirement="要一台", source=("官网", "抖音")[n % 2]) for n in range(8)]
        assert company.race(*((ReceiveInquiry(said=each), "") for each in said)) == [None] * 8
        assert max(Counter(each.rule for each in company.all(Assignment)).values()) == 5
        holder = next(each.person_id for each in company.all(Assignment) if each.rule in ("甲", "乙"))
        assert sum(each.owner_id == holder for each in company.all(Inquiry)) == 3


def test_the_week_is_shared_out_by_method_channel_and_value(company: Company) -> None:
    receive(company, company="苏州甲有限公司", source="官网", budget_fen=30_000_000)
    company.clock.move(timedelta(days=7))
    for n in range(3):
        receive(company, company=f"苏州第{n}家有限公司", source="官网", budget_fen=10_000_000)
    receive(company, company="广州甲有限公司", source="抖音")
    since = MONDAY.replace(hour=16, day=29)
    seen = company.look(lambda queries: queries.assignment.fairness(company.actor("秦岚"), since, company.clock.now()))
    counted = [
        (each.name, each.count, each.before, each.amount_fen, each.methods, each.channels) for each in seen.shares
    ]
    assert counted == [
        ("陈静", 4, 1, 30_000_000, {"指定": 3, "轮流": 1}, {"官网": 3, "抖音": 1}),
    ]
    own = company.look(lambda queries: queries.assignment.fairness(company.actor("何雨"), since, company.clock.now()))
    assert own.shares == ()


def test_rules_read_their_facts_strictly() -> None:
    policy = AssignmentPolicy.model_validate(RULES)
    rule = policy.rule(read_facts({"region": "华东", "channel": "官网"}))
    assert rule is not None and rule.name == "华东官网"
    with pytest.raises(ValueError, match="没有“weather”这个事实"):
        read_facts({"weather": "晴"})
    with pytest.raises(ValueError, match="写法不对"):
        AssignmentPolicy.model_validate({"rules": [{"name": "甲", "to": "陈静"}]})
    with pytest.raises(ValueError, match="不能重复"):
        AssignmentPolicy.model_validate({"rules": [{"name": "甲", "to": "region"}] * 2})
