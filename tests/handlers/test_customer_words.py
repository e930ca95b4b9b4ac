"""What is typed about customers bit by bit."""

from __future__ import annotations

import pytest

from handlers import customers


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
