"""What logging an inquiry promises: a quotation and, where the source asks for it, a first contact."""

from __future__ import annotations

from typing import Any

from domain.customers.commands import Met
from domain.inquiries.inquiry import Inquiry
from domain.tasks.commands import keep
from domain.tasks.task import Task, TaskKind, TaskSource
from domain.work import Work


def promise(inquiry: Inquiry, met: Met, owner_id: int, work: Work) -> None:
    """Keep the promise to quote and, where the source asks for it, the first contact (S-020)."""
    whom = met.customer.name if met.customer is not None else inquiry.contact or "客户"
    said: dict[str, Any] = {
        "owner_id": owner_id,
        "created_at": work.now,
        "about": inquiry.subject,
        "customer_id": inquiry.customer_id,
    }
    keep(
        Task(
            title=f"给{whom}报价（{inquiry.no}）",
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
                title=f"首次联系{whom}（{inquiry.no}）",
                kind=TaskKind.FIRST_CONTACT,
                source=TaskSource.RULE,
                due=work.calendar.add(work.now, rule.within),
                why=f"来源“{inquiry.source}”要在规定时间内首次联系",
                **said,
            ),
            work,
        )
