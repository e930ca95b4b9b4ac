"""What people ask and say between two steps of a job, really read: how it stands, who is late, what lies where."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.actor import visitor
from domain.catalog.enrol_part import EnrolPart
from domain.errors import Invalid, NotFound
from domain.service.accept import AcceptJob
from domain.service.finishing import FinishJob, SaidPart
from domain.service.report import ReportFault
from domain.service.states import JobState
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.visit import ArriveJob
from domain.service.work_order import WorkOrder
from domain.spares.part_request import PartRequest, RequestState
from tests.handlers.test_service import Chat
from tests.support.company import MONDAY
from tests.support.service_shop import open_shop
from tests.support.typed import Typed

COMPANY = "苏州恒力机械有限公司"


@pytest.fixture
def shop(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        yield shop


@pytest.fixture
def chat(shop):
    return Chat(shop)


@pytest.fixture
def taken(shop):
    """Return a job in 何平's hands, for three o'clock."""
    job = shop.report()
    shop.act(AcceptJob(work_order_id=job.id, eta=MONDAY + timedelta(hours=1)), shop.people["何平"])
    return job


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("客户电话多少", "苏州恒力 X200（WO-2611-0001）：电话 13812345678。"),
        ("联系方式", "苏州恒力 X200（WO-2611-0001）：电话 13812345678。"),
        ("地址在哪", "苏州恒力 X200（WO-2611-0001）：苏州工业园区 3 号车间。"),
        ("这台在保吗", "苏州恒力 X200（WO-2611-0001）：保修期内（至 2027-03-01）。"),
        ("这台以前修过吗", "X200（末四位 0317）还没有服务记录。"),
        ("手上有几单", "1. 苏州恒力 X200（WO-2611-0001）：接单，何平，11:00 到\n回复“1”看卡片。"),
        ("车上有哪些备件", "您车上有：6205轴承 1 个。"),
        ("轴承坏了 车上有没有6205", "6205轴承：您车上 1 个，主库 5 个"),
    ],
)
def test_an_engineer_is_answered_about_the_job_in_hand(chat, said, answer):
    assert chat.says("何平", said) == answer


def test_an_unknown_part_is_answered_with_the_nearest(chat):
    with pytest.raises(NotFound, match="备件目录里没有“6025”，是不是 6205轴承"):
        chat.says("何平", "6025有货吗")


def test_whoever_is_late_moves_the_hour_that_the_customer_sees(shop, chat, taken):
    assert chat.says("何平", "堵车 晚半小时到") == "工单 WO-2611-0001 改为预计 11:30 到，客户的进度页已更新。"
    assert shop.job().eta == MONDAY + timedelta(hours=1, minutes=30)
    assert chat.says("何平", "要晚到一刻钟").startswith("工单 WO-2611-0001 改为预计 11:45 到")
    assert chat.says("何平", "要晚点 前面一单没弄完") == "好，苏州恒力 X200 大概几点能到？发“四点半到”，客户看得见。"
    assert shop.job().eta == MONDAY + timedelta(hours=1, minutes=45)
    assert chat.says("何平", "路上了").startswith("工单 WO-2611-0001 已记出发，客户看到的是 11:45 到")
    assert shop.job().departed_at == shop.clock.now()
    assert taken.id == shop.job().id


def test_a_doubt_about_tomorrow_morning_is_tomorrow_morning(shop, chat):
    shop.report()
    assert chat.says("何平", "接了 明早八点半到 堵的话九点").endswith("是您的了，预计 11月24日 08:30 到，最晚 09:00。")
    assert shop.job().eta_end - shop.job().eta == timedelta(minutes=30)


def test_a_shut_door_in_other_words_and_inside_again(shop, chat, taken):
    assert "已记到场被拦" in chat.says("何平", "到了 没人")
    assert shop.job().blocked == "到了 没人"
    assert "已记上门" in chat.says("何平", "进来了")
    assert (shop.job().state, shop.job().blocked, shop.job().visits) == (JobState.ON_SITE, "", 1)
    assert taken.id == shop.job().id


def test_only_what_was_used_is_booked(shop, chat, taken):
    """``丝杠没换`` takes it out again; ``旧的带回来了`` asks the store for nothing."""
    he = shop.people["何平"]
    shop.act(EnrolPart(code="BS-4010", name="丝杠", stock=1))
    shop.act(EnrolPart(code="LG-25", name="导轨滑块", stock=3))
    shop.act(ArriveJob(work_order_id=taken.id), he)
    chat.types("何平", "换了1个丝杠 好了", "finish_service", part=[{"name": "丝杠", "quantity": 1}])
    both = [{"name": "丝杠"}, {"name": "导轨滑块"}]
    assert "用了 导轨滑块 ×1" in chat.types("何平", "不对 丝杠没换 是导轨滑块", "finish_service", part=both)
    assert shop.look(lambda queries: queries.parts.used_by(taken.subject)) == [("导轨滑块", 1)]


def test_the_store_answers_with_a_bare_day_and_only_for_what_is_waited_for(shop, chat, taken):
    shop.act(ArriveJob(work_order_id=taken.id), shop.people["何平"])
    assert "备件申请已转给仓库" in chat.says("何平", "要3个卡盘爪 明早用")
    (request,) = shop.all(PartRequest)
    with pytest.raises(Invalid, match="没有人在等“丝杠”"):
        chat.types("孙库", "丝杠没货 下周三到", "out_of_stock", part="丝杠")
    chat._run("孙库", "", lambda ask: ask.focus.turn(ask.now, subject=request.subject))
    assert chat.says("孙库", "周五到").startswith("卡盘爪 ×3 记为缺货，11月27日到货")
    assert chat.types("孙库", "出库 卡盘爪", "issue_part", part="卡盘爪") == (
        "卡盘爪 ×3（目录外） 已出库给何平（工单 WO-2611-0001）。"
    )
    (request,) = shop.all(PartRequest)
    assert (request.state, request.issued_part_id) == (RequestState.ISSUED, None)
    assert shop.job().state is JobState.REVISIT


def test_how_a_ticket_stands_is_told_to_whom_it_concerns(shop, chat, taken):
    line = "1. 苏州恒力 X200（WO-2611-0001）：接单，何平，11:00 到\n回复“1”看卡片。"
    assert chat.types("唐悦", "恒力的报修到哪了", "query_ticket", company=COMPANY) == line
    assert chat.types("陈静", "恒力的报修到哪了", "query_ticket", company=COMPANY) == line
    assert chat.types("马强", "恒力的报修到哪了", "query_ticket", company=COMPANY).startswith("没有找到")
    assert chat.says("唐悦", "何平手上几单") == line
    assert chat.says("唐悦", "催一下何平") == "已催何平：工单 WO-2611-0001（苏州恒力 X200，接单）。"
    assert shop.told("何平")[-2] == "唐悦催您：苏州恒力的 X200（WO-2611-0001，接单），请回一声几点能到，发“三点半到”。"
    assert chat.says("唐悦", "催一下林涛") == "林涛手上没有可催的工单。"
    assert taken.id == shop.job().id


def test_a_visit_of_any_kind_and_a_question_are_asked_for_in_words(shop, chat):
    """S-142: maintenance, inspection and consultation as well as installation; the day stands on the card."""
    chat.types("唐悦", "下周三给恒力的X200做保养", "request_visit", company=COMPANY, product="X200")
    chat.types("唐悦", "恒力的X200巡检 周五", "request_visit", company=COMPANY)
    chat.types("唐悦", "恒力来电话问X200怎么调间隙", "request_consult", company=COMPANY, product="X200")
    assert [each.type for each in shop.all(Ticket)] == [
        ServiceType.MAINTENANCE,
        ServiceType.INSPECTION,
        ServiceType.CONSULT,
    ]
    inspection = shop.all(WorkOrder)[1]
    view = shop.look(lambda queries: queries.service.job(inspection.id, shop.people["唐悦"]))
    assert view.proposed_at.date() == date(2026, 11, 27)
    with pytest.raises(Invalid, match="巡检哪台设备？这家还没有登记这种设备"):
        chat.types("唐悦", "恒力的L320巡检", "request_visit", company=COMPANY, product="L320")


def test_what_mended_a_fault_before_is_told(shop, chat, taken):
    he = shop.people["何平"]
    assert chat.says("何平", "主轴异响以前怎么修的") == "还没有“主轴异响”的维修记录。"
    shop.act(ArriveJob(work_order_id=taken.id), he)
    shop.act(FinishJob(work_order_id=taken.id, words="换了轴承，试车正常"), he)
    assert chat.says("何平", "主轴异响一般怎么处理") == (
        "“主轴异响”以前这样修好：\nX200：主轴异响 → 换了轴承，试车正常"
    )
    assert chat.says("何平", "E07报警以前怎么修的") == "还没有“E07”的维修记录。"


def test_a_job_is_named_by_its_customer_or_its_machine(shop, chat, taken):
    """``恒力的报修改派给林涛``: an engineer is given the machine's job, not the complaint that was looked at last."""
    chat.types("唐悦", "苏州恒力投诉师傅没来", "complain", company=COMPANY)
    said = chat.types("唐悦", "恒力的报修改派给林涛", "dispatch", company=COMPANY, staff="林涛")
    assert said == "工单 WO-2611-0001 已派给林涛，等他答复。"
    assert taken.id == shop.all(WorkOrder)[0].id


