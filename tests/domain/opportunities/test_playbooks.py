"""Checklists: begun with the stage, ticked by events and by hand, a holder for every step or a question at night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from domain.actor import Role
from domain.errors import NotFound
from domain.opportunities.moves import MoveStage
from domain.opportunities.playbook import NameHolder, TickStep
from domain.opportunities.step import DealStep
from domain.people.commands import EnrolPerson
from domain.playbooks import PlaybookPolicy
from domain.quotes.submitting import SubmitQuote
from tests.support.company import Company, open_company
from tests.support.deals import begin

STEPS = [
    {"step": "确认预算"},
    {"step": "技术对接", "by": "role:technical"},
    {"step": "提交报价", "ticks_on": ["QuoteSubmitted"]},
]


def policy(**later: object) -> PlaybookPolicy:
    first = {"pipeline": "标准销售", "version": 1, "effective": "2026-01-01", "owner": "秦岚"}
    books = [{**first, "stages": {"意向明确": STEPS}}]
    return PlaybookPolicy.model_validate({"playbooks": [*books, *([{**first, **later}] if later else [])]})


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        object.__setattr__(
            opened.business, "policies", opened.business.policies.model_copy(update={"playbooks": policy()})
        )
        yield opened


def standing(company: Company) -> list[tuple[str, bool]]:
    return [(step.title, step.done_at is not None) for step in company.all(DealStep)]


def test_steps_begin_with_their_stage_and_tick_themselves(company: Company) -> None:
    deal = begin(company)
    assert standing(company) == []
    company.act(MoveStage(opportunity_id=deal, stage="意向明确"), "陈静")
    assert standing(company) == [("确认预算", False), ("技术对接", False), ("提交报价", False)]
    company.act(SubmitQuote(quote_id=company.quote()), "陈静")
    assert standing(company)[2] == ("提交报价", True)
    company.act(TickStep(opportunity_id=deal, step=0), "陈静")
    with pytest.raises(NotFound, match="没有找到这条记录"):
        company.act(TickStep(opportunity_id=deal, step=1), "何雨")

    notes = company.card("opportunities.deal", f"opportunity:{deal}", "陈静").notes
    assert "本阶段：✓确认预算（陈静）、○技术对接（没有负责人）、✓提交报价（陈静）" in notes


def test_a_step_without_a_holder_is_asked_about_every_night_until_somebody_is_named(company: Company) -> None:
    deal = begin(company)
    company.act(MoveStage(opportunity_id=deal, stage="意向明确"), "陈静")
    for _ in range(2):
        company.clock.move(timedelta(days=1))
        company.fire()
    asked = [text for text in company.told("周敏") if "没有人负责" in text]
    assert asked == ["这些步骤没有人负责：\n· 技术对接（SJ-2611-0001）\n请指定，例如回复：技术对接由某某负责"] * 2
    with pytest.raises(NotFound, match="没有缺负责人的“技术对接”"):
        company.act(NameHolder(title="技术对接", person="钱进"), "何雨")
    assert company.act(NameHolder(title="技术对接", person="钱进"), "周敏") == 1
    company.act(TickStep(opportunity_id=deal, step=1), "钱进")
    company.clock.move(timedelta(days=1))
    company.fire()
    assert len([text for text in company.told("周敏") if "没有人负责" in text]) == 2


def test_somebody_who_joins_is_found_at_night(company: Company) -> None:
    company.act(MoveStage(opportunity_id=begin(company), stage="意向明确"), "陈静")
    company.act(EnrolPerson(name="高原", roles=(Role.TECHNICAL,), wecom="gaoyuan"))
    company.clock.move(timedelta(days=1))
    company.fire()
    assert company.all(DealStep)[1].person_id is not None
    assert not [text for text in company.told("周敏") if "没有人负责" in text]


def test_the_version_in_force_on_the_first_day_counts() -> None:
    book = policy(version=2, effective="2026-06-01", stages={})
    assert [
        found.version if (found := book.in_force("标准销售", day)) else 0
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1))
    ] == [0, 1, 1, 2]
    with pytest.raises(ValidationError, match="不能有相同的 effective"):
        policy(version=2, effective="2026-01-01", stages={})
