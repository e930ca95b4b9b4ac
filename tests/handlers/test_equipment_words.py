"""Machines, plans and figures in words, really read: what is answered, and what is asked when a word is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.actor import Role
from domain.equipment.commands import EnrolEquipment
from domain.errors import Invalid
from domain.people.commands import EnrolPerson
from domain.service.accept import AcceptJob
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.visit import ArriveJob
from domain.upkeep.plan import MaintenancePlan
from handlers.context import Confirm, Missing
from tests.handlers.test_service import Chat
from tests.support.service_shop import open_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with open_shop(f"sqlite:///{tmp_path_factory.mktemp('words')}/shop.db") as shop:
        job = shop.report("主轴异响")
        for deed in (AcceptJob, ArriveJob):
            shop.act(deed(work_order_id=job.id), shop.people["何平"])
        yield shop


@pytest.fixture
def chat(shop):
    return Chat(shop)


def test_a_plan_is_made_for_the_machine_in_hand(shop, chat):
    said = chat.types("何平", "这台每季度保养一次", "plan_maintenance")
    assert said.startswith("X200（末四位 0317）每 3 个月保养，下次 2027-02-23。")
    assert shop.all(MaintenancePlan)[0].months == 3
    with pytest.raises(Missing, match="多久保养一次"):
        chat.types("何平", "这台要保养", "plan_maintenance")


def test_a_counter_is_read_and_a_label_is_changed_after_a_tap(shop, chat):
    assert chat.says("何平", "X200 运行到5200小时").startswith("X200（末四位 0317）运行 5200 小时已记。每 3 个月保养")
    with pytest.raises(Confirm) as asked:
        chat.says("何平", "换码 SN-2024-000317")
    assert asked.value.slots["serial_no"] == "SN-2024-000317"


def test_the_desk_logs_what_customers_tell_by_phone(shop, chat):
    company = "苏州恒力机械有限公司"
    assert chat.types("唐悦", "苏州恒力投诉师傅没来", "complain", company=company).startswith(
        "投诉已登记，单号 TS-2611-0001"
    )
    assert shop.all(Ticket)[-1].type is ServiceType.COMPLAINT
    chat.types("唐悦", "恒力的X300下周三安装调试", "request_install", company=company, product="X300")
    install = shop.all(Ticket)[-1]
    assert (install.type, install.product, install.equipment_id) == (ServiceType.INSTALL, "X300", None)
    with pytest.raises(Missing, match="是哪家客户的投诉"):
        chat.types("唐悦", "有人投诉", "complain")


def test_hours_serials_causes_are_read_and_an_unknown_cause_is_learnt(shop, chat):
    assert chat.says("何平", "干了两个半小时") == "工单 WO-2611-0001 工时记为 2 小时 30 分钟。"
    assert "A1001 换成 B2002" in chat.says("何平", "旧驱动器 A1001 换成 B2002")
    assert chat.says("何平", "原因是轴承缺油") == "工单 WO-2611-0001 原因记为“润滑不良”。"
    with pytest.raises(Missing, match="“老鼠咬了线”归到哪一类"):
        chat.says("何平", "原因是老鼠咬了线")
    chat.types("何平", "电气故障", "note_cause", words="老鼠咬了线", code="电气故障")
    assert chat.says("何平", "原因是老鼠咬了线") == "工单 WO-2611-0001 原因记为“电气故障”。"


def test_the_store_counts_in_words(shop, chat):
    assert chat.says("孙库", "入库 6206轴承 20个") == "6206轴承 ×20 已入主库。"
    assert chat.types("何平", "6205还有多少", "query_stock", part=[{"name": "6205"}]) == (
        "6205轴承：您车上 1 个，主库 5 个"
    )


def test_figures_are_shown_as_a_card_and_to_nobody_else(shop, chat):
    chat.says("唐悦", "本月服务报表")
    assert chat.shown == ["service.report report:0"]
    chat.says("唐悦", "派单看板")
    assert chat.shown == ["service.board board:0"]


def test_when_somebody_is_there_stands_on_the_engineers_card(shop, chat):
    text = "苏州恒力的X200又响了 今天三点以后有人 明天上午也行 后天不行"
    company = "苏州恒力机械有限公司"
    assert "已并入 BX-2611-0001" in chat.types(
        "唐悦", text, "report_fault", company=company, product="X200", fault=text
    )
    view = shop.look(lambda queries: queries.service.job(1, shop.people["何平"]))
    assert view.windows == ("11-23 15:00 以后", "11-24 08:00 到 12:00", "11-25 不行")


@pytest.mark.parametrize(
    ("said", "since", "until"),
    [
        ("8月服务报表", date(2026, 8, 1), date(2026, 8, 31)),
        ("十二月份的服务报表", date(2025, 12, 1), date(2025, 12, 31)),
        ("11月服务报表", date(2026, 11, 1), date(2026, 11, 23)),
        ("上月服务报表", date(2026, 10, 1), date(2026, 10, 31)),
    ],
)
def test_a_report_is_of_the_month_that_was_named(chat, said, since, until):
    chat.says("唐悦", said)
    assert chat.shown[0] == "service.report report:0"
    assert (chat.given["since"], chat.given["until"]) == (since.isoformat(), until.isoformat())


def test_the_machine_is_the_one_whose_model_was_said(shop, chat):
    """恒力X200运行到1500小时 names one of the customer's machines also where the reader knows no such product."""
    shop.act(EnrolEquipment(serial="SN-2020-000555", model="L320", customer="苏州恒力"))
    company = "苏州恒力机械有限公司"
    said = chat.types("唐悦", "恒力L320运行到900小时", "read_counter", company=company, hours="900")
    assert said.startswith("L320（末四位 0555）运行 900 小时已记。")


def test_a_sales_rep_hears_nothing_of_a_strangers_machine(shop, chat):
    """R-52: a machine that is not his customer's is told like one that is not there."""
    company = "苏州恒力机械有限公司"
    assert "服务" in chat.types("陈静", "恒力的X200修过几次", "equipment_history", company=company, product="X200")
    shop.people["外人"] = replace(
        shop.people["陈静"], person_id=shop.act(EnrolPerson(name="外人", roles=(Role.SALES,)))
    )
    with pytest.raises(Invalid, match="没有找到这台设备"):
        chat.types("外人", "恒力的X200修过几次", "equipment_history", company=company, product="X200")