def test_parts_said_after_mended_change_what_was_used_and_reopen_nothing(shop, chat, taken):
    """E5 in other words: only words that ask for a part (``还要1个6206``) send the job back to wait for one."""
    he = shop.people["何平"]
    shop.act(ArriveJob(work_order_id=taken.id), he)
    chat.types("何平", "换了2个6205 修好了", "finish_service", part=[{"name": "6205", "quantity": 2}])

    def says(text, *parts):
        said = [{"name": name, "quantity": count} for name, count in parts]
        chat.types("何平", text, "request_part", part=said)
        return shop.look(lambda queries: queries.parts.used_by(taken.subject)), shop.job().state

    assert says("6205是1个 6206是2个", ("6205", 1), ("6206", 2)) == (
        [("6205轴承", 1), ("6206轴承", 2)],
        JobState.SIGNING,
    )
    assert says("还有1个润滑油泵", ("油泵", 1))[0] == [("6205轴承", 1), ("6206轴承", 2), ("润滑油泵", 1)]
    assert says("没用6206", ("6206", None)) == ([("6205轴承", 1), ("润滑油泵", 1)], JobState.SIGNING)
    assert says("还要1个6206", ("6206", 1))[1] is JobState.WAITING_PARTS
    assert shop.look(lambda queries: queries.parts.unbalanced()) == []


