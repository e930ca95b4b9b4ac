"""The worked examples of the conventions (docs/understanding.md) and what each of four people types in the first hour."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from handlers.language.gazetteer import Gazetteer
from handlers.language.meaning import Context, Draft
from handlers.language.understand import Reader

READER = Reader(
    Gazetteer.build(
        customers=[
            {"name": "苏州恒力机械有限公司", "aliases": ["恒力"]},
            {"name": "青岛海源食品有限公司", "aliases": ["海源"]},
            {"name": "华鑫门窗有限公司", "aliases": ["华鑫"]},
        ],
        products=[
            {"code": "X200", "aliases": []},
            {"code": "D108", "aliases": ["断桥铝平开108"], "kind": "断桥铝平开窗"},
        ],
        parts=["6205轴承", "6206轴承"],
        staff=[{"name": "周建国", "nicknames": ["老周"]}],
        stages=["意向", "报价", "谈判", "赢单", "输单"],
        sources=["展会", "抖音", "电话"],
    )
)
WEDNESDAY = datetime.fromisoformat("2026-03-11T10:30:00+08:00")
THURSDAY = datetime.fromisoformat("2025-11-20T14:30:00+08:00")


def read(text: str, role: str = "sales", now: datetime = WEDNESDAY, context: Context | None = None) -> Draft:
    return READER.understand(text, role=role, now=now, context=context).drafts[0]


@pytest.mark.parametrize(
    ("said", "due", "end"),
    [
        ("下周三", "2026-03-18", None),
        ("下下周一", "2026-03-23", None),
        ("这周五", "2026-03-13", None),
        ("周五", "2026-03-13", None),
        ("下周三前", "2026-03-18", None),
        ("月底前", "2026-03-31", None),
        ("5月前", "2026-04-30", None),
        ("国庆前", "2026-09-30", None),
        ("五一前", "2026-04-30", None),
        ("节前", "2026-04-03", None),
        ("国庆后", "2026-10-08", None),
        ("五一后", "2026-05-06", None),
        ("五一回来第一天", "2026-05-06", None),
        ("过完端午", "2026-06-22", None),
        ("月底", "2026-03-31", None),
        ("下个月初", "2026-04-01", "2026-04-10"),
        ("下个月中旬", "2026-04-11", "2026-04-20"),
        ("下周", "2026-03-16", "2026-03-22"),
        ("下个月", "2026-04-01", "2026-04-30"),
        ("五月", "2026-05-01", "2026-05-31"),
        ("Q2", "2026-04-01", "2026-06-30"),
        ("下半年", "2026-07-01", "2026-12-31"),
        ("这两天", "2026-03-11", "2026-03-13"),
        ("3天内", "2026-03-14", None),
        ("过3天", "2026-03-14", None),
        ("两个月内", "2026-05-11", None),
    ],
)
def test_days(said: str, due: str, end: str | None) -> None:
    slots = read(f"{said}提醒我联系恒力").slots
    assert (slots.get("due"), slots.get("due_end")) == (due, end)


@pytest.mark.parametrize(
    ("said", "due", "window"),
    [
        ("明天下班前", "2026-03-12T18:00:00+08:00", "17:00/18:30"),
        ("明天上班前", "2026-03-12T09:00:00+08:00", "08:00/09:30"),
        ("明天中午", "2026-03-12T12:00:00+08:00", "11:30/13:30"),
        ("明天一早", "2026-03-12", "06:00/10:00"),
        ("明天上午", "2026-03-12", "08:00/12:00"),
        ("明天下午", "2026-03-12", "12:00/18:30"),
        ("明天晚上", "2026-03-12", "17:00/23:59"),
        ("明天3点", "2026-03-12T15:00:00+08:00", None),
        ("11点", "2026-03-11T11:00:00+08:00", None),
        ("9点", "2026-03-11T21:00:00+08:00", None),
    ],
)
def test_times_of_day(said: str, due: str, window: str | None) -> None:
    slots = read(f"{said}提醒我联系恒力").slots
    assert (slots.get("due"), slots.get("due_window")) == (due, window)


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("近半年", "2025-09-11/2026-03-11"),
        ("最近七天", "2026-03-05/2026-03-11"),
        ("本月", "2026-03-01/2026-03-31"),
        ("今年以来", "2026-01-01/2026-03-11"),
        ("年初到现在", "2026-01-01/2026-03-11"),
        ("1月至今", "2026-01-01/2026-03-11"),
        ("月初到今天", "2026-03-01/2026-03-11"),
    ],
)
def test_periods_end_today(said: str, period: str) -> None:
    assert read(f"{said}业绩多少", "manager").slots["period"] == period


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("50w", {"amount_cny": 500_000}),
        ("5k块", {"amount_cny": 5_000}),
        ("2kw", {"amount_cny": 20_000_000}),
        ("三十来万", {"amount_cny": 300_000, "amount_approx": True}),
        ("三十多万", {"amount_cny": 300_000, "amount_approx": True}),
        ("30万左右", {"amount_cny": 300_000, "amount_approx": True}),
        ("30", {"amount_cny": 300_000}),
        ("3万5", {"amount_cny": 35_000}),
        ("二十五万八", {"amount_cny": 258_000}),
        ("3千2块", {"amount_cny": 3_200}),
        ("两三百万", {"amount_min_cny": 2_000_000, "amount_max_cny": 3_000_000}),
        ("50万以内", {"amount_max_cny": 500_000}),
        ("最多50万", {"amount_max_cny": 500_000}),
        ("几十万", {}),
    ],
)
def test_money(said: str, slots: dict[str, Any]) -> None:
    found = read(f"给恒力建个商机 X200 预算{said}").slots
    assert {name: value for name, value in found.items() if name.startswith("amount")} == slots


@pytest.mark.parametrize(
    "text",
    [
        "恒力要我们再便宜5万",
        "恒力说跟对手差了8万",
        "恒力说对手报了45万",
        "恒力说停一天损失20万",
    ],
)
def test_nobodys_amount(text: str) -> None:
    assert not [name for name in read(text).slots if name.startswith("amount")]


def test_power_is_no_money() -> None:
    assert "amount_cny" not in read("恒力要X200 主轴功率15kw 两台").slots


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("不是华鑫 是恒力要两台X200", "company", "苏州恒力机械有限公司"),
        ("给恒力报2台X200 不对 3台", "quantity", 3),
        ("华鑫王总介绍了个客户 想要两台X200", "company", None),
        ("去了趟恒力隔壁那家厂 聊了X200", "company", None),
    ],
)
def test_what_is_taken_back_or_only_named_on_the_way(text: str, slot: str, value: object) -> None:
    assert read(text).slots.get(slot) == value


@pytest.mark.parametrize(
    ("role", "text", "intent"),
    [
        ("sales", "今天见了恒力王总 让下周三前给报价", "log_follow_up"),
        ("sales", "给恒力报两台X200", "request_quote"),
        ("customer", "机器坏了 派个师傅来", "report_fault"),
        ("manager", "让老周去恒力", "dispatch"),
        ("engineer", "还没修好", None),
        ("engineer", "快修好了", None),
        ("manager", "先别批", None),
        ("sales", "恒力的款到账了吗", "query_order"),
        ("sales", "撤销", "other"),
        ("sales", "恒力那单先别发货", "other"),
    ],
)
def test_what_a_sentence_asks_for(role: str, text: str, intent: str | None) -> None:
    found = read(text, role).intent
    assert found == intent if intent else found not in {"finish_service", "approve", "arrive"}


FIRST_HOUR = [
    (
        "sales",
        "王总13812345678要18樘断桥铝平开108的 1米8乘2米4 三玻两腔 灰色 啥价 急",
        None,
        "log_inquiry",
        {"quantity": 18, "product": "D108", "size": {"width_mm": 1800, "height_mm": 2400}, "phone": "13812345678"},
    ),
    (
        "sales",
        "不对 是16樘 高2米2",
        Context(last_intent="request_quote"),
        "request_quote",
        {"quantity": 16, "size": {"height_mm": 2200}},
    ),
    (
        "sales",
        "海源的款到了 十二万五 剩下的说月底前",
        None,
        "record_payment",
        {"company": "青岛海源食品有限公司", "amount_cny": 125_000, "due": "2025-11-30"},
    ),
    (
        "sales",
        "展会上加的 苏州科锐 陈工 做非标治具的 4oo-82l-7788 年前要打样5套 图纸发你",
        None,
        "log_inquiry",
        {"source": "展会", "contact": "陈工", "phone": "4008217788", "quantity": 5, "due": "2026-02-14"},
    ),
    ("sales", "私密 老李爱喝茶 嫌咱们响应慢 别让别人看见", None, "private_note", {"contact": "老李"}),
    ("sales", "@助手 华鑫门窗啥情况", None, "query_customer", {"company": "华鑫门窗有限公司"}),
    ("manager", "同意", Context(pending_approvals=("SP-1", "SP-2", "SP-3")), "approve", {}),
    (
        "engineer",
        "接了 三点半到 堵的话四点",
        None,
        "accept_dispatch",
        {"due": "2025-11-20T15:30:00+08:00", "due_window": "15:30/16:00"},
    ),
    (
        "engineer",
        "刚写错了 是6206 数量没错",
        Context(last_intent="finish_service"),
        "finish_service",
        {"part": [{"name": "6206轴承"}]},
    ),
    (
        "customer",
        "机器不转了 一直滴滴响 屏上写E0几来着 E07",
        None,
        "report_fault",
        {"fault": "机器不转了 一直滴滴响 屏上写E07"},
    ),
]


@pytest.mark.parametrize(("role", "text", "context", "intent", "slots"), FIRST_HOUR)
def test_the_first_hour(role: str, text: str, context: Context | None, intent: str, slots: dict[str, Any]) -> None:
    draft = read(text, role, THURSDAY, context)
    assert (draft.intent, {**draft.slots, **slots}) == (intent, dict(draft.slots))


@pytest.mark.parametrize(
    ("role", "text", "deed"),
    [
        ("manager", "我下周二到周五出差 报价让老周代批 超50万的还是发我", "delegate_approvals"),
        ("manager", "五十万整那个为啥没抄送我", "explain_why"),
        ("engineer", "到了 门卫不让进 客户电话打不通", "block_visit"),
        ("engineer", "修好了修好了 客户手上都是油 签字回头再签行不", "finish_unsigned"),
        ("customer", "昨天不是修过吗 又坏了 一样的毛病", "repeat_fault"),
        ("customer", "算了 自己弄好了 不用来了", "cancel_ticket"),
    ],
)
def test_the_first_hours_narrower_deeds(role: str, text: str, deed: str) -> None:
    draft = read(text, role, THURSDAY)
    assert (draft.deed, draft.intent in {"finish_service", "approve"}) == (deed, False)


def test_a_list_of_decisions_names_each() -> None:
    draft = read("2和3过 1驳回 毛利太低 让他重报", "manager", THURSDAY, Context(shown=("SP-1", "SP-2", "SP-3")))
    decided = [(each["approval_no"], each["verdict"], each["reason"]) for each in draft.slots["decisions"]]
    assert decided == [
        ("SP-2", "approve", ""),
        ("SP-3", "approve", ""),
        ("SP-1", "reject", "毛利太低 让他重报"),
    ]
    assert draft.confirm


def test_windows_and_the_day_that_is_none() -> None:
    slots = read("今天三点以后有人 明天上午也行 后天不行", "customer", THURSDAY).slots
    assert slots["windows"] == [
        {"date": "2025-11-20", "from": "15:00"},
        {"date": "2025-11-21", "from": "08:00", "to": "12:00"},
    ]
    assert slots["exclusions"] == [{"date": "2025-11-22"}]


@pytest.mark.parametrize(
    ("text", "intent", "also"),
    [
        ("昨天跟苏州恒力王总打电话，他嫌贵，下周二再聊", "log_follow_up", ()),
        ("跟恒力王总打了电话 他在开会 周四再打", "log_follow_up", ()),
        ("拜访了恒力 王总说没预算 下个月再约", "log_follow_up", ()),
        ("恒力那边打电话来说下半年再说", "log_follow_up", ()),
        ("今天见了恒力王总 他要两台X200 下周三前给报价", "log_follow_up", ("request_quote",)),
        ("恒力又来问X200的价格了 想要两台", "log_inquiry", ()),
    ],
)
def test_a_conversation_is_an_inquiry_only_where_something_is_asked_for(
    text: str, intent: str, also: tuple[str, ...]
) -> None:
    understanding = READER.understand(text, role="sales", now=WEDNESDAY)
    assert (understanding.drafts[0].intent, understanding.also) == (intent, also)


@pytest.mark.parametrize(
    ("role", "text", "slots"),
    [
        ("customer", "机器早上发现漏油 地上一滩", {"fault": "机器早上发现漏油 地上一滩"}),
        ("customer", "等一上午了 师傅到哪了", {}),
        ("engineer", "两台都保养完了 收工", {}),
        ("manager", "月底前要交的单子有哪些", {"period": "2026-03-11/2026-03-31"}),
        ("manager", "明天下午三点提醒老周交周报", {"staff": "周建国", "due": "2026-03-12T15:00:00+08:00"}),
    ],
)
def test_nothing_is_read_that_was_not_said(role: str, text: str, slots: dict[str, Any]) -> None:
    found = read(text, role).slots
    assert {name: found[name] for name in found if name != "task"} == slots


def test_who_took_the_deal_is_no_contact() -> None:
    assert "contact" not in read("恒力没戏了 被龙工截了").slots


@pytest.mark.parametrize(
    ("legal", "said"),
    [
        ("本溪关门山度假村有限公司", "关门山"),
        ("锦州凌河养老服务有限公司", "凌河养老"),
        ("盘锦辽河油田招待所", "辽河招待所"),
        ("沈阳浑南中心医院", "浑南医院"),
        ("认识漳浦同发冷冻食品有限公司", "漳浦同发冷冻食品有限公司"),
    ],
)
def test_a_legal_name_alone_is_found_by_what_people_say(legal: str, said: str) -> None:
    known = () if legal.startswith("认识") else (legal,)
    reader = Reader(Gazetteer.build(customers=known))
    text = f"{legal}的人 姓梁" if not known else f"今天去了{said} 聊了聊"
    slots = reader.understand(text, role="sales", now=WEDNESDAY).drafts[0].slots
    assert slots["company"] == (legal if known else said)
