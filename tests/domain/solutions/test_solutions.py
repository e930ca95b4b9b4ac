"""A technical solution has a flow of its own: asked of those who know, bound to its words and drawings (S-102)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.actor import Role
from domain.approvals.approval import Approval, ApprovalState
from domain.approvals.conferring import SayImpact
from domain.approvals.deciding import ApproveStep, CounterApproval, RejectStep
from domain.approvals.routing import Impact
from domain.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from domain.files.commands import AttachFiles, Sent
from domain.people.commands import EnrolPerson
from domain.people.person import Person
from domain.policy_approvals import ApprovalPolicy
from domain.solutions.drafting import DraftSolution, ReviseSolution, VoidSolution
from domain.solutions.solution import Solution, SolutionState
from domain.solutions.submitting import SubmitSolution, WithdrawSolution
from tests.support.company import Company, open_company

WORDS = "X200配自动上下料，节拍45秒"


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as company:
        company.act(EnrolPerson(name="高原", roles=(Role.TECHNICAL,), leader="秦岚", wecom="gaoyuan"))
        person = next(each for each in company.all(Person) if each.name == "高原")
        company.people["高原"] = person.actor("wecom")
        yield company


def asks(company: Company, words: str = WORDS) -> tuple[int, int]:
    solution = company.act(DraftSolution(company="锦腾", words=words), "陈静")
    return solution, company.act(SubmitSolution(solution_id=solution), "陈静")


def solution(company: Company, id_: int = 1) -> Solution:
    return company.get(Solution, id_)


def drawing(company: Company, name: str) -> None:
    company.act(AttachFiles(files=(Sent(file_id=name, kind="file", name=name),), subject="solution:1"), "陈静")


def test_it_goes_to_those_who_know_and_back(company: Company) -> None:
    _, approval = asks(company)
    assert company.told("高原") == ["approvals.decide approval:1"]
    asked = company.get(Approval, approval)
    assert (asked.rule, asked.nodes, asked.about_no) == ("技术方案", ["技术"], "FA-2611-0001")
    with pytest.raises(NotAllowed):
        company.act(ApproveStep(approval_id=approval), "陈静")
    with pytest.raises(NotFound):
        company.act(ApproveStep(approval_id=approval), "周敏")
    company.act(ApproveStep(approval_id=approval), "高原")
    assert solution(company).state is SolutionState.APPROVED
    assert company.told("陈静")[-1] == "技术方案 FA-2611-0001 V1 已由高原同意，可以发给客户了。"
    with pytest.raises(Stale, match="已同意"):
        company.act(SubmitSolution(solution_id=1), "陈静")


def test_words_and_drawings_are_what_was_agreed_to(company: Company) -> None:
    """R-107: either change voids what was asked or granted, in the same transaction."""
    asks(company)
    drawing(company, "布局.pdf")
    assert company.get(Approval, 1).state is ApprovalState.SUPERSEDED
    assert (solution(company).state, solution(company).revision) == (SolutionState.DRAFT, 2)
    assert company.told("陈静")[-1] == "FA-2611-0001 加了附件，成了 V2，请重新提交审批。"
    company.act(SubmitSolution(solution_id=1), "陈静")
    company.act(ApproveStep(approval_id=2), "高原")
    company.act(ReviseSolution(solution_id=1, words="节拍40秒"), "陈静")
    assert (solution(company).state, solution(company).revision) == (SolutionState.DRAFT, 3)
    assert solution(company).approval_id is None
    assert company.get(Approval, 2).state is ApprovalState.APPROVED, "what was decided stays decided"


def test_drawings_before_the_asking_are_part_of_it(company: Company) -> None:
    company.act(DraftSolution(company="锦腾", words=WORDS), "陈静")
    drawing(company, "布局.pdf")
    drawing(company, "节拍表.xlsx")
    company.act(SubmitSolution(solution_id=1), "陈静")
    assert solution(company).revision == 1
    card = company.card("approvals.decide", "approval:1", "高原")
    assert {field.label: field.value for field in card.fields}["附件"] == "布局.pdf、节拍表.xlsx"
    assert [file.name for file in company.look(lambda q: q.solutions.drawings(1, company.actor("高原")))] == [
        "布局.pdf",
        "节拍表.xlsx",
    ]
    with pytest.raises(NotFound):
        company.look(lambda q: q.solutions.drawing(1, company.actor("何雨")))


def test_a_no_and_a_condition_go_back_to_be_changed(company: Company) -> None:
    asks(company)
    company.act(RejectStep(approval_id=1, reason="节拍做不到"), "高原")
    assert (solution(company).state, solution(company).comment) == (SolutionState.REJECTED, "节拍做不到")
    with pytest.raises(Stale, match="请先改内容"):
        company.act(SubmitSolution(solution_id=1), "陈静")
    company.act(ReviseSolution(solution_id=1, words="节拍50秒"), "陈静")
    company.act(SubmitSolution(solution_id=1), "陈静")
    company.act(CounterApproval(approval_id=2, words="电机加大一号"), "高原")
    assert solution(company).comment == "同意，但电机加大一号"
    assert "高原同意，但电机加大一号" in company.told("陈静")[-1]


def test_taking_back_and_throwing_away(company: Company) -> None:
    asks(company)
    with pytest.raises(Stale, match="请先撤回再作废"):
        company.act(VoidSolution(solution_id=1), "陈静")
    with pytest.raises(NotFound):
        company.act(WithdrawSolution(solution_id=1), "何雨")
    company.act(WithdrawSolution(solution_id=1), "陈静")
    company.act(SubmitSolution(solution_id=1), "陈静")
    company.act(WithdrawSolution(solution_id=1), "陈静")
    company.act(VoidSolution(solution_id=1), "陈静")
    with pytest.raises(Stale, match="已作废"):
        company.act(ReviseSolution(solution_id=1, words="又要了"), "陈静")
    with pytest.raises(Invalid):
        company.act(DraftSolution(company="没听过的公司", words=WORDS), "陈静")
    with pytest.raises(Invalid):
        company.act(DraftSolution(company="锦腾", words=" ，。 "), "陈静")


def test_a_grave_one_climbs_after_two_hours(company: Company) -> None:
    """S-101, and the impact is read from its words."""
    _, approval = asks(company, f"{WORDS}，客户产线停产")
    assert company.get(Approval, approval).impact is Impact.STOPPED
    company.clock.move(timedelta(hours=4))
    company.fire()
    assert any("已超时，您也可以处理" in said for said in company.told("秦岚"))
    company.act(SayImpact(approval_id=approval, impact=Impact.NORMAL), "陈静")


def test_deciding_changing_and_taking_back_at_once(company: Company) -> None:
    """R-43, R-44: eight at once; what is approved is what was asked."""
    for number in range(1, 4):
        id_, approval = asks(company)
        outcomes = company.race(
            (ApproveStep(approval_id=approval, version=1), "高原"),
            (RejectStep(approval_id=approval, version=1, reason="不行"), "高原"),
            (ReviseSolution(solution_id=id_, words=f"节拍{number}秒"), "陈静"),
            (WithdrawSolution(solution_id=id_), "陈静"),
            (ApproveStep(approval_id=approval), "高原"),
            (SubmitSolution(solution_id=id_), "陈静"),
            (RejectStep(approval_id=approval, reason="不行"), "高原"),
            (WithdrawSolution(solution_id=id_), "陈静"),
        )
        assert all(error is None or isinstance(error, Refusal) for error in outcomes), outcomes
        now = solution(company, id_)
        live = [each for each in company.all(Approval) if each.about == now.subject and each.id == now.approval_id]
        expected = {
            SolutionState.SUBMITTED: ApprovalState.PENDING,
            SolutionState.APPROVED: ApprovalState.APPROVED,
            SolutionState.REJECTED: ApprovalState.REJECTED,
        }
        assert [each.state for each in live] == ([expected[now.state]] if now.state in expected else [])
        assert all((each.revision, each.content_hash) == (now.revision, now.content_hash) for each in live)


def test_the_report_tells_it_apart_and_what_is_saved(company: Company) -> None:
    asks(company)
    company.clock.move(timedelta(days=1))
    company.act(ApproveStep(approval_id=1), "高原")
    company.act(SubmitSolution(solution_id=company.act(DraftSolution(company="锦腾", words=WORDS), "陈静")), "陈静")
    company.clock.move(timedelta(hours=2))
    company.act(ApproveStep(approval_id=2), "高原")
    company.act(SubmitSolution(solution_id=company.act(DraftSolution(company="锦腾", words=WORDS), "陈静")), "陈静")
    card = company.card(
        "approvals.times",
        "approvals:0",
        "秦岚",
        since="2026-11-01",
        at=company.clock.now().isoformat(),
        zone="Asia/Shanghai",
        target=28800.0,
        baseline=3.2 * 86400,
    )
    rows = {field.label: field.value for field in card.fields}
    assert rows["技术方案全程"] == "2 份，平均 5小时，中位 2小时，九成 8小时 内"
    assert rows["比原来"] == "技术方案算上休息平均 13小时，原来 3.2天，快了 2.7天"


def test_rules_of_their_own_name_only_what_is_known() -> None:
    """A price is no fact of a solution: such a rule would never hold, and is refused when it is read."""
    rules = [{"name": "报价", "steps": [{"by": "leader"}]}]
    own = [
        {
            "name": "战略",
            "when": {"customer_level": "战略"},
            "steps": [{"by": ["role:technical", "head"], "mode": "all"}],
        },
        {"name": "其余方案", "steps": [{"by": "role:technical"}]},
    ]
    policy = ApprovalPolicy.model_validate({"rules": rules, "solutions": own})
    assert policy.rule({"customer_level": "战略"}, "solution").name == "战略"
    assert policy.rule({}, "solution").name == "其余方案"
    for broken in (
        [{"name": "大额", "when": {"amount": {"over": "50万"}}, "steps": []}, own[1]],
        [own[0]],
        [{**own[1], "name": "报价"}],
    ):
        with pytest.raises(ValueError, match=r"技术方案|叫"):
            ApprovalPolicy.model_validate({"rules": rules, "solutions": broken})
