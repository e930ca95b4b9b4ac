"""What is typed about the thing in hand: its price, its reason, a fact of it, a haste about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.inquiries.inquiry import Inquiry
from domain.quotes.quote import Quote
from domain.tasks.task import Task
from tests.support.company import Company
from tests.support.trades import open_trade
from tests.support.typed import Typed

_HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Every test talks of its own records, so one company does for all."""
    with open_trade(f"sqlite:///{tmp_path_factory.mktemp('talk')}/test.db", "equipment") as opened:
        yield opened


@pytest.fixture(scope="module")
def typed(company: Company) -> Typed:
    return Typed(company)


def newest(company: Company) -> Quote:
    return company.all(Quote)[-1]


def test_a_price_after_a_visit_is_of_what_was_talked_about(company: Company, typed: Typed) -> None:
    typed.says("陈静", "上午去了趟苏州恒力，王总说想再看一台X300，月底前给他个价")
    assert company.all(Quote) == []
    assert [each.title for each in company.all(Task)] == ["给苏州恒力机械有限公司报价"]
    typed.says("陈静", "报价")
    card = company.card("quotes.draft", f"quote:{newest(company).id}", "陈静")
    assert "苏州恒力机械有限公司" in repr(card)
    assert card.fields[0].value.startswith("X300 立式加工中心 1台")


@pytest.mark.parametrize(
    "text",
    [
        "聊了X200改造 明天给他报价",
        "今天谈了X300的事 后天报价给他们",
        "刚跟中科精工汪洋通完电话 说X200要两台 我明天报价",
        "上午见了汪洋 看了X200 下周一出报价",
    ],
)
def test_a_promised_price_is_a_task_and_no_quotation(company: Company, typed: Typed, text: str) -> None:
    quotes, tasks = len(company.all(Quote)), len(company.all(Task))
    said = typed.says("陈静", text)
    assert [each.partition(":")[0] for each in said] == ["activities.logged activity"]
    assert (len(company.all(Quote)), len(company.all(Task))) == (quotes, tasks + 1)


def test_a_price_that_is_wanted_now_is_quoted(company: Company, typed: Typed) -> None:
    said = typed.says("陈静", "今天拜访中科精工 定了要两台X200 先报个价")
    assert said[-1].startswith("quotes.draft")


def test_while_a_thing_is_asked_for_a_discount_waits_and_a_question_is_answered(typed: Typed, company: Company) -> None:
    typed.says("何雨", "报价")
    assert typed.says("何雨", "打个九三折") == ["已记下。还差一项：报什么产品？"]
    assert typed.says("何雨", "玻璃换成A类的")[0].startswith("这句话我没看懂")
    assert typed.says("何雨", "X200多少钱")[0].startswith("X200 立式加工中心：目录价 ¥158,000.00/台")
    typed.says("何雨", "X300")
    assert newest(company).total_fen == 22_600_000 * 93 // 100


@pytest.mark.parametrize("said", ["打12折", "打1.2折"])
def test_no_such_discount_is_given(typed: Typed, company: Company, said: str) -> None:
    typed.says("陈静", "给中科精工报两台X300")
    assert typed.says("陈静", said)[0].startswith("没有 1.2 折这样的报价，没有改动。")
    assert newest(company).total_fen == 45_200_000


def test_no_such_discount_is_offered_as_a_choice(typed: Typed, company: Company) -> None:
    typed.says("陈静", "给中科精工报两台X300 打12折")
    card = typed.draft("陈静")
    assert [each.text for each in card.buttons][:2] == ["8.8折", "取消"]
    typed.presses("陈静", card, "8.8折")
    assert newest(company).total_fen == 45_200_000 * 88 // 100


@pytest.mark.parametrize("said", ["报价改成A类玻璃", "改成A类玻璃"])
def test_what_a_quotation_does_not_have_is_told(typed: Typed, company: Company, said: str) -> None:
    typed.says("陈静", "给中科精工报两台X300")
    assert typed.says("陈静", said)[0].startswith(f"报价 {newest(company).no} 里没有“A类玻璃”可选，没有改动。")


