"""Where approvals wait: averages, the ninetieth percentile, Pareto, the share within the target; and its card."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cards import approval_times
from cards.glance import Glance
from cards.render import dingtalk, text, wecom
from domain.actor import Actor
from domain.approvals.deciding import ApproveStep
from domain.approvals.times import Spoken, Stay, Times, Whole, percentile, summarise
from domain.clock import WorkCalendar
from domain.errors import NotFound
from domain.quotes.submitting import SubmitQuote
from tests.cards.sample_cards import CODEC
from tests.support.company import open_company

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def report() -> Times:
    """Finance takes most of it: 2 + 20 hours and four so far; the leader an hour each."""

    def stay(no: int, node: str, begins: float, ends: float | None) -> Stay:
        began = MONDAY + hours(begins)
        ended = None if ends is None else MONDAY + hours(ends)
        return Stay(approval=f"SP-{no}", about=f"Q-{no}", node=node, people=("钱进",), begins=began, ends=ended)

    stays = [
        stay(1, "直属上级", 0, 1),
        stay(1, "财务", 1, 3),
        stay(2, "直属上级", 0, 1),
        stay(2, "财务", 1, 49),
        stay(3, "财务", 48, None),
    ]
    return summarise(
        stays,
        [Spoken(name="钱进", begins=MONDAY + hours(1), ends=MONDAY + hours(3))],
        [
            Whole(kind="quote", begins=MONDAY, ends=MONDAY + hours(3)),
            Whole(kind="quote", begins=MONDAY, ends=MONDAY + hours(49)),
        ],
        since=MONDAY - timedelta(days=30),
        until=MONDAY + hours(53),
        target=hours(8),
        calendar=WorkCalendar(),
    )


def test_the_bottleneck_and_the_shares() -> None:
    """S-103, S-104, S-105."""
    times = report()
    finance, leader = times.nodes
    assert (finance.name, finance.count, finance.mean, finance.p90) == ("财务", 2, hours(9), hours(16))
    assert (finance.total, leader.total) == (hours(2 + 16 + 4), hours(2))
    assert finance.share_ppm + leader.share_ppm == 1_000_000
    assert (finance.upto_ppm, leader.upto_ppm) == (finance.share_ppm, 1_000_000)
    assert (times.within_ppm, times.median) == (500_000, hours(3))
    assert [(each.approval, each.worked) for each in times.waiting] == [("SP-3", hours(4))]
    assert [(week.name, week.count) for week in times.weeks] == [("2026-11-23", 4)]


@pytest.mark.parametrize(("count", "ppm", "wanted"), [(1, 900_000, 1), (10, 900_000, 9), (11, 900_000, 10), (2, 1, 1)])
def test_nearest_rank(count: int, ppm: int, wanted: int) -> None:
    assert percentile([hours(each) for each in range(1, count + 1)], ppm) == hours(wanted)


def test_the_card_says_it_on_every_platform() -> None:
    glance = Glance(viewer=Actor(name="秦岚"), now=MONDAY + hours(53), zone=ZONE, base="https://gendan.example")
    card = approval_times.times(report(), glance)
    assert card.headline == "8小时内办完 50%"
    assert [(field.label, field.value) for field in card.fields][:4] == [
        ("在等", "SP-3 财务，等钱进，已 4小时"),
        ("瓶颈", "财务，占全部等待的 92%"),
        ("全程", "2 份，平均 10小时，中位 3小时，九成 17小时 内"),
        ("财务", "2 次，平均 9小时，九成 16小时 内，占等待 92%（累计 92%）"),
    ]
    for drawn in (wecom.render(card, CODEC, task_id="t"), dingtalk.render(card, CODEC), text.render(card)):
        said = drawn if isinstance(drawn, str) else json.dumps(drawn, ensure_ascii=False)
        assert "财务，占全部等待的 92%" in said


def test_from_the_records(tmp_path: Path) -> None:
    """周敏 takes two hours; the manager sees her team's, a rep nothing."""
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        company.act(SubmitQuote(quote_id=company.quote(quantity=4)), "陈静")
        company.clock.move(hours(2))
        company.act(ApproveStep(approval_id=1), "周敏")
        company.clock.move(hours(1.5))

        def seen(name: str) -> Times:
            now = company.clock.now()
            return company.look(
                lambda queries: queries.approval_times.report(
                    company.actor(name), since=date(2026, 11, 1), at=now, zone=ZONE, target=28800.0
                )
            )

        times = seen("秦岚")
        assert [(node.name, node.count, node.total) for node in times.nodes] == [
            ("直属上级", 1, hours(2)),
            ("全部财务", 0, hours(0.5)),
        ]
        assert [(each.node, each.people) for each in times.waiting] == [("全部财务", ("钱进", "孔方"))]
        assert seen("周敏").people[0].name == "周敏"
        assert seen("罗成").nodes == ()
        with pytest.raises(NotFound, match="只有主管、财务和总经理能看"):
            seen("陈静")
