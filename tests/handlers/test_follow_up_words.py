"""What a sentence about a customer says besides whom and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.activities.activity import ActivityKind, Outcome
from domain.clock import WorkCalendar
from domain.tasks.task import TaskKind
from handlers.activity_words import corrected_kind, kind_of, outcome_of, place_of, promises_in

NOW = datetime(2025, 11, 20, 6, 30, tzinfo=UTC)
CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("text", "kind", "outcome"),
    [
        ("今天下午拜访了华鑫门窗的王总，聊了断桥铝108", ActivityKind.VISIT, Outcome.REACHED),
        ("给恒力王总打电话没打通", ActivityKind.CALL, Outcome.MISSED),
        ("恒力 没接电话", ActivityKind.CALL, Outcome.MISSED),
        ("上午没打通，下午打通了", ActivityKind.CALL, Outcome.REACHED),
        ("微信发了两遍 已读不回", ActivityKind.CHAT, Outcome.MISSED),
        ("给恒力做了技术交流，陈工一起去的", ActivityKind.EXCHANGE, Outcome.REACHED),
        ("去恒力演示了X200", ActivityKind.DEMO, Outcome.REACHED),
        ("恒力那个项目12月5号投标，保证金5万", ActivityKind.BID, Outcome.NOTED),
        ("恒力那边说再看看", ActivityKind.OTHER, Outcome.REACHED),
    ],
)
def test_how_and_with_what_result(text: str, kind: ActivityKind, outcome: Outcome) -> None:
    assert (kind_of(text), outcome_of(text)) == (kind, outcome)


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("聊了断桥铝108，他下周要定，明天给他报价", [("给恒力报价", "11-21 17:30", TaskKind.QUOTE)]),
        ("说价格偏高，周五再联系", [("恒力：再联系", "11-21 17:30", TaskKind.CONTACT)]),
        ("挺感兴趣 月底前发样本给他", [("发样本给恒力", "11-30 17:30", TaskKind.OTHER)]),
        ("下周三前给方案", [("恒力：给方案", "11-26 17:30", TaskKind.OTHER)]),
        ("明天下午三点再去", [("恒力：再去", "11-21 15:00", TaskKind.CONTACT)]),
        ("我后天把合同发过去", [("恒力：把合同发过去", "11-22 17:30", TaskKind.OTHER)]),
        ("恒力王总说明天给我们答复", []),
        ("他说下周打款", []),
        ("昨天给他报了价", []),
    ],
)
def test_what_was_promised_is_ours(text: str, promised: list[tuple[str, str, TaskKind]]) -> None:
    """What the customer means to do is not our promise."""
    found = promises_in(text, "恒力", NOW, CALENDAR)
    assert [(each.title, f"{CALENDAR.local(each.due):%m-%d %H:%M}", each.kind) for each in found] == promised


def test_a_place_and_a_corrected_kind() -> None:
    assert place_of("昨天在恒力厂里见了王总") == "恒力厂里"
    assert place_of("给王总打了电话") == ""
    assert corrected_kind("不对 是电话") is ActivityKind.CALL
    assert corrected_kind("不对 是恒力") is None
