"""Parts decided on in words: who may approve them says yes or no, the store may refuse, the engineer always hears why."""

from __future__ import annotations

import pytest

from domain.policy_service import PartRule, PartsPolicy
from domain.service.accept import AcceptJob
from domain.service.finishing import SaidPart
from domain.service.states import JobState
from domain.service.visit import ArriveJob
from domain.spares.part_request import PartRequest, RequestState
from domain.spares.requesting import RequestParts
from tests.support.service_shop import POLICY, open_shop
from tests.support.typed import Typed

APPROVES = POLICY.model_copy(
    update={"parts": PartsPolicy(rules=(PartRule(name="要批", when={"quantity": {"over": "2"}}),))}
)


@pytest.fixture
def typed(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db", service=APPROVES) as shop:
        job = shop.report()
        for deed in (AcceptJob, ArriveJob):
            shop.act(deed(work_order_id=job.id), shop.people["何平"])
        yield Typed(shop)


def asks(typed, *parts):
    said = tuple(SaidPart(name=name, quantity=pieces) for name, pieces in parts)
    shop = typed.company
    shop.act(RequestParts(work_order_id=shop.job().id, parts=said), shop.people["何平"])


def states(typed):
    return [each.state for each in typed.company.all(PartRequest)]


def test_a_bare_yes_names_what_it_is_about_and_waits_for_a_tap(typed):
    asks(typed, ("6205", 3))
    for said in ("同意", "批了", "好", "可以"):
        heard = typed.says("周敏", said)
        assert heard[0].startswith("请确认：何平要 6205轴承 ×3（工单 WO-2611-0001，苏州恒力的 X200）。"), said
        assert heard[1] == "spares.request partrequest:1"
    assert states(typed) == [RequestState.ASKED]
    assert typed.says("周敏", "同意 6205轴承")[-1].startswith("已同意 6205轴承 ×3（何平，工单 WO-2611-0001）")
    assert states(typed) == [RequestState.WAITING]


@pytest.mark.parametrize(
    ("said", "reason"),
    [("不批 太贵了", "太贵了"), ("驳回 6205 先用旧的", "先用旧的"), ("何平的6205轴承不同意，留给停机的", "留给停机的")],
)
def test_a_no_carries_its_reason_to_the_engineer(typed, said, reason):
    asks(typed, ("6205", 3))
    typed.says("周敏", said)
    assert typed.company.told("何平")[-1] == (
        f"周敏没同意 6205轴承 ×3：{reason}（工单 WO-2611-0001）。请联系主管再定。"
    )
    assert typed.company.job().state is JobState.REVISIT  # nothing is waited for any more


def test_of_several_it_is_asked_which_and_an_ordinal_decides(typed):
    asks(typed, ("6205", 3), ("6206", 3))
    assert typed.says("周敏", "批了")[-1].startswith("您说的是哪一条？回复序号：\n1. 6205轴承 ×3（何平")
    assert typed.says("周敏", "2")[-1].startswith("已同意 6206轴承 ×3")
    assert states(typed) == [RequestState.ASKED, RequestState.WAITING]
    assert typed.says("周敏", "待审批") == [
        "等您同意的备件（发“同意 6205轴承”，或“不批”加原因）：\n1. 6205轴承 ×3（何平，WO-2611-0001，待同意）"
    ]


def test_the_store_refuses_with_a_reason_by_words_and_by_button(typed):
    asks(typed, ("6205", 1), ("6206", 1))
    shop = typed.company
    assert typed.says("孙库", "6206轴承不发 留给无锡那台")[-1].endswith("记为不给，原因“留给无锡那台”。何平收到了。")
    assert shop.told("何平")[-1].startswith("仓库（孙库）不发 6206轴承 ×1：留给无锡那台")
    assert shop.told("何平")[-1].endswith("还在等 6205轴承 ×1。")
    assert shop.told("唐悦")[-1] == ("仓库不发 6206轴承 ×1：留给无锡那台。苏州恒力的 X200（WO-2611-0001），何平在等。")
    typed.presses("孙库", shop.card("spares.request", "partrequest:1", "孙库"), "不发")
    assert states(typed) == [RequestState.WAITING, RequestState.REFUSED]
    typed.says("孙库", "主库只剩1个 要留给客户停机的那台用")
    assert states(typed) == [RequestState.REFUSED, RequestState.REFUSED]
    assert shop.all(PartRequest)[0].reason == "主库只剩1个 要留给客户停机的那台用"
    assert shop.job().state is JobState.REVISIT


def test_talk_decides_nothing(typed):
    asks(typed, ("6205", 3))
    for said in ("同意了吗", "他说同意了", "批发", "驳回 SP-2611-0001 毛利太低", "不批 恒力的报价太低了"):
        typed.says("周敏", said)
        assert states(typed) == [RequestState.ASKED], said


def test_who_may_not_decides_nothing(typed):
    asks(typed, ("6205", 3))
    for name in ("陈静", "孙库", "林涛", "唐悦"):
        typed.says(name, "同意 6205轴承")
        typed.says(name, "不发 6205轴承 没有了")
    assert states(typed) == [RequestState.ASKED]


def test_a_missing_part_may_be_told_without_the_day(typed):
    asks(typed, ("6205", 1))
    typed.says("孙库", "缺货")
    assert typed.says("孙库", "后天")[-1].startswith("6205轴承 ×1 记为缺货，11月25日到货")
