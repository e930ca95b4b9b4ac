"""码贴错了: the report is about the machine whose plate was read, as far as it is the same customer's; labels end."""

from __future__ import annotations

import pytest

from domain.actor import visitor
from domain.equipment.commands import EnrolEquipment
from domain.equipment.equipment import Equipment
from domain.equipment.retiring import RetireEquipment
from domain.errors import NotAllowed, NotFound, Stale
from domain.service.accept import AcceptJob
from domain.service.finishing import FinishJob
from domain.service.report import ReportFault
from domain.service.sign import SignOff
from domain.service.ticket import Ticket
from domain.service.visit import ArriveJob

TOKEN = "t" * 22


def test_the_machine_on_the_plate_is_meant_and_the_desk_looks_at_the_label(shop):
    second = shop.act(EnrolEquipment(serial="SN-2020-000555", model="L320", customer="苏州恒力"))
    shop.report("码贴错了 铭牌是sn-2020-000555 卡盘异响")
    assert shop.all(Ticket)[-1].equipment_id == second
    assert shop.told("唐悦")[-1] == (
        "客户说码贴错了：扫的是 X200（末四位 0317）的码，报修 BX-2611-0001 记在 L320（末四位 0555）上。"
        "请核对，换码发“换码 SN-2024-000317”。"
    )


def test_nobody_reports_for_another_customer_by_a_serial(shop):
    shop.report("标签贴错了 SN-2023-000088 主轴异响")
    assert shop.all(Ticket)[-1].equipment_id == shop.machine
    assert "铭牌上的序列号没有对上" in shop.told("唐悦")[-1]


def test_a_serial_without_the_complaint_about_the_label_changes_nothing(shop):
    shop.act(EnrolEquipment(serial="SN-2020-000555", model="L320", customer="苏州恒力"))
    shop.report("和 SN-2020-000555 一样的毛病 异响")
    assert shop.all(Ticket)[-1].equipment_id == shop.machine


def test_a_scrapped_machine_is_reported_by_nobody(shop):
    with pytest.raises(NotAllowed):
        shop.act(RetireEquipment(equipment_id=shop.machine), shop.people["何平"])
    assert shop.act(RetireEquipment(equipment_id=shop.machine, reason="报废"), shop.people["唐悦"]) == "SN-2024-000317"
    assert shop.all(Equipment)[0].retired
    with pytest.raises(NotFound):
        shop.act(ReportFault(equipment_id=shop.machine, words="异响"), visitor())
    with pytest.raises(Stale, match="已经停用"):
        shop.act(RetireEquipment(equipment_id=shop.machine), shop.people["唐悦"])


def test_the_same_fault_again_is_of_the_kind_it_was(shop):
    """C4: 一样的毛病 names no fault: skill and kind come from the job that did not last."""
    he = shop.people["何平"]
    job = shop.report("驱动器报警", token=TOKEN)
    assert (job.kind, job.skill) == ("电气类", "电气")
    lin = shop.people["林涛"]
    for deed in (AcceptJob(work_order_id=job.id), ArriveJob(work_order_id=job.id), FinishJob(work_order_id=job.id)):
        shop.act(deed, lin)
    shop.act(SignOff(token=TOKEN, rating=4, signer="王工"), visitor())
    again = shop.report("昨天不是修过吗 又坏了 一样的毛病")
    assert (again.kind, again.skill) == ("电气类", "电气")
    assert he.person_id not in {
        offer.person_id for offer in shop.run(lambda work: list(work.find.service.offers(again.id)))
    }
