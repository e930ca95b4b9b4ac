"""Whose records a member of staff may see and change: his own, his people's, or everybody's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from domain.actor import Actor, Role
from domain.errors import NotFound
from domain.people.person import Person

LeaderOf = Callable[[int], Person | None]
"""The nearest active leader of a person (``find.people.leader_of``)."""


def line_above(person_id: int, leader_of: LeaderOf) -> Iterator[Person]:
    """Yield a person's leaders, nearest first; a circle in the line ends it (R-59)."""
    seen = {person_id}
    leader = leader_of(person_id)
    while leader is not None and leader.id not in seen:
        seen.add(leader.id)
        yield leader
        leader = leader_of(leader.id)


def within(actor: Actor, owner_id: int | None, leader_of: LeaderOf) -> bool:
    """Return whether ``actor`` may see and change what ``owner_id`` looks after (R-52)."""
    if actor.has(Role.ADMIN, Role.MANAGEMENT):
        return True
    if actor.person_id is None or owner_id is None:
        return False
    return actor.person_id == owner_id or any(
        person.id == actor.person_id for person in line_above(owner_id, leader_of)
    )


def require(actor: Actor, owner_id: int | None, leader_of: LeaderOf) -> None:
    """Raise NotFound unless ``within``: unknown and forbidden are told alike."""
    if not within(actor, owner_id, leader_of):
        raise NotFound("没有找到这条记录，可能已经被撤销或不在您的范围内。")
