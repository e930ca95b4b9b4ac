"""What it means that nobody looks after a customer any more."""

from __future__ import annotations

from domain.customers.customer import Customer
from domain.tasks.commands import drop
from domain.work import Work

LIST = "pool:0"
"""What list cards of the pool are about."""


def enter(customer: Customer, work: Work) -> None:
    """Let nobody look after a customer from now on; nobody is reminded of its inquiries."""
    customer.owner_id = None
    work.cancel(f"{customer.subject}:pool")
    for task in work.find.tasks.open_about(customer.subject):
        drop(task, customer.subject, work)
    for inquiry in work.find.pool.open_inquiries(customer.id):
        work.cancel(f"{inquiry.subject}:silence")
        for task in work.find.tasks.open_about(inquiry.subject):
            drop(task, customer.subject, work)
    work.flush()
    work.redraw(customer.subject)
    work.redraw(LIST)
