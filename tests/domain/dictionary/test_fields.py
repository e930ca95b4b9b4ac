"""Fields of the company's own: described, in use, filled in, and refused in words where they cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from domain.customers.customer import Customer
from domain.dictionary.defining import ConfirmField, EnrolField, ProposeField, RetireField
from domain.dictionary.definition import FieldDefinition, FieldValue
from domain.dictionary.filling import FillFields, LeaveFieldEmpty
from domain.dictionary.records import RECORDS
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.fields import FieldClass, FieldType, Required
from domain.inquiries.inquiry import Inquiry
from tests.support.company import Company, open_company

TRADE: dict[str, Any] = {
    "record": "inquiry",
    "label": "行业",
    "options": ("食品=食品厂", "化工", "电子"),
    "type": FieldType.CHOICE,
    "required": Required.WARN,
}


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as company:
        yield company


def rows(company: Company, subject: str, name: str = "陈静") -> tuple[tuple[str, str], ...]:
    kind, _, id_ = subject.partition(":")
    return company.look(
        lambda queries: (
            (
                queries.customers.card(int(id_), company.actor(name))
                if kind == "customer"
                else queries.inquiries.card(int(id_), company.actor(name))
            ).filled.rows
        )
    )


def question(company: Company, subject: str, name: str = "陈静") -> str:
    asked = company.look(lambda queries: queries.fields.question(subject, company.actor(name)))
    return "" if asked is None else asked.asks


def test_no_two_fields_of_a_record_answer_to_one_word() -> None:
    for kind in RECORDS.values():
        words = [word for field in kind.fields for word in {field.name, *field.words}]
        assert len(words) == len(set(words)), kind.name
        assert all(kind.field(name) for name in kind.listed), kind.name
        for field in kind.fields:
            kind.condition(field)


def test_a_field_is_live_only_after_the_yes(company: Company) -> None:
    inquiry = company.log(source="")
    definition = company.act(ProposeField(**TRADE), "梁宁")
    assert question(company, f"inquiry:{inquiry}") == ""
    with pytest.raises(NotFound):
        company.act(FillFields(subject=f"inquiry:{inquiry}", values=(("行业", "食品"),)), "陈静")
    company.act(ConfirmField(definition_id=definition, version=1), "梁宁")
    assert question(company, f"inquiry:{inquiry}") == "行业是什么"
    assert company.act(FillFields(subject=f"inquiry:{inquiry}", values=(("行业", "食品厂"),)), "陈静") == (
        "行业：食品",
    )
    assert rows(company, f"inquiry:{inquiry}") == (("行业", "食品"),)
    assert question(company, f"inquiry:{inquiry}") == ""
    with pytest.raises(Stale):
        company.act(ConfirmField(definition_id=definition, version=1), "梁宁")
    company.act(RetireField(definition_id=definition), "梁宁")
    assert rows(company, f"inquiry:{inquiry}") == ()
    company.act(EnrolField(**TRADE))
    assert rows(company, f"inquiry:{inquiry}") == (("行业", "食品"),)
    assert company.happened(f"fielddefinition:{definition}") == [
        "FieldProposed", "FieldWentLive", "FieldRetired", "FieldWentLive",
    ]  # fmt: skip


def test_only_who_configures_describes_fields(company: Company) -> None:
    for name in ("陈静", "周敏", "钱进"):
        with pytest.raises(NotAllowed):
            company.act(ProposeField(**TRADE), name)
    assert company.all(FieldDefinition) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"record": "invoice"}, "没有“invoice”这种记录"),
        ({"label": "来源"}, "已经"),
        ({"label": "渠道"}, "已经叫“渠道”"),
        ({"label": "是的行业"}, "不能做字段名"),
        ({"label": "行业分类的完整名称很长"}, "写法不对"),
        ({"label": "行;业"}, "写法不对"),
        ({"options": ("食品",)}, "选项要有 2 到 20 个"),
        ({"options": ("食品", "食品")}, "不能重复"),
        ({"options": ("食品", "")}, "1 到 30 个字"),
        ({"type": FieldType.NUMBER, "options": (), "unit": "a'b"}, "不能做单位"),
        ({"shown_when": {"source": {"over": "展会"}}}, "显示条件有误"),
        ({"shown_when": {"颜色": "红"}}, "显示条件有误"),
        ({"pattern": "("}, "格式"),
        ({"check": "horoscope"}, "没有“horoscope”这种校验"),
        ({"type": FieldType.REFERENCE, "options": ()}, "关联什么"),
    ],
)
def test_what_could_not_be_asked_is_not_taken(company: Company, change: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        company.act(ProposeField(**{**TRADE, **change}), "梁宁")
    assert company.all(FieldDefinition) == []


@pytest.mark.parametrize(
    ("field", "said", "kept"),
    [
        ({"type": FieldType.TEXT}, " 三楼 ", "三楼"),
        ({"type": FieldType.NUMBER, "unit": "kW"}, "7.5kW", "7.5kW"),
        ({"type": FieldType.NUMBER}, "-3", "-3"),
        ({"type": FieldType.MONEY}, "12.5万", "12.5万元"),
        ({"type": FieldType.PERCENT}, "15%", "15%"),
        ({"type": FieldType.DATE}, "2026年11月25日", "2026-11-25"),
        ({"type": FieldType.YES_NO}, "没有", "否"),
        ({"type": FieldType.CHOICES, "options": ("急", "价格敏感")}, "急、价格敏感、急", "急、价格敏感"),
        ({"type": FieldType.PHONE}, "138 0013 8000", "13800138000"),
        ({"type": FieldType.REGION, "options": ("华东", "华南")}, "华东", "华东"),
        ({"type": FieldType.PERSON}, "周敏", "周敏"),
        ({"type": FieldType.REFERENCE, "refers_to": "customer"}, "锦腾", "锦腾"),
        ({"type": FieldType.TEXT, "check": "email"}, "a.b@example.com", "a.b@example.com"),
        ({"type": FieldType.TEXT, "pattern": "[A-Z]{2}[0-9]+"}, "AB12", "AB12"),
    ],
)
def test_every_type_is_kept_and_said_back(company: Company, field: dict[str, Any], said: str, kept: str) -> None:
    inquiry = company.log(source="")
    company.act(EnrolField(record="inquiry", label="新栏", **field))
    assert company.act(FillFields(subject=f"inquiry:{inquiry}", values=(("新栏", said),)), "陈静") == (f"新栏：{kept}",)
    shown = rows(company, f"inquiry:{inquiry}")
    assert shown[0][0] == "新栏"
    assert kept in shown[0][1]


@pytest.mark.parametrize(
    ("field", "said", "words"),
    [
        ({"type": FieldType.CHOICE, "options": ("食品", "化工")}, "农业", "可以选：食品、化工"),
        ({"type": FieldType.NUMBER, "unit": "kW", "least": 1000, "most": 90_000}, "100kW", "要在1kW到90kW之间"),
        ({"type": FieldType.NUMBER}, "七个半", "请写成这样"),
        ({"type": FieldType.NUMBER}, "1e999999", "请写成这样"),
        ({"type": FieldType.MONEY}, "-5", "请写成这样"),
        ({"type": FieldType.DATE}, "2026-02-30", "请写成这样"),
        ({"type": FieldType.YES_NO}, "也许", "回答“是”或“否”"),
        ({"type": FieldType.PHONE}, "1380013800", "有 10 位"),
        ({"type": FieldType.PERSON}, "张三丰", "不在人员名单里"),
        ({"type": FieldType.REFERENCE, "refers_to": "customer"}, "没有的公司", "还不在客户名单里"),
        ({"type": FieldType.TEXT}, "字" * 201, "最多 200 个字"),
        ({"type": FieldType.TEXT}, "a\0b", "看不见的符号"),
        ({"type": FieldType.TEXT, "check": "company_name"}, "华鑫", "工商全称"),
        ({"type": FieldType.ATTACHMENT}, "图", "要发图片或文件"),
        ({"type": FieldType.TEXT}, "  ", "没有内容"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    company: Company, field: dict[str, Any], said: str, words: str
) -> None:
    inquiry = company.log(source="")
    company.act(EnrolField(record="inquiry", label="新栏", **field))
    company.act(EnrolField(record="inquiry", label="备注"))
    with pytest.raises(Invalid, match=words):
        company.act(FillFields(subject=f"inquiry:{inquiry}", values=(("备注", "好"), ("新栏", said))), "陈静")
    assert company.all(FieldValue) == []


def test_one_condition_decides_for_card_question_and_filling(company: Company) -> None:
    company.act(EnrolField(**TRADE, shown_when={"source": "展会"}))
    plain, expo = company.log(source="", phone="13812345671"), company.log(source="展会", phone="13812345672")
    assert question(company, f"inquiry:{plain}") == ""
    with pytest.raises(Invalid, match="来源是展会时才填行业"):
        company.act(FillFields(subject=f"inquiry:{plain}", values=(("行业", "食品"),)), "陈静")
    assert question(company, f"inquiry:{expo}") == "哪个展会"
    company.act(LeaveFieldEmpty(subject=f"inquiry:{expo}", field="expo"), "陈静")
    company.act(LeaveFieldEmpty(subject=f"inquiry:{expo}", field="expo"), "陈静")
    assert question(company, f"inquiry:{expo}") == "行业是什么"
    assert company.happened(f"inquiry:{expo}") == ["InquiryLogged", "FieldLeftEmpty"]
    company.act(FillFields(subject=f"inquiry:{expo}", values=(("expo", "工博会"),)), "陈静")
    assert rows(company, f"inquiry:{expo}") == (("展会名称", "工博会"),)
    assert len(company.all(FieldValue)) == 1


def test_a_field_that_must_be_filled_in_cannot_be_left_empty(company: Company) -> None:
    inquiry = company.log(source="")
    company.act(EnrolField(**{**TRADE, "required": Required.BLOCK}))
    with pytest.raises(Invalid, match="行业必须填"):
        company.act(LeaveFieldEmpty(subject=f"inquiry:{inquiry}", field="行业"), "陈静")


def test_columns_that_may_be_set_and_those_that_may_not(company: Company) -> None:
    customer = next(each for each in company.all(Customer) if "锦腾" in each.name)
    company.act(FillFields(subject=customer.subject, values=(("level", "B"), ("region", "华南"))), "陈静")
    assert (company.get(Customer, customer.id).level, company.get(Customer, customer.id).region) == ("重点", "华南")
    with pytest.raises(Invalid, match="可以选：华东"):
        company.act(FillFields(subject=customer.subject, values=(("region", "火星"),)), "陈静")
    with pytest.raises(Invalid, match="不能这样改"):
        company.act(FillFields(subject=customer.subject, values=(("name", "别家"),)), "陈静")


def test_another_rep_neither_fills_nor_learns_that_it_is_there(company: Company) -> None:
    inquiry = company.log(source="")
    company.act(EnrolField(**TRADE))
    for subject in (f"inquiry:{inquiry}", "inquiry:999"):
        with pytest.raises(NotFound):
            company.act(FillFields(subject=subject, values=(("行业", "食品"),)), "何雨")
        with pytest.raises(NotFound):
            company.act(LeaveFieldEmpty(subject=subject, field="行业"), "何雨")
    company.act(FillFields(subject=f"inquiry:{inquiry}", values=(("行业", "食品"),)), "周敏")


def test_a_field_for_some_eyes_is_hidden_from_the_others(company: Company) -> None:
    inquiry = company.log(source="")
    company.act(EnrolField(record="inquiry", label="底价", type=FieldType.MONEY, audience=FieldClass.COST))
    with pytest.raises(NotFound):
        company.act(FillFields(subject=f"inquiry:{inquiry}", values=(("底价", "5万"),)), "陈静")
    company.act(FillFields(subject=f"inquiry:{inquiry}", values=(("底价", "5万"),)), "周敏")
    assert rows(company, f"inquiry:{inquiry}") == ()
    assert rows(company, f"inquiry:{inquiry}", "周敏") == (("底价", "5万元"),)


def test_eight_who_fill_in_at_once_leave_one_value(company: Company) -> None:
    inquiry = company.log(source="")
    company.act(EnrolField(**TRADE))
    names = ("食品", "化工", "电子", "食品", "化工", "电子", "食品", "化工")
    outcomes = company.race(
        *((FillFields(subject=f"inquiry:{inquiry}", values=(("行业", name),)), "陈静") for name in names)
    )
    assert outcomes == [None] * 8
    assert len(company.all(FieldValue)) == 1


def test_a_field_may_be_described_twice_before_its_yes_and_once_after(company: Company) -> None:
    first = company.act(ProposeField(**TRADE), "梁宁")
    second = company.act(ProposeField(**{**TRADE, "options": ("食品", "农业")}), "梁宁")
    assert first == second
    with pytest.raises(Stale):
        company.act(ConfirmField(definition_id=first, version=1), "梁宁")
    company.act(ConfirmField(definition_id=first, version=2), "梁宁")
    with pytest.raises(Invalid, match="已经有“行业”这个字段"):
        company.act(ProposeField(**TRADE), "梁宁")
    assert company.look(
        lambda queries: [each.name for each in queries.fields.record("inquiry").field("行业").options]
    ) == ["食品", "农业"]
    company.clock.move(timedelta(days=1))
    assert company.all(Inquiry) == []
