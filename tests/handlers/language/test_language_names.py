from datetime import datetime

import pytest

from handlers.language.calendar import ChineseCalendar
from handlers.language.company_names import take_apart
from handlers.language.gazetteer import Gazetteer
from handlers.language.names import find_contacts
from handlers.language.recognise import recognise
from handlers.language.spans import best_cover

NOW = datetime.fromisoformat("2026-03-11T10:30:00+08:00")
LEGAL = Gazetteer.build(
    customers=["苏州恒力机械有限公司", "苏州恒利包装机械有限公司", "武汉华中重型装备集团有限公司", "宁波第二齿轮箱厂", "上海申腾汽车零部件有限公司",
               "东莞市长安宏图电子有限公司", "宁波甬江精工有限公司", "上海沪东船用锅炉研究所", "德凯(常州)精密部件有限公司"],
    products=[{"code": "L320"}, {"code": "X200", "aliases": ["x二百"]}, {"code": "SC-8"}],
    parts=["主轴轴承", "6205轴承"],
)  # fmt: skip


def spans(text, kind, gazetteer=LEGAL):
    return [span for span in best_cover(recognise(text, NOW, gazetteer, ChineseCalendar())) if span.kind == kind]


@pytest.mark.parametrize(
    ("legal", "core", "trades"),
    [
        ("苏州恒力机械有限公司", "恒力", ("机械",)),
        ("佛山市顺德区金科陶瓷机械有限公司", "金科", ("陶瓷", "机械")),
        ("东莞市长安宏图电子有限公司", "宏图", ("电子",)),
        ("上海沪东船用锅炉研究所", "沪东", ("船用", "锅炉")),
    ],
)
def test_takes_a_legal_name_apart(legal, core, trades):
    parts = take_apart(legal)
    assert (parts.core, parts.trades) == (core, trades)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("给恒力报价", "苏州恒力机械有限公司"),
        ("苏州恒力的王总", "苏州恒力机械有限公司"),
        ("恒利包装机械", "苏州恒利包装机械有限公司"),
        ("华中重装的彭处", "武汉华中重型装备集团有限公司"),
        ("宁波二齿", "宁波第二齿轮箱厂"),
        ("申腾汽配打款了", "上海申腾汽车零部件有限公司"),
        ("宏图那批货", "东莞市长安宏图电子有限公司"),
        ("东莞宏图电子", "东莞市长安宏图电子有限公司"),
        ("沪东所", "上海沪东船用锅炉研究所"),
        ("永江精工", "宁波甬江精工有限公司"),
        ("查dekai", "德凯(常州)精密部件有限公司"),
    ],
)
def test_finds_a_customer_by_what_people_say(text, name):
    assert [span.value for span in spans(text, "company")] == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("拜访了湖南楚天模具 刘总", "湖南楚天模具"),
        ("新客户 日照港城置业有限公司", "日照港城置业有限公司"),
        ("南京恒力石化的人", "南京恒力石化"),
    ],
)
def test_a_new_company_is_taken_as_said_and_wants_a_nod(text, name):
    assert [(span.value, span.fuzzy) for span in spans(text, "company")] == [(name, True)]


@pytest.mark.parametrize(
    "text", ["派个离佛山近的工程师", "我家窗户玻璃裂了", "机械手坏了", "他们做汽车零部件", "华中区漏斗"]
)
def test_ordinary_words_are_no_company(text):
    assert spans(text, "company") == []


def test_a_homophone_wants_a_nod():
    (span,) = spans("永江那边", "company")
    assert (span.fuzzy, span.rule) == (True, "company.sound")


@pytest.mark.parametrize(
    ("text", "rule", "name"),
    [
        ("苏州恒达机械要两台", "company.new", "苏州恒达机械"),  # another company, however alike the rest is
        ("武汉华西重型装备要两台", "company.new", "武汉华西重型装备"),
    ],
)
def test_a_core_of_two_signs_with_another_one_is_another_company(text, rule, name):
    (company,) = spans(text, "company")
    assert (company.rule, company.value) == (rule, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("苏州锐科想要两台x200", "苏州锐科"),
        ("今天无锡凯迪王总要两台x200", "无锡凯迪"),
        ("常州天工问x200多少钱", "常州天工"),
    ],
)
def test_a_place_a_core_and_a_wish_are_a_new_company(text, name):
    (company,) = spans(text, "company")
    assert (company.rule, company.value) == ("company.new", name)


@pytest.mark.parametrize(
    "text",
    ["苏州代理想要两台", "苏州园区要两台", "苏州下周要两台x200", "重庆刘总要两台", "宁波仓库要补货", "杭州萧山想要两樘", "苏州一客户想要两台", "上海老王要两台"],
)  # fmt: skip
def test_a_place_and_anybody_there_is_no_company(text):
    assert spans(text, "company") == []


@pytest.mark.parametrize(
    ("text", "who"),
    [("王总说", ["王总"]), ("老周来了", ["老周"]), ("欧阳经理", ["欧阳经理"]), ("姓蔡 电话", ["蔡"]), ("联系人张三丰 电话", ["张三丰"]),
     ("老毛病", []), ("施工", []), ("小时候", []), ("项目组", [])],
)  # fmt: skip
def test_finds_people(text, who):
    assert [span.value for span in best_cover(find_contacts(text))] == who


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("那个三二零它", "L320"),
        ("X200两台", "X200"),
        ("x 200", "X200"),
        ("x二百", "X200"),
        ("SC8十台", "SC-8"),
        ("sc-8", "SC-8"),
    ],
)
def test_finds_a_product_as_spelled_or_spoken(text, code):
    assert [span.value for span in spans(text, "product")] == [code]


@pytest.mark.parametrize("text", ["X2000", "320块", "AX200B"])
def test_a_longer_code_is_another_thing(text):
    assert spans(text, "product") == []


def test_a_short_form_of_two_customers_means_neither():
    both = Gazetteer.build(customers=["苏州恒力机械有限公司", "常州恒力传动有限公司"])
    assert spans("恒力下单", "company", both) == []
    assert [span.value for span in spans("常州恒力下单", "company", both)] == ["常州恒力传动有限公司"]


def test_a_registered_name_of_two_customers_asks():
    both = Gazetteer.build(
        customers=[{"name": "甲有限公司", "aliases": ["大恒"]}, {"name": "乙有限公司", "aliases": ["大恒"]}]
    )
    (span,) = spans("给大恒报价", "company", both)
    assert span.candidates == ("甲有限公司", "乙有限公司")


def test_a_learnt_word_counts():
    learnt = Gazetteer.build(customers=["苏州恒力机械有限公司"], aliases={"老恒家": "苏州恒力机械有限公司"})
    assert [span.value for span in spans("老恒家要货", "company", learnt)] == ["苏州恒力机械有限公司"]
