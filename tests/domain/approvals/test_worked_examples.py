"""The ways companies really ask for: three levels, amount bands, copies, two signatures, each at its border."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.actor import Role
from domain.approvals.approval import Approval, ApprovalState
from domain.approvals.asking import Wish, request
from domain.approvals.deciding import ApproveStep
from domain.condition import Facts
from domain.people.commands import EnrolPerson
from domain.people.person import Person
from domain.policy_approvals import ApprovalPolicy
from domain.quotes.submitting import SubmitQuote
from tests.support.company import Company, open_company

COMPANY_A = {
    "rules": [
        {"name": "三级审批", "steps": [{"by": ["leader", "role:technical", "role:finance"], "mode": "sequential"}]}
    ]
}
COMPANY_B = {
    "rules": [
        {
            "name": "百万以上",
            "when": {"amount": {"over": "100万"}},
            "steps": [{"by": "leader"}, {"by": "role:management"}],
        },
        {"name": "十万以上", "when": {"amount": {"at_least": "10万"}}, "steps": [{"by": "leader"}]},
        {"name": "十万以下", "steps": []},
    ],
    "also": [
        {"name": "抄送总经理", "when": {"amount": {"over": "50万"}}, "cc": ["role:management"]},
        {
            "name": "总经理和财务会签",
            "when": {"all": [{"amount": {"over": "100万"}}, {"margin": {"under": "15%"}}]},
            "steps": [{"by": ["role:management", "role:finance"], "mode": "all"}],
        },
        {"name": "停产时技术也看", "when": {"impact": "涉及停产"}, "steps": [{"by": "head:技术部"}]},
        {"name": "龙门要技术签", "when": {"product": {"contains": "G2518"}}, "steps": [{"by": "role:technical"}]},
        {"name": "逾期要财务签", "when": {"overdue": {"over": "0"}}, "steps": [{"by": "role:finance"}]},
        {"name": "非标条款逐级", "when": {"clause": {"is_set": "true"}}, "steps": [{"by": "leaders:2"}]},
    ],
}


def opened(tmp_path: Path, policy: dict[str, Any]) -> Any:
    tmp_path.mkdir(exist_ok=True)
    return open_company(f"sqlite:///{tmp_path}/test.db", approvals=ApprovalPolicy.model_validate(policy))


@pytest.fixture(scope="module")
def company_b(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with opened(tmp_path_factory.mktemp("b"), COMPANY_B) as company:
        company.act(EnrolPerson(name="高原", roles=(Role.TECHNICAL,), team="技术部", leader="秦岚", wecom="gaoyuan"))
        company.act(EnrolPerson(name="纪工", roles=(Role.TECHNICAL,), team="技术部", leader="高原", wecom="jigong"))
        yield company


def asked(company: Company, reason: str = "", **facts: Any) -> Approval:
    """Ask for something with these facts as 陈静; return the approval."""
    known: Facts = {"amount": 20_000_000, "margin": 200_000, "discount": 1_000_000, **facts}
    exhibit = {"customer": "锦腾", "amount_fen": known["amount"], "discount_ppm": 1, "margin_ppm": 1, "lines": []}
    number = len(company.all(Approval)) + 100

    def ask(work: Any) -> int:
        wish = Wish(
            about=f"plan:{number}",
            about_no=f"Q-{number}",
            revision=1,
            content_hash="0" * 64,
            exhibit=exhibit,
            facts=known,
            barred=(),
            reason=reason,
        )
        return request(wish, company.actor("陈静"), work).id

    return company.get(Approval, company.run(ask, "陈静"))


def test_three_levels_one_after_the_other(tmp_path: Path) -> None:
    """S-090: 销售经理, 技术总监, 财务总监; the next is told when it is his turn, and not before."""
    with opened(tmp_path, COMPANY_A) as company:
        company.act(EnrolPerson(name="高原", roles=(Role.TECHNICAL,), leader="秦岚", wecom="gaoyuan"))
        company.people["高原"] = company.get(Person, 9).actor("wecom")
        company.act(SubmitQuote(quote_id=company.quote()), "陈静")
        assert company.get(Approval, 1).nodes == ["直属上级", "技术", "财务"]
        for name, later in (("周敏", ("高原", "钱进")), ("高原", ("钱进",)), ("钱进", ())):
            assert company.told(name) == ["approvals.decide approval:1"]
            assert all(company.told(other) == [] for other in later)
            company.act(ApproveStep(approval_id=1), name)
        assert company.get(Approval, 1).state is ApprovalState.APPROVED


@pytest.mark.parametrize(
    ("fen", "rule", "copied"),
    [
        (9_999_999, "十万以下", False),
        (10_000_000, "十万以上", False),
        (50_000_000, "十万以上", False),
        (50_000_001, "十万以上", True),
        (100_000_000, "十万以上", True),
        (100_000_001, "百万以上", True),
    ],
)
def test_the_amount_decides_the_way(company_b: Company, fen: int, rule: str, copied: bool) -> None:
    """S-091, S-094: exactly half a million is not over it."""
    approval = asked(company_b, amount=fen)
    assert (approval.rule, bool(approval.copied)) == (rule, copied)


@pytest.mark.parametrize(
    ("fen", "margin", "both"),
    [
        (100_000_001, 149_999, True),
        (100_000_001, 150_000, False),
        (100_000_000, 149_999, False),
    ],
)
def test_a_million_with_a_low_margin_needs_both(company_b: Company, fen: int, margin: int, both: bool) -> None:
    """S-095."""
    approval = asked(company_b, amount=fen, margin=margin)
    assert ("总经理和财务会签" in approval.also) is both
    assert (approval.nodes[-1] == "总经理和财务会签") is both
    if both:
        assert approval.modes[-1] == "all"


@pytest.mark.parametrize(
    ("reason", "facts", "also", "nodes"),
    [
        ("客户涉及停产", {}, ["停产时技术也看"], ["直属上级", "技术部负责人"]),
        ("不影响交付，没有停产", {}, [], ["直属上级"]),
        ("", {"product": ("X200", "G2518")}, ["龙门要技术签"], ["直属上级", "技术"]),
        ("", {"overdue": 1}, ["逾期要财务签"], ["直属上级", "财务"]),
        ("", {"overdue": 0}, [], ["直属上级"]),
        ("", {"overdue": None}, [], ["直属上级"]),
        ("", {"clause": ("付款",)}, ["非标条款逐级"], ["直属上级", "直属上级", "第二级上级"]),
    ],
)
def test_any_fact_may_ask_for_more(
    company_b: Company, reason: str, facts: dict[str, Any], also: list[str], nodes: list[str]
) -> None:
    """S-093, S-100."""
    approval = asked(company_b, reason, **facts)
    assert (approval.also, approval.nodes) == (also, nodes)


@pytest.mark.parametrize("parts", [1, 2, 4, 8])
def test_a_quotation_in_parts_climbs_as_high(tmp_path: Path, parts: int) -> None:
    """R-110: 640,000 at once, or in two, four, eight quotations within the month."""
    policy = {**COMPANY_B, "rules": [{"name": "大额", "when": {"amount": {"over": "63万"}}}, {"name": "其余"}]}
    with opened(tmp_path, policy) as company:
        for _ in range(parts):
            quote = company.quote(product="RB-12", quantity=8 // parts, discount_ppm=1_000_000)
            company.act(SubmitQuote(quote_id=quote), "陈静")
        assert company.all(Approval)[-1].rule == "大额"
        company.clock.move(timedelta(days=31))
        company.act(SubmitQuote(quote_id=company.quote(product="RB-12", quantity=1)), "陈静")
        assert company.all(Approval)[-1].rule == "其余", "a month later it starts again"


def test_nobody_is_asked_the_same_twice(tmp_path: Path) -> None:
    """U27: 周敏 is the leader, and named once more behind finance; her yes carries."""
    steps = [{"by": "leader"}, {"by": "role:finance"}, {"by": "person:周敏"}]
    for skips, state in ((True, ApprovalState.APPROVED), (False, ApprovalState.PENDING)):
        policy = {"rules": [{"name": "来回", "steps": steps}], "skip_repeated": skips}
        with opened(tmp_path / str(skips), policy) as company:
            company.act(SubmitQuote(quote_id=company.quote()), "陈静")
            company.act(ApproveStep(approval_id=1), "周敏")
            company.act(ApproveStep(approval_id=1), "钱进")
            assert company.get(Approval, 1).state is state
            assert company.told("周敏").count("approvals.decide approval:1") == (1 if skips else 2)
