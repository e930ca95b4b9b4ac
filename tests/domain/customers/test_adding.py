"""A customer of one's own, added in a sentence: once, whoever is faster, and gone again while nothing hangs on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.customers.adding import AddCustomer, WithdrawCustomer
from domain.customers.customer import Customer
from domain.errors import Invalid, NotFound, Stale
from domain.inquiries.commands import LogInquiry
from tests.support.company import Company, open_company

NAME = "昆山锐科自动化"


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as company:
        yield company


def add(company: Company, who: str, **more: str) -> int:
    customer_id: int = company.act(AddCustomer(company=NAME, **more), who).customer_id
    return customer_id


def test_of_eight_at_once_one_has_it_and_the_others_hear_whose_it_is(company: Company) -> None:
    names = ["陈静", "何雨"] * 4
    outcomes = company.race(*[(AddCustomer(company=NAME, phone="13700001111"), name) for name in names])
    (customer,) = [each for each in company.all(Customer) if each.name == NAME]
    owner = {name for name in names if company.actor(name).person_id == customer.owner_id}
    assert {name for name, outcome in zip(names, outcomes, strict=True) if outcome is None} == owner


def test_added_again_by_its_owner_it_only_learns_more(company: Company) -> None:
    first = company.act(AddCustomer(company=NAME), "陈静")
    again = company.act(AddCustomer(company=f"{NAME}有限公司", contact="刘工", phone="13700001111"), "陈静")
    assert (first.new, again.new, again.new_contact) == (True, False, True)
    assert first.customer_id == again.customer_id


def test_a_wrong_number_adds_nothing(company: Company) -> None:
    with pytest.raises(Invalid):
        add(company, "陈静", phone="1370000111")
    assert [each for each in company.all(Customer) if each.name == NAME] == []


def test_it_is_taken_back_while_nothing_hangs_on_it_and_may_come_again(company: Company) -> None:
    customer_id = add(company, "陈静", contact="刘工", phone="13700001111")
    with pytest.raises(NotFound):
        company.act(WithdrawCustomer(customer_id=customer_id), "何雨")
    company.act(WithdrawCustomer(customer_id=customer_id), "陈静")
    with pytest.raises(NotFound):
        company.act(WithdrawCustomer(customer_id=customer_id), "陈静")
    assert not company.get(Customer, customer_id).active
    assert add(company, "何雨", contact="刘工", phone="13700001111") == customer_id
    back = company.get(Customer, customer_id)
    assert (back.active, back.owner_id) == (True, company.actor("何雨").person_id)


def test_with_an_inquiry_it_stays(company: Company) -> None:
    customer_id = add(company, "陈静")
    company.act(LogInquiry(requirement="两台X200", company=NAME), "陈静")
    with pytest.raises(Stale, match="已经有记录了"):
        company.act(WithdrawCustomer(customer_id=customer_id), "陈静")
