"""Making a plan, reading a counter, and the job that comes of it ahead of its day (S-151)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.errors import Invalid, NotFound
from domain.messages import Command, Event
from domain.months import months_after
from domain.scope import require
from domain.service.requesting import RequestService, request_service
from domain.service.tell import KEEPERS, called
from domain.service.ticket import Ticket
from domain.service.types import ServiceType
from domain.service.work_order import WorkOrder
from domain.upkeep.plan import MaintenancePlan

if TYPE_CHECKING:
    from domain.actor import Actor
    from domain.service.finishing import JobFinished
    from domain.work import Work

_LONGEST_MONTHS = 60
_LONGEST_HOURS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMaintenance(Command):
    """``X200每季度保养一次``; one plan of each kind for a machine. ``first_on``: the first visit, if told."""

    equipment_id: int
    months: int = 0
    hours: int = 0
    type: ServiceType = ServiceType.MAINTENANCE
    first_on: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlan(Command):
    """No more planned visits."""

    plan_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCounter(Command):
    """``X200运行到5200小时``."""

    equipment_id: int
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePlannedJob(Command):
    """The day of a plan comes near: its job is made."""

    plan_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindVisit(Command):
    """Tomorrow is the day: the engineer and the customer's sales owner are reminded."""

    plan_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenancePlanned(Event):
    """A machine is visited regularly."""

    words: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStopped(Event):
    """A machine is not visited regularly any more."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRead(Event):
    """Somebody read how long a machine has run."""

    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedJobMade(Event):
    """A job was made ahead of its day."""

    no: str
    due_on: date


def plan_maintenance(command: PlanMaintenance, actor: Actor, work: Work) -> MaintenancePlan:
    """Return the plan, new or changed."""
    machine = _machine(command.equipment_id, actor, work)
    if not (0 < command.months <= _LONGEST_MONTHS or 0 < command.hours <= _LONGEST_HOURS):
        raise Invalid("多久一次？例如：X200每季度保养一次，或 X200每运行2000小时保养一次。")
    today = work.calendar.local(work.now).date()
    plan = work.find.upkeep.plan(machine.id, command.type)
    first = command.first_on or months_after(today, command.months or 12)
    if plan is None:
        plan = work.add(MaintenancePlan(equipment_id=machine.id, type=command.type, due_on=first, begun_on=today))
    plan.months, plan.hours, plan.words, plan.active = command.months, command.hours, command.words[:200], True
    plan.due_on = first
    work.flush()
    work.record(MaintenancePlanned(subject=plan.subject, words=plan.said, due_on=plan.due_on))
    promise(plan, work)
    return plan


def stop_plan(command: StopPlan, actor: Actor, work: Work) -> str:
    """Return what was stopped."""
    plan = work.lock(MaintenancePlan, command.plan_id)
    _machine(plan.equipment_id, actor, work)
    plan.active = False
    work.flush()
    work.cancel_like(f"plan:{plan.id}:")
    work.record(PlanStopped(subject=plan.subject, words=plan.said))
    return plan.said


def read_counter(command: ReadCounter, actor: Actor, work: Work) -> list[MaintenancePlan]:
    """Return the plans of the machine as they stand after the reading; a counter never runs backwards."""
    machine = _machine(command.equipment_id, actor, work)
    plans = [work.lock(MaintenancePlan, each.id) for each in work.find.upkeep.plans_of(machine.id)]
    last = max((plan.counter for plan in plans), default=0)
    if command.hours < last:
        raise Invalid(f"上次读到 {last} 小时，这次不能更小。请核对后再发一次。")
    today = work.calendar.local(work.now).date()
    for plan in plans:
        plan.read(command.hours, today)
        promise(plan, work)
    work.flush()
    work.record(CounterRead(subject=machine.subject, hours=command.hours))
    return plans


def make_planned_job(command: MakePlannedJob, actor: Actor, work: Work) -> None:
    """Make the job; moot when the plan has stopped, its day has moved, or its job is there already (R-41)."""
    try:
        plan = work.lock(MaintenancePlan, command.plan_id)
    except NotFound:
        return
    machine = work.get(Equipment, plan.equipment_id)
    ahead = work.calendar.local(work.now + work.policies.service.upkeep.ahead).date()
    if not plan.active or machine.retired or plan.due_on > ahead or work.find.service.open_of(plan.subject):
        return
    day = _morning(plan.due_on, work)
    customer = work.get(Customer, machine.customer_id)
    made = request_service(
        RequestService(
            type=plan.type,
            customer_id=machine.customer_id,
            equipment_id=machine.id,
            words=plan.words or f"{plan.said}（{plan.due_on:%m月%d日}）",
            planned_for=day,
            origin=plan.subject,
        ),
        actor,
        work,
    )
    work.record(PlannedJobMade(subject=plan.subject, no=made.ticket_no, due_on=plan.due_on))
    if customer.owner_id is not None:
        work.say(
            customer.owner_id,
            f"{called(customer)}的 {machine.model} {plan.due_on:%m月%d日}{plan.type.label}，单号 {made.ticket_no}。"
            "请和客户约好时间。",
        )
    remind = day - work.policies.service.upkeep.remind
    if remind > work.now:
        work.promise(f"plan:{plan.id}:remind", remind, RemindVisit(plan_id=plan.id))


def remind_visit(command: RemindVisit, actor: Actor, work: Work) -> None:
    """Remind both sides; moot when the job is over (R-41)."""
    del actor
    plan = work.lock(MaintenancePlan, command.plan_id)
    ticket = work.find.service.open_of(plan.subject)
    if ticket is None:
        return
    job = work.find.service.job_of(ticket.id)
    machine, customer = work.get(Equipment, plan.equipment_id), work.get(Customer, ticket.customer_id)
    sentence = f"明天（{plan.due_on:%m月%d日}）{called(customer)}的 {machine.model} {plan.type.label}，工单 {job.no}"
    if job.engineer_id is not None:
        work.say(job.engineer_id, f"{sentence}。几点到请发“九点到”，客户看得见。")
    if customer.owner_id is not None:
        work.say(customer.owner_id, f"{sentence}。请提醒客户留人、停机。")


def note_done(event: JobFinished, actor: Actor, work: Work) -> None:
    """Reaction: a planned visit has taken place, so the next one is counted from it."""
    del actor
    job = work.get(WorkOrder, int(event.subject.partition(":")[2]))
    origin = work.get(Ticket, job.ticket_id).origin
    kind, _, id_ = origin.partition(":")
    if kind != "maintenanceplan":
        return
    plan = work.lock(MaintenancePlan, int(id_))
    plan.done(work.calendar.local(work.now).date())
    work.flush()
    promise(plan, work)


def promise(plan: MaintenancePlan, work: Work) -> None:
    """Promise the job of the next visit, ahead of its day; a day that is near or gone makes it at once."""
    if plan.active:
        due = _morning(plan.due_on, work) - work.policies.service.upkeep.ahead
        work.promise(f"plan:{plan.id}:job", max(due, work.now), MakePlannedJob(plan_id=plan.id))


def _machine(equipment_id: int, actor: Actor, work: Work) -> Equipment:
    machine = work.get(Equipment, equipment_id)
    if not actor.is_system and actor.has(Role.SALES) and not actor.has(*KEEPERS):
        require(actor, work.get(Customer, machine.customer_id).owner_id, work.find.people.leader_of)
    if machine.retired:
        raise Invalid("这台设备已停用，不能排保养。")
    return machine


def _morning(day: date, work: Work) -> datetime:
    begins = work.calendar.shifts[0][0] if work.calendar.shifts else time(9, 0)
    return datetime.combine(day, begins, work.calendar.zone)
