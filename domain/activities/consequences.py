"""What follows from an activity: last contact, tasks it completes or stops, promises, the next try.

All of it is found again by the activity's subject, so that a correction can take it back and do it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.activities.activity import LED_TO, Activity, ActivityKind, Outcome
from domain.activities.events import PoolProposed
from domain.customers.customer import Customer
from domain.inquiries.contact import reached, reached_no_more
from domain.inquiries.inquiry import Inquiry
from domain.people.person import Person
from domain.scope import line_above
from domain.tasks.commands import drop, finish, keep, open_again
from domain.tasks.quiet import end_of_day, evening_of, out_loud
from domain.tasks.task import Task, TaskKind, TaskSource, TaskState
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """Something promised to the customer: ``title`` as it was said, by when."""

    title: str
    due: datetime
    due_whole_day: bool = False
    window: str = ""
    kind: TaskKind = TaskKind.OTHER


def follow(activity: Activity, promises: tuple[Promised, ...], work: Work) -> None:
    """Do everything that follows; without a known customer only the promises stand."""
    customer = None if activity.customer_id is None else work.lock(Customer, activity.customer_id)
    for promised in promises:
        _promise(activity, promised, customer, work)
    if customer is None:
        return
    _close_tasks(activity, customer, work)
    if activity.contacts:
        _note_contact(activity, customer, work)
    if activity.outcome is Outcome.MISSED:
        _try_again(activity, customer, work)
    elif activity.next_at is not None and not promises:
        _plan_next(activity, customer, activity.next_at, work)
    _tell_owner(activity, customer, work)


def unfollow(activity: Activity, customer_id: int | None, work: Work) -> list[Promised]:
    """Take back everything that followed for this customer; return its open promises, to be made anew elsewhere."""
    promises = []
    for task in work.find.tasks.brought_about_by(activity.subject):
        if task.state is TaskState.OPEN and task.source is TaskSource.PROMISE and task.due is not None:
            promises.append(
                Promised(
                    title=task.title, due=task.due, due_whole_day=task.due_whole_day, window=task.window, kind=task.kind
                )
            )
        drop(task, activity.subject, work)
    for task in work.find.tasks.closed_by(activity.subject):
        if task.origin != activity.subject:
            open_again(task, work)
    if customer_id is not None and activity.contacts:
        _forget_contact(activity, customer_id, work)
    activity.inquiry_id = None
    return promises


def _promise(activity: Activity, promised: Promised, customer: Customer | None, work: Work) -> None:
    keep(
        Task(
            title=promised.title,
            owner_id=activity.author_id,
            created_at=work.now,
            about=_about(customer),
            customer_id=None if customer is None else customer.id,
            due=promised.due,
            due_whole_day=promised.due_whole_day,
            window=promised.window,
            kind=promised.kind,
            source=TaskSource.PROMISE,
            why=activity.text,
            origin=activity.subject,
        ),
        work,
    )


def _close_tasks(activity: Activity, customer: Customer, work: Work) -> None:
    """Done is what this deed did; a next try that a real contact made needless is stopped (N6: stop on any act)."""
    today = end_of_day(max(activity.at, work.now), work.calendar)
    for task in work.find.tasks.open_of(customer.id, TaskKind.CONTACT, TaskKind.FIRST_CONTACT):
        if task.origin == activity.subject or activity.outcome is Outcome.NOTED:
            continue
        is_due = task.due is None or task.due < today
        if task.kind is TaskKind.FIRST_CONTACT:
            if activity.contacts:
                finish(task, activity.subject, work)
        elif is_due and (activity.contacts or task.source is TaskSource.RULE):
            finish(task, activity.subject, work)
        elif task.source is TaskSource.RULE:
            drop(task, activity.subject, work)


def _note_contact(activity: Activity, customer: Customer, work: Work) -> None:
    work.find.customers.touch(customer.id, activity.at, activity.author_id)
    for inquiry in work.find.inquiries.live_of(customer.id):
        if inquiry.created_at - LED_TO <= activity.at:
            activity.inquiry_id = activity.inquiry_id or inquiry.id
            reached(work.lock(Inquiry, inquiry.id), activity.at, work)


def _forget_contact(activity: Activity, customer_id: int, work: Work) -> None:
    customer = work.lock(Customer, customer_id)
    customer.last_contact_at, customer.last_contact_by = work.find.activities.last_contact(customer_id, activity.id)
    for inquiry in work.find.inquiries.live_of(customer_id):
        first, last = work.find.activities.contacts_since(customer_id, inquiry.created_at, activity.id)
        if first is None and work.find.tasks.first_contact_done(inquiry.subject):
            first = last = inquiry.contacted_at
        reached_no_more(work.lock(Inquiry, inquiry.id), first, last, work)


def _try_again(activity: Activity, customer: Customer, work: Work) -> None:
    """Nobody answered: the next try by the cadence, and after the last one the pool is proposed (S-024)."""
    cadence = work.policies.tasks.cadence
    tries = work.find.activities.misses_in_a_row(customer.id)
    if tries > len(cadence):
        _propose_pool(activity, customer, tries, work)
        return
    wanted = out_loud(
        evening_of(activity.at + timedelta(days=cadence[tries - 1]), work.calendar) - timedelta(minutes=1),
        work.policies.tasks.quiet,
        work.calendar,
    )
    keep(
        Task(
            title=f"再联系{customer.name}（第 {tries + 1} 次）",
            owner_id=activity.author_id,
            created_at=work.now,
            about=_about(customer),
            customer_id=customer.id,
            due=evening_of(max(wanted, work.now), work.calendar),
            due_whole_day=True,
            kind=TaskKind.CONTACT,
            source=TaskSource.RULE,
            why=f"{activity.kind.label}没联系上，{cadence[tries - 1]} 天后再试",
            origin=activity.subject,
        ),
        work,
    )


def _propose_pool(activity: Activity, customer: Customer, tries: int, work: Work) -> None:
    work.record(PoolProposed(subject=customer.subject, tries=tries))
    work.say(
        activity.author_id,
        f"{customer.name}连续 {tries} 次没联系上，已按节奏试完。建议放回公海，或换个联系人再试；已告诉您的上级。",
    )
    leader = next(line_above(activity.author_id, work.find.people.leader_of), None)
    if leader is not None:
        name = work.get(Person, activity.author_id).name
        work.say(leader.id, f"{name}的客户{customer.name}连续 {tries} 次没联系上，建议放回公海或换人跟进。")


def _plan_next(activity: Activity, customer: Customer, at: datetime, work: Work) -> None:
    """Make the day that was named the next step; a bid's is its deadline."""
    if at <= work.now:
        return
    bid = activity.kind is ActivityKind.BID
    keep(
        Task(
            title=f"{'投标截止' if bid else '跟进'}：{customer.name} {activity.next_step}".rstrip(),
            owner_id=activity.author_id,
            created_at=work.now,
            about=_about(customer),
            customer_id=customer.id,
            due=at,
            due_whole_day=activity.next_whole_day,
            kind=TaskKind.BID if bid else TaskKind.CONTACT,
            source=TaskSource.STAGE,
            why=activity.text,
            origin=activity.subject,
        ),
        work,
    )


def _tell_owner(activity: Activity, customer: Customer, work: Work) -> None:
    """Whoever looks after the customer hears what a colleague did there, and later of any correction."""
    owner = customer.owner_id
    if owner is not None and owner != activity.author_id and activity.outcome is not Outcome.NOTED:
        author = work.get(Person, activity.author_id).name
        work.say(owner, f"{author}跟进了您的客户{customer.name}：{activity.text[:200]}")
        activity.told = [*{*activity.told, owner}]


def _about(customer: Customer | None) -> str:
    return "" if customer is None else customer.subject
