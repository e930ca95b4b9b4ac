"""Planned visits by calendar and counter, installations, the end of a warranty, and what service tells sales."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cards import service_report
from cards.glance import Glance
from domain.actor import visitor
from domain.equipment.commands import EnrolEquipment
from domain.equipment.equipment import Equipment
from domain.equipment.relabelling import RelabelEquipment
from domain.errors import Invalid, NotFound
from domain.service.accept import AcceptJob
from domain.service.dispatch import AssignJob
from domain.service.finishing import FinishJob, SaidPart
from domain.service.installing import RegisterMachine
from domain.service.report import ReportFault
from domain.service.requesting import RequestService
from domain.service.sign import SignOff
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.visit import ArriveJob
from domain.tasks.task import Task
from domain.upkeep.plan import MaintenancePlan
from domain.upkeep.planning import PlanMaintenance, ReadCounter, StopPlan
from tests.support.service_shop import SLUG

ZONE = ZoneInfo("Asia/Shanghai")
TOKEN = "t" * 22


def plan(shop, **more):
    said = {"equipment_id": shop.machine, "months": 3, **more}
    return shop.act(PlanMaintenance(**said), shop.people["唐悦"])


def mend(shop, name="何平", **finish):
    job = shop.job()
    for deed in (AcceptJob, ArriveJob):
        shop.act(deed(work_order_id=job.id), shop.people[name])
    shop.act(FinishJob(work_order_id=job.id, **finish), shop.people[name])


def tasks(shop):
    return [(task.title, task.why) for task in shop.all(Task)]


def at(day, hour=8, minute=30):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def test_a_visit_is_made_a_week_ahead_once_and_both_are_reminded(shop):
    planned = plan(shop)
    assert (planned.said, planned.due_on) == ("每 3 个月保养", date(2027, 2, 23))
    shop.clock.set(at(date(2027, 2, 16)))
    shop.fire()
    ticket = shop.all(Ticket)[-1]
    assert (ticket.type, ticket.origin) == (ServiceType.MAINTENANCE, planned.subject)
    assert shop.told("陈静")[-1].endswith("2月23日保养，单号 BX-2702-0001。请和客户约好时间。".replace("2月", "02月"))
    assert shop.job().proposed_at == at(date(2027, 2, 23))
    shop.act(AcceptJob(work_order_id=shop.job().id), shop.people["何平"])
    shop.clock.set(at(date(2027, 2, 22)))
    shop.fire()
    assert shop.told("何平")[-1].startswith("明天（02月23日）苏州恒力的 X200 保养，工单 WO-2702-0001。")
    assert len(shop.all(Ticket)) == 1
    shop.act(ArriveJob(work_order_id=shop.job().id), shop.people["何平"])
    shop.act(FinishJob(work_order_id=shop.job().id, words="保养完成"), shop.people["何平"])
    assert shop.get(MaintenancePlan, planned.id).due_on == date(2027, 5, 22)


def test_a_counter_brings_the_day_nearer_and_never_runs_backwards(shop):
    plan(shop, months=12, hours=2000)
    shop.clock.move(timedelta(days=10))
    done = shop.act(ReadCounter(equipment_id=shop.machine, hours=200), shop.people["何平"])
    assert done[0].due_on == date(2026, 12, 3) + timedelta(days=90)
    with pytest.raises(Invalid, match="上次读到 200 小时"):
        shop.act(ReadCounter(equipment_id=shop.machine, hours=199), shop.people["何平"])
    shop.act(ReadCounter(equipment_id=shop.machine, hours=2100), shop.people["何平"])
    shop.fire()
    assert shop.all(Ticket)[-1].type is ServiceType.MAINTENANCE


def test_a_stopped_plan_makes_nothing(shop):
    planned = plan(shop)
    shop.act(StopPlan(plan_id=planned.id), shop.people["唐悦"])
    shop.clock.set(at(date(2027, 3, 1)))
    shop.fire()
    assert shop.all(Ticket) == []


def test_an_installation_puts_the_machine_into_the_ledger(shop):
    shop.act(RequestService(type=ServiceType.INSTALL, customer_id=1, words="装机", product="X300"), shop.people["唐悦"])
    job = shop.job()
    for deed in (AcceptJob, ArriveJob):
        shop.act(deed(work_order_id=job.id), shop.people["何平"])
    with pytest.raises(Invalid, match="已经登记在另一家客户名下"):
        shop.act(RegisterMachine(serial="SN-2023-000088", work_order_id=job.id), shop.people["何平"])
    machine = shop.act(RegisterMachine(serial="x300-2026-9", work_order_id=job.id), shop.people["何平"])
    assert (machine.serial, machine.model, machine.customer_id) == ("X300-2026-9", "X300", 1)
    shop.act(FinishJob(work_order_id=job.id, words="装好试车"), shop.people["何平"])
    installed = shop.get(Equipment, machine.id)
    assert (installed.installed_on, installed.warranty_until) == (date(2026, 11, 23), date(2027, 11, 23))
    assert f"warranty:{machine.id}" in shop.pending()


def test_a_new_code_makes_the_old_one_worthless(shop):
    assert shop.act(RelabelEquipment(equipment_id=shop.machine), shop.people["何平"]) == "SN-2024-000317"
    assert shop.look(lambda queries: queries.equipment.plate(SLUG)) is None


def test_the_end_of_a_warranty_is_offered_once_and_not_when_it_was_prolonged(shop):
    shop.clock.set(at(date(2026, 12, 31), 11))
    assert shop.fire() == 1
    assert tasks(shop) == [("苏州恒力：谈延保", "X200（0317）2027-03-01 到保")]
    assert shop.told("陈静")[-1] == "tasks.task task:1"


@pytest.mark.parametrize(
    ("words", "title"),
    [("订单多了，这台产能不够用", "苏州恒力：聊聊增购"), ("主轴异响", "苏州恒力：谈维保合同")],
)
def test_what_service_hears_becomes_a_suggestion_to_the_owner_once(shop, words, title):
    shop.act(
        EnrolEquipment(serial="SN-2024-000317", model="X200", customer="苏州恒力", warranty_until=date(2025, 1, 1))
    )
    shop.act(ReportFault(equipment_id=shop.machine, words=words), visitor())
    assert title in [task for task, _ in tasks(shop)]
    count = len(tasks(shop))
    mend(shop, words="好了")
    shop.act(ReportFault(equipment_id=shop.machine, words=words), visitor())
    assert len(tasks(shop)) == count


def test_some_days_after_the_signature_somebody_calls(shop):
    shop.report(token=TOKEN)
    mend(shop)
    shop.act(SignOff(token=TOKEN, rating=5, signer="王"), visitor())
    shop.clock.move(timedelta(days=3))
    shop.fire()
    assert ("回访苏州恒力：报修后用得怎么样", "BX-2611-0001 已签收，评分 5") in tasks(shop)


def test_the_figures_of_a_month_and_who_may_see_them(shop):
    shop.report(token=TOKEN)
    shop.clock.move(timedelta(hours=2))
    mend(shop, parts=(SaidPart(name="6205", quantity=2),), words="换了轴承")
    shop.act(SignOff(token=TOKEN, rating=4, signer="王"), visitor())
    month = (date(2026, 11, 1), date(2026, 11, 30))

    def report(name):
        return shop.look(lambda queries: queries.service_reports.report(shop.people[name], *month, ZONE))

    seen = report("唐悦")
    assert (seen.total.jobs, seen.total.response_minutes, seen.total.repair_minutes) == (1, 120, 120)
    assert (seen.total.first_fix_ppm, seen.total.rating_hundredths) == (1_000_000, 400)
    assert [(rate.model, rate.faults, rate.machines) for rate in seen.models] == [("X200", 1, 1)]
    assert seen.parts == (("6205轴承", 2),)
    shop.act(ReportFault(equipment_id=shop.machine, words="又异响"), visitor())
    assert report("唐悦").total.first_fix_ppm == 0
    assert [score.name for score in report("何平").scores] == ["何平"]
    assert report("林涛").total.jobs == 0
    with pytest.raises(Exception, match="服务报表给服务主管和管理层看"):
        report("陈静")
    history = shop.look(lambda queries: queries.equipment_history.of(shop.machine))
    assert (history.count, [each.words for each in history.services]) == (1, ["换了轴承"])
    assert [(each.name, each.quantity) for each in history.fitted] == [("6205轴承", 2)]


def test_what_is_compared_with_before_and_who_comes_in_time(shop):
    """In October two hours from report to signature, in November one; of two visits with an hour one is late."""
    for month, hours in ((10, 2), (11, 1)):
        for late in (False, True):
            shop.clock.set(at(date(2026, month, 20 + late), 9))
            token = f"{month}{late}".ljust(22, "t")
            shop.act(ReportFault(equipment_id=shop.machine, words="主轴异响", token=token), visitor())
            job, engineer = shop.job(), shop.people["何平"]
            told = shop.clock.now() + timedelta(minutes=10)
            shop.act(AssignJob(work_order_id=job.id, engineer_id=engineer.person_id), shop.people["唐悦"])
            shop.act(AcceptJob(work_order_id=job.id, eta=told), engineer)
            shop.clock.move(timedelta(minutes=40 if late else 20))
            shop.act(ArriveJob(work_order_id=job.id), engineer)
            shop.act(FinishJob(work_order_id=job.id), engineer)
            shop.clock.set(at(date(2026, month, 20 + late), 9) + timedelta(hours=hours))
            shop.act(SignOff(token=token, rating=5, signer="王"), visitor())
    view = shop.look(
        lambda queries: queries.service_reports.report(
            shop.people["唐悦"], date(2026, 11, 1), date(2026, 11, 30), ZONE, complaint_before=1110
        )
    )
    assert (view.total.handled_minutes, view.handled_before, view.complaint_before) == (60, 120, 1110)
    assert view.total.on_time_ppm == 500_000
    assert [(rate.model, rate.faults, rate.machines) for rate in view.batches] == [("SN-2024", 2, 1)]
    card = service_report.report(view, Glance(viewer=shop.people["唐悦"], now=shop.clock.now(), zone=ZONE, base=""))
    said = {row.label: row.value for row in card.fields}
    assert (said["报修到签收"], said["准时到"]) == ("1.0 小时（原来 2.0 小时，快了 50%）", "50%")
    assert "故障最多的批次：SN-2024 2 次（在用 1 台）" in card.notes


def test_sales_plan_for_their_own_customers_only(shop):
    with pytest.raises(NotFound):
        shop.act(PlanMaintenance(equipment_id=shop.other_machine, months=3), shop.people["陈静"])
