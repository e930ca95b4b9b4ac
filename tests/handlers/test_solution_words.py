"""What people type about technical solutions, through the real reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.approvals.approval import Approval, ApprovalState
from domain.solutions.solution import Solution, SolutionState
from tests.support.company import Company, open_company
from tests.support.typed import Typed

CARD = "solutions.solution solution:1"


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


@pytest.fixture
def typed(company: Company) -> Typed:
    return Typed(company)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("技术方案 锦腾 X200配自动上下料，节拍45秒", "X200配自动上下料，节拍45秒"),
        ("提交一份技术方案：锦腾，双工位夹具", "双工位夹具"),
        ("写个技术方案 锦腾的机器人打磨单元\n节拍60秒", "机器人打磨单元\n节拍60秒"),
    ],
)
def test_one_sentence_writes_it_down(company: Company, typed: Typed, said: str, words: str) -> None:
    assert typed.says("陈静", said) == [CARD]
    assert company.get(Solution, 1).words == words
    assert company.all(Approval) == []


def test_its_whole_life_in_words(company: Company, typed: Typed) -> None:
    typed.says("陈静", "技术方案 锦腾 双工位夹具，会影响交付")
    assert typed.says("陈静", "方案提交审批")[-1] == "技术方案 FA-2611-0001 已提交，SP-2611-0001 等周敏审批。"
    assert (
        typed.says("周敏", "待审批")[0]
        .splitlines()[1]
        .startswith("1. SP-2611-0001 无锡锦腾模具有限公司 技术方案“双工位夹具”（陈静，影响交付）")
    )
    typed.says("周敏", "1批了 但是气缸换大一号")
    assert company.get(Solution, 1).comment == "同意，但气缸换大一号"
    assert typed.says("陈静", "方案改成 双工位夹具，气缸80缸径")[0] == CARD
    typed.says("陈静", "提交方案")
    typed.says("陈静", "方案撤回")
    assert company.get(Solution, 1).state is SolutionState.DRAFT
    typed.says("陈静", "方案 FA-2611-0001 提交审批")
    assert typed.says("周敏", "同意 SP-2611-0003") == ["已同意 SP-2611-0003（FA-2611-0001）。"]
    assert typed.says("陈静", "我的方案")[0].endswith("FA-2611-0001 无锡锦腾模具有限公司 双工位夹具，已同意")
    assert typed.says("陈静", "附件 FA-2611-0001") == ["这份方案没有附件。"]
    states = [approval.state for approval in company.all(Approval)]
    assert states == [ApprovalState.REJECTED, ApprovalState.WITHDRAWN, ApprovalState.APPROVED]


@pytest.mark.parametrize("said", ["方案撤回", "方案提交审批", "方案改成 双工位", "FA-2611-0001", "附件 FA-2611-0001"])
def test_what_is_not_there_is_said_so(typed: Typed, said: str) -> None:
    (answer,) = typed.says("陈静", said)
    assert "技术方案" in answer


def test_only_whoever_asked_may_take_it_back(company: Company, typed: Typed) -> None:
    typed.says("陈静", "技术方案 锦腾 双工位夹具")
    typed.says("陈静", "方案提交审批")
    assert [button.text for button in company.card("solutions.solution", "solution:1", "陈静").buttons] == ["撤回"]
    assert company.card("solutions.solution", "solution:1", "秦岚").buttons == ()
    typed.presses("陈静", company.card("approvals.decide", "approval:1", "陈静"), "撤回")
    assert company.get(Solution, 1).state is SolutionState.DRAFT
