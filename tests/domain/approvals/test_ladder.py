"""Silence: told again, then one step up; time never approves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.approvals.approval import Approval, ApprovalState
from domain.approvals.deciding import ApproveStep
from domain.approvals.timers import EscalateApproval, RemindApproval
from domain.people.commands import PersonLeave
from domain.policy_approvals import ApprovalPolicy
from domain.quotes.quote import Quote, QuoteState
from domain.quotes.submitting import SubmitQuote
from tests.support.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        company.act(SubmitQuote(quote_id=company.quote()), "陈静")
        yield company


def test_promised_in_working_time(company: Company) -> None:
    """Monday 10:00: two working hours end at 12:00 sharp, eight on Tuesday at 10:00."""
    assert company.pending() == {
        "approval:1:remind": datetime(2026, 11, 23, 4, 0, tzinfo=UTC),
        "approval:1:escalate": datetime(2026, 11, 24, 2, 0, tzinfo=UTC),
    }


def test_silence_is_reminded_then_climbs_and_never_decides(company: Company) -> None:
    company.clock.move(timedelta(hours=2))
    assert company.fire() == 1
    assert company.told("周敏")[1:] == [
        "提醒：SP-2611-0001（Q-2611-0001）从 10:00 起等您审批。",
        "approvals.decide approval:1",
    ]
    company.clock.move(timedelta(days=1))
    assert company.fire() == 1
    assert company.told("秦岚") == [
        "approvals.decide approval:1",
        "SP-2611-0001（Q-2611-0001）从 11月23日（周一）10:00 起等周敏审批，已超时，您也可以处理。",
    ]
    assert company.told("周敏")[-1] == "SP-2611-0001（Q-2611-0001）已超时，同时转给了秦岚。"
    company.clock.move(timedelta(days=365))
    assert company.fire() == 1
    assert "请尽快处理" in company.told("秦岚")[-2]
    assert company.get(Approval, 1).state is ApprovalState.PENDING
    assert company.happened("approval:1") == ["ApprovalRequested", "ApprovalReminded", *["ApprovalEscalated"] * 2]


@pytest.mark.parametrize("name", ["周敏", "秦岚"])
def test_after_the_climb_either_decides(company: Company, name: str) -> None:
    company.act(EscalateApproval(approval_id=1, step=0))
    company.act(ApproveStep(approval_id=1, version=1), name)
    assert company.get(Approval, 1).decided_by == name


def test_a_decision_takes_the_timers_back_and_a_late_one_is_moot(company: Company) -> None:
    """R-41."""
    company.act(ApproveStep(approval_id=1, version=1), "周敏")
    assert company.pending() == {}
    told = company.told("周敏")
    company.act(RemindApproval(approval_id=1, step=0))
    company.act(EscalateApproval(approval_id=1, step=0))
    assert company.told("周敏") == told
    assert company.told("秦岚") == []


def test_nobody_decides_and_it_goes_back_where_the_rule_says_so(tmp_path: Path) -> None:
    """S-106: a day later it is a draft again; the asker and the silent one know."""
    rule = {"name": "限时", "steps": [{"by": "leader"}], "return_after": "16h"}
    with open_company(
        f"sqlite:///{tmp_path}/r.db", approvals=ApprovalPolicy.model_validate({"rules": [rule]})
    ) as company:
        company.act(SubmitQuote(quote_id=company.quote()), "陈静")
        company.clock.set(company.pending()["approval:1:return"])
        company.fire()
        assert company.get(Approval, 1).state is ApprovalState.WITHDRAWN
        assert company.get(Quote, 1).state is QuoteState.DRAFT
        assert "超时没有审批，一直在等周敏、秦岚，已退回给您" in company.told("陈静")[-1]
        assert company.pending() == {}
        company.act(SubmitQuote(quote_id=1), "陈静")


def test_an_approver_who_leaves_is_replaced(company: Company) -> None:
    """R-58, R-59: the request has a live approver at every moment."""
    company.act(PersonLeave(platform="dingtalk", account="1001"))
    assert company.told("秦岚") == ["approvals.decide approval:1"]
    company.act(ApproveStep(approval_id=1, version=1), "秦岚")
    assert company.get(Approval, 1).state is ApprovalState.APPROVED
    assert company.happened("approval:1")[1] == "ApproverReplaced"
