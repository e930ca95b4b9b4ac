"""R-108: every way by which somebody might come to decide his own, and every one is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from domain.actor import Role
from domain.approvals.approval import Approval, ApprovalState
from domain.approvals.conferring import AddApprover, HandStepOn
from domain.approvals.deciding import ApproveStep, CounterApproval, RejectStep
from domain.approvals.delegating import DelegateApprovals
from domain.approvals.timers import EscalateApproval
from domain.errors import Refusal
from domain.messages import Command
from domain.people.commands import EnrolPerson
from domain.people.person import Person
from domain.quotes.drafting import ReviseQuote
from domain.quotes.submitting import SubmitQuote
from tests.support.company import Company, open_company

PHONE = "13900010004"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path_factory.mktemp('own')}/test.db") as company:
        company.act(EnrolPerson(name="陈静", roles=(Role.SALES,), wecom="chenjing", phone=PHONE))
        company.act(EnrolPerson(name="陈静二号", roles=(Role.FINANCE,), leader="秦岚", wecom="cj2", phone=PHONE))
        company.people["陈静二号"] = company.get(Person, len(company.all(Person))).actor("wecom")
        yield company


def asked(company: Company, by: str = "陈静", *, edited_by: str = "", **quote: int) -> int:
    """Return the approval of a quote of 陈静 or somebody else, edited and submitted by others where that is said."""
    quote_id = company.quote(name=by if by in ("陈静", "何雨", "周敏", "秦岚") else "陈静", **quote)
    if edited_by:
        company.act(ReviseQuote(quote_id=quote_id, discount_ppm=930_000), edited_by)
    return int(company.act(SubmitQuote(quote_id=quote_id), by))


def deeds(approval_id: int) -> list[Command]:
    return [
        ApproveStep(approval_id=approval_id),
        ApproveStep(approval_id=approval_id, version=1),
        RejectStep(approval_id=approval_id, reason="不"),
        CounterApproval(approval_id=approval_id, words="打九折", discount_ppm=900_000),
        HandStepOn(approval_id=approval_id, to="罗成"),
        AddApprover(approval_id=approval_id, to="罗成"),
    ]


def nothing(company: Company, approval_id: int) -> str:
    return "陈静"


def handed(company: Company, approval_id: int) -> str:
    with pytest.raises(Refusal):
        company.act(HandStepOn(approval_id=approval_id, to="陈静"), "周敏")
    return "陈静"


def added(company: Company, approval_id: int) -> str:
    with pytest.raises(Refusal):
        company.act(AddApprover(approval_id=approval_id, to="陈静"), "周敏")
    return "陈静"


def second_account(company: Company, approval_id: int) -> str:
    with pytest.raises(Refusal):
        company.act(HandStepOn(approval_id=approval_id, to="陈静二号"), "周敏")
    return "陈静二号"


def silence(company: Company, approval_id: int) -> str:
    for _ in range(4):
        company.act(EscalateApproval(approval_id=approval_id, step=0))
    return "陈静"


def administrator_acts(company: Company, approval_id: int) -> str:
    return "梁宁"


def a_stranger(company: Company, approval_id: int) -> str:
    return "何雨"


def another_team(company: Company, approval_id: int) -> str:
    return "罗成"


@pytest.mark.parametrize(
    "way", [nothing, handed, added, second_account, silence, administrator_acts, a_stranger, another_team]
)
def test_no_way_leads_to_a_decision(company: Company, way: Callable[[Company, int], str]) -> None:
    """Each way, six deeds: 48 attempts, no effect."""
    approval_id = asked(company)
    name = way(company, approval_id)
    before = company.happened(f"approval:{approval_id}")
    for deed in deeds(approval_id):
        with pytest.raises(Refusal):
            company.act(deed, name)
    assert company.happened(f"approval:{approval_id}") == before
    assert company.get(Approval, approval_id).state is ApprovalState.PENDING


@pytest.mark.parametrize("editor", ["周敏", "秦岚"])
def test_whoever_edited_it_is_its_author(company: Company, editor: str) -> None:
    approval_id = asked(company, edited_by=editor)
    for deed in deeds(approval_id):
        with pytest.raises(Refusal):
            company.act(deed, editor)


def test_a_second_entry_gets_no_say(company: Company) -> None:
    """All of finance must agree to a large quotation: all but 陈静 under her other name, so it is not stuck."""
    approval_id = asked(company, quantity=4)
    for name in ("周敏", "钱进", "孔方"):
        company.act(ApproveStep(approval_id=approval_id), name)
    assert company.get(Approval, approval_id).state is ApprovalState.APPROVED


def test_a_deputy_is_not_the_asker_and_not_under_him(company: Company) -> None:
    """周敏 is away and names 陈静: 陈静's own stays with 周敏; 秦岚 names 周敏: 周敏's own stays with 秦岚."""
    now = company.clock.now()
    company.act(DelegateApprovals(to="陈静", begins=now, ends=now + timedelta(days=1)), "周敏")
    own = asked(company)
    assert company.told("周敏")[-1] == f"approvals.decide approval:{own}"
    with pytest.raises(Refusal):
        company.act(ApproveStep(approval_id=own), "陈静")
    low = asked(company, "周敏", discount_ppm=850_000)
    company.act(DelegateApprovals(to="何雨", begins=now, ends=now + timedelta(days=1)), "秦岚")
    assert company.told("何雨")[-1] == f"approvals.decide approval:{low}"
    of_boss = asked(company, "秦岚")
    with pytest.raises(Refusal):
        company.act(ApproveStep(approval_id=of_boss), "何雨")
