"""Finding a customer by whatever of it somebody remembers (S-044)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.customers.commands import ContactEntry, EnrolCustomer
from domain.customers.customer import Customer
from domain.customers.editing import DescribeContact, GiveCreditCode
from domain.customers.search import sought
from domain.equipment.commands import EnrolEquipment
from tests.support.company import Company, open_company


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        opened.act(
            EnrolCustomer(
                name="佛山华鑫机械有限公司",
                aliases=("老华家",),
                owner="陈静",
                contacts=(ContactEntry(name="王总", phone="13812345678"),),
            )
        )
        opened.act(EnrolCustomer(name="重庆华信电气有限公司", owner="陈静"))
        opened.act(EnrolCustomer(name="东莞华鑫五金有限公司", owner="何雨"))
        opened.act(EnrolEquipment(serial="HX2025-0031", model="X200", customer="佛山华鑫机械有限公司"))
        yield opened


def found(company: Company, said: str, name: str = "陈静") -> list[str]:
    return [hit.name for hit in company.look(lambda queries: queries.customers.hits(said, company.actor(name)))]


HUAXIN, HUAXIN_2, OTHERS = "佛山华鑫机械有限公司", "重庆华信电气有限公司", "东莞华鑫五金有限公司"


def test_everything_somebody_remembers(company: Company) -> None:
    customer = next(each for each in company.all(Customer) if each.name == HUAXIN)
    company.act(GiveCreditCode(customer_id=customer.id, code="91350100M000100Y43"), "陈静")
    for said in (
        "华鑫",
        "佛山华鑫",
        "华鑫机械",
        "佛山华鑫机械有限公司",
        "老华家",
        "foshanhuaxin",
        "FSHX",
        "5678",
        "12345678",
        "138-1234-5678",
        "HX2025",
        "0031",
        "91350100M000100Y43",
    ):
        assert found(company, said) == [HUAXIN], said
    assert found(company, "huaxin") == [HUAXIN, HUAXIN_2]
    assert found(company, "hx") == [HUAXIN, HUAXIN_2]
    assert found(company, "chongqing") == [HUAXIN_2], "as the city is read, not sign by sign"


def test_nothing_is_found_by_too_little_or_by_patterns(company: Company) -> None:
    for said in ("", "5", "678", "h", "%", "_____", "' or 1=1", "没有这家", "\u202e"):
        assert found(company, said) == [], said
    assert sought("567") == [("n", "567")]


def test_a_hidden_customer_changes_no_answer(company: Company) -> None:
    """R-52, R-53: of two 华鑫 each rep finds his own, and is never asked which."""
    assert found(company, "华鑫", "何雨") == [OTHERS]
    assert found(company, "5678", "何雨") == []
    assert found(company, "华鑫", "秦岚") == [HUAXIN, OTHERS]
    assert found(company, "华鑫", "钱进") == []


def test_what_is_learnt_is_found_at_once(company: Company) -> None:
    customer = next(each for each in company.all(Customer) if each.name == HUAXIN)
    company.act(DescribeContact(customer_id=customer.id, name="吕工", phone="13912000099"), "陈静")
    assert found(company, "0099") == [HUAXIN]
    company.act(DescribeContact(customer_id=customer.id, name="吕工", phone="13912000077"), "陈静")
    assert (found(company, "0099"), found(company, "0077")) == ([], [HUAXIN])
    company.log(company="捷顺重工", contact="祝工", phone="13912000066")
    assert [found(company, said) for said in ("捷顺", "jszg", "0066")] == [["捷顺重工"]] * 3
