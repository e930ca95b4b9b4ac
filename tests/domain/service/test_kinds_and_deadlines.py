"""Tickets of every kind: numbers, deadlines by rule with pauses, complaints to their end, repeated faults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.actor import visitor
from domain.errors import Invalid, NotFound, Stale
from domain.service.accept import AcceptJob
from domain.service.desk import AnswerTicket, RespondTicket, SettleJob
from domain.service.finishing import FinishJob
from domain.service.report import ReportFault
from domain.service.requesting import RequestService
from domain.service.sign import CancelJob, CancelVisit, SignOff
from domain.service.states import JobState
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.visit import ArriveJob, BlockVisit, DepartJob
from domain.spares.requesting import RequestParts

TOKEN = "t" * 22
HENGLI = 1


def ask(shop, type_, words="主轴装好了还没调试", name="唐悦", **more):
    return shop.act(RequestService(type=type_, customer_id=HENGLI, words=words, **more), shop.people[name])


def ticket(shop) -> Ticket:
    return shop.all(Ticket)[-1]


def test_every_kind_has_its_rule_and_number(shop):
    shop.report("主轴异响，停机")
    assert (ticket(shop).sla, ticket(shop).type) == ("停机", ServiceType.REPAIR)
    assert ask(shop, ServiceType.INSTALL, product="X300").ticket_no == "BX-2611-0002"
    assert ticket(shop).sla == "常规"
    assert ask(shop, ServiceType.COMPLAINT, "师傅三天没来").ticket_no == "TS-2611-0001"
    complaint = ticket(shop)
    assert complaint.sla == "投诉"
    # Monday ten o'clock: an hour of work later is eleven; 24 hours of work are three days.
    assert complaint.respond_due == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert complaint.resolve_due == datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


def test_another_kind_for_the_same_machine_is_another_ticket_the_same_kind_is_joined(shop):
    shop.report()
    first = ask(shop, ServiceType.MAINTENANCE, "季度保养", equipment_id=shop.machine)
    again = ask(shop, ServiceType.MAINTENANCE, "顺便换油", equipment_id=shop.machine)
    assert (first.joined, again.joined, again.ticket_no) == (False, True, first.ticket_no)
    assert len(shop.all(Ticket)) == 2


def test_sales_ask_for_their_own_customers_only(shop):
    assert ask(shop, ServiceType.INSTALL, name="陈静", product="X300").joined is False
    with pytest.raises(NotFound):
        shop.act(RequestService(type=ServiceType.INSTALL, customer_id=2, words="装机"), shop.people["陈静"])


def test_a_complaint_is_answered_settled_and_confirmed(shop):
    ask(shop, ServiceType.COMPLAINT, "师傅三天没来")
    job = shop.job()
    assert shop.told("周敏") == [f"service.dispatch {job.subject}"]
    shop.act(AcceptJob(work_order_id=job.id), shop.people["周敏"])
    assert ticket(shop).responded_at is None
    shop.act(RespondTicket(work_order_id=job.id, words="约了明天上门"), shop.people["周敏"])
    assert ticket(shop).responded_at == shop.clock.now()
    assert shop.act(AnswerTicket(work_order_id=job.id, words="已换人并道歉"), shop.people["周敏"]) == "TS-2611-0001"
    assert shop.job().state is JobState.SIGNING
    with pytest.raises(Invalid, match="要写原因"):
        shop.act(SettleJob(work_order_id=job.id, reason=" "), shop.people["周敏"])
    shop.act(SettleJob(work_order_id=job.id, reason="客户电话里确认满意"), shop.people["周敏"])
    assert (shop.job().state, ticket(shop).close_reason) == (JobState.CONFIRMED, "客户电话里确认满意")
    assert shop.pending("job", "ticket") == {}


def test_a_complaint_is_never_dropped_without_a_reason(shop):
    ask(shop, ServiceType.COMPLAINT, "师傅三天没来")
    with pytest.raises(Invalid, match="投诉不能没有原因就关掉"):
        shop.act(CancelJob(work_order_id=shop.job().id), shop.people["唐悦"])


def test_a_question_ends_with_its_answer_and_repairs_are_not_answered_from_the_desk(shop):
    ask(shop, ServiceType.CONSULT, "怎么换刀")
    shop.act(AcceptJob(work_order_id=shop.job().id), shop.people["周敏"])
    shop.act(AnswerTicket(work_order_id=shop.job().id, words="发了操作视频"), shop.people["周敏"])
    assert shop.job().state is JobState.CONFIRMED
    repair = shop.report()
    shop.act(AcceptJob(work_order_id=repair.id), shop.people["何平"])
    with pytest.raises(Stale, match="不能直接答复"):
        shop.act(AnswerTicket(work_order_id=repair.id, words="好了"), shop.people["何平"])


def test_a_missed_first_answer_climbs_in_working_time(shop):
    ask(shop, ServiceType.COMPLAINT, "师傅三天没来")
    late = "投诉 TS-2611-0001（苏州恒力）到时限还没人答复客户，现在还没有人接"
    shop.clock.move(timedelta(minutes=59))
    shop.fire()
    assert not any(words.startswith(late) for words in shop.told("唐悦"))
    shop.clock.move(timedelta(minutes=1))
    shop.fire()
    assert any(words.startswith(late) for words in shop.told("唐悦"))


def test_waiting_for_parts_stops_the_clock(shop):
    job = shop.report("主轴异响", token=TOKEN)
    he = shop.people["何平"]
    shop.act(AcceptJob(work_order_id=job.id), he)
    shop.act(ArriveJob(work_order_id=job.id), he)
    due = ticket(shop).resolve_due
    shop.act(RequestParts(work_order_id=job.id, words="等丝杠"), he)
    assert f"ticket:{job.ticket_id}:resolve" not in shop.pending()
    shop.clock.move(timedelta(hours=1))
    shop.act(ArriveJob(work_order_id=job.id), he)
    moved = ticket(shop).resolve_due
    assert moved == shop.business.calendar.add(due, timedelta(hours=1))
    assert shop.pending()[f"ticket:{job.ticket_id}:resolve"] == moved


def test_the_same_fault_within_a_month_is_linked_and_service_is_told(shop):
    job = shop.report("主轴异响", token=TOKEN)
    he = shop.people["何平"]
    for deed in (AcceptJob, ArriveJob, FinishJob):
        shop.act(deed(work_order_id=job.id), he)
    shop.act(SignOff(token=TOKEN, rating=5, signer="王"), visitor())
    shop.clock.move(timedelta(days=1))
    done = shop.act(ReportFault(equipment_id=shop.machine, words="又异响了 一样的毛病"), visitor())
    assert done.repeats == "BX-2611-0001"
    assert shop.happened(ticket(shop).subject)[:1] == ["FaultRepeated"]
    assert any(words.startswith("重复故障：苏州恒力的 X200（WO-2611-0002）") for words in shop.told("唐悦"))
    view = shop.look(lambda queries: queries.service.job(shop.job().id, shop.people["唐悦"]))
    assert view.repeats == "BX-2611-0001"


def test_a_shut_door_is_not_a_plain_arrival(shop):
    job = shop.report("主轴异响")
    he = shop.people["何平"]
    shop.act(AcceptJob(work_order_id=job.id), he)
    shop.act(BlockVisit(work_order_id=job.id, words="到了 门卫不让进 客户电话打不通"), he)
    view = shop.look(lambda queries: queries.service.job(job.id, he))
    assert (view.state, view.blocked) == (JobState.ON_SITE, "到了 门卫不让进 客户电话打不通")
    for name in ("唐悦", "陈静"):
        assert shop.told(name)[-1] == f"service.blocked {job.subject}"
    card = shop.card("service.blocked", job.subject, "陈静")
    assert [(button.text, button.url) for button in card.buttons] == [("打电话给客户", "tel:13812345678")]
    shop.act(ArriveJob(work_order_id=job.id), he)
    assert shop.job().blocked == ""


@pytest.mark.parametrize("left", [False, True])
def test_the_customer_calls_it_off_while_nobody_has_left(shop, left):
    job = shop.report("主轴异响", token=TOKEN)
    he = shop.people["何平"]
    shop.act(AcceptJob(work_order_id=job.id), he)
    if left:
        shop.act(DepartJob(work_order_id=job.id), he)
    done = shop.act(CancelVisit(token=TOKEN, words="算了 自己弄好了 不用来了"), visitor())
    assert done.cancelled is not left
    assert shop.job().state is (JobState.ACCEPTED if left else JobState.CANCELLED)
    said = shop.told("何平")[-2 if left else -1]
    assert said == (
        "客户说不用来了：苏州恒力的 X200（WO-2611-0001），“算了 自己弄好了 不用来了”。您已在路上，请先给客户打个电话，电话 13812345678。"
        if left
        else "工单 WO-2611-0001（苏州恒力的 X200）由客户取消，您不用去了。"
    )
