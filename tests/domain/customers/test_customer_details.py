"""What is known of a customer: its code, its legal name, its level, the people there, its tags."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.customers.areas import region_by_name, region_by_phone
from domain.customers.commands import ContactEntry, EnrolCustomer
from domain.customers.credit_code import credit_code
from domain.customers.customer import Contact, Customer
from domain.customers.editing import AddPhone, DescribeContact, GiveCreditCode, WriteSummary
from domain.customers.keys import legal_name_in, phone_key
from domain.customers.viewing import LookAtCustomer
from domain.customers.words import level_of, temperament_of
from domain.dictionary.filling import FillFields
from domain.errors import Invalid, NotFound
from domain.inquiries.commands import UndoInquiry
from domain.inquiries.inquiry import Inquiry
from domain.policy_pool import PoolPolicy
from domain.quotes.drafting import DraftQuote
from domain.quotes.submitting import SubmitQuote
from domain.tags.commands import GroupTag, TagCustomer, UntagCustomer
from tests.support.company import Company, open_company

GOOD = "91350100M000100Y43"
"""The example of GB 32100-2015, annex A."""


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with open_company(f"sqlite:///{tmp_path}/test.db") as opened:
        yield opened


def customer_id(company: Company, name: str = "无锡锦腾模具有限公司") -> int:
    return next(each.id for each in company.all(Customer) if each.name == name)


def test_a_right_code_is_kept_in_capitals() -> None:
    assert credit_code(" 9135 0100m000100y43 ") == GOOD


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("91350100M000100Y4", "应为 18 位，91350100M000100Y4 有 17 位"),
        ("9135O100M000100Y43", "第 5 位的“O”不会出现在代码里，是不是 0？"),
        ("91350100M00S100Y43", "第 12 位的“S”不会出现在代码里，是不是 5？"),
        ("913A0100M000100Y43", "第 4 位的“A”不对，第 3 到 8 位是地区码"),
        ("91350100M000100Y44", "按前 17 位应为 3，写的是 4"),
        ("91350200M000100Y43", "错在前 8 位里"),
        ("91350100M000200Y43", "错在第 9 到 17 位里"),
    ],
)
def test_a_wrong_code_says_which_place(said: str, words: str) -> None:
    """S-033."""
    with pytest.raises(Invalid) as refused:
        credit_code(said)
    assert words in refused.value.message


def test_every_single_mistyped_sign_is_found() -> None:
    """A check digit modulo a prime, with no weight a multiple of it, lets no single substitution pass."""
    for place in range(18):
        for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY":
            if sign != GOOD[place]:
                with pytest.raises(Invalid):
                    credit_code(GOOD[:place] + sign + GOOD[place + 1 :])


def test_two_customers_never_share_a_code(company: Company) -> None:
    first, second = customer_id(company), customer_id(company, "东莞市鑫宏五金制品有限公司")
    company.act(GiveCreditCode(customer_id=first, code=GOOD), "陈静")
    company.act(GiveCreditCode(customer_id=first, code=GOOD), "陈静")
    with pytest.raises(Invalid) as refused:
        company.act(GiveCreditCode(customer_id=second, code=GOOD), "何雨")
    assert "锦腾" not in refused.value.message
    assert company.get(Customer, second).credit_code is None


@pytest.mark.parametrize("name", ["苏州恒力机械有限公司", "陈记五金店", "宁波第二齿轮箱厂", "惠民农机合作社"])
def test_registered_names(name: str) -> None:
    assert legal_name_in(name) == name


@pytest.mark.parametrize("name", ["苏州恒力机械", "华鑫", "厂", "公司", ""])
def test_short_forms_are_no_legal_names(name: str) -> None:
    assert legal_name_in(name) == ""


def test_a_quote_waits_for_the_legal_name(company: Company) -> None:
    """S-004: the chat may use the short form, the quotation may not."""
    inquiry = company.log()
    quote = company.act(DraftQuote(inquiry_id=inquiry, discount_ppm=950_000), "陈静")
    with pytest.raises(Invalid) as refused:
        company.act(SubmitQuote(quote_id=quote), "陈静")
    assert refused.value.message == (
        "“苏州恒力机械”还没有工商全称，提交报价前请先补上，例如：苏州恒力机械 全称 苏州恒力机械有限公司。"
    )
    subject = f"customer:{customer_id(company, '苏州恒力机械')}"
    with pytest.raises(Invalid, match="工商全称"):
        company.act(FillFields(subject=subject, values=(("legal_name", "恒力"),)), "陈静")
    company.act(FillFields(subject=subject, values=(("legal_name", "苏州恒力机械有限公司"),)), "陈静")
    company.act(SubmitQuote(quote_id=quote), "陈静")


@pytest.mark.parametrize(("said", "level"), [("大客户", "战略"), ("A类", "战略"), ("B", "重点"), ("普通", "普通")])
def test_levels(said: str, level: str) -> None:
    assert level_of(said) == level


def test_unknown_words_list_those_there_are() -> None:
    with pytest.raises(Invalid, match="级别里没有“钻石”，可以选：战略、重点、普通"):
        level_of("钻石")
    with pytest.raises(Invalid, match="可以选：严谨型、急躁型"):
        temperament_of("古怪")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("幺三八 幺二三四 五六七八", "13812345678"),
        ("400-82l-7788", "4008217788"),
        ("0512-66668888转102", "051266668888-102"),
        ("洞五幺二 六六六六八八八八", "051266668888"),
    ],
)
def test_spoken_and_mistyped_numbers(typed: str, key: str) -> None:
    """S-005."""
    assert phone_key(typed) == key


def test_regions_come_from_area_codes_and_names() -> None:
    """S-007."""
    assert [region_by_phone(each) for each in ("051266668888", "08986666888", "08916666888", "13812345678")] == [
        "华东",
        "华南",
        "西南",
        "",
    ]
    assert [region_by_name(each) for each in ("武汉楚天汽车零部件", "楚天汽零")] == ["华中", ""]


def test_a_new_customer_has_the_region_of_its_number(company: Company) -> None:
    company.log(company="捷顺重工", contact="", phone="027-87654321", region="")
    assert company.get(Customer, customer_id(company, "捷顺重工")).region == "华中"


def test_a_number_is_one_active_contacts(company: Company) -> None:
    """U19: the database itself refuses the second."""
    first = customer_id(company)
    company.act(DescribeContact(customer_id=first, name="吕工", phone="13912000099", temperament="急性子"), "陈静")
    with pytest.raises(Invalid, match="这个号码已登记在另一位联系人名下"):
        company.act(DescribeContact(customer_id=first, name="白工", phone="13912000099"), "陈静")
    with pytest.raises(Invalid, match="有 10 位"):
        company.act(DescribeContact(customer_id=first, name="白工", phone="1391200009"), "陈静")
    known = {each.name: each.temperament for each in company.all(Contact)}
    assert known == {"俞海燕": "", "吕工": "急躁型"}


def test_a_number_may_come_back_after_its_contact_left(company: Company) -> None:
    inquiry = company.log(company="捷顺重工", contact="祝工", phone="13912000088")
    company.act(UndoInquiry(inquiry_id=inquiry), "陈静")
    company.act(EnrolCustomer(name="美科电子有限公司", contacts=(ContactEntry(name="祝工", phone="13912000088"),)))
    live = [each.name for each in company.all(Contact) if each.active and each.phone == "13912000088"]
    assert live == ["祝工"]


def test_tags_stand_in_groups(company: Company) -> None:
    """S-040."""
    first = customer_id(company)
    assert company.act(TagCustomer(customer_id=first, tag="价格敏感"), "陈静") is True
    assert company.act(TagCustomer(customer_id=first, tag="价格敏感"), "陈静") is False
    company.act(TagCustomer(customer_id=first, tag="要现货"), "陈静")
    company.act(GroupTag(tag="价格敏感", group="采购特点"), "周敏")
    card = company.card("customers.customer", f"customer:{first}", "陈静")
    assert [(row.label, row.value) for row in card.fields if row.value in ("价格敏感", "要现货")] == [
        ("采购特点", "价格敏感"),
        ("标签", "要现货"),
    ]
    company.act(UntagCustomer(customer_id=first, tag="要现货"), "陈静")
    with pytest.raises(Invalid, match="没有“要现货”这个标签，现有：价格敏感"):
        company.act(UntagCustomer(customer_id=first, tag="要现货"), "陈静")
    with pytest.raises(Invalid, match="看不见的符号"):
        company.act(TagCustomer(customer_id=first, tag="好\u202e客户"), "陈静")


def test_another_reps_customer_is_unknown(company: Company) -> None:
    first = customer_id(company)
    for command in (
        TagCustomer(customer_id=first, tag="价格敏感"),
        GiveCreditCode(customer_id=first, code=GOOD),
        DescribeContact(customer_id=first, name="王总"),
        WriteSummary(customer_id=first, text="好"),
    ):
        with pytest.raises(NotFound):
            company.act(command, "何雨")
    assert company.get(Customer, first).history_summary == ""


def test_somebody_has_several_numbers_and_each_is_one_persons(company: Company) -> None:
    """U19: whichever he calls from he is found, and it is nobody else's."""
    jinteng = customer_id(company)
    assert company.act(AddPhone(customer_id=jinteng, name="俞海燕", phone="0510-8888 6666"), "陈静") == "051088886666"
    company.act(AddPhone(customer_id=jinteng, name="俞海燕", phone="13912000077"), "陈静")
    rows = {row.label: row.value for row in company.card("customers.customer", f"customer:{jinteng}", "陈静").fields}
    assert rows["联系人"] == "俞海燕 采购经理 13912000002、051088886666、13912000077"
    inquiry = company.get(Inquiry, company.log(company="", contact="", phone="13912000077"))
    main = next(each for each in company.all(Contact) if each.phone == "13912000002")
    assert (inquiry.customer_id, inquiry.contact_id) == (jinteng, main.id)
    hits = company.look(lambda queries: queries.customers.hits("8888666", company.actor("陈静")))
    assert [hit.name for hit in hits] == [], "the end of a number, not its middle"
    hits = company.look(lambda queries: queries.customers.hits("88886666", company.actor("陈静")))
    assert [hit.id for hit in hits] == [jinteng]
    for phone in ("13912000077", "13912000002", "051088886666"):
        with pytest.raises(Invalid, match="已经登记过了"):
            company.act(AddPhone(customer_id=jinteng, name="俞海燕", phone=phone), "陈静")
    hexin = customer_id(company, "东莞市鑫宏五金制品有限公司")
    with pytest.raises(Invalid, match="另一位联系人"):
        company.act(DescribeContact(customer_id=hexin, name="老方", phone="13912000077"), "何雨")
    company.act(DescribeContact(customer_id=jinteng, name="俞海燕", phone="13912000077", title="采购总监"), "陈静")
    assert company.get(Contact, main.id).title == "采购总监"
    company.act(AddPhone(customer_id=jinteng, name="俞海燕", phone="13912000078"), "陈静")
    company.act(AddPhone(customer_id=jinteng, name="俞海燕", phone="13912000079"), "陈静")
    with pytest.raises(Invalid, match="已经有 5 个号码"):
        company.act(AddPhone(customer_id=jinteng, name="俞海燕", phone="13912000080"), "陈静")


def test_so_many_customers_a_day_and_no_more(tmp_path: Path) -> None:
    """U22: the same one again is free; the administrator hears of it once; management may open all."""
    with open_company(f"sqlite:///{tmp_path}/few.db", pool=PoolPolicy(daily_views=2)) as company:
        ids = [company.act(EnrolCustomer(name=f"苏州第{number}机械有限公司", owner="陈静")) for number in range(4)]
        opened = [company.act(LookAtCustomer(customer_id=each), "陈静") for each in (*ids[:2], ids[0], *ids[2:])]
        assert opened == [True, True, True, False, False]
        assert company.told("梁宁") == ["陈静今天已经查看了 2 家客户的资料，到上限后还在继续查。请了解一下原因。"]
        assert all(company.act(LookAtCustomer(customer_id=each), "秦岚") for each in ids)
        with pytest.raises(NotFound):
            company.act(LookAtCustomer(customer_id=ids[0]), "何雨")
        company.clock.move(timedelta(days=1))
        assert company.act(LookAtCustomer(customer_id=ids[3]), "陈静")
