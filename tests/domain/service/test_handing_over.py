"""Whom a job goes to and how it changes hands: reasons, leave, the customer's own engineer, both consents."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.assignment.leave import TakeLeave
from domain.customers.commands import EnrolCustomer
from domain.equipment.commands import EnrolEquipment
from domain.errors import Invalid, NotFound, Stale
from domain.people.commands import EnrolPerson
from domain.service.accept import AcceptJob, DeclineJob
from domain.service.candidates import Wanted, rank
from domain.service.distance import kilometres
from domain.service.report import ReportFault
from domain.service.states import JobState
from domain.service.transfer import HandJob, JobTransfer, RefuseTransfer, TakeTransfer
from domain.service.visit import ArriveJob

SUZHOU, WUXI, NANJING = (31.30, 120.62), (31.49, 120.31), (32.06, 118.79)


def why(shop, name):
    return shop.look(lambda queries: queries.service.job(shop.job().id, shop.people[name])).why


def hand(shop, job, to="林涛", by="何平", reason="我在外地"):
    return shop.act(HandJob(work_order_id=job.id, to_id=shop.people[to].person_id, reason=reason), shop.people[by])


@pytest.fixture
def taken(shop):
    job = shop.report()
    shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"])
    return job


def test_kilometres_as_the_crow_flies():
    assert round(kilometres(SUZHOU, WUXI)) == 36
    assert kilometres(SUZHOU, SUZHOU) == 0


def test_of_two_as_busy_the_nearer_is_asked(shop):
    for name, (latitude, longitude) in (("何平", NANJING), ("高飞", SUZHOU)):
        shop.act(EnrolPerson(name=name, roles=tuple(shop.people[name].roles), latitude=latitude, longitude=longitude))
    shop.act(
        EnrolEquipment(serial="SN-2024-000317", model="X200", customer="苏州恒力", latitude=WUXI[0], longitude=WUXI[1])
    )
    shop.report()
    assert why(shop, "高飞") == "机械类 · 华东 · 手上 0 单 · 约 36 公里 · 保内"
    assert why(shop, "何平").endswith("手上 0 单 · 约 157 公里 · 保内")
    with pytest.raises(NotFound):
        why(shop, "林涛")


def test_nobody_on_leave_is_asked(shop):
    now = shop.clock.now()
    shop.act(TakeLeave(begins=now, ends=now + timedelta(days=1)), shop.people["何平"])
    shop.report()
    view = shop.look(lambda queries: queries.service.job(shop.job().id, shop.people["唐悦"]))
    assert view.asked == ("林涛", "高飞")


def test_a_strategic_customers_own_engineer_comes_first_however_busy(shop, taken):
    shop.act(EnrolCustomer(name="苏州恒力机械有限公司", level="战略", region="华东", owner="陈静"))
    machine = shop.act(EnrolEquipment(serial="SN-9", model="X300", customer="苏州恒力机械有限公司", engineer="何平"))
    shop.act(ReportFault(equipment_id=machine, words="主轴异响"))
    assert why(shop, "何平").startswith("客户的专属工程师 · 机械类 · 华东 · 手上 1 单")


def test_rank_is_empty_when_nobody_fits():
    assert rank([], {}, Wanted(skill="电气")) == []


def test_it_stays_until_the_other_says_yes(shop, taken):
    assert hand(shop, taken) == "林涛"
    wish = shop.all(JobTransfer)[0]
    assert shop.job().engineer_id == shop.people["何平"].person_id
    assert shop.told("林涛")[-1] == f"service.transfer {wish.subject}"
    with pytest.raises(Stale, match="已经在问林涛"):
        hand(shop, taken, to="高飞")
    with pytest.raises(NotFound):
        shop.act(TakeTransfer(transfer_id=wish.id), shop.people["高飞"])
    assert shop.act(TakeTransfer(transfer_id=wish.id), shop.people["林涛"]) == "WO-2611-0001"
    assert shop.job().engineer_id == shop.people["林涛"].person_id
    assert why(shop, "林涛") == "何平转过来的：我在外地"
    assert shop.told("何平")[-1] == "工单 WO-2611-0001（苏州恒力的 X200）林涛接过去了，您不用去了。"
    assert shop.told("唐悦")[-1].endswith("林涛接过去了，原来在何平手上：我在外地")
    with pytest.raises(Stale, match="现在在林涛手上"):
        shop.act(RefuseTransfer(transfer_id=wish.id), shop.people["林涛"])
    card = shop.card("service.transfer", wish.subject, "林涛")
    assert (card.status, card.buttons, card.outcome) == ("已接过来", (), "林涛接过来了")


def test_a_no_and_a_silence_leave_it_where_it_is(shop, taken):
    hand(shop, taken)
    shop.act(RefuseTransfer(transfer_id=1, reason="在休假"), shop.people["林涛"])
    assert shop.told("何平")[-1].startswith("林涛不能接工单 WO-2611-0001：在休假，还是您的单。")
    hand(shop, taken, to="高飞")
    shop.clock.move(timedelta(minutes=15))
    shop.fire()
    assert shop.told("何平")[-1].startswith("高飞没有答复工单 WO-2611-0001，还是您的单。")
    assert shop.job().engineer_id == shop.people["何平"].person_id


def test_on_site_it_begins_anew_for_the_other(shop, taken):
    shop.act(ArriveJob(work_order_id=taken.id), shop.people["何平"])
    hand(shop, taken)
    shop.act(TakeTransfer(transfer_id=1), shop.people["林涛"])
    assert (shop.job().state, shop.job().arrived_at) == (JobState.ACCEPTED, None)


def test_eight_at_once_take_it_once(shop, taken):
    hand(shop, taken)
    outcomes = shop.race(*[(TakeTransfer(transfer_id=1), shop.people["林涛"])] * 8)
    assert [type(each) for each in outcomes].count(type(None)) == 1
    assert shop.job().engineer_id == shop.people["林涛"].person_id


def test_who_declines_may_say_who_should(shop):
    job = shop.report()
    shop.act(
        DeclineJob(work_order_id=job.id, reason="太远", propose=shop.people["高飞"].person_id), shop.people["何平"]
    )
    assert shop.told("高飞") == [f"service.dispatch {job.subject}"]
    assert why(shop, "高飞").startswith("何平推荐 · 机械类")
    with pytest.raises(Invalid, match="何平 已经说过去不了"):
        shop.act(DeclineJob(work_order_id=job.id, propose=shop.people["何平"].person_id), shop.people["高飞"])


def test_when_nobody_can_be_asked_and_nobody_acts_the_leaders_hear_of_it(shop):
    shop.act(ReportFault(equipment_id=shop.other_machine, words="轴承异响"))
    shop.clock.move(timedelta(minutes=15))
    shop.fire()
    said = "工单 WO-2611-0001（东莞鑫宏的 L320）15 分钟没有人处理：没有合适的工程师，调度也没有派人。"
    assert any(words.startswith(said) for words in (*shop.told("周敏"), *shop.told("唐悦")))
