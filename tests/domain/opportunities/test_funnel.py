"""The funnel counted exactly: whose, since when, what is stale, what went wrong, what deals were lost for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.errors import NotFound
from domain.opportunities.funnel import FunnelView, Leavings, LossRow, StageView, pareto, worst
from domain.opportunities.loss import LossReason
from domain.opportunities.moves import MoveStage
from domain.opportunities.revaluing import ReviseOpportunity
from tests.support.company import Company, open_company
from tests.support.deals import begin, lose, win

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        yield opened


def funnel(company: Company, name: str, **said: Any) -> FunnelView:
    today = company.clock.now().astimezone(ZONE).date()
    period = {"since": today - timedelta(days=29), "until": today, "at": company.clock.now(), "zone": ZONE}
    alarm = {"alarm_from": 5, "alarm_over": 15}
    return company.look(lambda queries: queries.funnel.funnel(company.actor(name), **{**period, **alarm, **said}))


def standing(view: FunnelView) -> dict[str, tuple[int, int, int]]:
    return {stage.name: (stage.count, stage.amount_fen, stage.stale) for stage in view.stages}


def test_everybody_sees_his_own_and_a_leader_his_peoples(company: Company) -> None:
    begin(company)
    moved = begin(company, product="RB-12", amount_fen=10_000_000)
    company.act(MoveStage(opportunity_id=moved, stage="意向明确"), "陈静")
    begin(company, "何雨", company="鑫宏", amount_fen=7_000_000)

    assert standing(funnel(company, "陈静")) == {
        "新线索": (1, 50_000_000, 0),
        "已联系": (0, 0, 0),
        "意向明确": (1, 10_000_000, 0),
        "方案报价": (0, 0, 0),
        "商务谈判": (0, 0, 0),
    }
    assert standing(funnel(company, "周敏"))["新线索"] == (1, 50_000_000, 0)
    assert standing(funnel(company, "秦岚"))["新线索"] == (2, 57_000_000, 0)
    assert funnel(company, "罗成", mine=True).stages == ()
    assert standing(funnel(company, "秦岚", owner="何雨"))["新线索"] == (1, 7_000_000, 0)
    with pytest.raises(NotFound, match="没有找到“何雨”"):
        funnel(company, "周敏", owner="何雨")


def test_stale_deals_are_counted_apart(company: Company) -> None:
    begin(company)
    company.clock.move(timedelta(days=7))
    assert standing(funnel(company, "陈静"))["新线索"] == (1, 50_000_000, 0)
    company.clock.move(timedelta(minutes=1))
    assert standing(funnel(company, "陈静"))["新线索"] == (0, 0, 1)


def test_won_and_lost_of_the_period_and_how_stages_were_left(company: Company) -> None:
    first, second = begin(company), begin(company, product="RB-12", amount_fen=10_000_000)
    company.act(ReviseOpportunity(opportunity_id=first, contract_no="HT-1"), "陈静")
    win(company, first)
    lose(company, second)
    view = funnel(company, "陈静")

    assert (view.won, view.won_fen, view.lost) == (1, 50_000_000, 1)
    assert view.stages[0].left == Leavings(advanced=1, lost=1)
    assert view.stages[0].usual == Leavings()
    company.clock.move(timedelta(days=30))
    later = funnel(company, "陈静")
    assert (later.won, later.stages[0].left, later.stages[0].usual) == (0, Leavings(), Leavings(advanced=1, lost=1))


def test_a_stage_that_loses_more_than_usual_is_named_with_segment_and_reasons(company: Company) -> None:
    for _ in range(6):
        deal = begin(company)
        company.act(MoveStage(opportunity_id=deal, stage="意向明确"), "陈静")
        lose(company, deal)
    company.clock.move(timedelta(days=31))
    for number in range(5):
        lose(company, begin(company), reason=LossReason.PRICE if number else LossReason.SLOW)
    alarm = funnel(company, "周敏").alarm

    assert alarm is not None
    assert (alarm.pipeline, alarm.stage, alarm.lost) == ("标准销售", "新线索", 5)
    assert (alarm.lost_ppm, alarm.usual_ppm) == (1_000_000, 0)
    assert alarm.segment == "华东 5 单、陈静 5 单"
    assert alarm.reasons == (("价格", 4), ("跟进太慢", 1))


def test_an_alarm_needs_enough_deals_and_a_real_rise() -> None:
    def stage(lost: int, usual_lost: int, usual: int = 20) -> StageView:
        left, before = Leavings(advanced=20 - lost, lost=lost), Leavings(advanced=usual - usual_lost, lost=usual_lost)
        return StageView(
            pipeline="标准", name=f"{lost}", count=0, amount_fen=0, stale=0, stale_fen=0, left=left, usual=before
        )

    assert worst([stage(4, 0)], at_least=5, over_points=15) is None
    assert worst([stage(5, 3)], at_least=5, over_points=15) is None
    assert worst([stage(6, 3), stage(9, 3)], at_least=5, over_points=15) == stage(9, 3)
    assert worst([stage(20, 0, usual=4)], at_least=5, over_points=15) is None


def test_the_pareto_of_losses(company: Company) -> None:
    lose(company, begin(company), reason=LossReason.PRICE)
    lose(company, begin(company, product="RB-12"), reason=LossReason.COMPETITOR, competitor="沈阳机床")
    lose(company, begin(company, product="X300"), reason=LossReason.PRICE)
    begin(company, product="TR-2")
    period = {"since": date(2026, 11, 23), "until": date(2026, 11, 23), "zone": ZONE}
    view = company.look(lambda queries: queries.funnel.losses(company.actor("周敏"), **period))

    assert view.rows == (
        LossRow(reason="价格", count=2, amount_fen=100_000_000, so_far_ppm=666_667),
        LossRow(reason="竞争对手", count=1, amount_fen=50_000_000, so_far_ppm=1_000_000),
    )
    assert (view.competitors, view.owners) == ((("沈阳机床", 1),), (("陈静", 3),))
    one = company.look(lambda queries: queries.funnel.losses(company.actor("周敏"), product="X300", **period))
    assert [row.count for row in one.rows] == [1]
    assert company.look(lambda queries: queries.funnel.losses(company.actor("罗成"), **period)).rows == ()


def test_equal_reasons_stand_in_a_fixed_order() -> None:
    assert [row.reason for row in pareto([("乙", 1, 5), ("甲", 1, 5), ("丙", 1, 9)])] == ["丙", "乙", "甲"]
    assert pareto([]) == ()
