"""Eight at a time, on both databases: one owner for each job (R-45), stock that adds up (R-46)."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from domain.actor import Actor, Role, visitor
from domain.catalog.enrol_part import EnrolPart
from domain.catalog.stock import MoveReason, StockMove
from domain.equipment.commands import EnrolEquipment
from domain.errors import Invalid, Stale
from domain.people.commands import EnrolPerson
from domain.service.accept import AcceptJob
from domain.service.finishing import CorrectParts, FinishJob, SaidPart
from domain.service.report import ReportFault
from domain.service.states import JobState
from domain.service.ticket import Ticket
from domain.service.visit import ArriveJob
from domain.service.work_order import WorkOrder
from tests.support.service_shop import POLICY, open_shop

ENGINEERS = 8
JOBS = int(os.environ.get("RACE_JOBS", "50"))
"""``RACE_JOBS=200`` is the proof in full; fifty of them find the same faults, sooner."""


def everybody(shop):
    """Enrol engineers who all serve 华北, and return them as actors."""
    actors = []
    for index in range(ENGINEERS):
        name = f"工程师{index}"
        person = EnrolPerson(name=name, roles=(Role.ENGINEER,), regions=("华北",), skills=("机械",), wecom=f"e{index}")
        actors.append(Actor(name=name, roles=frozenset({Role.ENGINEER}), person_id=shop.act(person), platform="wecom"))
    return actors


def jobs(shop, count):
    """Report one fault on each of ``count`` machines in 华北 and return the jobs' ids."""
    for index in range(count):
        machine = shop.act(EnrolEquipment(serial=f"RACE-{index}", model="V850", customer="苏州恒力", region="华北"))
        shop.act(ReportFault(equipment_id=machine, words="主轴异响"), visitor())
    query = select(WorkOrder.id).where(WorkOrder.region == "华北").order_by(WorkOrder.id)
    return list(shop.database.look(lambda session: session.scalars(query).all()))


def at_once(actors, deed):
    """Run ``deed(actor)`` for all actors at the same moment and return what each brought."""
    barrier = threading.Barrier(len(actors))

    def run(actor):
        barrier.wait(timeout=20)
        return deed(actor)

    with ThreadPoolExecutor(len(actors)) as pool:
        return list(pool.map(run, actors))


def test_many_jobs_eight_engineers_one_owner_each(database_url):
    with open_shop(database_url, service=POLICY.model_copy(update={"offer_to": ENGINEERS})) as shop:
        actors = everybody(shop)
        wanted = jobs(shop, JOBS)

        def grab_all(actor):
            got, late = [], []
            for job_id in wanted:
                try:
                    shop.act(AcceptJob(work_order_id=job_id), actor)
                    got.append(job_id)
                except Stale as refusal:
                    late.append(refusal.message)
            return got, late

        results = at_once(actors, grab_all)
        owners = dict(
            shop.database.look(lambda session: session.execute(select(WorkOrder.id, WorkOrder.engineer_id)).all())
        )
        assert sorted(job_id for got, _ in results for job_id in got) == wanted
        for actor, (got, late) in zip(actors, results, strict=True):
            assert {owners[job_id] for job_id in got} <= {actor.person_id}
            assert len(got) + len(late) == JOBS
            assert all("已由工程师" in words for words in late)


def test_a_hundred_parts_eight_takers_and_some_change_their_mind(database_url):
    with open_shop(database_url, service=POLICY.model_copy(update={"offer_to": ENGINEERS})) as shop:
        shop.act(EnrolPart(code="RACE-P", name="竞赛件", stock=100))
        actors = everybody(shop)
        mine = list(zip(actors, chunks(jobs(shop, 40), 5), strict=True))
        for actor, wanted in mine:
            for job_id in wanted:
                shop.act(AcceptJob(work_order_id=job_id), actor)
                shop.act(ArriveJob(work_order_id=job_id), actor)

        refused = []

        def use_up(pair):
            actor, wanted = pair
            for index, job_id in enumerate(wanted):
                try:
                    shop.act(FinishJob(work_order_id=job_id, parts=(SaidPart(name="RACE-P", quantity=5),)), actor)
                    if index % 2:
                        shop.act(CorrectParts(work_order_id=job_id, parts=(SaidPart(name="RACE-P"),)), actor)
                except Invalid as refusal:
                    refused.append(refusal.message)

        at_once(mine, use_up)
        assert all(words.startswith("竞赛件不够 5 个") for words in refused)
        left = shop.look(lambda queries: queries.parts.on_hand("RACE-P"))["main"]
        used = shop.database.look(
            lambda session: session.scalar(
                select(-func.sum(StockMove.quantity)).where(
                    StockMove.reason.in_((MoveReason.USED, MoveReason.RETURNED))
                )
            )
        )
        assert left >= 0
        assert left + used == 100
        assert shop.look(lambda queries: queries.parts.unbalanced()) == []
        waiting = shop.database.look(
            lambda session: session.scalar(select(func.count()).where(WorkOrder.state == JobState.SIGNING))
        )
        assert 20 <= waiting <= 40


def test_eight_reports_of_one_machine_are_one_ticket(database_url):
    with open_shop(database_url) as shop:
        done = at_once(
            [visitor(account=str(index)) for index in range(8)],
            lambda actor: shop.act(ReportFault(equipment_id=shop.machine, words=f"异响 {actor.account}"), actor),
        )
        assert {each.ticket_no for each in done} == {"BX-2611-0001"}
        assert sorted(each.joined for each in done) == [False] + [True] * 7
        assert shop.database.look(lambda session: session.scalar(select(func.count()).select_from(Ticket))) == 1


def chunks(items, size):
    return [items[start : start + size] for start in range(0, len(items), size)]
