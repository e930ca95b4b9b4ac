"""Who hears about a job besides the engineer: dispatchers, the customer's sales owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.actor import Role
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.people.person import Person
from domain.service.ticket import Ticket

if TYPE_CHECKING:
    from domain.messages import Command
    from domain.policy_ladder import Ladder
    from domain.service.work_order import WorkOrder
    from domain.work import Work

KEEPERS = (Role.DISPATCHER, Role.SERVICE, Role.MANAGER, Role.ADMIN)
"""Who answers for a job that nobody has: the first of these roles that anybody holds."""


def keepers(work: Work) -> list[Person]:
    """Return the people who answer for a job that nobody has."""
    for role in KEEPERS:
        people = work.find.people.with_role(role)
        if people:
            return people
    return []


def leaders_of_keepers(work: Work, engineer_id: int | None = None) -> list[Person]:
    """Return who stands above: the leader of whoever has the job, else of those who answer for it, else all of them."""
    below = [engineer_id] if engineer_id is not None else [person.id for person in keepers(work)]
    leaders = {leader.id: leader for each in below if (leader := work.find.people.leader_of(each)) is not None}
    return list(leaders.values()) or work.find.people.with_role(Role.MANAGEMENT) or keepers(work)


def called(customer: Customer) -> str:
    """Return what a customer is called in a sentence: the shortest alias the legal name begins with, else the first."""
    heads = sorted((alias for alias in customer.aliases if customer.name.startswith(alias)), key=len)
    return next(iter([*heads, *customer.aliases]), customer.name)


def name_of(work: Work, person_id: int | None) -> str:
    """Return a person's name, empty for none."""
    return "" if person_id is None else work.get(Person, person_id).name


def machine_words(work: Work, job: WorkOrder) -> str:
    """Return ``苏州恒力的 X200``; without a machine the customer and what it is about."""
    ticket = work.get(Ticket, job.ticket_id)
    customer = called(work.get(Customer, ticket.customer_id))
    model = ticket.product if ticket.equipment_id is None else work.get(Equipment, ticket.equipment_id).model
    return f"{customer}的 {model}" if model else customer


def tell_owner(work: Work, job: WorkOrder, sentence: str) -> None:
    """Say a sentence to the customer's sales owner, when there is one (S-035)."""
    customer = work.get(Customer, work.get(Ticket, job.ticket_id).customer_id)
    if customer.owner_id is not None:
        work.say(customer.owner_id, sentence)


def climb(work: Work, name: str, ladder: Ladder, remind: Command, escalate: Command) -> None:
    """Promise both steps of a ladder from now on, as ``<name>:remind`` and ``<name>:escalate``."""
    for step, after, command in (
        ("remind", ladder.remind_after, remind),
        ("escalate", ladder.escalate_after, escalate),
    ):
        due = work.calendar.add(work.now, after) if ladder.working else work.now + after
        work.promise(f"{name}:{step}", due, command)
