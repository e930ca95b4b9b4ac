"""Sentences about fields and lists, from the words as typed to what is done and answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.load import load_files
from domain.dictionary.defining import EnrolField, ProposeField
from domain.errors import Invalid
from domain.fields import FieldType, Required
from handlers.context import Ask, Understood
from handlers.dictionary import INTENTS
from handlers.digits import in_digits
from handlers.envelope import Envelope, Kind
from handlers.language.gazetteer import Gazetteer
from handlers.language.understand import Reader
from handlers.reading import understood_by
from storage.queries import Queries
from storage.uow import UnitOfWork
from tests.support.company import Company, open_company

READER = Reader(
    Gazetteer.build(
        customers=["无锡锦腾模具有限公司"], products=["X200"], parts=[], staff=[{"name": "陈静"}], sources=["展会"]
    )
)
TRADE = EnrolField(
    record="inquiry",
    label="行业",
    type=FieldType.CHOICE,
    options=("食品=食品厂", "化工", "电子"),
    required=Required.WARN,
)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as opened:
        yield opened


def read(
    company: Company, text: str, *, name: str = "陈静", subject: str = "", does: bool = False
) -> tuple[Understood, list[str]]:
    """Return what ``name`` means by ``text`` while he looks at ``subject``, and what he is told when it is done."""
    read: list[Understood] = []
    said: list[str] = []

    def effect(work: UnitOfWork) -> None:
        actor = company.actor(name)
        assert actor.person_id is not None
        focus = work.find.people.focus(actor.person_id, work.now)
        focus.turn(work.now, subject=subject)
        ask = Ask(
            envelope=Envelope(
                key="k", platform="wecom", account=name, conversation=name, kind=Kind.TEXT, sent_at=work.now, text=text
            ),
            actor=actor,
            now=work.now,
            calendar=work.calendar,
            policies=work.policies,
            queries=Queries(work.session),
            act=work.act,
            say=said.append,
            show=lambda kind, subject, **args: said.append(f"{kind} {subject}"),
            focus=focus,
        )
        read.append(understood_by(READER, text, ask))
        if does:
            INTENTS[read[0].intent](ask, read[0])

    company.run(effect, name)
    return read[0], said


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("给询单加个字段 行业 选项 食品/化工/电子", {"type": FieldType.CHOICE, "options": ("食品", "化工", "电子")}),
        ("给询价加一个字段：行业 食品、化工、电子 要问", {"type": FieldType.CHOICE, "options": ("食品", "化工", "电子"), "required": Required.WARN}),
        ("帮我给客户加字段 装机功率 数字 单位 kW 范围 1到500 必填", {"record": "customer", "label": "装机功率", "type": FieldType.NUMBER, "unit": "kW", "least": 1_000, "most": 500_000, "required": Required.BLOCK}),
        ("给询单加个字段 展位号 当来源是展会时显示", {"label": "展位号", "shown_when": {"source": {"is": "展会"}}}),
        ("给询单加个字段 展位号，来源是展会的时候才显示，问 哪个展位", {"label": "展位号", "shown_when": {"source": {"is": "展会"}}, "question": "哪个展位"}),
        ("给询单新增字段 标签 多选:急/价格敏感 也叫 客户标签", {"label": "标签", "type": FieldType.CHOICES, "options": ("急", "价格敏感"), "synonyms": ("客户标签",)}),
        ("在报价单里加个字段 底价 金额 范围 1万到50万", None),
        ("给询单加个字段 备注二", {"label": "备注二", "type": FieldType.TEXT}),
    ],
)  # fmt: skip
def test_a_field_is_described_in_a_sentence(company: Company, text: str, described: dict[str, Any] | None) -> None:
    if described is None:
        with pytest.raises(Invalid, match="没看懂"):
            read(company, text, name="梁宁")
        return
    understood, _ = read(company, text, name="梁宁")
    assert understood.intent == "define_field"
    expected = {"record": "inquiry", "label": "行业", **described}
    assert understood.slots["entry"] == ProposeField(**expected)


@pytest.mark.parametrize(
    "text",
    [
        "给询单加个字段 ，",
        "给询单加个字段 行业 颜色鲜艳",
        "给询单加个字段 展位号 当天气是晴时显示",
        "给询单加个字段 备注 文字 范围 1到5",
    ],
)
def test_a_description_that_is_not_understood_says_what_can_be_written(company: Company, text: str) -> None:
    with pytest.raises(Invalid):
        read(company, text, name="梁宁")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("行业 食品", "食品"),
        ("行业是食品厂", "食品厂"),
        ("行业食品", "食品"),
        ("行业=化工。", "化工"),
        ("行业改成电子", "电子"),
        ("食品", "食品"),
        ("先空着", ""),
    ],
)
def test_a_value_is_set_in_many_ways(company: Company, text: str, value: str) -> None:
    company.act(TRADE)
    inquiry = company.log(source="")
    understood, _ = read(company, text, subject=f"inquiry:{inquiry}")
    assert understood.intent == "fill_fields"
    assert understood.slots["filling"].values == (("行业", value),)
    assert understood.slots["filling"].subject == f"inquiry:{inquiry}"


def test_a_record_may_be_named(company: Company) -> None:
    company.act(TRADE)
    inquiry = company.log(source="")
    for text, subject in (
        ("xj-2611-0001 行业 食品", f"inquiry:{inquiry}"),
        ("锦腾的级别改成B", "customer:1"),
        ("给锦腾 级别 填 B", "customer:1"),
    ):
        understood, _ = read(company, text)
        assert (understood.intent, understood.slots["filling"].subject) == ("fill_fields", subject)


@pytest.mark.parametrize(
    "text", ["行业 食品", "行业里的老大是谁", "他们行业食品为主", "没听过的公司 行业 食品", "XJ-2611-0099 行业 食品"]
)
def test_without_a_record_it_is_another_sentence(company: Company, text: str) -> None:
    company.act(TRADE)
    assert read(company, text)[0].intent != "fill_fields"


def test_fields_inside_an_inquiry_are_taken_out_before_it_is_read(company: Company) -> None:
    company.act(TRADE)
    understood, _ = read(company, "锦腾俞海燕要两台X200，行业食品厂，预算30万，展会名称：深圳机械展，下周三前报价")
    assert understood.intent in ("log_inquiry", "request_quote")
    assert understood.slots["product"] in ("X200", ["X200"])
    assert set(understood.slots["fields"]) == {("行业", "食品厂"), ("expo", "深圳机械展")}
    assert "fields" not in read(company, "锦腾要两台X200，这个行业都在涨价")[0].slots


@pytest.mark.parametrize(
    "text", ["谢谢", "好的", "你好", "在吗？", "撤销", "报价 X200 两台 九五折", "我的询价", "数量改成3台"]
)
def test_small_talk_and_deeds_are_no_answers(company: Company, text: str) -> None:
    inquiry = company.log(source="展会")
    assert read(company, text, subject=f"inquiry:{inquiry}")[0].intent != "fill_fields"


@pytest.mark.parametrize(
    ("text", "record", "tree"),
    [
        ("找 行业=食品 的询单", "inquiry", {"行业": {"is": "食品"}}),
        ("查一下预算超过五十万的询价", "inquiry", {"budget": {"over": "500000"}}),
        ("列出华东或者华南的客户", "customer", {"region": {"in": ["华东", "华南"]}}),
        ("找 待报价 的询单", "inquiry", {"state": {"in": ["待报价"]}}),
        ("找30天前创建的询价", None, None),
        ("找创建时间在30天前的询价", "inquiry", {"created_at": {"older_than": "30d"}}),
        ("找所有客户", "customer", {}),
        ("我的客户有哪些", "customer", {"owner": {"is": "陈静"}}),
        ("看看我手上的客户", "customer", {"owner": {"is": "陈静"}}),
        ("我这周拜访了谁", "activity", {"kind": {"is": "拜访"}, "at": {"is": "2026-11-23"}, "owner": {"is": "陈静"}}),
        ("上周跟了几个客户？", "activity", {"at": {"between": ["2026-11-16", "2026-11-22"]}, "owner": {"is": "陈静"}}),
        ("今天打了几个电话", "activity", {"kind": {"is": "电话"}, "at": {"is": "2026-11-23"}, "owner": {"is": "陈静"}}),
        ("何雨手上有多少客户", "customer", {"owner": {"is": "何雨"}}),
        ("本月新增询价多少条", "inquiry", {"created_at": {"between": ["2026-11-01", "2026-11-23"]}, "owner": {"is": "陈静"}}),
        ("上周的询价", "inquiry", {"created_at": {"between": ["2026-11-16", "2026-11-22"]}, "owner": {"is": "陈静"}}),
        ("今天报了几份价", "quote", {"created_at": {"is": "2026-11-23"}, "owner": {"is": "陈静"}}),
        ("张三这周拜访了几家", None, None),
        ("今天拜访客户", None, None),
        ("恒力的报价", None, None),
        ("筛选 区域是华东且（级别=A或级别=B） 的客户", "customer", {"all": [{"region": {"is": "华东"}}, {"any": [{"level": {"is": "战略"}}, {"level": {"is": "重点"}}]}]}),
        ("找找锦腾的客户", None, None),
    ],
)  # fmt: skip
def test_a_look_up_is_understood(company: Company, text: str, record: str | None, tree: dict[str, Any] | None) -> None:
    company.act(TRADE)
    if text == "找30天前创建的询价":
        with pytest.raises(Invalid, match="没看懂条件里的"):
            read(company, text)
        return
    understood, _ = read(company, text)
    if record is None:
        assert understood.intent != "find_records"
    else:
        assert (understood.intent, understood.slots["record"], understood.slots["tree"]) == (
            "find_records",
            record,
            tree,
        )


def test_the_dictionary_is_read_out(company: Company) -> None:
    company.act(TRADE)
    assert read(company, "字段说明", does=True)[1][0].startswith("有这些记录：客户、联系人、询价")
    assert "· 行业（选项，3 个选项）" in read(company, "字段说明 询单", does=True)[1][0]
    said = read(company, "字段说明 行业", does=True)[1]
    assert said == [
        "客户的“行业”：文字；也叫：所属行业；选填，例如：行业 ……；代号：industry\n询价的“行业”：选项；选项：食品（也叫食品厂）、化工、电子；要问，例如：行业 食品；代号：行业"
    ]
    assert read(company, "字段说明 行业", name="梁宁", does=True)[1][1] == "dictionary.field fielddefinition:1"
    with pytest.raises(Invalid, match="没有叫“天气”的字段"):
        read(company, "字段说明 天气", does=True)


def test_fields_come_from_a_file_any_number_of_times(company: Company, tmp_path: Path) -> None:
    file = tmp_path / "fields.yaml"
    file.write_text(
        "fields:\n"
        "  - {record: inquiry, name: trade, label: 行业, type: choice, options: [食品=食品厂, 化工], required: warn}\n"
        "  - {record: customer, label: 装机功率, type: number, unit: kW, least: '1', most: '500'}\n",
        encoding="utf-8",
    )
    for _ in range(2):
        assert list(load_files(company.database, company.business, [file])) == ["字段：2"]
        company.clock.move(timedelta(seconds=1))
    inquiry, customer = (
        company.look(lambda queries, name=name: queries.fields.record(name)) for name in ("inquiry", "customer")
    )
    assert [option.synonyms for option in inquiry.field("trade").options] == [("食品厂",), ()]
    assert (customer.field("装机功率").least, customer.field("装机功率").most) == (1_000, 500_000)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("五十万", "50万"),
        ("十五个点", "15个点"),
        ("百分之十五", "15%"),
        ("九折", "9折"),
        ("九五折", "95折"),
        ("三十天前", "30天前"),
        ("一品", "一品"),
    ],
)
def test_numerals_before_a_unit_become_digits(said: str, plain: str) -> None:
    assert in_digits(said) == plain
