"""What is typed about customers bit by bit."""

from __future__ import annotations

import pytest

from handlers import customer_adding, customers


@pytest.mark.parametrize(
    ("typed", "intent", "slots"),
    [
        ("给华鑫打个标签 价格敏感", "tag_customer", {"said": "华鑫", "tag": "价格敏感"}),
        ("打个标签：要现货", "tag_customer", {"said": "", "tag": "要现货"}),
        ("华鑫去掉标签 价格敏感", "untag_customer", {"said": "华鑫", "tag": "价格敏感"}),
        ("标签 价格敏感 归到 采购特点", "group_tag", {"tag": "价格敏感", "group": "采购特点"}),
        (
            "华鑫的信用代码是 91350100M000100Y43",
            "give_credit_code",
            {"said": "华鑫", "code": "91350100M000100Y43"},
        ),
        (
            "给华鑫加个联系人 王强 采购经理 138 1234 5678",
            "describe_contact",
            {"said": "华鑫", "name": "王强", "title": "采购经理", "phone": "138 1234 5678"},
        ),
        ("华鑫摘要：两年来买过三台", "write_summary", {"said": "华鑫", "text": "两年来买过三台"}),
    ],
)
def test_sentences(typed: str, intent: str, slots: dict[str, str]) -> None:
    understood = customers.read(typed, None)  # type: ignore[arg-type]
    assert understood is not None
    assert (understood.intent, understood.slots) == (intent, slots)


@pytest.mark.parametrize("typed", ["给华鑫报两台X200", "联系人王总说下周再看", "取消报价", "标签纸要两箱"])
def test_other_sentences_are_left_alone(typed: str) -> None:
    assert customers.read(typed, None) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "slots"),
    [
        (
            "加个客户 昆山锐科自动化 联系人刘工 13700001111 做汽车零部件的",
            {"company": "昆山锐科自动化", "contact": "刘工", "phone": "13700001111", "industry": "汽车零部件"},
        ),
        ("新建客户 苏州明远精密机械有限公司", {"company": "苏州明远精密机械有限公司"}),
        (
            "录个新客户：常州大通，老板姓周，电话136 0000 2222，做注塑的。",
            {"company": "常州大通", "contact": "周老板", "phone": "136 0000 2222", "industry": "注塑"},
        ),
        ("帮我建个档 无锡凯迪，王工 13912345679", {"company": "无锡凯迪", "contact": "王工", "phone": "13912345679"}),
        ("新增一个客户叫常熟天工，联系人：沈小姐", {"company": "常熟天工", "contact": "沈小姐"}),
        ("建个客户 常熟天工 在园区星湖街", {"company": "常熟天工", "rest": "在园区星湖街"}),
    ],
)
def test_a_customer_is_added_in_a_sentence(typed: str, slots: dict[str, str]) -> None:
    understood = customer_adding.read(typed)
    assert understood is not None
    assert (understood.intent, understood.slots) == ("add_customer", slots)


@pytest.mark.parametrize(
    "typed",
    [
        "新建客户",
        "加个客户标签 汽配",
        "登记客户投诉 主轴响",
        "加客户微信了",
        "新客户 苏州大通想要两台X200",
        "这个月新增客户多少",
        "登记客户 13700001111",
        "加客户 恒力的微信",
        "加个客户 苏州锐科 想要两台X200",
        "新建客户 常州大通，今天拜访了周总",
    ],
)
def test_what_is_no_new_customer(typed: str) -> None:
    assert customer_adding.read(typed) is None