@pytest.mark.parametrize(
    "why", ["这价怎么来的", "怎么算的", "怎么得出的", "凭什么这个价", "为啥这么贵", "价格咋算出来的", "依据是什么"]
)
def test_a_price_is_explained_by_its_working(typed: Typed, company: Company, why: str) -> None:
    typed.says("陈静", "给中科精工报两台X300")
    no = newest(company).no
    assert typed.says("陈静", why)[0].startswith(f"报价 {no} V1 的计算：\nX300 2台 × ¥226,000.00")


@pytest.mark.parametrize("why", ["为啥派给我", "凭什么派给我", "怎么又是我", "这单为什么给我"])
def test_whose_it_is_is_not_explained_by_a_price(typed: Typed, why: str) -> None:
    typed.says("陈静", "给中科精工报两台X300")
    assert typed.says("陈静", why)[0].startswith("现在没有派给您的单子")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (
            "锦腾模具的信用代码是啥",
            "无锡锦腾模具有限公司没有登记信用代码，发“无锡锦腾 信用代码 91330200MA2XXXXXXX”补上。",
        ),
        ("锦腾模具俞海燕电话多少", "无锡锦腾模具有限公司：俞海燕 采购经理 13912000002。"),
        ("锦腾模具是谁的客户", "无锡锦腾模具有限公司的负责人：陈静。"),
        ("锦腾模具的行业", "无锡锦腾模具有限公司没有登记行业，发“无锡锦腾 行业 汽车零部件”补上。"),
    ],
)
def test_one_fact_is_answered_in_a_sentence(typed: Typed, asked: str, answer: str) -> None:
    assert typed.says("陈静", asked)[0] == answer


def test_whom_a_customer_brought_has_his_own_number(typed: Typed, company: Company) -> None:
    typed.says("陈静", "今天拜访锦腾模具俞海燕 聊了X300 另外她介绍了无锡凯达的张工 13799990000")
    lead = company.all(Inquiry)[-1]
    assert (lead.contact, lead.phone) == ("张工", "13799990000")
    assert lead.requirement == "另外她介绍了无锡凯达的张工 13799990000"
    customer = typed.says("陈静", "锦腾模具的电话")[0]
    assert "13799990000" not in customer


@pytest.mark.parametrize("said", ["催一下陈静", "催催小陈", "催下陈静的报价"])
def test_a_colleague_is_urged(typed: Typed, company: Company, said: str) -> None:
    typed.says("陈静", "聊了X200改造 明天给锦腾模具报价")
    company.clock.move(_HOUR)
    assert typed.says("周敏", said)[0].startswith("已催陈静：")
    assert company.told("陈静")[-1].startswith("周敏催您：\n1. ")


def test_who_asks_anew_has_let_go_of_the_first_question(typed: Typed, company: Company) -> None:
    typed.says("陈静", "今天拜访锦腾模具 聊了X300")
    typed.says("陈静", "给远帆液压报价")
    assert typed.says("陈静", "给他报价")[0].startswith("还差一项：报什么产品？")
    typed.says("陈静", "给远帆液压报两台X200")
    assert newest(company).total_fen == 31_600_000
    assert typed.says("陈静", "打八八折")[-1].startswith("quotes.draft")
    assert newest(company).total_fen == 31_600_000 * 88 // 100


@pytest.mark.parametrize("said", ["叫陈静抓紧", "陈静那边催一下", "提醒陈静尽快处理手上的事"])
def test_a_colleague_is_urged_in_other_words(typed: Typed, company: Company, said: str) -> None:
    typed.says("陈静", "明天给锦腾模具打电话")
    company.clock.move(_HOUR)
    assert typed.says("周敏", said)[0].startswith("已催陈静：")
