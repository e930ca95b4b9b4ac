"""The pool: one owner for eight taps at once, limits, bans, giving back, and recycling that warns first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.actor import Role
from domain.customers.commands import EnrolCustomer
from domain.customers.customer import Customer
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.inquiries.inquiry import Inquiry
from domain.people.commands import EnrolPerson
from domain.people.person import Person
from domain.policy_pool import PoolPolicy
from domain.pool.claiming import ClaimCustomer
from domain.pool.releasing import ConfirmRelease, ProposeRelease
from domain.pool.stay import PoolStay
from domain.tasks.task import Task
from tests.support.company import Company, open_company

RULES = PoolPolicy.model_validate(
    {
        "rules": [
            {"name": "大客户", "when": {"level": "A"}, "after_days": 14, "keep": True},
            {"name": "一般客户", "after_days": 30},
        ],
        "daily_claims": 2,
    }
)


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url, pool=RULES) as company:
        yield company


def pooled(company: Company, name: str = "温州公海机械有限公司") -> int:
    return int(company.act(EnrolCustomer(name=name, region="华东", level="C")))


def owner(company: Company, customer_id: int) -> int | None:
    return company.get(Customer, customer_id).owner_id


def released(company: Company, name: str = "陈静", customer: str = "锦腾") -> int:
    stay = company.act(ProposeRelease(company=customer, reason="没有预算"), name)
    company.act(ConfirmRelease(stay_id=stay), name)
    return int(company.get(PoolStay, stay).customer_id)


def test_eight_taps_at_once_make_one_owner(company: Company) -> None:
    names = [f"销{n}" for n in range(8)]
    for number, name in enumerate(names):
        company.act(EnrolPerson(name=name, roles=(Role.SALES,), wecom=f"w{number}"))
    company.people |= {person.name: person.actor("wecom") for person in company.all(Person) if person.name in names}
    customer = pooled(company)
    outcomes = company.race(*((ClaimCustomer(customer_id=customer), name) for name in names))
    won = [name for name, outcome in zip(names, outcomes, strict=True) if outcome is None]
    assert len(won) == 1
    assert owner(company, customer) == company.people[won[0]].person_id
    assert {str(outcome) for outcome in outcomes if outcome is not None} == {
        f"温州公海机械有限公司已由{won[0]}领取。发“公海有什么”看还有哪些。"
    }
    assert len(company.all(PoolStay)) == 1


def test_the_daily_limit_holds_for_taps_at_once(company: Company) -> None:
    customers = [pooled(company, f"公海第{n}家有限公司") for n in range(4)]
    outcomes = company.race(*((ClaimCustomer(customer_id=each), "陈静") for each in customers))
    assert (
        sorted(str(each) for each in outcomes if each is not None)
        == ["今天已经领了 2 个客户，请明天再来，先联系手上的。"] * 2
    )
    company.clock.move(timedelta(days=1))
    left = next(each for each in customers if owner(company, each) is None)
    company.act(ClaimCustomer(customer_id=left), "陈静")


def test_giving_back_is_named_first_and_bars_the_one_who_gave(company: Company) -> None:
    inquiry = company.log(company="锦腾", phone="")
    with pytest.raises(NotFound):
        company.act(ProposeRelease(company="锦腾", reason="x"), "何雨")
    with pytest.raises(Invalid, match="为什么退回无锡锦腾模具有限公司？"):
        company.act(ProposeRelease(company="锦腾", reason=" "), "陈静")
    stay = company.act(ProposeRelease(company="锦腾", reason="没有预算"), "陈静")
    card = company.card("pool.release", f"poolstay:{stay}", "陈静")
    assert (card.title, [button.text for button in card.buttons]) == ("退回公海：无锡锦腾模具有限公司", ["退回公海"])
    customer = company.get(PoolStay, stay).customer_id
    assert owner(company, customer) is not None
    company.act(ConfirmRelease(stay_id=stay), "陈静")
    with pytest.raises(Stale):
        company.act(ConfirmRelease(stay_id=stay), "陈静")
    assert owner(company, customer) is None
    assert [task.state.value for task in company.all(Task)] == ["cancelled"]
    with pytest.raises(NotAllowed, match="是您放回公海的，12月23日后才能再领"):
        company.act(ClaimCustomer(customer_id=customer), "陈静")
    company.act(ClaimCustomer(customer_id=customer), "何雨")
    assert company.get(Inquiry, inquiry).owner_id == owner(company, customer) == company.people["何雨"].person_id
    assert [task.state.value for task in company.all(Task)] == ["cancelled", "open"]


def test_a_proposal_dies_when_the_customer_changes_hands(company: Company) -> None:
    first, second = (company.act(ProposeRelease(company="锦腾", reason="没有预算"), "陈静") for _ in range(2))
    company.act(ConfirmRelease(stay_id=first), "陈静")
    customer = company.get(PoolStay, first).customer_id
    company.act(ClaimCustomer(customer_id=customer), "何雨")
    with pytest.raises(Stale, match="负责人已经变了"):
        company.act(ConfirmRelease(stay_id=second), "陈静")
    assert owner(company, customer) == company.people["何雨"].person_id


def test_the_list_names_its_customers_and_hides_their_numbers(company: Company) -> None:
    released(company)
    card = company.card("pool.listing", "pool:0", "何雨")
    assert card.title == "公海：1 个客户"
    assert [(field.label, field.value) for field in card.fields] == [
        ("1. 无锡锦腾模具有限公司", "华东，战略，11月23日（周一） 起，没有预算")
    ]
    assert [button.text for button in card.buttons] == ["领取 1. 无锡锦腾模具有限公司"]
    assert "139" not in repr(card)
    with pytest.raises(NotAllowed):
        company.card("pool.listing", "pool:0", "钱进")


def test_recycling_warns_first_and_a_contact_begins_anew(company: Company) -> None:
    customer = next(each.id for each in company.all(Customer) if "鑫宏" in each.name)
    company.clock.set(company.pending()[f"customer:{customer}:pool"])
    assert company.fire() >= 1
    assert company.told("何雨") == [
        "东莞市鑫宏五金制品有限公司已经 27 天没有联系，12月24日（周四）会自动放回公海。联系后记一条跟进就不会了。"
    ]
    company.log("何雨", company="鑫宏", phone="", contact="")
    told = len(company.told("何雨"))
    company.clock.set(company.pending()[f"customer:{customer}:pool"])
    company.fire()
    assert owner(company, customer) is not None
    assert not [said for said in company.told("何雨")[told:] if "公海" in said]


def test_nobody_in_contact_lets_it_go(company: Company) -> None:
    customer = next(each.id for each in company.all(Customer) if "鑫宏" in each.name)
    for _ in range(2):
        company.clock.set(company.pending()[f"customer:{customer}:pool"])
        company.fire()
    assert owner(company, customer) is None
    assert company.told("何雨")[-1] == "东莞市鑫宏五金制品有限公司已经 30 天没有联系，按规则“一般客户”放回公海了。"
    assert f"customer:{customer}:pool" not in company.pending()
    stay = company.all(PoolStay)[0]
    assert (stay.by_rule, stay.reason) == ("一般客户", "30 天没有联系")


def test_a_big_customer_is_never_recycled_silently(company: Company) -> None:
    customer = next(each.id for each in company.all(Customer) if "锦腾" in each.name)
    company.clock.set(company.pending()[f"customer:{customer}:pool"])
    company.fire()
    assert owner(company, customer) == company.people["陈静"].person_id
    assert company.told("陈静") == ["无锡锦腾模具有限公司已经 14 天没有联系。它按规则“大客户”不进公海，请尽快联系。"]
    assert company.told("周敏") == ["陈静的客户无锡锦腾模具有限公司（大客户）已经 14 天没有联系，请过问一下。"]
    assert f"customer:{customer}:pool" in company.pending()


def test_loading_again_does_not_begin_anew(company: Company) -> None:
    customer = next(each.id for each in company.all(Customer) if "鑫宏" in each.name)
    due = company.pending()[f"customer:{customer}:pool"]
    company.clock.move(timedelta(days=5))
    company.act(EnrolCustomer(name="东莞市鑫宏五金制品有限公司", level="C"))
    assert company.pending()[f"customer:{customer}:pool"] == due
