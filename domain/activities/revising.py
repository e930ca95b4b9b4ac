"""Putting an activity right, and taking it back: whatever followed from it moves or goes with it (N2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.activities.activity import Activity, ActivityKind, BidResult, Outcome
from domain.activities.consequences import Promised, follow, unfollow
from domain.activities.events import ActivityRevised, ActivityUndone, BidSettled
from domain.actor import Actor
from domain.clock import said_day
from domain.customers.commands import meet
from domain.customers.customer import Customer
from domain.errors import Invalid, NotAllowed
from domain.messages import Command
from domain.scope import line_above, require
from domain.tasks.commands import finish
from domain.tasks.task import TaskKind
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseActivity(Command):
    """Change what is named, keep the rest: empty and None leave a field as it is. ``create`` makes the company."""

    activity_id: int
    version: int = 0
    company: str = ""
    customer_id: int | None = None
    create: bool = False
    contact: str = ""
    kind: ActivityKind | None = None
    outcome: Outcome | None = None
    at: datetime | None = None
    at_whole_day: bool = False
    next_step: str = ""
    next_at: datetime | None = None
    next_whole_day: bool = False
    promises: tuple[Promised, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoActivity(Command):
    """Take the whole act back: the activity, its tasks, the last contact, the customer it created."""

    activity_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleBid(Command):
    """A bid was won or lost."""

    activity_id: int
    won: bool
    version: int = 0


def revise_activity(command: ReviseActivity, actor: Actor, work: Work) -> None:
    """Change the named fields; what followed is taken back and done anew, and who was told is told again."""
    activity = _mine(command.activity_id, command.version, actor, work)
    before, was = _said(activity, work), activity.customer_id
    customer_id = _customer(command, activity, actor, work)
    promises = [*unfollow(activity, was, work), *command.promises]
    if customer_id != was:
        activity.customer_id, activity.company, activity.told = customer_id, "", list(activity.told)
    activity.contact = command.contact or activity.contact
    activity.kind = command.kind or activity.kind
    activity.outcome = command.outcome or activity.outcome
    activity.next_step = command.next_step or activity.next_step
    if command.at is not None:
        if command.at > work.now:
            raise Invalid("这个时间还没到，请核对后重发，例如：不对，是昨天去的。", subject=activity.subject)
        activity.at, activity.at_whole_day = command.at, command.at_whole_day
    if command.next_at is not None:
        activity.next_at, activity.next_whole_day = command.next_at, command.next_whole_day
    work.flush()
    after = _said(activity, work)
    changes = {name: (before[name], after[name]) for name in after if after[name] != before[name]}
    if not changes and customer_id == was and not command.promises:
        raise Invalid("没有看到要改的内容。直接发要改的内容，例如：不对，是恒力机械；改成昨天。")
    hearers = [person_id for person_id in activity.told if person_id != actor.person_id]
    follow(activity, tuple(promises), work)
    work.flush()
    said = "，".join(
        f"{name}由“{old}”改为“{new}”" if old else f"{name}是“{new}”" for name, (old, new) in changes.items()
    )
    for person_id in hearers:
        work.say(person_id, f"更正：{actor.name}刚才说的跟进（{activity.text[:60]}），{said}。")
    work.record(ActivityRevised(subject=activity.subject, changes=changes))
    work.redraw(activity.subject)


def undo_activity(command: UndoActivity, actor: Actor, work: Work) -> None:
    """Only the author or somebody above him."""
    activity = _mine(command.activity_id, command.version, actor, work)
    activity.undone = True
    was = activity.customer_id
    name = activity.company if was is None else work.get(Customer, was).name
    unfollow(activity, was, work)
    if activity.made_customer and was is not None and not work.find.activities.in_use(was, activity.id):
        work.lock(Customer, was).active = False
    work.flush()
    for person_id in activity.told:
        if person_id != actor.person_id:
            work.say(person_id, f"{actor.name}撤销了刚才的跟进：{activity.text[:60]}")
    work.record(ActivityUndone(subject=activity.subject, customer=name))
    work.redraw(activity.subject)


def settle_bid(command: SettleBid, actor: Actor, work: Work) -> None:
    """Note how the bid ended; its deadline need not be kept any more."""
    activity = _mine(command.activity_id, command.version, actor, work)
    if activity.kind is not ActivityKind.BID:
        raise Invalid("这条跟进不是投标。", subject=activity.subject)
    activity.bid_result = BidResult.WON if command.won else BidResult.LOST
    for task in work.find.tasks.brought_about_by(activity.subject):
        if task.kind is TaskKind.BID:
            finish(task, activity.subject, work)
    work.flush()
    work.record(BidSettled(subject=activity.subject, result=activity.bid_result))
    work.redraw(activity.subject)


def _mine(activity_id: int, version: int, actor: Actor, work: Work) -> Activity:
    activity = work.lock(Activity, activity_id)
    require(actor, activity.author_id, work.find.people.leader_of)
    above = [leader.id for leader in line_above(activity.author_id, work.find.people.leader_of)]
    if actor.person_id not in [activity.author_id, *above]:
        raise NotAllowed("只有记录人本人或他的上级可以改这条跟进。", subject=activity.subject)
    activity.check_live(version)
    return activity


def _customer(command: ReviseActivity, activity: Activity, actor: Actor, work: Work) -> int | None:
    if command.customer_id is not None:
        return work.get(Customer, command.customer_id).id
    if not command.company:
        return activity.customer_id
    found = work.find.customers.by_name(command.company)
    if found is not None:
        return found.id
    if not command.create:
        raise Invalid(f"没有找到客户“{command.company}”。请写全称，或点卡片上的“新建”再改。", subject=activity.subject)
    met = meet(
        company=command.company,
        contact=activity.contact,
        phone="",
        region="",
        owner_id=activity.author_id,
        actor=actor,
        work=work,
    )
    assert met.customer is not None
    activity.made_customer = met.new_customer
    work.flush()
    return met.customer.id


def _said(activity: Activity, work: Work) -> dict[str, str]:
    zone, today = work.calendar.zone, work.calendar.local(work.now).date()
    customer = activity.company if activity.customer_id is None else work.get(Customer, activity.customer_id).name
    return {
        "客户": customer,
        "联系人": activity.contact,
        "方式": activity.kind.label,
        "结果": activity.outcome.value,
        "时间": said_day(activity.at, zone, today=today),
        "下一步": activity.next_step,
        "下次时间": "" if activity.next_at is None else said_day(activity.next_at, zone, today=today),
    }
