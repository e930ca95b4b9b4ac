"""What people look up between two jobs: stock, what runs out, jobs by serial or part, the machine in hand, promises."""

from __future__ import annotations

import pytest

from domain.catalog.enrol_part import EnrolPart
from domain.customers.commands import ContactEntry, EnrolCustomer
from domain.service.accept import AcceptJob
from domain.service.finishing import FinishJob, SaidPart
from domain.service.sign import SignOff
from domain.service.visit import ArriveJob
from domain.upkeep.planning import PlanMaintenance
from tests.support.service_shop import open_shop
from tests.support.typed import Typed

TOKEN = "t" * 22
SERIAL = "SN-2024-000317"


@pytest.fixture(scope="module")
def typed(tmp_path_factory):
    """何平 has mended the X200 once with two bearings, and has it in hand again."""
    with open_shop(f"sqlite:///{tmp_path_factory.mktemp('lookups')}/shop.db") as shop:
        shop.act(EnrolPart(code="BT", name="主轴皮带", stock=2, least=4, unit="根"))
        shop.act(
            EnrolCustomer(
                name="苏州恒力机械有限公司",
                aliases=("恒力", "苏州恒力"),
                region="华东",
                owner="陈静",
                contacts=(ContactEntry(name="蔡文斌", title="设备主管"),),
            )
        )
        shop.act(PlanMaintenance(equipment_id=shop.machine, hours=2000), shop.people["唐悦"])
        engineer = shop.people["何平"]
        shop.report("轴承异响 屏上写E07", token=TOKEN)
        for deed in (AcceptJob, ArriveJob):
            shop.act(deed(work_order_id=1), engineer)
        shop.act(FinishJob(work_order_id=1, parts=(SaidPart(name="6205", quantity=2),), words="换了轴承"), engineer)
        shop.act(SignOff(token=TOKEN, rating=4, signer="王"))
        shop.report("轴承又响了")
        shop.act(AcceptJob(work_order_id=2), engineer)
        yield Typed(shop)


@pytest.mark.parametrize(
    ("who", "said", "answer"),
    [
        ("何平", "查库存 6206轴承", "6206轴承：主库 3 个"),
        ("陈静", "查库存 6206轴承", "6206轴承：主库 3 个"),
        ("孙库", "哪些备件快没了", "快没了的备件 1 种，到货发“入库 名称 数量”：\n主轴皮带：主库 2 根，最低 4"),
        ("何平", "销售答应过什么", "苏州恒力 X200（WO-2611-0002）：没有记着没兑现的承诺。"),
        ("何平", "客户脾气怎么样", "苏州恒力 X200（WO-2611-0002）：蔡文斌 设备主管。"),
        ("何平", "计数器 5200小时", "X200（末四位 0317）运行 5200 小时已记。"),
        ("唐悦", "SN-2024-000317 运行小时5300", "X200（末四位 0317）运行 5300 小时已记。"),
    ],
)
def test_what_is_asked_is_answered(typed, who, said, answer):
    assert typed.says(who, said)[0].startswith(answer)


@pytest.mark.parametrize("said", ["最近三次服务", "这台机器换过什么", f"{SERIAL} 修过几次"])
def test_the_machine_in_hand_tells_what_was_done_to_it(typed, said):
    heard = typed.says("何平", said)[0]
    assert heard.startswith("X200（末四位 0317）一共服务 1 次：")
    assert heard.endswith("装过：6205轴承 ×2")


@pytest.mark.parametrize("said", ["换过6205的工单", "哪些工单换过6205轴承", f"查工单 {SERIAL}", "E07的工单"])
def test_jobs_are_found_by_part_serial_and_alarm(typed, said):
    heard = typed.says("唐悦", said)[0]
    assert "苏州恒力 X200（WO-2611-0001）：确认，何平" in heard


def test_one_engineers_figures_are_told_to_who_may_see_them(typed):
    assert typed.says("周敏", "何平的评分")[0] == ("何平 11月01日到11月23日：完工 1 单，一次修好率 0%，评分 4.0。")


def test_labels_are_a_page(typed):
    assert typed.says("唐悦", "打印标签 恒力")[0].startswith("设备标签在网页上打")
    assert typed.understands("何平", f"换标签 {SERIAL}").intent == "relabel_equipment"


def test_the_store_is_counted_and_the_books_follow(typed):
    assert typed.says("孙库", "盘点 6206轴承 2个") == ["6206轴承 盘点 2 个：账上 3，少了 1，已改过来。"]
    assert typed.says("孙库", "6206轴承盘点3个") == ["6206轴承 盘点 3 个：账上 2，多了 1，已改过来。"]
    assert typed.says("孙库", "盘点 6206轴承 3个") == ["6206轴承 盘点 3 个：账实相符。"]
    assert "6206轴承 3 个" in typed.says("孙库", "盘点")[0]
    assert typed.company.look(lambda queries: queries.parts.unbalanced()) == []
    typed.says("何平", "盘点 6206轴承 30个")
    assert typed.company.look(lambda queries: queries.parts.on_hand("6206"))["main"] == 3
