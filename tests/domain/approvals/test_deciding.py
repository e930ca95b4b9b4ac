"""Saying yes and no, by whom, on what, and what everybody is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.approvals.approval import Approval, ApprovalState
from domain.approvals.deciding import ApproveStep, RejectStep
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.quotes.drafting import ReviseQuote
from domain.quotes.quote import Quote, QuoteState
from domain.quotes.submitting import SubmitQuote, WithdrawQuote
from tests.support.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


def submit(company: Company, name: str = "陈静", **quote: int) -> int:
    return int(company.act(SubmitQuote(quote_id=company.quote(name=name, **quote), reason="老客户"), name))


def test_the_leader_says_yes(company: Company) -> None:
    approval = company.get(Approval, submit(company))
    assert (approval.no, approval.rule, approval.modes) == ("SP-2611-0001", "常规报价", ["any"])
    assert approval.policy == company.business.policies.approvals.fingerprint
    assert company.told("周敏") == ["approvals.decide approval:1"]
    company.clock.move(timedelta(hours=1))
    company.act(ApproveStep(approval_id=1, version=approval.version, comment="同意"), "周敏")
    quote = company.get(Quote, 1)
    assert (quote.state, quote.decided_by, quote.content_hash) == (
        QuoteState.APPROVED,
        "周敏",
        approval.content_hash,
    )
    assert company.told("陈静") == ["报价 Q-2611-0001 V1 已由周敏同意（同意）。"]
    assert company.happened("approval:1") == ["ApprovalRequested", "StepApproved", "ApprovalGranted"]
    assert company.pending() == {}


def test_the_leader_says_no_with_a_reason(company: Company) -> None:
    submit(company)
    with pytest.raises(Invalid, match="驳回要写明原因，例如：驳回 SP-2611-0001 毛利太低"):
        company.act(RejectStep(approval_id=1, version=1, reason=" "), "周敏")
    company.act(RejectStep(approval_id=1, version=1, reason="毛利太低"), "周敏")
    assert company.get(Quote, 1).state is QuoteState.REJECTED
    assert company.get(Approval, 1).comment == "毛利太低"
    assert company.told("陈静") == ["报价 Q-2611-0001 V1 被周敏驳回：毛利太低。改好折扣或数量后可以再提交。"]


def test_nobody_else_acts(company: Company) -> None:
    """R-108, R-109: strangers, other managers, finance, management and admin have no seat."""
    submit(company)
    for name in ("何雨", "罗成", "钱进", "秦岚", "梁宁"):
        for command in (ApproveStep(approval_id=1), RejectStep(approval_id=1, reason="不")):
            with pytest.raises(NotFound):
                company.act(command, name)
    with pytest.raises(NotAllowed, match="不能自己审批"):
        company.act(ApproveStep(approval_id=1), "陈静")
    assert company.get(Approval, 1).state is ApprovalState.PENDING


def test_who_edits_or_submits_does_not_approve(company: Company) -> None:
    """R-108: the manager changes his rep's quote, so his own leader decides."""
    quote = company.quote()
    company.act(ReviseQuote(quote_id=quote, discount_ppm=920_000), "周敏")
    company.act(SubmitQuote(quote_id=quote), "陈静")
    with pytest.raises(NotAllowed):
        company.act(ApproveStep(approval_id=1), "周敏")
    assert company.told("秦岚") == ["approvals.decide approval:1"]
    company.act(ApproveStep(approval_id=1), "秦岚")


def test_the_asker_of_a_low_price_who_is_the_boss(company: Company) -> None:
    submit(company, name="秦岚", discount_ppm=850_000)
    assert company.told("梁宁") == ["approvals.decide approval:1"]


def test_the_next_step_is_told_when_it_is_its_turn(company: Company) -> None:
    """大额报价: the leader, then all of finance."""
    submit(company, product="X200", quantity=4)
    assert company.told("钱进") == []
    with pytest.raises(Stale, match="还没有轮到您审批"):
        company.act(ApproveStep(approval_id=1), "钱进")
    company.act(ApproveStep(approval_id=1, version=1), "周敏")
    assert company.told("钱进") == company.told("孔方") == ["approvals.decide approval:1"]
    version = company.get(Approval, 1).version
    company.act(ApproveStep(approval_id=1, version=version), "钱进")
    with pytest.raises(Stale, match="您已于 10:00 同意，正在等其他审批人"):
        company.act(ApproveStep(approval_id=1, version=version), "钱进")
    assert company.get(Approval, 1).state is ApprovalState.PENDING
    company.act(ApproveStep(approval_id=1, version=version), "孔方")
    assert company.get(Approval, 1).state is ApprovalState.APPROVED


