"""Who else hears of an assignment."""

from __future__ import annotations

from collections.abc import Sequence

from domain.actor import Role
from domain.customers.scope import line_above
from domain.people.person import Person
from domain.work import Work


def listeners(tell: Sequence[str], owner: Person, work: Work) -> list[Person]:
    """Return the people a rule names, each once: ``leader`` of the owner, ``role:management``, ``person:周敏``."""
    found: dict[int, Person] = {}
    for who in tell:
        kind, _, name = who.partition(":")
        people: list[Person | None] = []
        if kind == "leader":
            people = [next(line_above(owner.id, work.find.people.leader_of), None)]
        elif kind == "role":
            people = [*work.find.people.with_role(Role(name))]
        else:
            people = [work.find.people.by_name(name)]
        found |= {person.id: person for person in people if person is not None}
    return list(found.values())
