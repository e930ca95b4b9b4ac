"""A lead a customer brought along is told of by itself; a thing he told us about brings nobody."""

from datetime import datetime

import pytest

from handlers.language.gazetteer import Gazetteer
from handlers.language.understand import Reader

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
HENGLI = "苏州恒力机械有限公司"
READER = Reader(Gazetteer.build(customers=[HENGLI], products=["X200", "X300"], sources=["展会", "转介绍"]))


def drafts(text):
    return [(each.intent, dict(each.slots)) for each in READER.understand(text, role="sales", now=NOW).drafts]


@pytest.mark.parametrize(
    ("text", "brought"),
    [
        (
            "恒力王总说要两台X300 另外他介绍了无锡凯达的张工 13799990000",
            {"company": "无锡凯达", "contact": "张工", "phone": "13799990000"},
        ),
        (
            "今天拜访恒力蔡总 他给我们介绍了个客户 无锡凯达精密 张工 13799990000",
            {"company": "无锡凯达精密", "contact": "张工", "phone": "13799990000", "referrer": "蔡总"},
        ),
        (
            "今天拜访恒力 蔡总还推荐了一个朋友 张总 13799990000 也想要X200",
            {"contact": "张总", "phone": "13799990000", "product": "X200", "referrer": "蔡总"},
        ),
        (
            "见了恒力蔡总 聊得不错 对了他介绍个同行给我 姓马 13912312312",
            {"contact": "马", "phone": "13912312312", "referrer": "蔡总"},
        ),
        (
            "去恒力拜访蔡总，她把无锡凯达的张工介绍给我了，13799990000",
            {"company": "无锡凯达", "contact": "张工", "phone": "13799990000", "referrer": "蔡总"},
        ),
        (
            "今天拜访恒力 蔡总介绍了昆山同泰的老周给我 13655556666",
            {"company": "昆山同泰", "contact": "老周", "phone": "13655556666", "referrer": "蔡总"},
        ),
    ],
)
def test_whom_a_customer_brings_is_a_lead_of_its_own(text, brought):
    (_, told), (intent, lead) = drafts(text)
    assert told["company"] == HENGLI
    assert "phone" not in told
    assert intent == "log_inquiry"
    assert lead["source"] == "转介绍"
    assert brought.items() <= lead.items()


def test_each_of_the_two_has_its_own_words():
    text = "今天拜访恒力蔡总，聊了X300，另外他介绍了无锡凯达的张工 13799990000"
    words = [each.words for each in READER.understand(text, role="sales", now=NOW).drafts]
    assert words == ["今天拜访恒力蔡总，聊了X300", "另外他介绍了无锡凯达的张工 13799990000"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("今天给恒力蔡总介绍了X200", {"company": HENGLI, "contact": "蔡总", "product": "X200"}),
        ("拜访了恒力 蔡总介绍了他们车间的情况 打算年底上两台X300", {"company": HENGLI, "contact": "蔡总"}),
        ("给瑞丰打电话没人接", {"company": "瑞丰"}),
    ],
)
def test_a_thing_that_is_told_of_brings_nobody(text, named):
    ((_, slots),) = drafts(text)
    assert named.items() <= slots.items()
    assert "referrer" not in slots


def test_who_was_brought_is_the_customer_when_nothing_else_is_told():
    ((intent, slots),) = drafts("王总介绍了个客户 鼎盛机械 张工 13799990000")
    assert intent == "log_inquiry"
    assert (slots["referrer"], slots["company"], slots["contact"]) == ("王总", "鼎盛机械", "张工")


def test_what_is_private_stays_whole():
    assert [intent for intent, _ in drafts("私密 恒力蔡总介绍了个朋友 张总 13799990000")] == ["private_note"]


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("大恒没打通", "大恒"),
        ("鼎盛那边没人接电话", "鼎盛"),
        ("瑞丰电话一直占线", "瑞丰"),
        ("恒力没打通", HENGLI),
        ("打了两次没打通", None),
        ("电话没打通", None),
    ],
)
def test_who_did_not_answer_is_a_customer(text, company):
    ((intent, slots),) = drafts(text)
    assert (intent, slots.get("company")) == ("log_follow_up", company)


@pytest.mark.parametrize(
    "text",
    [
        "展会上认识的王总13811112222要30樘断桥铝平开 进口五金，20扇纱窗",
        "王总要30樘平开窗 国产五金 中空玻璃",
        "要20套柜子 加厚木业 真空包装",
        "换成进口轴承 单独包装",
    ],
)
def test_what_a_thing_is_like_is_no_company(text):
    assert all("company" not in slots for _, slots in drafts(text))
