"""Somebody leaves: all he looks after goes on as it stands (S-029, U21). And whose a customer is (S-028)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.actor import Role
from domain.customers.commands import EnrolCustomer
from domain.customers.customer import Customer
from domain.customers.editing import WriteSummary
from domain.customers.registration import RegisterCustomer
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.handover.commands import HandOver, ProposeHandover
from domain.handover.handover import How
from domain.handover.transferring import TransferCustomer
from domain.inquiries.inquiry import Inquiry
from domain.opportunities.creating import CreateOpportunity
from domain.opportunities.opportunity import Opportunity
from domain.people.commands import EnrolPerson, PersonLeave
from domain.pool.claiming import ClaimCustomer
from domain.pool.stay import PoolStay, StayState
from domain.quotes.quote import Quote, QuoteState
from domain.quotes.submitting import SubmitQuote
from domain.tasks.task import Task
from tests.support.company import Company, open_company

NAME = "无锡锦腾模具有限公司"


@pytest.fixture
def company(database_url: str) -> Iterator[Company]:
    with open_company(database_url) as opened:
        opened.log(company=NAME, contact="", phone="")
        quote = opened.quote()
        opened.act(SubmitQuote(quote_id=quote), "陈静")
        yield opened


def owners(company: Company) -> dict[str, set[str]]:
    names = {actor.person_id: name for name, actor in company.people.items()} | {None: "公海"}
    return {
        kind.__name__: {names[each.owner_id] for each in company.all(kind)}  # type: ignore[attr-defined]
        for kind in (Customer, Inquiry, Quote, Task)
    }


def test_all_goes_to_one_person_as_it_stands(company: Company) -> None:
    customer = next(each for each in company.all(Customer) if each.name == NAME)
    company.act(WriteSummary(customer_id=customer.id, text="只认交期"), "陈静")
    deal = company.act(CreateOpportunity(said="锦腾扩产", company=NAME, amount_fen=50_000_000), "陈静")
    stage = company.get(Opportunity, deal).stage
    company.act(PersonLeave(platform="wecom", account="chenjing"))
    pending = company.pending()
    handover = company.act(ProposeHandover(leaver="陈静", taker="何雨"), "秦岚")
    card = company.card("handover.card", f"handover:{handover}", "秦岚")
    assert [(row.label, row.value) for row in card.fields] == [
        ("客户", "1"),
        ("询价", "1"),
        ("商机", "1"),
        ("报价", "1"),
        ("待办", "1"),
    ]
    company.act(HandOver(handover_id=handover, how=How.PERSON, version=card.version), "秦岚")
    assert owners(company) == {"Customer": {"何雨"}, "Inquiry": {"何雨"}, "Quote": {"何雨"}, "Task": {"何雨"}}
    moved = company.get(Opportunity, deal)
    assert (moved.owner_id, moved.stage) == (company.actor("何雨").person_id, stage)
    assert company.all(Quote)[0].state is QuoteState.SUBMITTED
    assert company.pending() == pending
    assert company.told("何雨")[-1] == (
        "陈静交接给您：客户 1、询价 1、商机 1、报价 1、待办 1。阶段、历史和待办都保持原样。\n"
        "· 无锡锦腾模具有限公司（战略）：只认交期"
    )
    with pytest.raises(Stale):
        company.act(HandOver(handover_id=handover, how=How.POOL), "秦岚")


def test_customers_go_to_the_pool_and_the_rest_to_the_leader(company: Company) -> None:
    handover = company.act(ProposeHandover(leaver="陈静"), "周敏")
    company.act(HandOver(handover_id=handover, how=How.POOL), "周敏")
    stay = company.all(PoolStay)[0]
    assert (stay.state, stay.reason) == (StayState.WAITING, "陈静离职交接")
    assert NAME in company.card("pool.listing", "pool:0", "何雨").fields[0].label
    with pytest.raises(NotAllowed, match="是您放回公海的"):
        company.act(ClaimCustomer(customer_id=stay.customer_id), "陈静")
    assert owners(company) == {
        "Customer": {"公海", "何雨"},
        "Inquiry": {"周敏"},
        "Quote": {"周敏"},
        "Task": {"周敏"},
    }


def test_by_region_they_are_spread_over_those_who_serve_it(company: Company) -> None:
    for number in (1, 2):
        company.act(EnrolPerson(name=f"代表{number}", roles=(Role.SALES,), regions=("华东",), wecom=f"rep{number}"))
    for number in range(5):
        company.act(EnrolCustomer(name=f"第{number}五金有限公司", region="华东" if number < 4 else "", owner="陈静"))
    handover = company.act(ProposeHandover(leaver="陈静"), "周敏")
    company.act(HandOver(handover_id=handover, how=How.REGION), "周敏")
    held: dict[int | None, int] = {}
    for each in company.all(Customer):
        if each.name != "东莞市鑫宏五金制品有限公司":
            held[each.owner_id] = held.get(each.owner_id, 0) + 1
    assert sorted(held.values()) == [1, 2, 3]
    assert held[company.actor("周敏").person_id] == 1, "what no region claims stays with the leader"


def test_only_those_above_hand_over(company: Company) -> None:
    with pytest.raises(NotFound):
        company.act(ProposeHandover(leaver="陈静"), "罗成")
    with pytest.raises(NotAllowed):
        company.act(ProposeHandover(leaver="陈静"), "陈静")
    handover = company.act(ProposeHandover(leaver="陈静"), "周敏")
    with pytest.raises(NotFound):
        company.act(HandOver(handover_id=handover, how=How.POOL), "罗成")


def test_a_clash_tells_who_and_until_when_and_nothing_else(company: Company) -> None:
    company.act(RegisterCustomer(company="苏州科锐自动化", project="二期"), "何雨")
    with pytest.raises(Invalid) as clash:
        company.act(RegisterCustomer(company="苏州科锐自动化有限公司"), "陈静")
    assert clash.value.message == "撞单：这家客户由何雨报备，保护期到 2026-12-23。"
    with pytest.raises(Invalid) as owned:
        company.act(RegisterCustomer(company="锦腾"), "何雨")
    assert owned.value.message == "撞单：这家客户由陈静负责，请直接联系陈静。"


def test_a_registration_ends_with_a_word_to_its_owner_unless_renewed(company: Company) -> None:
    company.act(RegisterCustomer(company="苏州科锐自动化"), "何雨")
    company.clock.move(timedelta(days=29))
    company.act(RegisterCustomer(company="苏州科锐自动化"), "何雨")
    company.clock.move(timedelta(days=2))
    company.fire()
    assert not any("保护期到了" in each for each in company.told("何雨"))
    company.clock.move(timedelta(days=29))
    company.fire()
    assert company.told("何雨")[-1] == "苏州科锐自动化 的报备保护期到了。还在跟就发：报备 苏州科锐自动化。"


def test_of_eight_at_once_one_has_it(company: Company) -> None:
    names = ["陈静", "何雨", "周敏", "罗成"] * 2
    outcomes = company.race(*[(RegisterCustomer(company="苏州科锐自动化"), name) for name in names])
    owner = next(each.owner_id for each in company.all(Customer) if each.name == "苏州科锐自动化")
    won = {name for name, outcome in zip(names, outcomes, strict=True) if outcome is None}
    assert [company.actor(name).person_id for name in won] == [owner]


def test_one_customer_goes_with_all_that_is_going_on_there(company: Company) -> None:
    customer = next(each for each in company.all(Customer) if each.name == NAME)
    company.act(RegisterCustomer(company=NAME), "陈静")
    assert company.act(TransferCustomer(customer_id=customer.id, to="何雨"), "陈静") == "何雨"
    assert owners(company) == {
        "Customer": {"何雨"},
        "Inquiry": {"何雨"},
        "Quote": {"何雨"},
        "Task": {"何雨"},
    }
    assert any(
        "陈静的客户" in said and "转给您了，一起转来：询价 1、报价 1、待办 1" in said for said in company.told("何雨")
    )
    assert any(said.startswith("陈静把") for said in company.told("周敏"))
    with pytest.raises(NotFound):
        company.act(TransferCustomer(customer_id=customer.id, to="陈静"), "陈静")
    with pytest.raises(Invalid, match="已经由何雨负责"):
        company.act(TransferCustomer(customer_id=customer.id, to="何雨"), "何雨")
    with pytest.raises(NotFound, match="没有叫“钱进”的销售"):
        company.act(TransferCustomer(customer_id=customer.id, to="钱进"), "何雨")


def test_tasks_go_with_their_customer_by_region_too(company: Company) -> None:
    company.act(EnrolPerson(name="何雨", roles=(Role.SALES,), regions=("华东",), dingtalk="1013"))
    handover = company.act(ProposeHandover(leaver="陈静"), "秦岚")
    company.act(HandOver(handover_id=handover, how=How.REGION), "秦岚")
    assert owners(company)["Task"] == owners(company)["Customer"] == {"何雨"}


def test_whoever_asks_learns_whose_it_is_and_no_more(company: Company) -> None:
    def holders(said: str) -> list[tuple[str, bool]]:
        found = company.look(lambda queries: queries.customers.holders(said, company.clock.now()))
        return [(each.name, each.until is not None) for each in found]

    assert holders(NAME) == [("陈静", False)]
    company.act(RegisterCustomer(company=NAME), "陈静")
    assert holders("锦腾模具") == [("陈静", True)]
    assert (holders("从没听过的公司"), holders("锦")) == ([], [])
