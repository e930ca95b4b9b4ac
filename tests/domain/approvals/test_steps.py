"""Who decides: leaders, roles, persons, vacancies, and never oneself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.approvals.approval import Seat, SeatState
from domain.approvals.steps import approvers, is_settled, said_rule
from domain.errors import Invalid
from domain.people.commands import PersonLeave
from domain.people.person import Person
from domain.policy_approvals import ApprovalRule, Step
from domain.scope import line_above
from tests.support.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        yield company


def decide(company: Company, by: str, asker: str, *barred: str) -> list[str]:
    """Return the names of who decides for ``asker``."""
    ids = {name: actor.person_id or 0 for name, actor in company.people.items()}
    closed = {ids[asker], *(ids[name] for name in barred)}
    step = Step(by=by)
    return company.run(lambda work: [person.name for person in approvers(step, ids[asker], closed, work.find.people)])


@pytest.mark.parametrize(
    ("by", "asker", "barred", "who"),
    [
        ("leader", "陈静", (), ["周敏"]),
        ("leader", "陈静", ("周敏",), ["秦岚"]),
        ("leader", "秦岚", (), ["梁宁"]),
        ("role:finance", "陈静", (), ["钱进", "孔方"]),
        ("role:finance", "钱进", (), ["孔方"]),
        ("role:finance", "钱进", ("孔方",), ["秦岚"]),
        ("role:production", "陈静", (), ["周敏"]),
        ("role:management", "秦岚", (), ["梁宁"]),
        ("person:罗成", "陈静", (), ["罗成"]),
        ("person:罗成", "罗成", (), ["秦岚"]),
        ("person:没有此人", "何雨", (), ["罗成"]),
    ],
)
def test_whom_a_step_names(company: Company, by: str, asker: str, barred: tuple[str, ...], who: list[str]) -> None:
    """R-59, R-108: a vacancy climbs the asker's line; the barred are passed over."""
    assert decide(company, by, asker, *barred) == who


def test_a_leader_who_left_is_passed_over(company: Company) -> None:
    company.act(PersonLeave(platform="dingtalk", account="1001"))
    assert decide(company, "leader", "陈静") == ["秦岚"]


def test_nobody_left_is_a_refusal_never_a_yes(company: Company) -> None:
    with pytest.raises(Invalid, match="没有人能审批"):
        decide(company, "leader", "秦岚", "梁宁")


def test_the_rule_in_words() -> None:
    steps = (Step(by="leader"), Step(by="role:finance", mode="all"), Step(by="person:秦岚"))
    assert said_rule(ApprovalRule(name="大额", steps=steps)) == "大额，由直属上级，再由全部财务，再由秦岚审批"
    assert said_rule(ApprovalRule(name="小额")) == "小额，不用审批"


WAITING, YES, GONE = SeatState.WAITING, SeatState.APPROVED, SeatState.GONE


@pytest.mark.parametrize(
    ("mode", "seats", "settled"),
    [
        ("any", [(WAITING, False), (WAITING, False)], False),
        ("any", [(YES, False), (WAITING, False)], True),
        ("all", [(YES, False), (WAITING, False)], False),
        ("all", [(YES, False), (YES, False)], True),
        ("all", [(YES, False), (GONE, False)], True),
        ("all", [(GONE, False), (WAITING, True)], False),
        ("all", [(GONE, False)], False),
        ("all", [(WAITING, False), (WAITING, False), (YES, True)], True),
        ("all", [], False),
        ("any", [], False),
    ],
)
def test_when_a_step_is_settled(mode: str, seats: list[tuple[SeatState, bool]], settled: bool) -> None:
    rows = [
        Seat(approval_id=1, step=0, person_id=index, state=state, stands_in=stands_in)
        for index, (state, stands_in) in enumerate(seats)
    ]
    assert is_settled(mode, rows) is settled


class Directory:
    """A reporting line without a database; the only admin is nobody."""

    def __init__(self, leaders: list[int | None], active: list[bool]) -> None:
        self.people = []
        for id_, (leader, works) in enumerate(zip(leaders, active, strict=True)):
            person = Person(name=str(id_), leader_id=leader, active=works)
            person.id = id_
            self.people.append(person)

    def leader_of(self, person_id: int) -> Person | None:
        seen, person = {person_id}, self.people[person_id]
        while person.leader_id is not None and person.leader_id not in seen:
            seen.add(person.leader_id)
            person = self.people[person.leader_id]
            if person.active:
                return person
        return None

    def with_role(self, role: object) -> list[Person]:
        return []


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_organisation_answers_without_the_asker(data: st.DataObject) -> None:
    """R-59: circles, gaps, leavers: the walk ends, and never at the asker."""
    size = data.draw(st.integers(1, 8))
    someone = st.none() | st.integers(0, size - 1)
    leaders = data.draw(st.lists(someone, min_size=size, max_size=size))
    active = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    people = Directory(leaders, active)
    above = [person.id for person in line_above(0, people.leader_of)]
    assert 0 not in above
    assert len(above) == len(set(above))
    try:
        chosen = approvers(Step(by="leader"), 0, {0}, people)  # type: ignore[arg-type]
    except Invalid:
        assert above == []
    else:
        assert [person.id for person in chosen] == above[:1]
        assert chosen[0].active
