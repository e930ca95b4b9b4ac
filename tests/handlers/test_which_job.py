"""With several jobs the words mean the one that fits: on the way, taken over, promised to the customer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.web.progress_words import parcel
from domain.actor import visitor
from domain.catalog.enrol_part import EnrolPart
from domain.equipment.commands import EnrolEquipment
from domain.policy_service import PartRule, PartsPolicy
from domain.service.accept import AcceptJob
from domain.service.dispatch import AssignJob
from domain.service.finishing import SaidPart
from domain.service.report import ReportFault
from domain.service.states import JobState
from domain.service.transfer import HandJob
from domain.service.visit import ArriveJob, DepartJob
from domain.service.work_order import WorkOrder
from domain.spares.agreeing import AnswerPrice, ApproveRequest
from domain.spares.part_request import PartRequest
from domain.spares.requesting import RequestParts
from tests.support.company import MONDAY
from tests.support.service_shop import POLICY, open_shop
from tests.support.typed import Typed

TOKEN = "t" * 22


@pytest.fixture
def typed(tmp_path):
    """何平 waits for parts at one machine and has a second job, for one o'clock."""
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        shop.report()
        shop.act(ReportFault(equipment_id=shop.other_machine, words="卡盘夹不紧", token=TOKEN))
        engineer = shop.people["何平"]
        for deed in (AcceptJob, ArriveJob):
            shop.act(deed(work_order_id=1), engineer)
        shop.act(RequestParts(work_order_id=1, parts=(SaidPart(name="6205", quantity=2),)), engineer)
        shop.act(AssignJob(work_order_id=2, engineer_id=engineer.person_id), shop.people["唐悦"])
        shop.act(AcceptJob(work_order_id=2, eta=MONDAY + timedelta(hours=3)), engineer)
        yield Typed(shop)


def etas(typed):
    return [job.eta for job in typed.company.all(WorkOrder)]


def test_whoever_is_late_is_late_where_he_is_going(typed):
    for said, hour in (("晚半小时", "13:30"), ("晚到半小时", "14:00"), ("堵车 晚半小时到", "14:30")):
        assert typed.says("何平", said)[0].startswith(f"工单 WO-2611-0002 改为预计 {hour} 到")
    assert etas(typed) == [None, MONDAY + timedelta(hours=4, minutes=30)]


def test_setting_out_and_arriving_leave_the_job_that_waits_for_parts(typed):
    assert typed.says("何平", "出发了")[0].startswith("工单 WO-2611-0002 已记出发")
    assert typed.says("何平", "到了")[0].startswith("工单 WO-2611-0002 已记上门")
    assert [job.state for job in typed.company.all(WorkOrder)] == [JobState.WAITING_PARTS, JobState.ON_SITE]


def test_taken_over_the_hour_stays_and_each_step_stays_his_who_took_it(typed):
    shop, clock = typed.company, typed.company.clock
    clock.move(timedelta(minutes=5))
    shop.act(DepartJob(work_order_id=2), shop.people["何平"])
    clock.move(timedelta(minutes=5))
    shop.act(HandJob(work_order_id=2, to_id=shop.people["林涛"].person_id), shop.people["何平"])
    clock.move(timedelta(minutes=5))
    assert typed.says("林涛", "好 我接")[0] == "工单 WO-2611-0002 现在是您的了，和客户约好 13:00 到；有变发“三点半到”。"
    assert etas(typed)[1] == MONDAY + timedelta(hours=3)
    progress = shop.look(lambda queries: queries.service.progress(TOKEN, clock.now()))
    assert (progress.engineer, progress.eta) == ("林师傅", MONDAY + timedelta(hours=3))
    told = [words for _, words in parcel(progress, lambda at: f"{at:%H:%M}")]
    assert told == ["林师傅接单", "何师傅接单", "已派单", "收到报修"]


def test_an_offer_and_a_job_to_take_over_are_both_named(typed):
    shop = typed.company
    machine = shop.act(EnrolEquipment(serial="SN-2025-000007", model="H500", customer="苏州恒力", slug="s" * 22))
    shop.act(ReportFault(equipment_id=machine, words="主轴异响"))
    shop.act(HandJob(work_order_id=2, to_id=shop.people["林涛"].person_id), shop.people["何平"])
    for said in ("好 我接", "接了"):
        assert typed.says("林涛", said)[-1] == (
            "您说的是哪一单？回复序号：\n1. WO-2611-0003 苏州恒力 H500（派单）\n2. WO-2611-0002 东莞鑫宏 L320（接单）"
        )
    assert typed.says("林涛", "接过来")[0].startswith(
        "工单 WO-2611-0002 现在是您的了"
    )  # the words of that card's button
    assert typed.says("林涛", "好 我接")[0].startswith("工单 WO-2611-0003 是您的了")


def test_the_store_gives_parts_to_a_named_engineer(typed):
    heard = typed.says("孙库", "6205轴承给何平2个")
    assert heard[-1] == "6205轴承 ×2 已出库给何平（工单 WO-2611-0001）。"
    assert typed.says("孙库", "给林涛1个6206轴承")[-1] == "6206轴承 ×1 已从主库发给林涛，记在他车上。"
    assert typed.company.told("林涛")[-1] == "仓库（孙库）发给您 6206轴承 ×1，已记到您车上。"
    van = f"van:{typed.company.people['林涛'].person_id}"
    assert typed.company.look(lambda queries: queries.parts.on_hand("6206"))[van] == 1
    assert typed.says("何平", "6205轴承给林涛1个")[-1] == "6205轴承 ×1 已调给林涛。"
    assert len(typed.company.all(PartRequest)) == 1


def test_the_customers_yes_is_shown_while_the_house_still_decides(tmp_path):
    rules = PartsPolicy(rules=(PartRule(name="大额", when={"amount": {"over": "1000"}}),))
    with open_shop(f"sqlite:///{tmp_path}/shop.db", service=POLICY.model_copy(update={"parts": rules})) as shop:
        shop.act(EnrolPart(code="BS", name="丝杠", price_fen=320_000, stock=1))
        shop.act(EnrolEquipment(serial="OLD-1", model="H500", customer="苏州恒力", warranty_until=date(2024, 1, 1)))
        shop.act(ReportFault(equipment_id=3, words="主轴异响", token=TOKEN))
        for deed in (AcceptJob, ArriveJob):
            shop.act(deed(work_order_id=1), shop.people["何平"])
        shop.act(RequestParts(work_order_id=1, parts=(SaidPart(name="丝杠", quantity=1),)), shop.people["何平"])
        assert _line(shop) == ("等您同意", "等客户同意付费")
        shop.act(AnswerPrice(token=TOKEN, agrees=True), visitor())
        assert _line(shop) == ("您已同意，厂家审批中", "客户已同意，等审批")
        shop.act(ApproveRequest(request_id=1), shop.people["周敏"])
        assert _line(shop) == ("待出库", "待出库")


def _line(shop):
    [line] = shop.look(lambda queries: queries.service.progress(TOKEN, shop.clock.now())).waits
    return line.told_customer, line.stands
