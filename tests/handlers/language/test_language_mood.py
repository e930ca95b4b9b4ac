"""What asks, denies, supposes or retells a deed does not do it; what does it still does."""

from __future__ import annotations

import pytest

from handlers.language.mood import DEEDS, asked, meant, retold

MANAGER = [
    "没同意",
    "没批",
    "还没同意呢",
    "客户没同意",
    "他说同意了",
    "老板说批了",
    "我以为他同意了",
    "要不要同意？",
    "同不同意",
    "批不批呢",
    "谁同意了",
    "没同意啊 谁说我同意了",
    "SP-0233批了没",
    "SP-0233你说批不批",
    "SP-0233不是我批的",
    "SP-0233我还没批",
    "他同意了，不过付款改三六一",
    "如果降到30万我就同意",
    "等他补了材料再批",
    "不要驳回",
    "没驳回",
    "谁驳回的",
    "他说驳回了",
    "驳回了吗",
    "没派郑东",
    "谁派郑东去的",
    "2过吗",
    "2过了没",
    "2可以吗",
]
ENGINEER = [
    "类似故障怎么修好的",
    "到了吗",
    "他说到了",
    "郑东说他到了",
    "这单谁接了",
    "接了吗",
    "接不接",
    "郑东说他接了",
    "我没说我接了",
    "修好了吗",
    "客户说修好了",
    "没修好",
]
SALES = [
    "闽兴没付款",
    "闽兴付款了吗",
    "闽兴赢单了吗",
    "闽兴没签下来",
    "要不要给闽兴下单",
    "闽兴下单了吗",
    "闽兴别放公海",
    "闽兴放公海了吗",
    "谁把闽兴放公海的",
    "闽兴转给黄美玲了吗",
    "闽兴不转给黄美玲了",
    "退公海 闽兴吗",
    "闽兴转商机了吗",
]


@pytest.mark.parametrize(
    ("role", "text"),
    [("manager", text) for text in MANAGER]
    + [("engineer", text) for text in ENGINEER]
    + [("sales", text) for text in SALES],
)
def test_a_deed_that_is_only_talked_of_is_not_done(say, role: str, text: str) -> None:
    assert say(text, role).drafts[0].intent not in DEEDS


@pytest.mark.parametrize(
    ("role", "text", "intent"),
    [
        ("manager", "同意", "approve"),
        ("manager", "批了 不过付款改三六一", "approve"),
        ("manager", "通过SP-0233", "approve"),
        ("manager", "客户说急 那就同意吧", "approve"),
        ("manager", "不批", "reject"),
        ("manager", "这个不能同意", "reject"),
        ("manager", "这价还能做吗 不批", "reject"),
        ("manager", "先别批", "reject"),
        ("engineer", "到了 门卫问我找谁", "arrive"),
        ("engineer", "今天排满了接不了", "reject_dispatch"),
        ("engineer", "能不能让东哥去", "reject_dispatch"),
        ("engineer", "修好了 客户说没问题 签字了", "finish_service"),
        ("sales", "闽兴的款到了 十二万", "record_payment"),
    ],
)
def test_a_deed_that_is_done_is_read(say, role: str, text: str, intent: str) -> None:
    assert say(text, role).drafts[0].intent == intent


def test_a_polite_question_is_a_wish_to_be_confirmed(say) -> None:
    draft = say("派郑东去行不行", "manager").drafts[0]
    assert (draft.intent, draft.confirm) == ("dispatch", True)


def test_what_hangs_on_a_retold_clause_goes_with_it() -> None:
    assert meant("他同意了,不过付款改了", "approve") == ""
    assert meant("他同意了 我也同意", "approve") == "我也同意"
    assert meant("他同意了", "log_follow_up") == "他同意了"


@pytest.mark.parametrize("text", ["同意 SP-2611-0001？", "作废了吗", "批不批", "提交审批了没", "为什么还没批"])
def test_a_question_is_known_by_its_end(text: str) -> None:
    assert asked(text)


@pytest.mark.parametrize("text", ["同意", "接不了", "什么都没干", "谁去一趟闽兴", "结案"])
def test_what_is_no_question_is_none(text: str) -> None:
    assert not asked(text)


def test_hearsay_is_known_by_its_beginning() -> None:
    assert retold("他说以后都抄送老周") and retold("客户说同意了") and not retold("我同意他说的")


@pytest.mark.parametrize(
    ("text", "also"),
    [("拜访了闽兴 庄总说要上两台 给他建个商机", ("create_opportunity",)), ("拜访了闽兴 要不要给他建个商机", ())],
)
def test_what_is_only_asked_is_no_second_deed_either(say, text: str, also: tuple[str, ...]) -> None:
    assert tuple(each for each in say(text).also if each == "create_opportunity") == also
