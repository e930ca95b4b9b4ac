"""A report becomes a ticket and a dispatched job in one effect."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.actor import visitor
from domain.equipment.commands import EnrolEquipment
from domain.errors import Invalid, NotFound
from domain.service.accept import AcceptJob
from domain.service.report import ReportFault
from domain.service.states import JobState
from domain.service.ticket import FaultReport, Ticket, fault_code


def test_the_best_two_are_asked_and_told_why(shop):
    job = shop.report("主轴异响，屏幕 E07，停机了")
    assert (job.no, job.state, job.kind, job.region) == ("WO-2611-0001", JobState.OFFERED, "机械类", "华东")
    view = shop.look(lambda queries: queries.service.job(job.id, shop.people["何平"]))
    assert (view.why, view.asked) == (
        "机械类 · 华东 · 手上 0 单 · 没有坐标，没比距离 · 保内",
        ("何平", "林涛"),
    )
    assert (view.urgent, view.fault_code, view.phone) == (True, "E07", "13812345678")
    assert shop.told("何平") == [f"service.dispatch workorder:{job.id}"]
    assert shop.told("高飞") == []


def test_the_sales_owner_hears_of_it(shop):
    shop.report("主轴异响")
    assert shop.told("陈静") == ["苏州恒力的 X200（末四位 0317）报修：主轴异响。工单 WO-2611-0001，已派给何平、林涛。"]


def test_the_least_loaded_comes_first(shop):
    first = shop.report("主轴异响")
    shop.act(AcceptJob(work_order_id=first.id), shop.people["何平"])
    shop.act(EnrolEquipment(serial="SN-2", model="X300", customer="苏州恒力"))
    second = shop.look(lambda queries: queries.equipment.said(serial="SN-2"))[0]
    shop.act(ReportFault(equipment_id=second.id, words="丝杠异响"), visitor())
    view = shop.look(lambda queries: queries.service.unassigned(shop.job().id, shop.people["唐悦"]))
    assert view.job.asked == ("林涛", "高飞")
    assert [(pick.name, pick.note) for pick in view.picks][:3] == [
        ("林涛", "机械、电气、华东 · 手上 0 单"),
        ("高飞", "机械、华东 · 手上 0 单"),
        ("何平", "机械、华东 · 手上 1 单"),
    ]


def test_where_nobody_fits_the_dispatcher_has_it(shop):
    shop.act(ReportFault(equipment_id=shop.other_machine, words="轴承异响"), visitor())
    job = shop.job()
    assert job.state is JobState.REPORTED
    assert shop.told("唐悦") == [f"service.unassigned workorder:{job.id}"]


def test_an_open_ticket_is_joined(shop):
    first = shop.act(ReportFault(equipment_id=shop.machine, words="主轴异响", token="a" * 22), visitor())
    second = shop.act(
        ReportFault(
            equipment_id=shop.machine, words="现在完全不转了", urgent=True, token="b" * 22, photos=("p1", "p2")
        ),
        visitor(),
    )
    assert (first.ticket_no, first.joined, second.ticket_no, second.joined) == (
        "BX-2611-0001",
        False,
        "BX-2611-0001",
        True,
    )
    assert (first.token, second.token) == ("a" * 22, "b" * 22)
    view = shop.look(lambda queries: queries.service.job(shop.job().id, shop.people["唐悦"]))
    assert (view.fault, view.urgent, view.photos) == ("主轴异响；现在完全不转了", True, 2)
    assert shop.told("唐悦") == ["苏州恒力的 X200（WO-2611-0001）客户又来催或补充：现在完全不转了"]
    assert shop.database.look(lambda session: len(session.scalars(select(Ticket)).all())) == 1


def test_consent_and_photos_are_kept_with_the_report(shop):
    """R-78: no report from the page without the version of the consent sentence."""
    shop.report(photos=tuple("abcdefgh"), consent="2026-11")
    report = shop.database.look(lambda session: session.scalars(select(FaultReport)).one())
    assert (report.consent, report.photos) == ("2026-11", list("abcdef"))
    assert len(report.token) == 22


def test_nothing_said_and_a_retired_machine_are_refused(shop):
    with pytest.raises(Invalid, match="请写一句哪里不对"):
        shop.report("  ")
    shop.act(EnrolEquipment(serial="SN-2024-000317", model="X200", customer="苏州恒力", retired=True))
    with pytest.raises(NotFound):
        shop.report()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("屏幕显示 E07", "E07"),
        ("报警al-104，停机", "AL-104"),
        ("X200主轴异响", ""),
        ("X200 报 e12 了", "E12"),
        ("电话13812345678", ""),
        ("换过6205轴承", ""),
        ("BX-2611-0001 修了两次没修好", ""),
        ("铭牌是 R06-2023-0011 触摸屏黑屏", ""),
    ],
)
def test_an_alarm_code_is_found_and_the_model_is_none(words, code):
    assert fault_code(words, model="X200") == code