def test_what_a_colleague_is_given_is_a_part_and_not_the_job(shop, chat, taken):
    assert chat.says("何平", "调1个6205给林涛") == "6205轴承 ×1 已调给林涛。"
    assert shop.job().engineer_id == shop.people["何平"].person_id
    assert taken.id == shop.job().id


def test_not_today_and_not_at_all(shop, chat, taken):
    shop.act(ArriveJob(work_order_id=taken.id), shop.people["何平"])
    assert chat.says("何平", "到了").startswith("工单 WO-2611-0001 已经记过上门了")
    assert "没有完工" in chat.says("何平", "试了一下午 修不好 得厂家来人")
    assert "已记“待再访”，建议 11月24日 08:30" in chat.says("何平", "今天搞不定了 明天继续")
    assert shop.job().state is JobState.REVISIT


def test_a_warranty_is_told_to_whom_the_machine_concerns(chat):
    said = chat.types("陈静", "恒力X200保修到什么时候", "query_warranty", company=COMPANY, product="X200")
    assert said == "X200（末四位 0317）：保修期内（至 2027-03-01）。"


def test_the_desk_asks_for_some_of_the_open_jobs(shop, chat, taken):
    """A list that was asked for by state holds no other job; ``超时`` is what the time promised says."""
    shop.act(ReportFault(equipment_id=shop.other_machine, words="驱动器报警"), visitor())
    assert chat.types("唐悦", "等备件的工单有哪些", "query_ticket") == "现在没有这样的工单。"
    assert chat.types("唐悦", "没人接的工单", "query_ticket").startswith(
        "1. 东莞鑫宏 L320（WO-2611-0002）：派单，在问马强"
    )
    assert chat.types("唐悦", "超时的工单", "query_ticket") == "现在没有这样的工单。"
    shop.clock.move(timedelta(days=30))
    assert "WO-2611-0001" in chat.types("唐悦", "超时的工单", "query_ticket")
    one = chat.types("唐悦", "WO-2611-0001 到哪一步了", "query_ticket", ticket_no="WO-2611-0001")
    assert one.startswith("1. 苏州恒力 X200（WO-2611-0001）：接单，何平")
    assert taken.id == 1
    for said in ("谁有空", "各工程师手上几单"):
        chat.says("唐悦", said)
        assert chat.shown == ["service.board board:0"]
    chat.says("唐悦", "哪个型号故障最多")
    assert chat.shown[0] == "service.report report:0"


def test_a_product_is_no_spare_part_and_asks_nothing_back(chat):
    with pytest.raises(NotFound, match="备件目录里没有“X900”"):
        chat.types("陈静", "X900还有货吗", "query_stock", product="X900")


@pytest.mark.parametrize("said", ["6205轴承 换过哪些机器", "6205轴承都换在哪些设备上了"])
def test_which_machines_got_a_part_is_a_question(shop, taken, said):
    typed = Typed(shop)
    assert typed.says("何平", said) == ["还没有装过“6205轴承”的记录。"]
    he = shop.people["何平"]
    shop.act(ArriveJob(work_order_id=taken.id), he)
    shop.act(FinishJob(work_order_id=taken.id, parts=(SaidPart(name="6205轴承", quantity=2),), words="换了轴承"), he)
    answer = "“6205轴承”装过 1 台：\n1. 苏州恒力机械有限公司 X200（末四位 0317）：2 个，2026-11-23"
    assert typed.says("何平", said) == [answer]
    assert shop.all(PartRequest) == []


def test_a_machine_holds_the_part_that_was_built_in(database_url):
    with open_shop(database_url) as shop:
        he, job = shop.people["何平"], shop.report()
        shop.act(AcceptJob(work_order_id=job.id, eta=MONDAY + timedelta(hours=1)), he)
        shop.act(ArriveJob(work_order_id=job.id), he)
        shop.act(FinishJob(work_order_id=job.id, parts=(SaidPart(name="6205轴承"),), words="换了轴承"), he)
        (machine,) = shop.look(lambda queries: queries.equipment.with_part("6205轴承"))
        assert (machine.tail, machine.pieces, machine.on, machine.gone) == ("0317", 1, date(2026, 11, 23), False)
        assert shop.look(lambda queries: queries.equipment.with_part("6206轴承")) == []
