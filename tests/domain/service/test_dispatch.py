"""Taking, declining, staying silent, being assigned: somebody always has the job."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.service.accept import AcceptJob, DeclineJob
from domain.service.dispatch import AssignJob
from domain.service.sign import CancelJob
from domain.service.states import JobState
from domain.service.visit import ArriveJob


def test_the_second_is_told_who_was_first(shop):
    job = shop.report()
    assert shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"]) == "WO-2611-0001"
    with pytest.raises(Stale) as refused:
        shop.act(AcceptJob(work_order_id=job.id), shop.people["林涛"])
    assert (refused.value.message, refused.value.subject) == ("工单 WO-2611-0001 已由何平接单。", f"workorder:{job.id}")
    assert list(shop.pending("job", "ticket")) == [f"ticket:{job.ticket_id}:resolve"]


def test_who_was_never_asked_hears_of_nothing(shop):
    job = shop.report()
    with pytest.raises(NotFound):
        shop.act(AcceptJob(work_order_id=job.id), shop.people["高飞"])
    with pytest.raises(NotFound):
        shop.look(lambda queries: queries.service.job(job.id, shop.people["高飞"]))
    with pytest.raises(NotAllowed):
        shop.act(AcceptJob(work_order_id=job.id), shop.people["陈静"])


def test_the_hour_may_come_later(shop):
    job = shop.report()
    eta = shop.clock.now() + timedelta(hours=5, minutes=30)
    shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"])
    shop.act(AcceptJob(work_order_id=job.id, eta=eta), shop.people["何平"])
    assert shop.job().eta == eta
    with pytest.raises(Stale, match="已经在您手上，现在是“接单”"):
        shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"])


def test_declined_by_all_it_goes_to_the_dispatcher(shop):
    job = shop.report()

    def decline(name: str) -> str:
        return shop.act(DeclineJob(work_order_id=job.id, reason="排不开"), shop.people[name])

    assert decline("何平") == "工单 WO-2611-0001 已拒，林涛还在考虑。"
    assert decline("林涛") == "工单 WO-2611-0001 已拒，转给了下一位工程师。"
    assert shop.told("高飞") == [f"service.dispatch workorder:{job.id}"]
    assert decline("高飞") == "工单 WO-2611-0001 已拒，转给了调度。"
    assert shop.job().state is JobState.REPORTED
    assert shop.told("唐悦") == [f"service.unassigned workorder:{job.id}"]
    with pytest.raises(Stale, match="已经不等您答复，不用再拒"):
        decline("高飞")


def test_after_accepting_one_may_still_decline_before_arriving(shop):
    job = shop.report()
    shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"])
    shop.act(DeclineJob(work_order_id=job.id, reason="车坏了"), shop.people["何平"])
    assert (shop.job().state, shop.job().engineer_id) == (JobState.OFFERED, None)
    assert shop.told("林涛") == [f"service.dispatch workorder:{job.id}"] * 2
    assert shop.told("高飞") == [f"service.dispatch workorder:{job.id}"]
    shop.act(AcceptJob(work_order_id=job.id), shop.people["林涛"])
    assert shop.job().engineer_id == shop.people["林涛"].person_id


def test_silence_is_reminded_of_and_climbs(shop):
    job = shop.report()
    assert [name for name in shop.pending() if name.startswith("job:")] == [
        f"job:{job.id}:offer:escalate",
        f"job:{job.id}:offer:remind",
    ]
    shop.clock.move(timedelta(minutes=10))
    assert shop.fire() == 1
    assert shop.told("何平")[1:] == ["工单 WO-2611-0001（苏州恒力的 X200）还在等您答复，发“接了”或“拒单”。"]
    shop.clock.move(timedelta(minutes=5))
    assert shop.fire() == 1
    assert shop.told("高飞") == [f"service.dispatch workorder:{job.id}"]
    words = "工单 WO-2611-0001（苏州恒力的 X200）何平、林涛没有答复，已再问下一位。"
    assert (shop.told("唐悦"), shop.told("周敏")) == ([words], [words])
    shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"])
    shop.clock.move(timedelta(hours=1))
    assert shop.fire() == 0


def test_when_nobody_is_left_the_dispatcher_is_asked(shop):
    job = shop.report()
    for minutes in (15, 15):
        shop.clock.move(timedelta(minutes=minutes))
        shop.fire()
    assert shop.told("唐悦")[-2:] == [
        f"service.unassigned workorder:{job.id}",
        "工单 WO-2611-0001（苏州恒力的 X200）何平、林涛、高飞没有答复，没有别的人选了，请指派。",
    ]


def test_a_dispatcher_assigns_and_an_old_card_does_not(shop):
    job = shop.report()
    he, lin = (shop.people[name].person_id for name in ("何平", "林涛"))
    assert shop.act(AssignJob(work_order_id=job.id, engineer_id=he, version=job.version), shop.people["唐悦"]) == "何平"
    with pytest.raises(Stale, match="已经派给何平，要改派请发“派给林涛”"):
        shop.act(AssignJob(work_order_id=job.id, engineer_id=lin, version=job.version), shop.people["周敏"])
    with pytest.raises(Stale, match="已经转给别人"):
        shop.act(AcceptJob(work_order_id=job.id), shop.people["林涛"])
    view = shop.look(lambda queries: queries.service.job(job.id, shop.people["何平"]))
    assert view.why == "唐悦指派 · 机械类 · 华东 · 手上 0 单 · 没有坐标，没比距离 · 保内"


def test_reassigning_tells_the_one_who_had_it(shop):
    job = shop.report()
    shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"])
    shop.act(AssignJob(work_order_id=job.id, engineer_id=shop.people["林涛"].person_id), shop.people["唐悦"])
    assert shop.told("何平")[-1] == "工单 WO-2611-0001 由唐悦改派给林涛，您不用去了。"
    shop.act(AcceptJob(work_order_id=job.id), shop.people["林涛"])
    assert shop.job().engineer_id == shop.people["林涛"].person_id


def test_only_engineers_are_assigned_and_only_before_the_visit(shop):
    job = shop.report()
    with pytest.raises(Invalid, match="陈静 不是在岗的工程师"):
        shop.act(AssignJob(work_order_id=job.id, engineer_id=shop.people["陈静"].person_id), shop.people["唐悦"])
    shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"])
    shop.act(ArriveJob(work_order_id=job.id), shop.people["何平"])
    with pytest.raises(Stale, match="现在是“上门”，不能派单"):
        shop.act(AssignJob(work_order_id=job.id, engineer_id=shop.people["林涛"].person_id), shop.people["唐悦"])


def test_a_cancelled_job_rings_nobody(shop):
    """R-41."""
    job = shop.report()
    shop.act(CancelJob(work_order_id=job.id, reason="客户自己好了"), shop.people["唐悦"])
    shop.clock.move(timedelta(hours=1))
    assert (shop.fire(), shop.job().state) == (0, JobState.CANCELLED)
    assert shop.report("又坏了").no == "WO-2611-0002"
