"""Follow-ups: what follows from them, what a correction moves, what undoing takes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.activities.activity import Activity, ActivityKind, BidResult, Outcome
from domain.activities.consequences import Promised
from domain.activities.logging import LogActivity
from domain.activities.revising import ReviseActivity, SettleBid, UndoActivity
from domain.approvals.deciding import ApproveStep
from domain.customers.customer import Customer
from domain.errors import Invalid, NotFound, Stale
from domain.inquiries.inquiry import Inquiry
from domain.quotes.submitting import SubmitQuote
from domain.tasks.commands import CompleteTask
from domain.tasks.task import Task, TaskKind, TaskSource, TaskState
from tests.support.company import MONDAY, Company, open_company

WUXI = "无锡锦腾模具有限公司"


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


def follow(company: Company, name: str = "陈静", /, **said: Any) -> int:
    story: dict[str, Any] = {
        "text": "今天拜访了锦腾的俞海燕，明天给他报价",
        "kind": ActivityKind.VISIT,
        "outcome": Outcome.REACHED,
        "at": company.clock.now(),
        "company": "锦腾",
        "contact": "俞海燕",
    }
    return company.act(LogActivity(**{**story, **said}), name)


def promised(days: int = 1, **said: Any) -> tuple[Promised, ...]:
    due = datetime(2026, 11, 23 + days, 9, 30, tzinfo=UTC)
    return (Promised(**{"title": "给锦腾发样本", "due": due, "due_whole_day": True, **said}),)


def miss(company: Company) -> int:
    return follow(company, text="给锦腾打电话没打通", kind=ActivityKind.CALL, outcome=Outcome.MISSED)


def open_tasks(company: Company) -> list[tuple[str, datetime | None]]:
    return [(task.title, task.due) for task in company.all(Task) if task.state is TaskState.OPEN]


def customer(company: Company, name: str = WUXI) -> Customer:
    return next(each for each in company.all(Customer) if each.name == name)


def test_a_visit_is_kept_with_what_follows(company: Company) -> None:
    activity_id = follow(company, promises=promised())
    assert company.get(Activity, activity_id).customer_id == customer(company).id
    assert (customer(company).last_contact_at, customer(company).last_contact_by) == (
        MONDAY,
        company.people["陈静"].person_id,
    )
    task = company.get(Task, 1)
    assert (task.title, task.source, task.origin, task.first_due) == (
        "给锦腾发样本",
        TaskSource.PROMISE,
        "activity:1",
        datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    )
    assert set(company.pending()) == {"task:1:remind", "task:1:again", "task:1:escalate"}
    assert company.happened("activity:1") == ["ActivityLogged"]


def test_undo_takes_all_its_children(company: Company) -> None:
    inquiry_id = company.log(company=WUXI, phone="", contact="", source="官网")
    before = customer(company).last_contact_at
    company.clock.move(timedelta(hours=2))
    activity_id = follow(company, promises=promised())
    assert company.get(Inquiry, inquiry_id).contacted_at is not None
    assert company.get(Task, 2).state is TaskState.DONE
    company.act(UndoActivity(activity_id=activity_id), "陈静")
    assert company.get(Inquiry, inquiry_id).contacted_at is None
    assert company.get(Task, 2).state is TaskState.OPEN
    assert company.get(Task, 3).state is TaskState.CANCELLED
    assert customer(company).last_contact_at == before
    with pytest.raises(Stale, match="已经撤销"):
        company.act(UndoActivity(activity_id=activity_id), "陈静")


def test_undo_retires_the_customer_it_made(company: Company) -> None:
    activity_id = follow(company, company="苏州晨光精密制造", create=True)
    assert customer(company, "苏州晨光精密制造").active
    company.act(UndoActivity(activity_id=activity_id), "陈静")
    assert not customer(company, "苏州晨光精密制造").active


def test_an_unknown_customer_loses_nothing(company: Company) -> None:
    activity_id = follow(company, company="锦腾达", promises=promised())
    activity = company.get(Activity, activity_id)
    assert (activity.customer_id, activity.company) == (None, "锦腾达")
    card = company.card("activities.logged", "activity:1", "陈静")
    assert [button.text for button in card.buttons] == ["是无锡锦腾模具", "新建客户", "修改", "撤销"]
    company.act(ReviseActivity(activity_id=activity_id, customer_id=customer(company).id), "陈静")
    assert customer(company).last_contact_at == MONDAY
    open_ = [task for task in company.all(Task) if task.state is TaskState.OPEN]
    assert [(task.title, task.customer_id) for task in open_] == [("给锦腾发样本", customer(company).id)]


def test_a_correction_moves_everything_and_tells_again(company: Company) -> None:
    """记串了 挪到锦腾: 何雨, who was told of her customer, hears that it was none of hers."""
    activity_id = follow(company, company="鑫宏", promises=promised())
    assert company.told("何雨") == [
        "陈静跟进了您的客户东莞市鑫宏五金制品有限公司：今天拜访了锦腾的俞海燕，明天给他报价"
    ]
    company.act(ReviseActivity(activity_id=activity_id, company="锦腾"), "陈静")
    assert customer(company, "东莞市鑫宏五金制品有限公司").last_contact_at is None
    assert customer(company).last_contact_at == MONDAY
    assert company.told("何雨")[1:] == [
        f"更正：陈静刚才说的跟进（今天拜访了锦腾的俞海燕，明天给他报价），客户由“东莞市鑫宏五金制品有限公司”改为“{WUXI}”。"
    ]
    assert company.happened("activity:1") == ["ActivityLogged", "ActivityRevised"]
    with pytest.raises(Invalid, match="没有看到要改的内容"):
        company.act(ReviseActivity(activity_id=activity_id), "陈静")


def test_who_may_correct(company: Company) -> None:
    activity_id = follow(company)
    for stranger in ("何雨", "罗成"):
        with pytest.raises(NotFound):
            company.act(UndoActivity(activity_id=activity_id), stranger)
    company.act(ReviseActivity(activity_id=activity_id, kind=ActivityKind.CALL), "周敏")
    with pytest.raises(Stale, match="刚刚改过"):
        company.act(UndoActivity(activity_id=activity_id, version=1), "陈静")


def test_nobody_answers_until_the_pool_is_proposed(company: Company) -> None:
    """S-024: +1, +3, +7 days, then the pool; never two tries at once."""
    days = []
    for _ in range(4):
        miss(company)
        tries = open_tasks(company)
        assert len(tries) <= 1
        if tries:
            assert tries[0][1] is not None
            days.append((company.business.calendar.local(tries[0][1]).date() - company.clock.now().date()).days)
            company.clock.set(tries[0][1] - timedelta(hours=2))
    assert days == [1, 3, 7]
    assert open_tasks(company) == []
    assert company.told("陈静")[-1].startswith(f"{WUXI}连续 4 次没联系上，已按节奏试完。建议放回公海")
    assert company.told("周敏")[-1] == f"陈静的客户{WUXI}连续 4 次没联系上，建议放回公海或换人跟进。"
    assert "PoolProposed" in company.happened(f"customer:{customer(company).id}")


def test_any_real_contact_stops_the_tries(company: Company) -> None:
    """U16: also a colleague's, and they count from the beginning again."""
    miss(company)
    company.clock.move(timedelta(hours=1))
    follow(company, "周敏", text="锦腾给我回电话了", kind=ActivityKind.CALL)
    assert open_tasks(company) == []
    company.clock.move(timedelta(hours=1))
    miss(company)
    assert [title for title, _ in open_tasks(company)] == [f"再联系{WUXI}（第 2 次）"]


