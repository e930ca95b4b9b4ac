"""Whose inquiry it is: the rules asked in their order, among people who are on duty (S-017, S-018, U5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.actor import Role
from domain.assignment.assignment import Method
from domain.condition import Facts
from domain.customers.customer import Customer
from domain.errors import Invalid
from domain.people.person import Person
from domain.policy_assignment import AssignmentRule
from domain.work import Work

_METHODS = {"person": Method.PERSON, "senior": Method.SENIOR, "region": Method.REGION}
_STAND_IN = (Role.MANAGER, Role.MANAGEMENT, Role.ADMIN)
_KEEPS = "客户负责人"
_VACANCY = "无人在岗"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Who gets it; ``rule`` is None where no rule had to answer, ``name`` is what the card calls it."""

    person: Person
    method: Method
    name: str
    because: str
    rule: AssignmentRule | None = None


def choose(facts: Facts, customer: Customer | None, work: Work) -> Chosen:
    """Return who gets an inquiry: its customer's keeper, else whom the first rule with somebody on duty names."""
    free = work.find.assignment.on_duty(work.now)
    if customer is not None and customer.owner_id is not None:
        keeper = next((person for person in free if person.id == customer.owner_id), None)
        if keeper is not None:
            return Chosen(person=keeper, method=Method.KEEPER, name=_KEEPS, because=f"{customer.name}的负责人")
    for rule in work.policies.assignment.rules:
        if rule.holds(facts):
            person = _next(rule.name, candidates(rule.to, facts, free), work)
            if person is not None:
                method = _METHODS.get(rule.to.partition(":")[0], Method.TURN)
                return Chosen(person=person, method=method, name=rule.name, because=rule.because(facts), rule=rule)
    return _stand_in(work, free)


def candidates(to: str, facts: Facts, free: Sequence[Person]) -> list[Person]:
    """Return whom a rule means, of those who are on duty, in the order of their turns."""
    kind, _, name = to.partition(":")
    sellers = [person for person in free if person.has(Role.SALES)]
    match kind:
        case "person":
            return [person for person in free if name == person.name or name in person.nicknames]
        case "team":
            return [person for person in sellers if person.team == name]
        case "role":
            return [person for person in free if name in person.roles]
        case "senior":
            asked = [person for person in sellers if name in ("", person.team)]
            highest = max((person.seniority for person in asked), default=0)
            return [person for person in asked if person.seniority == highest]
    places = {facts.get("region"), facts.get("province")}
    return [person for person in sellers if places & set(person.regions)]


def _next(rule: str, people: Sequence[Person], work: Work) -> Person | None:
    """Return whose turn it is, and move the turn on. Whoever holds as many as he may is passed over.

    The rule's row is locked first and then the person's, always in this order: two at once take different turns,
    and nobody gets past his limit by two rules at the same moment.
    """
    if not people:
        return None
    turn = work.find.assignment.locked_rotation(rule)
    limit = work.policies.assignment.holding_limit
    for person in sorted(people, key=lambda each: (each.id <= turn.last_id, each.id)):
        if limit is None or work.find.assignment.holds(work.lock(Person, person.id).id) < limit:
            turn.last_id = person.id
            work.flush()
            return person
    return None


def _stand_in(work: Work, free: Sequence[Person]) -> Chosen:
    """Return the leader whose turn it is, in the end an administrator who is away: no inquiry is ever lost."""
    for people in (free, work.find.people.active()):
        for role in _STAND_IN:
            asked = [each for each in people if each.has(role) and not each.has(Role.SERVICE)]
            if asked:
                turn = work.find.assignment.locked_rotation(_VACANCY)
                person = min(asked, key=lambda each: (each.id <= turn.last_id, each.id))
                turn.last_id = person.id
                return Chosen(person=person, method=Method.VACANCY, name=_VACANCY, because="没有合适的销售在岗")
    raise Invalid("还没有登记销售或主管，询价没有人可以分配。请管理员先加载人员文件。")
