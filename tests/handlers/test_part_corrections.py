"""Parts said wrong are put right by what is named, at the job whose parts they are; the store is balanced after it."""

from __future__ import annotations

import pytest

from domain.dialogue.commands import KeepDraft
from domain.dialogue.draft import Draft
from domain.dialogue.wish import Wish
from domain.service.accept import AcceptJob
from domain.service.dispatch import AssignJob
from domain.service.finishing import CorrectParts, FinishJob, SaidPart
from domain.service.report import ReportFault
from domain.service.states import JobState
from domain.service.visit import ArriveJob
from domain.service.work_order import WorkOrder
from tests.support.service_shop import open_shop
from tests.support.typed import Typed

PARTS = (SaidPart(name="6205", quantity=2), SaidPart(name="6206", quantity=1))


@pytest.fixture
def typed(tmp_path):
    """Return a chat of 何平, whose first job waits for the signature while he is on his way to the second."""
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        shop.report()
        shop.act(ReportFault(equipment_id=shop.other_machine, words="卡盘夹不紧"))
        engineer = shop.people["何平"]
        shop.act(AcceptJob(work_order_id=1), engineer)
        shop.act(ArriveJob(work_order_id=1), engineer)
        shop.act(FinishJob(work_order_id=1, parts=PARTS, words="修好了"), engineer)
        yield Typed(shop)


def used(typed):
    return typed.company.look(lambda queries: queries.parts.used_by("workorder:1"))


CASES = (
    ("6205是1个不是2个", [("6205轴承", 1), ("6206轴承", 1)]),
    ("没换6206", [("6205轴承", 2)]),
    ("6206写多了 没用", [("6205轴承", 2)]),
    ("还换了1个油泵", [("6205轴承", 2), ("6206轴承", 1), ("润滑油泵", 1)]),
    ("少记了一个油泵", [("6205轴承", 2), ("6206轴承", 1), ("润滑油泵", 1)]),
    ("6206换成油泵", [("6205轴承", 2), ("润滑油泵", 1)]),
    ("数量错了 6206轴承是2个", [("6205轴承", 2), ("6206轴承", 2)]),
)


def test_only_what_is_named_changes(typed):
    for said, parts in CASES:
        assert typed.says("何平", said)[0].startswith("工单 WO-2611-0001 备件已"), said
        assert used(typed) == parts, said
        assert typed.company.all(WorkOrder)[0].state is JobState.SIGNING
        typed.company.act(CorrectParts(work_order_id=1, parts=PARTS), typed.company.people["何平"])


def test_on_the_way_to_the_next_job_it_still_is_the_one_whose_parts_were_said(typed):
    shop, engineer = typed.company, typed.company.people["何平"]
    shop.act(AssignJob(work_order_id=2, engineer_id=engineer.person_id), shop.people["唐悦"])
    for said in ("接了 三点到", "出发了"):
        assert "WO-2611-0002" in typed.says("何平", said)[0]
    typed.says("何平", "没换6206")
    assert used(typed) == [("6205轴承", 2)]
    for said, pieces in (("换错了 应该是1个", 1), ("不对 是3个", 3), ("备件写错了 换了2个6205", 2)):
        typed.says("何平", said)
        assert used(typed) == [("6205轴承", pieces)]
    typed.says("何平", "备件写错了 换了1个6206")
    assert used(typed) == [("6206轴承", 1)]


def test_what_is_not_clear_changes_nothing_and_says_how_to_write_it(typed):
    assert typed.says("何平", "换错了 应该是1个") == [
        "工单 WO-2611-0001 记的是 6205轴承 ×2、6206轴承 ×1。要改哪个请写全，例如：6205轴承是1个，或：6205轴承没换。"
    ]
    assert used(typed) == [("6205轴承", 2), ("6206轴承", 1)]


def test_what_is_no_correction_is_left_alone(typed):
    for said in ("要1个6206", "6206没货了吗", "退1个6206"):
        assert typed.understands("何平", said).intent != "correct_parts"


def test_while_a_card_asks_whether_it_is_done_the_card_changes(typed):
    said = {"part": [{"name": "6205轴承", "quantity": 2}]}
    wish = Wish(intent="finish_service", words="换了2个6205轴承，应该好了", slots=said)
    typed.company.act(KeepDraft(place="wecom", wishes=(wish,)), typed.company.people["何平"])
    assert typed.says("何平", "写错了 应该是1个") == ["已改好，请看卡片，对的话点“确认”。"]
    [draft] = typed.company.all(Draft)
    assert draft.wishes[0].slots["part"] == [{"name": "6205轴承", "quantity": 1}]
    assert used(typed) == [("6205轴承", 2), ("6206轴承", 1)]