def test_a_correction_of_the_result_ends_the_tries(company: Company) -> None:
    activity_id = miss(company)
    company.act(ReviseActivity(activity_id=activity_id, outcome=Outcome.REACHED), "陈静")
    assert open_tasks(company) == []
    assert customer(company).last_contact_at == MONDAY


def test_a_day_the_customer_named_is_the_next_step(company: Company) -> None:
    follow(company, next_step="他要定", next_at=MONDAY + timedelta(days=7), next_whole_day=True)
    task = company.get(Task, 1)
    assert (task.title, task.kind, task.source) == (f"跟进：{WUXI} 他要定", TaskKind.CONTACT, TaskSource.STAGE)
    company.clock.move(timedelta(days=7))
    follow(company, text="锦腾说定了")
    assert company.get(Task, 1).state is TaskState.DONE


def test_a_bid_has_a_deadline_and_a_result(company: Company) -> None:
    """S-050."""
    activity_id = follow(
        company,
        kind=ActivityKind.BID,
        outcome=Outcome.NOTED,
        next_step="投标",
        next_at=MONDAY + timedelta(days=7),
        next_whole_day=True,
        deposit_fen=5_000_000,
    )
    assert company.get(Task, 1).kind is TaskKind.BID
    assert customer(company).last_contact_at is None
    company.act(SettleBid(activity_id=activity_id, won=True), "陈静")
    assert company.get(Activity, activity_id).bid_result is BidResult.WON
    assert company.get(Task, 1).state is TaskState.DONE


