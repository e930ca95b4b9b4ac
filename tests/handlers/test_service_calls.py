"""What customers say on the phone becomes a ticket, whoever of the house types it; talk about selling stays talk."""

from __future__ import annotations

import pytest

from domain.catalog.enrol_product import EnrolProduct
from domain.service.states import JobState
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.work_order import WorkOrder
from tests.support.service_shop import open_shop
from tests.support.typed import Typed


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Return a desk for sentences that are only read."""
    with open_shop(f"sqlite:///{tmp_path_factory.mktemp('calls')}/shop.db") as shop:
        yield _with_products(shop)


@pytest.fixture
def typed(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        yield _with_products(shop)


def _with_products(shop):
    for code in ("X200", "L320"):
        shop.act(EnrolProduct(code=code, name="车床", price_fen=15_800_000, cost_fen=11_900_000))
    return Typed(shop)


@pytest.mark.parametrize(
    ("who", "said", "fault"),
    [
        ("唐悦", "客户打电话报修 东莞鑫宏 L320 触摸屏黑屏 电话13812340000", "触摸屏黑屏"),
        ("陈静", "客户打电话报修 东莞鑫宏 L320 触摸屏黑屏 电话13812340000", "触摸屏黑屏"),
        ("何平", "客户打电话报修 东莞鑫宏 L320 触摸屏黑屏 电话13812340000", "触摸屏黑屏"),
        ("孙库", "刚接了个电话 东莞鑫宏的L320坏了 不动了", "坏了 不动了"),
        ("唐悦", "东莞鑫宏打电话来说机床不动了", "机床不动了"),
        ("陈静", "恒力来电 说X200主轴异响 13812345678", "主轴异响"),
        ("陈静", "帮东莞鑫宏报个修 抓手松了", "抓手松了"),
        ("周敏", "客户报修 东莞鑫宏 砂轮不转 联系人老吴13777770000", "砂轮不转 联系人老吴"),
        ("陈静", "东莞鑫宏 L320 触摸屏又黑了 让师傅来看看", "触摸屏又黑了 让师傅来看看"),
        ("唐悦", "报个修 恒力 X200 主轴响", "主轴响"),
        ("唐悦", "SN-2024-000317 报警", "报警"),
        ("陈静", "恒力的机床坏了", "机床坏了"),
        ("陈静", "恒力说设备坏了要赔偿", "设备坏了要赔偿"),
        ("唐悦", "恒力报修", None),
    ],
)
def test_a_machine_out_of_order_is_a_report(desk, who, said, fault):
    understood = desk.understands(who, said)
    assert (understood.intent, understood.slots.get("fault")) == ("report_fault", fault)


@pytest.mark.parametrize(
    ("who", "said", "intent"),
    [
        ("陈静", "恒力的老车床坏了 想换一台X200", "log_inquiry"),
        ("陈静", "今天拜访恒力，他们说X200最近老报警，已经让售后去看了", "log_follow_up"),
        ("陈静", "恒力说上次报修处理得不错，想再订一台", "log_follow_up"),
        ("陈静", "恒力电话打不通", "log_follow_up"),
        ("陈静", "恒力的报修到哪了", "query_ticket"),
        ("唐悦", "东莞鑫宏的报修取消", "cancel_ticket"),
        ("唐悦", "东莞鑫宏的L320保养好了", "finish_service"),
    ],
)
def test_talk_of_it_is_none(desk, who, said, intent):
    assert desk.understands(who, said).intent == intent


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("唐悦", "东莞鑫宏 L320 保养一下"),
        ("唐悦", "东莞鑫宏 L320 年度保养 下周二上午"),
        ("周敏", "安排给东莞鑫宏保养一下"),
        ("陈静", "苏州恒力 X200 要保养"),
        ("唐悦", "SN-2023-000088 保养"),
    ],
)
def test_to_be_looked_after_is_a_visit(desk, who, said):
    assert desk.understands(who, said).intent == "request_visit"


def test_talk_of_a_contract_sends_nobody(desk):
    assert desk.understands("陈静", "今天去恒力聊了保养合同").intent != "request_visit"


def test_only_what_is_missing_is_asked(typed):
    typed.says("唐悦", "报修")
    assert "哪家客户的设备" in str(typed.draft("唐悦"))
    typed.says("唐悦", "恒力")
    assert "哪里不对" in str(typed.draft("唐悦"))
    long = "开机以后屏幕一直黑着，按哪个键都没反应，昨天还好好的"
    assert typed.says("唐悦", long)[-1].startswith("X200（末四位 0317）已报修，单号 BX-2611-0001")
    [ticket] = typed.company.all(Ticket)
    assert (ticket.fault, ticket.type) == (long, ServiceType.REPAIR)


def test_a_machine_that_is_in_no_ledger_is_mended_all_the_same(typed):
    heard = typed.says("陈静", "客户打电话报修 东莞鑫宏 X200 主轴响 13812340000")
    assert heard[-1] == "东莞市鑫宏五金制品有限公司 已报修，单号 BX-2611-0001。设备台账里没有这台，到现场请登记。"
    [ticket] = typed.company.all(Ticket)
    assert (ticket.equipment_id, ticket.product, ticket.fault) == (None, "X200", "主轴响")
    assert ticket.phone == "13812340000"


def test_a_visit_is_made_by_its_serial_and_refused_to_strangers(typed):
    heard = typed.says("唐悦", "SN-2023-000088 保养")
    assert heard[-1] == "保养已登记，单号 BX-2611-0001（工单 WO-2611-0001）。"
    assert typed.company.all(WorkOrder)[0].state in (JobState.REPORTED, JobState.OFFERED)
    assert typed.says("陈静", "东莞鑫宏 L320 要保养") == [
        "没有找到这家客户，或不归您负责。请把这句话发给调度，由他登记。"
    ]
