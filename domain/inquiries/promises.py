"""What logging an inquiry promises: a quotation and, where the source asks for it, a first contact."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from domain.customers.customer import Customer
from domain.inquiries.inquiry import Inquiry
from domain.tasks.commands import keep
from domain.tasks.quiet import evening_of
from domain.tasks.task import Task, TaskKind, TaskSource
from domain.work import Work


def promise(inquiry: Inquiry, customer: Customer | None, work: Work) -> None:
    """Keep the promise to quote and, where the source asks for it, the first contact (S-020)."""
    called = whom(inquiry, customer)
    said: dict[str, Any] = {
        "owner_id": inquiry.owner_id,
        "created_at": work.now,
        "about": inquiry.subject,
        "customer_id": inquiry.customer_id,
    }
    keep(
        Task(
            title=f"给{called}报价（{inquiry.no}）",
            kind=TaskKind.QUOTE,
            source=TaskSource.STAGE if inquiry.due is None else TaskSource.PROMISE,
            due=inquiry.due,
            due_whole_day=inquiry.due_whole_day,
            why=inquiry.requirement,
            **said,
        ),
        work,
    )
    rule = work.policies.tasks.first_contact
    if inquiry.source in rule.sources:
        keep(
            Task(
                title=f"首次联系{called}（{inquiry.no}）",
                kind=TaskKind.FIRST_CONTACT,
                source=TaskSource.RULE,
                due=work.calendar.add(work.now, rule.within),
                why=f"来源“{inquiry.source}”要在规定时间内首次联系",
                **said,
            ),
            work,
        )


def promised_elsewhere(inquiry: Inquiry, was: str, customer: Customer | None, work: Work) -> None:
    """Let what is still to be done be about the customer the inquiry belongs to now; ``was`` is whom it named."""
    for task in work.find.tasks.open_about(inquiry.subject):
        task.customer_id = inquiry.customer_id
        task.title = task.title.replace(was, whom(inquiry, customer), 1)
        work.redraw(task.subject)


def whom(inquiry: Inquiry, customer: Customer | None) -> str:
    """Return what tasks call the customer."""
    return customer.name if customer is not None else inquiry.contact or "客户"


def first_contact_task(inquiry: Inquiry, due: datetime, why: str, work: Work) -> None:
    """Keep the one open task of the first contact, due then; it does not remind, its deadline is watched elsewhere."""
    known = [each for each in work.find.tasks.open_about(inquiry.subject) if each.kind is TaskKind.FIRST_CONTACT]
    task = (
        known[0]
        if known
        else keep(
            Task(
                title=f"首次联系客户（{inquiry.no}）",
                owner_id=inquiry.owner_id,
                created_at=work.now,
                about=inquiry.subject,
                customer_id=inquiry.customer_id,
                due=due,
                kind=TaskKind.FIRST_CONTACT,
                source=TaskSource.RULE,
                why=why,
            ),
            work,
        )
    )
    task.move(due, whole_day=False)
    work.flush()
    work.cancel_like(f"{task.subject}:")


def further_task(inquiry: Inquiry, title: str, work: Work) -> None:
    """Keep a task that a rule adds for whoever has the inquiry, due at the end of that day's work."""
    keep(
        Task(
            title=f"{title}（{inquiry.no}）",
            owner_id=inquiry.owner_id,
            created_at=work.now,
            about=inquiry.subject,
            customer_id=inquiry.customer_id,
            due=max(evening_of(work.now, work.calendar), work.calendar.add(work.now, timedelta(hours=1))),
            kind=TaskKind.CONTACT,
            source=TaskSource.RULE,
            why=inquiry.requirement,
        ),
        work,
    )