def test_what_has_not_happened_is_refused(company: Company) -> None:
    with pytest.raises(Invalid, match="这个时间还没到"):
        follow(company, at=MONDAY + timedelta(days=1))


def test_quotes_write_themselves_down(company: Company) -> None:
    """S-049: asked for and decided, without anybody typing it; none of it is a contact."""
    quote_id = company.quote()
    company.act(SubmitQuote(quote_id=quote_id), "陈静")
    company.act(ApproveStep(approval_id=1), "周敏")
    noted = [(each.text, each.kind, each.outcome) for each in company.all(Activity)]
    assert noted == [
        ("报价 Q-2611-0001 V1 提交审批", ActivityKind.QUOTE, Outcome.NOTED),
        ("报价 Q-2611-0001 V1 审批通过", ActivityKind.QUOTE, Outcome.NOTED),
    ]


def test_nobody_follows_an_inquiry_up(company: Company) -> None:
    """U1, U2: after 3, 5 and 7 days; whoever is in contact begins it anew."""
    inquiry_id = company.log(company=WUXI, phone="", contact="", due=None, due_whole_day=False)
    company.act(CompleteTask(task_id=1), "陈静")
    company.clock.set(MONDAY + timedelta(days=3))
    company.fire()
    assert len(company.told("陈静")) == 1
    company.clock.set(MONDAY + timedelta(days=4))
    follow(company, text="给锦腾打了电话", kind=ActivityKind.CALL)
    company.clock.set(MONDAY + timedelta(days=6))
    company.fire()
    assert (len(company.told("陈静")), company.told("周敏")) == (1, [])
    company.clock.set(MONDAY + timedelta(days=21))
    for _ in range(3):
        company.fire()
        company.clock.move(timedelta(days=1))
    assert company.get(Inquiry, inquiry_id).at_risk
    assert len(company.told("陈静")) == 4
    assert "已标为高风险" in company.told("周敏")[-1]
    follow(company, text="见了锦腾的俞海燕")
    assert not company.get(Inquiry, inquiry_id).at_risk


def test_eight_misses_at_once_plan_one_try(database_url: str) -> None:
    """The customer is locked: whoever is last sees the others' tries."""
    with open_company(database_url) as company:
        call = LogActivity(
            text="没打通", kind=ActivityKind.CALL, outcome=Outcome.MISSED, at=company.clock.now(), company="锦腾"
        )
        assert company.race(*[(call, "陈静")] * 8) == [None] * 8
        assert len(company.all(Activity)) == 8
        assert len(open_tasks(company)) == 0
        assert sum("建议放回公海" in told for told in company.told("周敏")) == 5
