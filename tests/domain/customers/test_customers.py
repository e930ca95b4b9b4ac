"""Customers: keys of names and numbers, one row per customer, whose eyes."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.customers.commands import ContactEntry, EnrolCustomer
from domain.customers.customer import Contact, Customer, CustomerAlias
from domain.customers.keys import name_key, phone_key
from domain.errors import Invalid
from domain.people.commands import EnrolPerson
from domain.people.person import Person
from domain.scope import line_above, within
from tests.support.company import open_company


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("苏州恒力机械", "苏州恒力机械有限公司"),
        ("苏州 恒力机械", "苏州恒力机械股份有限公司"),
        ("ＡＢＣ机械（苏州）", "abc机械(苏州)有限公司"),
        ("苏州\u200b恒力机械", "苏州恒力机械"),
    ],
)
def test_spellings_of_one_company_share_a_key(one: str, other: str) -> None:
    """R-51, R-105."""
    assert name_key(one) == name_key(other)


def test_the_legal_form_alone_is_still_a_name() -> None:
    assert name_key("有限公司") == "有限公司"
    assert name_key("苏州恒力机械") != name_key("苏州恒利机械")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("0512-66668888", "051266668888"),
        ("0512-66668888-102", "051266668888-102"),
        ("400-820-8820", "4008208820"),
        ("051266668888-102", "051266668888-102"),
    ],
)
def test_numbers(typed: str, key: str) -> None:
    assert phone_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "1381234567",
            "号码 1381234567 有 10 位，手机号应为 11 位，请核对后重发，例如：电话改成13800138000。",
        ),
        (
            "138123456789",
            "号码 138123456789 有 12 位，手机号应为 11 位，请核对后重发，例如：电话改成13800138000。",
        ),
        ("12812345678", "号码 12812345678 不是有效的手机号段，请核对后重发，例如：电话改成13800138000。"),
        ("abc", "号码 abc 不像电话号码，请核对后重发，例如：电话改成13800138000。"),
    ],
)
def test_bad_numbers_are_refused_with_the_count(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        phone_key(typed)
    assert refused.value.message == sentence


def test_enrolling_twice_changes_no_count(tmp_path: Path) -> None:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        command = EnrolCustomer(
            name="宁波远帆液压件有限公司",
            aliases=("远帆",),
            owner="陈静",
            contacts=(ContactEntry(name="竺建国", phone="13912000004"), ContactEntry(name="前台")),
        )
        first, again = company.act(command), company.act(command)
        assert first == again
        assert [c.name for c in company.all(Customer)].count("宁波远帆液压件有限公司") == 1
        assert [c.name for c in company.all(Contact) if c.customer_id == first] == ["竺建国", "前台"]
        assert [a.key for a in company.all(CustomerAlias) if a.customer_id == first] == ["远帆"]


def test_an_alias_two_customers_share_finds_neither(tmp_path: Path) -> None:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        company.act(EnrolCustomer(name="宁波远帆液压件有限公司", aliases=("远帆", "宁波远帆")))
        company.act(EnrolCustomer(name="深圳远帆电子有限公司", aliases=("远帆",)))

        def found(name: str) -> str:
            return company.run(lambda work: getattr(work.find.customers.by_name(name), "name", ""))

        assert found("远帆") == ""
        assert found("宁波远帆") == "宁波远帆液压件有限公司"


def test_a_number_of_somebody_else_is_refused_in_a_file(tmp_path: Path) -> None:
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        stolen = EnrolCustomer(name="新客户有限公司", contacts=(ContactEntry(name="甲", phone="13912000002"),))
        with pytest.raises(Invalid, match="已登记在另一位客户名下"):
            company.act(stolen)
        assert "新客户有限公司" not in [customer.name for customer in company.all(Customer)]


def test_a_circle_in_the_line_ends_the_walk(tmp_path: Path) -> None:
    """R-59: 秦岚 reports to 周敏 who reports to 秦岚."""
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        company.act(EnrolPerson(name="秦岚", leader="周敏"))
        chen = company.people["陈静"]
        assert chen.person_id is not None
        names = company.run(lambda work: [p.name for p in line_above(chen.person_id, work.find.people.leader_of)])
        assert names == ["周敏", "秦岚"]


def test_scope(tmp_path: Path) -> None:
    """R-52: own, one's people's, everybody's for management and admin."""
    with open_company(f"sqlite:///{tmp_path}/test.db") as company:
        owner = next(person for person in company.all(Person) if person.name == "陈静")

        def who_may() -> list[str]:
            def read(work: object) -> list[str]:
                leader_of = work.find.people.leader_of  # type: ignore[attr-defined]
                return [name for name, actor in company.people.items() if within(actor, owner.id, leader_of)]

            return company.run(read)

        assert who_may() == ["秦岚", "周敏", "陈静", "梁宁"]
