"""What lies beside a request: what is owed, what is open, what the others of the step and the queue are (N4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.approvals.approval import Approval
from domain.approvals.deciding import ApproveStep
from domain.dictionary.defining import EnrolField
from domain.dictionary.filling import FillFields
from domain.fields import FieldType
from domain.policy_approvals import ApprovalPolicy
from domain.quotes.submitting import SubmitQuote
from domain.service.requesting import RequestService
from domain.service.types import ServiceType
from tests.support.company import Company, open_company

POLICY = ApprovalPolicy.model_validate(
    {
        "split_days": 0,
        "rules": [
            {"name": "有逾期", "when": {"overdue": {"over": "5万"}}, "steps": [{"by": "role:finance", "mode": "all"}]},
            {"name": "其余", "steps": [{"by": "leader"}]},
        ],
    }
)
OWED = EnrolField(record="customer", label="欠款", type=FieldType.MONEY)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db", approvals=POLICY) as company:
        yield company


def asks(company: Company) -> Approval:
    approval = company.act(SubmitQuote(quote_id=company.quote()), "陈静")
    return company.get(Approval, approval)


def owes(company: Company, amount: str) -> None:
    company.act(FillFields(subject="customer:1", values=(("欠款", amount),)), "陈静")


def rows(company: Company, name: str, kind: str = "approvals.decide") -> dict[str, str]:
    latest = company.all(Approval)[-1]
    return {field.label: field.value for field in company.card(kind, latest.subject, name).fields}


def test_a_rule_on_what_is_owed_holds_as_soon_as_the_company_keeps_it(company: Company) -> None:
    """S-093: exactly the border does not pass; without a figure nothing is known, and the page says why."""
    assert asks(company).rule == "其余"
    assert rows(company, "周敏", "approvals.whole")["逾期应收"] == "不知道，公司没有记这一项"
    assert "逾期应收" not in rows(company, "周敏")
    company.act(OWED)
    assert rows(company, "周敏", "approvals.whole")["逾期应收"] == "没有登记"
    for amount, rule in (("5万", "其余"), ("50000.01", "有逾期")):
        owes(company, amount)
        assert asks(company).rule == rule
    assert rows(company, "钱进")["逾期应收"] == "¥50,000.01"
    owes(company, "0")
    assert "逾期应收" not in rows(company, "钱进"), "as it is now, not as it was asked"
    assert rows(company, "钱进", "approvals.whole")["逾期应收"] == "没有逾期"


def test_complaints_are_told_from_repairs(company: Company) -> None:
    for type_ in (ServiceType.COMPLAINT, ServiceType.REPAIR, ServiceType.REPAIR, ServiceType.CONSULT):
        company.act(
            RequestService(type=type_, customer_id=1, words="主轴响", product="X200", phone="13912000002"), "陈静"
        )
    asks(company)
    shown = rows(company, "周敏")
    assert (shown["投诉"], shown["报修"]) == ("1 起没有处理完", "2 单没有修好")


def test_who_else_waits_and_who_else_has_to_agree(company: Company) -> None:
    company.act(OWED)
    owes(company, "6万")
    for _ in range(4):
        asks(company)
        company.clock.move(timedelta(minutes=5))
    notes = company.card("approvals.decide", "approval:4", "钱进").notes
    assert "这一步还要孔方同意" in notes
    assert notes[-1] == (
        "另有 3 份在等您：陈静 SP-2611-0001 ¥300,200.00，10:00 起等；陈静 SP-2611-0002 ¥300,200.00，10:05 起等；"
        "发“待审批”看全部"
    )
    company.act(ApproveStep(approval_id=4), "孔方")
    assert not any("还要" in note for note in company.card("approvals.decide", "approval:4", "钱进").notes)
