"""From 要2个6205 to the pieces in the van: who has to agree, what is short, what goes back; never a negative number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.actor import visitor
from domain.catalog.enrol_part import EnrolPart
from domain.equipment.commands import EnrolEquipment
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.policy_service import PartRule, PartsPolicy
from domain.service.accept import AcceptJob
from domain.service.finishing import CorrectParts, FinishJob, SaidPart, UseParts
from domain.service.fitting import SwapSerial
from domain.service.states import JobState
from domain.service.visit import ArriveJob
from domain.spares.agreeing import AnswerPrice, ApproveRequest, RefuseRequest
from domain.spares.issuing import IssuePart, OrderPart
from domain.spares.moving import PassPart, ReceivePart, ReturnPart
from domain.spares.part_request import Consent, PartRequest, RequestState
from domain.spares.requesting import RequestParts, WithdrawRequest
from storage.queries.parts import StockLine
from tests.support.service_shop import POLICY, open_shop

TOKEN = "t" * 22


@pytest.fixture(params=["plain"])
def shop(request, tmp_path):
    policies = {
        "plain": POLICY,
        "approves": POLICY.model_copy(
            update={"parts": PartsPolicy(rules=(PartRule(name="大额备件", when={"amount": {"over": "1000"}}),))}
        ),
        "off": POLICY.model_copy(update={"parts": PartsPolicy(on=False)}),
    }
    with open_shop(f"sqlite:///{tmp_path}/shop.db", service=policies[request.param]) as shop:
        yield shop


@pytest.fixture
def job(shop):
    job = shop.report(token=TOKEN)
    for deed in (AcceptJob, ArriveJob):
        shop.act(deed(work_order_id=job.id), shop.people["何平"])
    return job


def ask(shop, job, *parts, name="何平", **more):
    said = tuple(SaidPart(name=part, quantity=quantity) for part, quantity in parts)
    return shop.act(RequestParts(work_order_id=job.id, parts=said, **more), shop.people[name])


def issue(shop, request=1, part="", name="孙库"):
    return shop.act(IssuePart(request_id=request, part=part), shop.people[name])


def there(shop, code="6205"):
    found = shop.look(lambda queries: queries.parts.on_hand(code))
    return found.get("main", 0), found.get(f"van:{shop.people['何平'].person_id}", 0)


def test_asked_issued_and_the_job_stops_waiting(shop, job):
    ask(shop, job, ("6205轴承", 2), ("油泵", 1), impact="客户停产")
    assert shop.job().state is JobState.WAITING_PARTS
    assert shop.told("孙库") == ["spares.request partrequest:1", "spares.request partrequest:2"]
    card = shop.card("spares.request", "partrequest:1", "孙库")
    assert (card.title, [button.text for button in card.buttons]) == ("何平要 6205轴承 ×2", ["出库", "缺货", "不发"])
    assert ("影响", "客户停产") in [(row.label, row.value) for row in card.fields]
    assert issue(shop) == "6205轴承 ×2"
    assert there(shop) == (3, 3)
    assert shop.told("何平")[-1].endswith("还差 润滑油泵 ×1。")
    assert shop.job().state is JobState.WAITING_PARTS
    issue(shop, 2)
    assert shop.job().state is JobState.REVISIT
    assert shop.told("何平")[-1].endswith("备件齐了，到现场发“到了”。")
    with pytest.raises(Stale, match="现在是“已出库”"):
        issue(shop)
    with pytest.raises(NotAllowed):
        issue(shop, name="何平")


def test_none_in_stock_says_the_day_and_the_day_is_reminded_of(shop, job):
    ask(shop, job, ("油泵", 3))
    with pytest.raises(Invalid, match="润滑油泵不够 3 台：主库只有 1 台。没有替代件，请发“缺货”加到货日"):
        issue(shop)
    friday = shop.clock.now() + timedelta(days=4)
    shop.act(OrderPart(request_id=1, arrives_at=friday), shop.people["孙库"])
    assert shop.told("何平")[-1].startswith("润滑油泵 ×3 缺货，预计 11月27日到")
    assert shop.act(ReceivePart(part="油泵", quantity=5), shop.people["孙库"]) == "润滑油泵 ×5"
    shop.clock.set(friday)
    shop.fire()
    assert "润滑油泵 ×3 说好今天到货" in shop.told("孙库")[-2]
    issue(shop)
    assert there(shop, "YF-100") == (3, 3)
    assert shop.look(lambda queries: queries.parts.unbalanced()) == []


def test_a_substitute_is_offered_and_issued(shop, job):
    shop.act(EnrolPart(code="YF-100", name="润滑油泵", unit="台", substitutes=("6206",)))
    ask(shop, job, ("润滑油泵", 2))
    card = shop.card("spares.request", "partrequest:1", "孙库")
    assert [button.text for button in card.buttons] == ["出库", "换6206轴承出库", "缺货", "不发"]
    with pytest.raises(Invalid, match="可以换用 6206轴承（主库 3 个），发“出库 6206轴承”"):
        issue(shop)
    assert issue(shop, part="6206轴承") == "6206轴承 ×2"
    assert shop.card("spares.request", "partrequest:1", "孙库").outcome.endswith("已出库（换用 6206轴承）")


def test_an_unknown_part_is_asked_for_and_what_is_near_is_offered(shop, job):
    done = ask(shop, job, ("6250轴承", 1))
    assert done.nearest[0] in ("6205轴承", "6206轴承")
    with pytest.raises(Invalid, match="“6250轴承”不在备件目录里"):
        issue(shop)
    assert issue(shop, part="6205轴承") == "6205轴承 ×1"


def test_what_is_not_needed_is_withdrawn_returned_passed_on(shop, job):
    ask(shop, job, ("6205轴承", 2))
    assert shop.act(WithdrawRequest(request_id=1), shop.people["何平"]) == "6205轴承 ×2"
    with pytest.raises(Stale, match="现在是“已撤回”"):
        issue(shop)
    shop.act(ReturnPart(part="6205", quantity=1), shop.people["何平"])
    assert there(shop) == (6, 0)
    with pytest.raises(Invalid, match="6205轴承不够 1 个：您车上只有 0 个。库存没有变"):
        shop.act(PassPart(part="6205", quantity=1, to_id=shop.people["林涛"].person_id), shop.people["何平"])
    with pytest.raises(Invalid, match="备件目录里没有“62O5轴承”，是不是 6205轴承"):
        shop.act(ReturnPart(part="62O5轴承"), shop.people["何平"])
    assert shop.look(lambda queries: queries.parts.stock_of("6205", None)) == [
        StockLine(name="6205轴承", said="主库 6 个")
    ]


def test_the_store_is_warned_once_when_a_part_sinks_below_its_least(shop, job):
    shop.act(EnrolPart(code="6205", name="6205轴承", aliases=("深沟球轴承6205",), least=4))
    ask(shop, job, ("6205", 2), ("6205", 1))
    issue(shop)
    issue(shop, 2)
    warned = [words for words in shop.told("孙库") if "最低库存" in words]
    assert warned == ["6205轴承 主库只剩 3 个，低于最低库存 4 个，请补货。到货后发“入库 6205轴承 数量”。"]


@pytest.mark.parametrize("agrees", [True, False])
def test_out_of_warranty_the_customer_agrees_first(shop, job, agrees):
    shop.act(EnrolPart(code="6205", name="6205轴承", price_fen=8_000))
    shop.act(
        EnrolEquipment(serial="SN-2024-000317", model="X200", customer="苏州恒力", warranty_until=date(2025, 1, 1))
    )
    assert ask(shop, job, ("6205轴承", 2)).waits_for_customer
    assert shop.told("孙库") == []
    progress = shop.look(lambda queries: queries.service.progress(TOKEN, shop.clock.now()))
    assert (progress.asked_fen, progress.waits[0].said) == (16_000, "6205轴承 ×2")
    with pytest.raises(NotFound):
        shop.act(AnswerPrice(token="x" * 22, agrees=True), visitor())
    shop.act(AnswerPrice(token=TOKEN, agrees=agrees), visitor())
    request = shop.all(PartRequest)[0]
    assert (request.state, request.consent) == (
        (RequestState.WAITING, Consent.GIVEN) if agrees else (RequestState.REFUSED, Consent.REFUSED)
    )
    assert (shop.told("孙库") == ["spares.request partrequest:1"]) is agrees
    with pytest.raises(Stale):
        shop.act(AnswerPrice(token=TOKEN, agrees=not agrees), visitor())


@pytest.mark.parametrize("shop", ["approves"], indirect=True)
def test_an_expensive_part_is_approved_first(shop, job):
    shop.act(EnrolPart(code="YF-100", name="润滑油泵", price_fen=200_000))
    assert ask(shop, job, ("润滑油泵", 1)).waits_for_approval
    assert (shop.told("孙库"), shop.told("周敏")) == ([], ["spares.request partrequest:1"])
    with pytest.raises(Stale, match="现在是“待同意”，不能再出库"):
        issue(shop)
    with pytest.raises(NotAllowed):
        shop.act(ApproveRequest(request_id=1), shop.people["何平"])
    shop.act(ApproveRequest(request_id=1), shop.people["周敏"])
    assert shop.told("孙库") == ["spares.request partrequest:1"]
    ask(shop, job, ("润滑油泵", 1))
    shop.act(RefuseRequest(request_id=2, reason="先修旧的"), shop.people["周敏"])
    assert shop.told("何平")[-1] == (
        "周敏没同意 润滑油泵 ×1：先修旧的（工单 WO-2611-0001）。请联系主管再定。还在等 润滑油泵 ×1。"
    )


@pytest.mark.parametrize("shop", ["off"], indirect=True)
def test_without_the_step_the_store_is_only_told(shop, job):
    assert ask(shop, job, ("6205", 2)).ids == ()
    assert shop.told("孙库") == ["何平 为工单 WO-2611-0001（苏州恒力的 X200）要备件：6205 ×2"]
    assert shop.job().state is JobState.WAITING_PARTS


def test_a_wrong_part_is_put_right_with_both_movements(shop, job):
    he = shop.people["何平"]
    shop.act(UseParts(work_order_id=job.id, parts=(SaidPart(name="6205", quantity=2),)), he)
    fitted = shop.act(CorrectParts(work_order_id=job.id, parts=(SaidPart(name="6206"),)), he)
    assert fitted.used == ("6206轴承 ×2",)
    assert (there(shop), there(shop, "6206")) == ((5, 1), (1, 0))
    assert shop.job().state is JobState.ON_SITE
    assert shop.look(lambda queries: queries.parts.unbalanced()) == []
    shop.act(FinishJob(work_order_id=job.id, words="轴承缺油，换了，试车正常", minutes=90), he)
    assert (shop.job().cause, shop.job().action, shop.job().minutes) == ("LUBE", "SWAP", 90)


def test_both_serials_are_kept_and_one_serial_sits_in_one_machine(shop, job):
    he = shop.people["何平"]
    swap = SwapSerial(work_order_id=job.id, old_serial="a1001", new_serial="B2002", part="驱动器")
    assert shop.act(swap, he) == "驱动器"
    fitted = shop.look(lambda queries: queries.equipment.fitted(shop.machine))
    assert [(each.name, each.serial, each.removed_on is None) for each in fitted] == [
        ("驱动器", "B2002", True),
        ("驱动器", "A1001", False),
    ]
    other = shop.act(EnrolEquipment(serial="SN-77", model="X200", customer="苏州恒力"))
    del other
    with pytest.raises(Invalid, match="请写清旧的和新的序列号"):
        shop.act(SwapSerial(work_order_id=job.id, old_serial="B2002", new_serial="b2002"), he)