def test_the_button_of_a_past_step_does_nothing(company: Company) -> None:
    """R-43, R-109: the second of two quick clicks, and the card of a step that is over."""
    submit(company, quantity=4)
    company.act(ApproveStep(approval_id=1, version=1), "周敏")
    with pytest.raises(Stale, match="SP-2611-0001 的上一步已由周敏于 10:00 同意"):
        company.act(ApproveStep(approval_id=1, version=1), "周敏")
    with pytest.raises(Stale):
        company.act(ApproveStep(approval_id=1, version=1), "孔方")


def test_an_old_card_is_answered_with_who_decided(company: Company) -> None:
    submit(company)
    company.act(ApproveStep(approval_id=1, version=1), "周敏")
    for command in (ApproveStep(approval_id=1, version=1), RejectStep(approval_id=1, reason="晚了")):
        with pytest.raises(Stale) as refused:
            company.act(command, "周敏")
        assert refused.value.message == "SP-2611-0001（Q-2611-0001）已由周敏于 10:00 同意。"
        assert refused.value.subject == "approval:1"


def test_no_steps_means_approved_at_once_and_said(company: Company) -> None:
    submit(company, product="TR-2", quantity=1, discount_ppm=1_000_000)
    assert company.get(Quote, 1).state is QuoteState.APPROVED
    assert company.told("陈静") == ["报价 Q-2611-0001 V1 已由规则“小额标准价”同意。"]
    assert company.pending() == {}


def test_the_policy_of_the_day_stays_with_the_request(company: Company) -> None:
    """R-111."""
    submit(company)
    before = company.get(Approval, 1).policy
    company.business = type(company.business)(
        executor=company.business.executor,
        calendar=company.business.calendar,
        policies=company.business.policies.model_copy(
            update={
                "approvals": company.business.policies.approvals.model_copy(
                    update={"rules": company.business.policies.approvals.rules[-1:]}
                )
            }
        ),
        clock=company.clock,
    )
    company.act(ApproveStep(approval_id=1, version=1), "周敏")
    approval = company.get(Approval, 1)
    assert (approval.state, approval.policy) == (ApprovalState.APPROVED, before)


def test_a_change_voids_the_question_in_the_same_transaction(company: Company) -> None:
    """R-44, R-107."""
    submit(company)
    company.act(ReviseQuote(quote_id=1, discount_ppm=920_000), "陈静")
    approval, quote = company.get(Approval, 1), company.get(Quote, 1)
    assert approval.state is ApprovalState.SUPERSEDED
    assert (quote.state, quote.revision, quote.approval_id) == (QuoteState.DRAFT, 2, None)
    with pytest.raises(Stale, match="旧审批作废"):
        company.act(ApproveStep(approval_id=1, version=1), "周敏")
    company.act(SubmitQuote(quote_id=1), "陈静")
    company.act(ApproveStep(approval_id=2, version=1), "周敏")
    assert company.get(Quote, 1).content_hash == company.get(Approval, 2).content_hash != approval.content_hash


def test_content_changed_behind_its_back_is_not_approved(company: Company) -> None:
    """R-107: even a change that no command made."""
    submit(company)

    def tamper(work: object) -> None:
        work.get(Quote, 1).total_fen -= 1  # type: ignore[attr-defined]

    company.run(tamper)
    with pytest.raises(Stale, match="内容在提交后改过"):
        company.act(ApproveStep(approval_id=1, version=1), "周敏")
    assert company.get(Approval, 1).state is ApprovalState.PENDING
    assert list(company.look(lambda queries: list(queries.quotes.changed_after_approval()))) == ["Q-2611-0001"]


def test_withdrawing(company: Company) -> None:
    submit(company)
    with pytest.raises(NotAllowed, match="只有提交人可以撤回"):
        company.act(WithdrawQuote(quote_id=1), "周敏")
    company.act(WithdrawQuote(quote_id=1), "陈静")
    assert company.get(Approval, 1).state is ApprovalState.WITHDRAWN
    assert company.pending() == {}
    with pytest.raises(Stale, match="已由陈静于 10:00 撤回"):
        company.act(ApproveStep(approval_id=1, version=1), "周敏")
    company.act(SubmitQuote(quote_id=1), "陈静")
    assert company.get(Approval, 2).revision == 1
